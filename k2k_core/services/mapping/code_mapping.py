"""Use case: a buyer's own codes for a vendor's box types and carriers (domain section 3).

A code means the same in both companies unless the buyer maps it. A mapping is the buyer's own, and applies wherever the
buyer meets the vendor's box or carrier: price list rows, fuel surcharges, catalog lines, documents, labels that it
prints, its stock. The vendor still sees its own codes. The dimensions of a box are always the vendor's.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import NamedTuple

from k2k_core.domain import parsing
from k2k_core.domain.answers.connections import CodeMapping, CodeNames
from k2k_core.domain.items import STANDARD_BOXES
from k2k_core.domain.roles import PURCHASING, READING
from k2k_core.errors import NotFound
from k2k_core.services.company_access import require_connected_pair
from k2k_core.services.company_snapshot import CompanySnapshot
from k2k_core.services.context import ServiceContext
from k2k_core.services.inventory.vendor_codes import BOX_TYPE, CARRIER, names_of
from k2k_core.services.journal import Change, audit, emit, of_facts
from k2k_core.store.database.session import Session
from k2k_core.store.master_data import mappings
from k2k_core.store.master_data.parties import connection_between


def planned_box_type(context: ServiceContext, buyer: str, vendor: str, box_type: str, own: str | None) -> PlannedCode:
    """Map a vendor's box type to one of the buyer's; None restores the one with the same code.

    It applies to orders from now on. Raises `NotFound` for a box type that either company does not have, and for a
    vendor that the buyer is not connected with.
    """
    context.actor.require(PURCHASING, buyer)
    with context.store.reading() as session:
        snapshot, theirs = _pair(context, session, buyer, vendor)
        _require_box_type(session, theirs, box_type)
        if own is not None:
            _require_box_type(session, snapshot, own)
    return _planned(context, CompanyPair(snapshot, theirs), Named(BOX_TYPE, box_type, own))


def planned_carrier(context: ServiceContext, buyer: str, vendor: str, carrier: str, own: str | None) -> PlannedCode:
    """Set the buyer's name for a vendor's carrier; None restores the vendor's code.

    Carriers in days of service are free texts, and so are these.
    """
    context.actor.require(PURCHASING, buyer)
    own = None if own is None else parsing.argument("own", parsing.text, own)
    named = parsing.argument("carrier", parsing.text, carrier), own
    with context.store.reading() as session:
        snapshot, theirs = _pair(context, session, buyer, vendor)
    return _planned(context, CompanyPair(snapshot, theirs), Named(CARRIER, *named))


def code_names(context: ServiceContext, buyer: str, vendor: str) -> CodeNames:
    """Every code that a buyer has mapped to one of its own: `{buyer, vendor, box_types{}, carriers{}}`, the vendor's
    code → the buyer's."""
    context.actor.require(READING, buyer)
    with context.store.reading() as session:
        snapshot, theirs = _pair(context, session, buyer, vendor)
        boxes, carriers = (dict(names_of(session, snapshot, theirs, kind)) for kind in (BOX_TYPE, CARRIER))
    return {"buyer": buyer, "vendor": vendor, "box_types": boxes, "carriers": carriers}


class CompanyPair(NamedTuple):
    """A buyer, and the vendor whose code is mapped."""

    buyer: CompanySnapshot
    vendor: CompanySnapshot


class Named(NamedTuple):
    """A vendor's code of a kind, and the buyer's own code for it; None for the same."""

    kind: str
    theirs: str
    own: str | None


class PlannedCode(NamedTuple):
    """A mapping of a code, permitted: its kind and request, for a key, its work in a transaction, and what that
    answers."""

    kind: str
    request: Mapping[str, object]
    work: Callable[[Session], CodeMapping]
    mapped: CodeMapping


def _planned(context: ServiceContext, pair: CompanyPair, named: Named) -> PlannedCode:
    (buyer, vendor), (kind, theirs, own) = pair, named
    wanted = None if own == theirs else own
    mapped: CodeMapping = {"buyer": buyer.code, "vendor": vendor.code, "own": wanted or theirs}
    if kind == BOX_TYPE:
        mapped["box_type"] = theirs
    else:
        mapped["carrier"] = theirs

    def write(session: Session) -> CodeMapping:
        before = mappings.map_code(session, buyer.id, vendor.id, kind, theirs, wanted)
        audit(session, context.actor, buyer.id, f"{kind}.mapped", f"{vendor.code}/{theirs}", Change(before, wanted))
        if before != wanted:
            # The buyer's own prices may have changed: the event is in its feed alone.
            about = of_facts(buyer.id, vendor.code)
            emit(session, "offer.changed", {"vendor": vendor.code, "buyer": buyer.code}, [buyer.id], about)
        return mapped

    return PlannedCode(kind, {"vendor": vendor.code, "code": theirs, "own": own}, write, mapped)


def _pair(
    context: ServiceContext, session: Session, buyer: str, vendor: str
) -> tuple[CompanySnapshot, CompanySnapshot]:
    theirs, snapshot = require_connected_pair(context, session, vendor, buyer)
    if connection_between(session, theirs.company, snapshot.company) is None:
        raise NotFound(
            "There is no connection from {vendor} to {buyer}.", vendor=vendor, buyer=buyer, kind="connection"
        )
    return snapshot, theirs


def _require_box_type(session: Session, company: CompanySnapshot, code: str) -> None:
    if code not in company.box_type_codes(session) | set(STANDARD_BOXES):
        raise NotFound("There is no box type {code} in {company}.", code=code, company=company.code, kind="box_type")
