"""Use case: what I call a vendor's box types and carriers (domain section 3).

A code means the same in both companies unless the buyer says otherwise. What it says is its own, and counts wherever a
vendor's box or carrier comes into its world: price list rows, fuel surcharges, lines of the catalog, documents, labels
that it prints itself, its stock. The vendor goes on reading its own codes. What a box measures stays the vendor's.
"""

from __future__ import annotations

from typing import Any

from k2k_core.domain import wire
from k2k_core.domain.items import STANDARD_BOXES
from k2k_core.domain.roles import PURCHASING, READING
from k2k_core.errors import NotFound
from k2k_core.services import connections
from k2k_core.services.acquaintance import both
from k2k_core.services.code_names import BOX_TYPE, CARRIER, names_of
from k2k_core.services.facts import CompanyFacts
from k2k_core.services.journal import audit, emit
from k2k_core.services.office import Office
from k2k_core.store import mappings
from k2k_core.store.parties import connection_between
from k2k_core.store.work import Session


def map_box_type(office: Office, buyer: str, vendor: str, box_type: str, own: str | None) -> dict[str, Any]:
    """Say which of the buyer's box types a vendor's is; None for the one of the same code again.

    It counts for what is ordered from now on. Raises `NotFound` for a box type that either company does not have, and
    for a vendor that the buyer is not connected with.
    """
    office.actor.require(PURCHASING, buyer)
    with office.store.reading() as session:
        facts, theirs = _pair(office, session, buyer, vendor)
        _require_box_type(session, theirs, box_type)
        if own is not None:
            _require_box_type(session, facts, own)
    return _map(office, facts, theirs, BOX_TYPE, box_type, own)


def map_carrier(office: Office, buyer: str, vendor: str, carrier: str, own: str | None) -> dict[str, Any]:
    """Say what the buyer calls a carrier that a vendor ships with; None for the vendor's code again.

    Carriers of days of service are free texts, and so are these.
    """
    office.actor.require(PURCHASING, buyer)
    named = wire.text(carrier), None if own is None else wire.text(own)
    with office.store.reading() as session:
        facts, theirs = _pair(office, session, buyer, vendor)
    return _map(office, facts, theirs, CARRIER, *named)


def code_names(office: Office, buyer: str, vendor: str) -> dict[str, Any]:
    """Everything that a buyer calls otherwise than a vendor: `{buyer, vendor, box_types{}, carriers{}}`, the vendor's
    code → the buyer's."""
    office.actor.require(READING, buyer)
    with office.store.reading() as session:
        facts, theirs = _pair(office, session, buyer, vendor)
        boxes, carriers = (dict(names_of(session, facts, theirs, kind)) for kind in (BOX_TYPE, CARRIER))
    return {"buyer": buyer, "vendor": vendor, "box_types": boxes, "carriers": carriers}


def _map(
    office: Office, buyer: CompanyFacts, vendor: CompanyFacts, kind: str, theirs: str, own: str | None
) -> dict[str, Any]:
    wanted = None if own == theirs else own

    def write(session: Session) -> None:
        before = mappings.map_code(session, buyer.id, vendor.id, kind, theirs, wanted)
        audit(session, office.actor, buyer.id, f"{kind}.mapped", f"{vendor.code}/{theirs}", before, wanted)
        if before != wanted:
            # The buyer's own prices may be others now: its feed alone says so.
            emit(session, "offer.changed", {"vendor": vendor.code, "buyer": buyer.code}, [buyer.id])

    office.store.transact(write)
    connections.recheck(office, buyer.code)  # a box type that is known by now may have been all that was open
    return {"buyer": buyer.code, "vendor": vendor.code, kind: theirs, "own": wanted or theirs}


def _pair(office: Office, session: Session, buyer: str, vendor: str) -> tuple[CompanyFacts, CompanyFacts]:
    theirs, facts = both(office, session, vendor, buyer)
    if connection_between(session, theirs.company, facts.company) is None:
        raise NotFound(f"There is no connection from {vendor} to {buyer}.", kind="connection")
    return facts, theirs


def _require_box_type(session: Session, facts: CompanyFacts, code: str) -> None:
    if code not in facts.box_type_codes(session) | set(STANDARD_BOXES):
        raise NotFound(f"There is no box type {code} in {facts.code}.", kind="box_type")
