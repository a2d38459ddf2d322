"""Connecting two companies (domain section 2): proposed → accepted → active → suspended → active | ended.

Either side proposes, the other accepts; nobody else is needed. What is accepted becomes active by itself as soon as
nothing but warnings is open: that is looked at on acceptance and after every change of either company's set-up.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from k2k_core.domain.roles import COMPANY_SETUP, READING
from k2k_core.errors import Conflict, Invalid, NotAllowed, NotFound
from k2k_core.services.journal import emit
from k2k_core.services.office import Office
from k2k_core.services.readiness import is_ready
from k2k_core.store import tables
from k2k_core.store.work import Session

PROPOSED, ACCEPTED, ACTIVE, SUSPENDED, ENDED = "proposed", "accepted", "active", "suspended", "ended"

_CONNECTION: Any = tables.Connection
_STEP: Any = tables.ConnectionStep
_TERMS = ("hide_vendor", "bill_to_final_customer", "share_future_sales")

Shown = dict[str, object]


class _Pair:
    """The two companies of a connection, the one that acts, and the connection's present state."""

    def __init__(self, session: Session, office: Office, vendor: str, buyer: str, by: str) -> None:
        office.actor.require(COMPANY_SETUP, by)
        if vendor == buyer:
            raise Invalid("A company does not connect to itself.")
        self.session, self.person = session, office.actor.email
        self.vendor, self.buyer, self.by = vendor, buyer, by
        self.ids = _ids(session, (vendor, buyer))
        if by not in self.ids:
            raise NotAllowed(f"Only {vendor} and {buyer} decide on their connection.")
        session.lock(tables.Company, self.ids.values())
        self.mine = (_CONNECTION.vendor_id == self.ids[vendor]) & (_CONNECTION.buyer_id == self.ids[buyer])
        self.state: str | None = session.value(_CONNECTION.select(_CONNECTION.state).where(self.mine))

    def move(self, state: str, *before: str) -> None:
        """Bring the connection to `state` when it is in one of the states `before`; else `Conflict`."""
        if self.state not in before:
            raise _conflict(self.vendor, self.buyer, self.state, state)
        wanted = self.mine & (_CONNECTION.state == self.state)
        both = self.ids.values()
        if self.session.change(_CONNECTION.update(state=state).where(wanted), touches=both) != 1:
            raise _conflict(self.vendor, self.buyer, self.state, state)
        self.record(state)

    def record(self, state: str) -> None:
        """Keep who did it and when, and tell both companies' programs."""
        vendor_id, buyer_id = self.ids[self.vendor], self.ids[self.buyer]
        self.session.insert(
            tables.ConnectionStep,
            vendor_id=vendor_id,
            buyer_id=buyer_id,
            state=state,
            by_company_id=self.ids[self.by],
            by_person=self.person,
            at=self.session.now,
        )
        data = {"vendor": self.vendor, "buyer": self.buyer, "by": self.by, "state": state}
        verb = "resumed" if state == ACTIVE and self.state == SUSPENDED else _VERBS[state]
        emit(self.session, f"connection.{verb}", data, [vendor_id, buyer_id])


_VERBS = {PROPOSED: "proposed", ACCEPTED: "accepted", ACTIVE: "activated", SUSPENDED: "suspended", ENDED: "ended"}


def propose(office: Office, vendor: str, buyer: str, by: str) -> Shown:
    """Propose a connection; one that has ended can be proposed anew. Answers the connection."""

    def work(session: Session) -> Shown:
        pair = _Pair(session, office, vendor, buyer, by)
        if pair.state is None:
            ids = pair.ids
            session.insert(tables.Connection, vendor_id=ids[vendor], buyer_id=ids[buyer], state=PROPOSED)
            pair.record(PROPOSED)
        else:
            pair.move(PROPOSED, ENDED)
        return _shown(session, vendor, buyer)

    return office.store.transact(work)


def accept(office: Office, vendor: str, buyer: str, by: str) -> Shown:
    """Accept what the other side has proposed; it becomes active at once when nothing but warnings is open."""

    def work(session: Session) -> None:
        pair = _Pair(session, office, vendor, buyer, by)
        if pair.state == PROPOSED and _proposer(session, pair.ids[vendor], pair.ids[buyer]) == pair.ids[by]:
            raise NotAllowed(f"{by} has proposed the connection: the other company accepts it.")
        pair.move(ACCEPTED, PROPOSED)

    office.store.transact(work)
    recheck(office, by)
    return show(office, vendor, buyer)


def suspend(office: Office, vendor: str, buyer: str, by: str) -> Shown:
    """Take the offers away at once; every order stays as it was."""
    return _moved(office, vendor, buyer, by, lambda pair: pair.move(SUSPENDED, ACTIVE))


def resume(office: Office, vendor: str, buyer: str, by: str) -> Shown:
    """Make a suspended connection active again; what readiness asks is not looked at again."""
    return _moved(office, vendor, buyer, by, lambda pair: pair.move(ACTIVE, SUSPENDED))


def end(office: Office, vendor: str, buyer: str, by: str) -> Shown:
    """End a connection in whatever state it is; every order stays as it was."""
    return _moved(office, vendor, buyer, by, lambda pair: pair.move(ENDED, PROPOSED, ACCEPTED, ACTIVE, SUSPENDED))


def show(office: Office, vendor: str, buyer: str) -> Shown:
    """The connection with its state, its terms and who moved it when."""
    with office.store.reading() as session:
        found = _shown(session, vendor, buyer)
    own = office.actor.company
    office.actor.require(READING, own if own in (vendor, buyer) and own else vendor)
    return found


def recheck(office: Office, company: str) -> None:
    """Activate every accepted connection of a company for which nothing but warnings is open any more."""
    for vendor, buyer in _accepted(office, company):
        with office.store.reading() as session:
            ready = is_ready(session, office.facts.get(session, vendor), office.facts.get(session, buyer))
        if ready:
            _activate(office, vendor, buyer, company)


def _activate(office: Office, vendor: str, buyer: str, by: str) -> None:
    def work(session: Session) -> None:
        ids = _ids(session, (vendor, buyer))
        session.lock(tables.Company, ids.values())
        accepted = (_CONNECTION.vendor_id == ids[vendor]) & (_CONNECTION.buyer_id == ids[buyer])
        accepted &= _CONNECTION.state == ACCEPTED
        if session.change(_CONNECTION.update(state=ACTIVE).where(accepted), touches=ids.values()) == 1:
            session.insert(
                tables.ConnectionStep,
                vendor_id=ids[vendor],
                buyer_id=ids[buyer],
                state=ACTIVE,
                by_company_id=ids[by],
                by_person=office.actor.email,
                at=session.now,
            )
            data = {"vendor": vendor, "buyer": buyer, "state": ACTIVE}
            emit(session, "connection.activated", data, ids.values())

    office.store.transact(work)


def _accepted(office: Office, company: str) -> list[tuple[str, str]]:
    vendor, buyer = tables.Company.alias("v"), tables.Company.alias("b")
    query = (
        _CONNECTION.select(vendor.code, buyer.code)
        .join(vendor, on=vendor.id == _CONNECTION.vendor_id)
        .join(buyer, on=buyer.id == _CONNECTION.buyer_id)
        .where((_CONNECTION.state == ACCEPTED) & ((vendor.code == company) | (buyer.code == company)))
        .order_by(_CONNECTION.id)
    )
    with office.store.reading() as session:
        return [(row[0], row[1]) for row in session.rows(query)]


def _moved(office: Office, vendor: str, buyer: str, by: str, move: Callable[[_Pair], None]) -> Shown:
    def work(session: Session) -> Shown:
        move(_Pair(session, office, vendor, buyer, by))
        return _shown(session, vendor, buyer)

    return office.store.transact(work)


def _proposer(session: Session, vendor_id: int, buyer_id: int) -> int | None:
    proposed = (_STEP.vendor_id == vendor_id) & (_STEP.buyer_id == buyer_id) & (_STEP.state == PROPOSED)
    found: int | None = session.value(_STEP.select(_STEP.by_company_id).where(proposed).order_by(_STEP.id.desc()))
    return found


def _shown(session: Session, vendor: str, buyer: str) -> Shown:
    ids = _ids(session, (vendor, buyer))
    pair = (ids[vendor], ids[buyer])
    wanted = (_CONNECTION.vendor_id == pair[0]) & (_CONNECTION.buyer_id == pair[1])
    rows = session.dicts(_CONNECTION.select().where(wanted))
    if not rows:
        raise NotFound(f"There is no connection from {vendor} to {buyer}.", kind="connection")
    by_id = {company_id: code for code, company_id in ids.items()}
    steps = session.dicts(_STEP.select().where((_STEP.vendor_id == pair[0]) & (_STEP.buyer_id == pair[1])))
    history = [
        {"state": step["state"], "by": by_id[step["by_company_id"]], "at": step["at"].isoformat()}
        for step in sorted(steps, key=lambda step: int(step["id"]))
    ]
    terms = {name: rows[0][name] for name in _TERMS}
    return {"vendor": vendor, "buyer": buyer, "state": rows[0]["state"], **terms, "history": history}


def _ids(session: Session, codes: Iterable[str]) -> dict[str, int]:
    table = tables.Company
    found: dict[str, int] = dict(session.rows(table.select(table.code, table.id).where(table.code.in_(list(codes)))))
    for code in codes:
        if code not in found:
            raise NotFound(f"There is no company {code} in this network.", kind="company")
    return found


def _conflict(vendor: str, buyer: str, state: str | None, wanted: str) -> Conflict | NotFound:
    if state is None:
        return NotFound(f"There is no connection from {vendor} to {buyer}.", kind="connection")
    return Conflict(f"The connection from {vendor} to {buyer} is {state}; it cannot become {wanted} now.", state=state)
