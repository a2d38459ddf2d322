"""Reads and writes the connections between companies and their history (domain section 2)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, NamedTuple

from k2k_core.domain.connection_states import PROPOSED
from k2k_core.store import tables
from k2k_core.store.database.session import Session

_CONNECTION: Any = tables.Connection
_STEP: Any = tables.ConnectionStep
_VENDOR: Any = tables.Vendor
TERMS = ("hide_vendor", "bill_to_final_customer", "share_future_sales")


class Pair(NamedTuple):
    """The ids of a vendor and a buyer."""

    vendor: int
    buyer: int


class Terms(NamedTuple):
    """The state and the agreed terms of a connection."""

    state: str
    hide_vendor: bool
    bill_to_final_customer: bool
    share_future_sales: bool
    version: int


class Step(NamedTuple):
    """Which company, and who of it, changed the state of a connection, and when."""

    state: str
    by: int
    at: datetime
    person: str


def state(session: Session, pair: Pair) -> str | None:
    """The state of the connection; None when there is none."""
    found: str | None = session.value(_CONNECTION.select(_CONNECTION.state).where(_of(pair)))
    return found


def terms(session: Session, pair: Pair) -> Terms | None:
    """State and terms of the connection; None when there is none."""
    columns = [getattr(_CONNECTION, name) for name in Terms._fields]
    found = session.first(_CONNECTION.select(*columns).where(_of(pair)))
    return None if found is None else Terms(*found)


def row_id(session: Session, pair: Pair) -> int:
    """The id of the connection, which there is."""
    return int(session.value(_CONNECTION.select(_CONNECTION.id).where(_of(pair))))


def partners_of(session: Session, company_id: int) -> set[int]:
    """The companies to which a company is, or was, connected, on either side."""
    mine = (_CONNECTION.vendor_id == company_id) | (_CONNECTION.buyer_id == company_id)
    pairs = session.rows(_CONNECTION.select(_CONNECTION.vendor_id, _CONNECTION.buyer_id).where(mine))
    return {one for pair in pairs for one in pair} - {company_id}


def hidden_names(session: Session, company_id: int) -> list[tuple[str, str]]:
    """The names and codes of the vendors that a company's connections hide from customers, each with the code of the
    vendor company: as it is called itself, and as the buyer's vendor record calls it. A vendor that is hidden from a
    buyer's customers finds its own."""
    company, vendor = tables.Company, _VENDOR
    mine = (_CONNECTION.vendor_id == company_id) | (_CONNECTION.buyer_id == company_id)
    query = company.select(company.code, company.name).join(_CONNECTION, on=_CONNECTION.vendor_id == company.id)
    hidden: dict[str, str] = dict(session.rows(query.where(mine & _CONNECTION.hide_vendor)))
    if not hidden:
        return []
    records = vendor.select(vendor.company, vendor.code, vendor.name).where(
        (vendor.company_id == company_id) & vendor.company.in_(sorted(hidden))
    )
    found = [(code, called) for code, name in hidden.items() for called in (code, name)]
    return found + [(code, called) for code, *names in session.rows(records) for called in names]


def add(session: Session, pair: Pair, values: Mapping[str, Any]) -> None:
    """Add a connection: its state, and its terms if they are not the defaults."""
    session.insert(tables.Connection, vendor_id=pair.vendor, buyer_id=pair.buyer, **values)


def move(session: Session, pair: Pair, before: str, after: str) -> bool:
    """Change the state of a connection; False when it is not in the state `before`."""
    query = _CONNECTION.update(state=after).where(_of(pair) & (_CONNECTION.state == before))
    return session.change(query, touches=pair) == 1


def change_terms(session: Session, pair: Pair, terms: Mapping[str, bool]) -> None:
    """Change terms of a connection."""
    session.change(_CONNECTION.update(dict(terms)).where(_of(pair)), touches=pair)


def add_step(session: Session, pair: Pair, state: str, by: int, person: str) -> None:
    """Add an entry to its history; the moment is that of the unit of work."""
    session.insert(
        tables.ConnectionStep,
        vendor_id=pair.vendor,
        buyer_id=pair.buyer,
        state=state,
        by_company_id=by,
        by_person=person,
        at=session.now,
    )


def steps(session: Session, pair: Pair) -> list[Step]:
    """The history, oldest first."""
    mine = (_STEP.vendor_id == pair.vendor) & (_STEP.buyer_id == pair.buyer)
    rows = session.rows(
        _STEP.select(_STEP.state, _STEP.by_company_id, _STEP.at, _STEP.by_person).where(mine).order_by(_STEP.id)
    )
    return [Step(*row) for row in rows]


def proposer(session: Session, pair: Pair) -> int | None:
    """The company that proposed the connection last; None for one that was loaded."""
    mine = (_STEP.vendor_id == pair.vendor) & (_STEP.buyer_id == pair.buyer) & (_STEP.state == PROPOSED)
    found: int | None = session.value(_STEP.select(_STEP.by_company_id).where(mine).order_by(_STEP.id.desc()))
    return found


def in_states(session: Session, company: str, wanted: Sequence[str]) -> dict[str, list[tuple[str, str]]]:
    """By state the vendor and buyer of every connection of a company that is in one of some states."""
    vendor: Any = tables.Company.alias("v")
    buyer: Any = tables.Company.alias("b")
    query = (
        _CONNECTION.select(_CONNECTION.state, vendor.code, buyer.code)
        .join(vendor, on=vendor.id == _CONNECTION.vendor_id)
        .join(buyer, on=buyer.id == _CONNECTION.buyer_id)
        .where(_CONNECTION.state.in_(list(wanted)) & ((vendor.code == company) | (buyer.code == company)))
        .order_by(_CONNECTION.id)
    )
    found: dict[str, list[tuple[str, str]]] = {state: [] for state in wanted}
    for state, seller, customer in session.rows(query):
        found[state].append((seller, customer))
    return found


def has_transit_days(session: Session, vendor_record: int) -> bool:
    """Whether transit days are set for a vendor record: missing ones count as 0 everywhere else."""
    query = _VENDOR.select(_VENDOR.transit_days).where(_VENDOR.id == vendor_record)
    return session.value(query) is not None


def _of(pair: Pair) -> Any:
    return (_CONNECTION.vendor_id == pair.vendor) & (_CONNECTION.buyer_id == pair.buyer)
