"""Use case: what I call a vendor's box types and carriers (domain section 3).

A code means the same in both companies unless the buyer says otherwise. Such a mapping is the buyer's own, and counts
wherever it meets a vendor's box or carrier: price list rows, fuel surcharges, lines of the catalog, documents, labels
that it prints itself, its stock. The vendor goes on reading its own codes. What a box measures stays the vendor's.
"""

from __future__ import annotations

from k2k_core.domain import parsing
from k2k_core.domain.answers.connections import CodeMapping, CodeNames
from k2k_core.domain.items import STANDARD_BOXES
from k2k_core.domain.roles import PURCHASING, READING
from k2k_core.errors import NotFound
from k2k_core.services.company_access import require_connected_pair
from k2k_core.services.company_snapshot import CompanySnapshot
from k2k_core.services.connections import connections
from k2k_core.services.context import ServiceContext
from k2k_core.services.inventory.vendor_codes import BOX_TYPE, CARRIER, names_of
from k2k_core.services.journal import Change, audit, emit
from k2k_core.store.database.session import Session
from k2k_core.store.master_data import mappings
from k2k_core.store.master_data.parties import connection_between


def map_box_type(context: ServiceContext, buyer: str, vendor: str, box_type: str, own: str | None) -> CodeMapping:
    """Say which of the buyer's box types a vendor's is; None for the one of the same code again.

    It counts for what is ordered from now on. Raises `NotFound` for a box type that either company does not have, and
    for a vendor that the buyer is not connected with.
    """
    context.actor.require(PURCHASING, buyer)
    with context.store.reading() as session:
        snapshot, theirs = _pair(context, session, buyer, vendor)
        _require_box_type(session, theirs, box_type)
        if own is not None:
            _require_box_type(session, snapshot, own)
    return _map(context, snapshot, theirs, BOX_TYPE, box_type, own)


def map_carrier(context: ServiceContext, buyer: str, vendor: str, carrier: str, own: str | None) -> CodeMapping:
    """Set the buyer's name of a carrier that a vendor ships with; None for the vendor's code again.

    Carriers of days of service are free texts, and so are these.
    """
    context.actor.require(PURCHASING, buyer)
    named = parsing.text(carrier), None if own is None else parsing.text(own)
    with context.store.reading() as session:
        snapshot, theirs = _pair(context, session, buyer, vendor)
    return _map(context, snapshot, theirs, CARRIER, *named)


def code_names(context: ServiceContext, buyer: str, vendor: str) -> CodeNames:
    """Every code that a buyer has mapped to one of its own: `{buyer, vendor, box_types{}, carriers{}}`, the vendor's
    code → the buyer's."""
    context.actor.require(READING, buyer)
    with context.store.reading() as session:
        snapshot, theirs = _pair(context, session, buyer, vendor)
        boxes, carriers = (dict(names_of(session, snapshot, theirs, kind)) for kind in (BOX_TYPE, CARRIER))
    return {"buyer": buyer, "vendor": vendor, "box_types": boxes, "carriers": carriers}


def _map(
    context: ServiceContext, buyer: CompanySnapshot, vendor: CompanySnapshot, kind: str, theirs: str, own: str | None
) -> CodeMapping:
    wanted = None if own == theirs else own

    def write(session: Session) -> None:
        before = mappings.map_code(session, buyer.id, vendor.id, kind, theirs, wanted)
        audit(session, context.actor, buyer.id, f"{kind}.mapped", f"{vendor.code}/{theirs}", Change(before, wanted))
        if before != wanted:
            # The buyer's own prices may have changed: the event is in its feed alone.
            emit(session, "offer.changed", {"vendor": vendor.code, "buyer": buyer.code}, [buyer.id])

    context.store.transact(write)
    connections.recheck(context, buyer.code)  # an unknown box type may have been the last open requirement
    pair = buyer.code, vendor.code
    if kind == BOX_TYPE:
        return {"buyer": pair[0], "vendor": pair[1], "box_type": theirs, "own": wanted or theirs}
    return {"buyer": pair[0], "vendor": pair[1], "carrier": theirs, "own": wanted or theirs}


def _pair(
    context: ServiceContext, session: Session, buyer: str, vendor: str
) -> tuple[CompanySnapshot, CompanySnapshot]:
    theirs, snapshot = require_connected_pair(context, session, vendor, buyer)
    if connection_between(session, theirs.company, snapshot.company) is None:
        raise NotFound(f"There is no connection from {vendor} to {buyer}.", kind="connection")
    return snapshot, theirs


def _require_box_type(session: Session, company: CompanySnapshot, code: str) -> None:
    if code not in company.box_type_codes(session) | set(STANDARD_BOXES):
        raise NotFound(f"There is no box type {code} in {company.code}.", kind="box_type")
