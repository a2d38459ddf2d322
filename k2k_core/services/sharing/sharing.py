"""Use case: which lots of a vendor a buyer sees, and which rules hold the others back (domain section 3, `share`)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import cast

from k2k_core.domain.answers.sharing import DenialDetail, SharedLot, SharedLots
from k2k_core.domain.parsing import iso_text
from k2k_core.domain.roles import READING
from k2k_core.domain.sharing import BOTH, BUYER, VENDOR, Denial
from k2k_core.errors import NotAllowed
from k2k_core.messages import Message, message_facts
from k2k_core.services.company_access import require_connected_pair
from k2k_core.services.context import ServiceContext
from k2k_core.services.inventory.lots import in_order
from k2k_core.services.lists.page_request import PageRequest
from k2k_core.services.sharing.lot_pages import LotList, page_of_lots
from k2k_core.services.sharing.shared_inventory import CompanyPair, SharedInventory, shared_inventory
from k2k_core.store.inventory.lots import CODE, LotRow
from k2k_core.store.lists.lots import BY_CODE, SORTS
from k2k_core.store.master_data.parties import connection_between


def share(context: ServiceContext, vendor: str, buyer: str, lots: Sequence[str] | None = None) -> list[SharedLot]:
    """For each lot of the vendor whether it is shared, every failing rule, and its details."""
    reader = reading_side(context, vendor, buyer)
    with context.store.reading() as session:
        pair = shared_inventory(context, session, *require_connected_pair(context, session, vendor, buyer), lots)
        denials = pair.denials()
    found: dict[str, Sequence[Denial]] = {}
    for row, reasons in zip(pair.rows, denials, strict=True):
        found[row[CODE]] = found[f"{vendor}/{row[CODE]}"] = reasons
    refs = [row[CODE] for row in pair.rows] if lots is None else in_order(lots, found)
    return [_answer(ref, found[ref], vendor, buyer, reader) for ref in refs]


def page_of_shared(context: ServiceContext, vendor: str, buyer: str, request: PageRequest) -> SharedLots:
    """The same, page by page, by the codes of the vendor's lots."""
    reader = reading_side(context, vendor, buyer)
    with context.store.reading() as session:
        companies = require_connected_pair(context, session, vendor, buyer)
        connection = connection_between(session, companies[0].company, companies[1].company)
        pair = CompanyPair(*companies, connection)

        def computed(rows: Sequence[LotRow]) -> list[SharedLot]:
            denials = SharedInventory(context, session, pair, rows).denials()
            return [_answer(row[CODE], one, vendor, buyer, reader) for row, one in zip(rows, denials, strict=True)]

        whose = pair.vendor if context.actor.company == vendor else pair.buyer
        sorts = BY_CODE if reader == BUYER else SORTS
        asked_of = LotList("share", SharedLot, computed, f"{vendor}/{buyer}", pair.vendor.id, tuple(sorts))
        return cast(SharedLots, page_of_lots(context, session, whose, [pair.vendor], asked_of, request))


def _answer(ref: str, denials: Sequence[Denial], vendor: str, buyer: str, reader: str) -> SharedLot:
    return {
        "lot": ref,
        "shared": not denials,
        "reasons": sorted({denial.code for denial in denials}),
        "details": [detail(denial, side_of(denial, vendor, buyer, VENDOR), reader) for denial in denials],
    }


def side_of(denial: Denial, vendor: str, buyer: str, rule_side: str) -> str:
    """The side of a denial: that of the owner of its setting; if that is neither company, the rule's."""
    if denial.owner == buyer:
        return BUYER
    return VENDOR if denial.owner == vendor else rule_side


def held_back_by(side: str) -> Message:
    """The reason that one side reads for the other side's rules."""
    return Message("held back by the vendor") if side == VENDOR else Message("held back by the buyer")


def detail(denial: Denial, side: str, reader: str) -> DenialDetail:
    """A denial as one side sees it: of the other side's only the code."""
    if reader not in (side, BOTH):
        return {"code": denial.code, "side": side, "reason": held_back_by(side)}
    return {
        "code": denial.code,
        "side": side,
        "reason": denial.reason,
        "facts": message_facts(denial.reason),
        "setting": denial.setting,
        "owner": denial.owner,
        "cured_on": iso_text(denial.cured_on),
        "caused_on": iso_text(denial.caused_on),
    }


def reading_side(context: ServiceContext, vendor: str, buyer: str) -> str:
    """The side of the reader: the vendor's, the buyer's, or both. Raises `NotAllowed` for a person of neither."""
    actor = context.actor
    if actor.host or actor.operator:
        return BOTH
    side = {vendor: VENDOR, buyer: BUYER}.get(actor.company or "")
    if side is None:
        raise NotAllowed("You work for neither of these companies.")
    actor.require(READING, actor.company or "")
    return side
