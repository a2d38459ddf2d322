"""Use case: the companies that a company is connected with (`partners`): how much is shared, and until when today's
orders count."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from functools import partial
from typing import Any, cast

from k2k_core.domain import parsing
from k2k_core.domain.answers.overview import Partner, Partners
from k2k_core.domain.connection_states import ACTIVE, STATES
from k2k_core.domain.dates import next_cut_off
from k2k_core.domain.roles import READING
from k2k_core.domain.sharing import BUYER, SIDES, VENDOR, Denial
from k2k_core.services.company_snapshot import CompanySnapshot, read_together
from k2k_core.services.context import ServiceContext
from k2k_core.services.dates.planners import vendor_cut_offs
from k2k_core.services.lists import filters as of
from k2k_core.services.lists.page_request import PageRequest
from k2k_core.services.lists.pages import PagedList, Rows, page
from k2k_core.services.pricing.awb_costs import AwbCostReader
from k2k_core.services.pricing.price_lists import read_lists_together
from k2k_core.services.sharing.cached_denials import Mark
from k2k_core.services.sharing.shared_inventory import CompanyPair, SharedInventory
from k2k_core.store.database.session import Session
from k2k_core.store.inventory.lots import COMPANY, ID, MARK, marked_rows, rows_by_id
from k2k_core.store.lists import network
from k2k_core.store.master_data.parties import connections_of

COUNTED = frozenset(("shared", "lots"))
"""Fields for which the lots of each vendor are looked at: only where they are asked for."""

FILTERS = {
    "role": lambda value: parsing.choice(value, SIDES),
    "partner": of.word,
    "state": lambda value: parsing.choice(value, STATES),
}


def partners(context: ServiceContext, company: str, request: PageRequest) -> Partners:
    """A page of a company's partners, oldest connection first; `role` is that of the company."""
    context.actor.require(READING, company)
    with context.store.reading() as session:
        own = context.snapshots.get(session, company)
        counted = not COUNTED.isdisjoint(request.fields or COUNTED)
        as_rows = partial(_partners, context, session, own, counted)
        listed = PagedList("partners", network.connections_of(own.id), Partner, as_rows, FILTERS)
        return cast(Partners, page(context, session, own.id, listed, request))


def _partners(context: ServiceContext, session: Session, own: CompanySnapshot, counted: bool, rows: Rows) -> Rows:
    ids = {row[side] for row in rows for side in ("vendor_id", "buyer_id")} - {own.id}
    every = connections_of(session, (own.id, own.code)) if rows else []
    linked = [(point, one) for point, one in every if point[0] in ids]
    known = {**context.snapshots.at_points(session, [point for point, _ in linked]), own.id: own}
    between = {(one.vendor, one.buyer): one for _, one in linked}
    read_together(session, list(known.values()))
    read_lists_together(session, list(known.values()))
    marks = _marks(session, {row["vendor_id"] for row in rows if counted and row["state"] == ACTIVE})
    awbs = AwbCostReader(session)
    answer = []
    for row in rows:
        vendor, buyer = known[row["vendor_id"]], known[row["buyer_id"]]
        pair = CompanyPair(vendor, buyer, between[vendor.code, buyer.code])
        other = buyer if vendor.id == own.id else vendor
        answer.append(
            {
                "partner": other.code,
                "partner_name": other.company.name,
                "role": VENDOR if vendor.id == own.id else BUYER,
                "state": row["state"],
                "timezone": other.company.timezone,
                **_shared(context, session, pair, awbs, marks.get(vendor.id) if row["state"] == ACTIVE else None),
                "next_cut_off": _cut_off(session, vendor, buyer),
            }
        )
    return answer


def _marks(session: Session, vendors: set[int]) -> dict[int, list[Mark]]:
    """The marks of the last changes of the vendors' lots."""
    found: dict[int, list[Mark]] = {one: [] for one in vendors}
    for row in marked_rows(session, sorted(vendors)) if vendors else ():
        found[row[COMPANY]].append((row[ID], row[MARK]))
    return found


def _shared(
    context: ServiceContext, session: Session, pair: CompanyPair, awbs: AwbCostReader, marks: Sequence[Mark] | None
) -> dict[str, Any]:
    """How many of the vendor's lots the buyer is offered, of which only those that have changed since they were judged
    are read; without an active connection (no `marks`) none."""
    if marks is None:
        return {"shared": 0, "lots": None}
    known = SharedInventory(context, session, pair, (), awbs).known_denials(marks)
    strange = [lot for (lot, _), denials in zip(marks, known, strict=True) if denials is None]
    judged: Sequence[Sequence[Denial]] = ()
    if strange:
        read = SharedInventory(context, session, pair, rows_by_id(session, strange), awbs)
        judged = read.denials()
        read.note_marks(dict(marks))
    shared = sum(denials is not None and not denials for denials in known) + sum(not denials for denials in judged)
    return {"shared": shared, "lots": len(marks)}


def _cut_off(session: Session, vendor: CompanySnapshot, buyer: CompanySnapshot) -> str | None:
    cut_offs = vendor_cut_offs(session, vendor, buyer)
    moment: dt.datetime | None = next_cut_off(cut_offs, vendor.company.timezone, session.now)
    return parsing.iso_text(moment)
