"""Use cases: what people have scanned, the AWBs with boxes in the staging area, and what was received and not billed,
page by page (`scans`, `staged_awbs`, `unbilled`)."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import replace
from functools import partial
from typing import Any, cast

from k2k_core.clock import moment_text
from k2k_core.domain import parsing
from k2k_core.domain.answers import fulfilment as shapes
from k2k_core.domain.orders import awb_id, unbilled_because
from k2k_core.domain.roles import BOXES, PREBOOKS, PURCHASING, READING
from k2k_core.services.context import ServiceContext
from k2k_core.services.fulfilment.scan_answers import progress_of
from k2k_core.services.lists import filters as of
from k2k_core.services.lists.page_request import PageRequest
from k2k_core.services.lists.pages import PagedList, Rows, page
from k2k_core.store.database.session import Session
from k2k_core.store.fulfilment import awb_progress
from k2k_core.store.lists import scans as stored
from k2k_core.store.lists.scans import StagedGoods
from k2k_core.store.lists.unbilled import unbilled_of

MOST_CODES = 20
"""How many codes of boxes that have not come a row of a list names."""

NOT_COME = "not_come"
"""Their field: where others are asked for, they are not read."""

SCAN_FILTERS = {
    "person": of.word,
    "outcome": of.codes,
    "box_code": of.codes,
    "awb": of.word,
    "since": parsing.moment,
    "until": parsing.moment,
}
STAGED_FILTERS = {"awb": of.word, "partner": of.word, "shipped": of.switch}
UNBILLED_FILTERS = {"prebook": of.word, "customer": of.word, "awb": of.word}


def scans(context: ServiceContext, company: str, request: PageRequest) -> shapes.Scans:
    """A page of what people have scanned, oldest first; whoever does not look after the staging area sees their own
    scans."""
    actor = context.actor
    actor.require(BOXES, company)
    if not (actor.host or actor.has(PURCHASING)):
        request = replace(request, filters={**request.filters, "person": actor.email})
    with context.store.reading() as session:
        company_id = context.snapshots.get(session, company).id
        listed = PagedList("scans", stored.SCANS, shapes.ListedScan, _scans, SCAN_FILTERS)
        return cast(shapes.Scans, page(context, session, company_id, listed, request))


def _scans(rows: Rows) -> Rows:
    return [
        {
            **row,
            "at": moment_text(row["at"]),
            "line": None if row["line"] is None else str(row["line"]),
            "awb_id": None if row["awb_id"] is None else awb_id(row["awb_id"]),
        }
        for row in rows
    ]


def staged_awbs(context: ServiceContext, buyer: str, request: PageRequest) -> shapes.StagedAwbs:
    """A page of the AWBs with boxes in a buyer's staging area, with what waits on each of them."""
    context.actor.require(READING, buyer)
    with context.store.reading() as session:
        company_id = context.snapshots.get(session, buyer).id
        as_rows = partial(_awbs, session, company_id, named=request.fields is None or NOT_COME in request.fields)
        listed = PagedList("staged_awbs", stored.STAGED_AWBS, shapes.StagedAwb, as_rows, STAGED_FILTERS)
        return cast(shapes.StagedAwbs, page(context, session, company_id, listed, request))


def _awbs(session: Session, company_id: int, rows: Rows, named: bool) -> Rows:
    """The rows of the list; `named` is whether the codes of boxes that have not come are wanted."""
    ids = [row["id"] for row in rows]
    progress = awb_progress.progress(session, company_id, ids)
    codes = awb_progress.first_not_come(session, company_id, ids, MOST_CODES) if named else {}
    goods: dict[int, list[StagedGoods]] = defaultdict(list)
    for one in stored.staged_goods(session, company_id, ids):
        goods[one["awb_id"]].append(one)
    return [
        {
            **progress_of(progress[row["id"]], codes.get(row["id"], [])),
            **{name: row[name] for name in ("vendor", "vendor_name", "ship_via")},
            "ship_date": parsing.iso_text(row["ship_date"]),
            **_dates(progress[row["id"]], goods[row["id"]]),
            "goods": [_goods(one) for one in goods[row["id"]]],
        }
        for row in rows
    ]


def _dates(one: awb_progress.Progress, goods: list[StagedGoods]) -> dict[str, Any]:
    wanted = min((each["ship_date"] for each in goods if each["ship_date"] is not None), default=None)
    return {
        "shipped": one.shipped_at is not None,
        "shipped_at": parsing.iso_text(one.shipped_at),
        "arrival_date": parsing.iso_text(one.arrival_date),
        "expected_on": parsing.iso_text(one.arrival_date or wanted),
    }


def _goods(one: StagedGoods) -> dict[str, Any]:
    return {name: value for name, value in one.items() if name not in ("awb_id", "ship_date")}


def unbilled(context: ServiceContext, buyer: str, request: PageRequest) -> shapes.UnbilledLines:
    """A page of the received lines of a buyer's prebooks that nobody has billed, each with the reason why it was not
    billed as its boxes came."""
    context.actor.require(PREBOOKS, buyer)
    with context.store.reading() as session:
        company = context.snapshots.get(session, buyer)
        as_rows = partial(_unbilled, company.company.settings.auto_billing)
        listed = PagedList("unbilled", unbilled_of(company.id), shapes.UnbilledLine, as_rows, UNBILLED_FILTERS)
        return cast(shapes.UnbilledLines, page(context, session, company.id, listed, request))


def _unbilled(mode: str, rows: Rows) -> Rows:
    return [
        {
            **{name: value for name, value in row.items() if name != "credit_hold"},
            "line": str(row["line"]),
            "reason": unbilled_because(mode, credit_hold=row["credit_hold"]),
        }
        for row in rows
    ]
