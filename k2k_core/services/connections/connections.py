"""Use cases: the states of a connection (domain section 2): proposed → accepted → active → suspended → active | ended.

Either side proposes, the other accepts; nobody else is needed. An accepted connection becomes active by itself as soon
as only warnings are open: that is checked on acceptance and after every change of either company's set-up.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

from k2k_core.clock import moment_text
from k2k_core.domain.answers.connections import Connection, ConnectionStep
from k2k_core.domain.connection_states import ACCEPTED, ACTIVE, ENDED, PROPOSED, SUSPENDED
from k2k_core.domain.roles import COMPANY_SETUP, READING, Actor
from k2k_core.errors import Conflict, Fault, Invalid, NotAllowed, NotFound
from k2k_core.messages import Message
from k2k_core.schemas.record import record_fault, refuse
from k2k_core.services.change_guards import Guard
from k2k_core.services.change_guards import Subject as Guarded
from k2k_core.services.connections.readiness import is_ready
from k2k_core.services.context import ServiceContext
from k2k_core.services.idempotency import IdempotentCommand
from k2k_core.services.journal import Change, audit, emit
from k2k_core.store.database.session import Session
from k2k_core.store.events.feeds import begin_at_end
from k2k_core.store.events.journal import Subject
from k2k_core.store.master_data import companies
from k2k_core.store.master_data import connections as rows

_VERBS = {PROPOSED: "proposed", ACCEPTED: "accepted", ACTIVE: "activated", SUSPENDED: "suspended", ENDED: "ended"}


class Parties(NamedTuple):
    """The two companies of a connection, and the one of them that acts."""

    vendor: str
    buyer: str
    by: str


class _Decision:
    """One company's decision about a connection, in one unit of work that has locked both companies."""

    def __init__(self, session: Session, parties: Parties, actor: Actor) -> None:
        self.session, self.actor, self.person = session, actor, actor.email
        self.vendor, self.buyer, self.by = vendor, buyer, by = parties
        if by not in (vendor, buyer):
            raise NotAllowed("Only {vendor} and {buyer} decide on their connection.", vendor=vendor, buyer=buyer)
        self.ids = companies.ids(session, (vendor, buyer))
        self.pair = rows.Pair(self.ids[vendor], self.ids[buyer])
        companies.lock(session, self.pair)
        self.state = rows.state(session, self.pair)

    def propose(self) -> None:
        """Propose a new connection, or one that has ended."""
        if self.state is None:
            rows.add(self.session, self.pair, {"state": PROPOSED})
            self._record(PROPOSED)
        else:
            self.move(PROPOSED, ENDED)

    def accept(self) -> None:
        """Accept, as the side that has not proposed."""
        if self.state == PROPOSED and rows.proposer(self.session, self.pair) == self.ids[self.by]:
            raise NotAllowed("{by} has proposed the connection: the other company accepts it.", by=self.by)
        self.move(ACCEPTED, PROPOSED)

    def move(self, state: str, *before: str) -> None:
        """Change the state to `state` if it is one of the states `before`; else raise `Conflict`."""
        if self.state is None:
            raise _missing(self.vendor, self.buyer)
        if self.state not in before or not rows.move(self.session, self.pair, self.state, state):
            raise Conflict(
                "The connection from {vendor} to {buyer} is {state:words}; it cannot become {wanted:words} now.",
                vendor=self.vendor,
                buyer=self.buyer,
                state=self.state,
                wanted=state,
            )
        self._record(state)

    def agree(self, terms: Mapping[str, bool]) -> None:
        """Change terms of the connection, each by the side that may set it."""
        if self.state is None:
            raise _missing(self.vendor, self.buyer)
        if self.state == ENDED:
            raise Conflict(
                "The connection from {vendor} to {buyer} has ended.",
                vendor=self.vendor,
                buyer=self.buyer,
                state=self.state,
            )
        found = rows.terms(self.session, self.pair)
        before: dict[str, Any] = {} if found is None else found._asdict()
        moved = {name: value for name, value in terms.items() if before[name] != value}
        for name, value in moved.items():
            self._require_giver(name, value)
        if moved:
            rows.change_terms(self.session, self.pair, moved)
            data = {"vendor": self.vendor, "buyer": self.buyer, "by": self.by, "state": self.state, "terms": moved}
            emit(self.session, "connection.changed", data, self.pair, self._about())
            old = {name: before[name] for name in moved}
            for company_id in self.pair:
                audit(self.session, self.actor, company_id, "connection.changed", self.vendor, Change(old, moved))

    def require_unchanged(self, guard: Guard) -> None:
        """Raise `VersionMismatch` unless the connection is at the version that the caller has read, and `Conflict`
        unless its terms are as expected."""
        found = rows.terms(self.session, self.pair)
        if found is not None:
            path, company_id = f"connections/{self.vendor}:{self.buyer}", self.ids[self.by]
            guarded = Guarded(path, company_id, self.vendor, ("connection.changed",))
            guard.require(self.session, guarded, found.version, found._asdict())

    def _require_giver(self, name: str, value: bool) -> None:
        giver = {"share_future_sales": self.vendor, "bill_to_final_customer": self.buyer if value else self.by}
        if giver.get(name, self.by) != self.by:
            raise NotAllowed("{term} is for {company} to change.", term=name, company=giver[name], action=name)

    def _record(self, state: str) -> None:
        """Record who did it and when, and emit the event to both companies."""
        rows.add_step(self.session, self.pair, state, self.ids[self.by], self.person)
        verb = "resumed" if state == ACTIVE and self.state == SUSPENDED else _VERBS[state]
        data = {"vendor": self.vendor, "buyer": self.buyer, "by": self.by, "state": state}
        emit(self.session, f"connection.{verb}", data, self.pair, self._about())
        if state == ACTIVE:
            self.session.before_commit(lambda: begin_at_end(self.session, self.pair.buyer, self.pair.vendor))

    def _about(self) -> Subject:
        return Subject("connection", rows.row_id(self.session, self.pair), f"{self.vendor}:{self.buyer}")


def propose(context: ServiceContext, vendor: str, buyer: str, by: str, key: str | None = None) -> Connection:
    """Propose a connection; one that has ended can be proposed again. Returns the connection."""
    return _decided(context, "propose", Parties(vendor, buyer, by), key, _Decision.propose)


def accept(context: ServiceContext, vendor: str, buyer: str, by: str, key: str | None = None) -> Connection:
    """Accept the other side's proposal; the connection becomes active at once if only warnings are open."""
    _decided(context, "accept", Parties(vendor, buyer, by), key, _Decision.accept)
    recheck(context, by)
    with context.store.reading() as session:
        return _shown(session, vendor, buyer, context.actor)


def suspend(context: ServiceContext, vendor: str, buyer: str, by: str, key: str | None = None) -> Connection:
    """Suspend the connection: its offers disappear at once; orders do not change."""
    return _decided(
        context, "suspend", Parties(vendor, buyer, by), key, lambda decision: decision.move(SUSPENDED, ACTIVE)
    )


def resume(context: ServiceContext, vendor: str, buyer: str, by: str, key: str | None = None) -> Connection:
    """Activate a suspended connection again; its requirements are not checked again."""
    return _decided(
        context, "resume", Parties(vendor, buyer, by), key, lambda decision: decision.move(ACTIVE, SUSPENDED)
    )


def end(context: ServiceContext, vendor: str, buyer: str, by: str, key: str | None = None) -> Connection:
    """End a connection in any state; orders do not change."""
    states = (PROPOSED, ACCEPTED, ACTIVE, SUSPENDED)
    return _decided(context, "end", Parties(vendor, buyer, by), key, lambda decision: decision.move(ENDED, *states))


class AskedTerms(NamedTuple):
    """Terms as the caller gives them, and what guards them: the version of the connection, and expected terms."""

    terms: object
    version: int | None = None
    expected: object = None


def planned_terms(context: ServiceContext, parties: Parties, asked: AskedTerms) -> TermsChange:
    """A change of terms of a connection, parsed and permitted: `share_future_sales` is the vendor's,
    `bill_to_final_customer` the buyer's, whose customers they are (either may turn it off), and `hide_vendor` is for
    both."""
    read, faults = _read_terms(asked.terms, "")
    expected, more = _read_terms({} if asked.expected is None else asked.expected, "expected")
    refuse(faults + more, "The change is not valid: {first}")
    guard = Guard(asked.version, expected)

    def agree(decision: _Decision) -> None:
        decision.require_unchanged(guard)
        decision.agree(read)

    request: dict[str, object] = {"terms": read, **({} if asked.version is None else {"version": asked.version})}
    request |= {"expected": expected} if expected else {}
    return TermsChange(_request(parties, request), _planned(context, parties, agree))


def _read_terms(given: object, path: str) -> tuple[dict[str, bool], list[Fault]]:
    """Terms by name, and what is wrong with them below a path."""
    if not isinstance(given, Mapping):
        return {}, [record_fault(path or "terms", Message("is not an object"))]
    faults = []
    for name, value in given.items():
        below = f"{path}.{name}".lstrip(".")
        if name not in rows.TERMS:
            faults.append(record_fault(below, Message("is not known here")))
        elif not isinstance(value, bool):
            faults.append(record_fault(below, Message("is on or off: true or false")))
    return {name: value for name, value in given.items() if isinstance(value, bool)}, faults


class TermsChange(NamedTuple):
    """A change of terms: its request, for a key, and its work in a transaction."""

    request: Mapping[str, object]
    work: Callable[[Session], Connection]


def show(context: ServiceContext, vendor: str, buyer: str) -> Connection:
    """The connection with its state, its terms and who changed its state when, for either company."""
    own = context.actor.company
    context.actor.require(READING, own if own is not None and own in (vendor, buyer) else vendor)
    with context.store.reading() as session:
        return _shown(session, vendor, buyer, context.actor)


def recheck(context: ServiceContext, company: str) -> None:
    """Activate every accepted connection of a company for which only warnings are open."""
    with context.store.reading() as session:
        context.snapshots.show(session, company)
        waiting = rows.in_states(session, company, (ACCEPTED,))[ACCEPTED]
        ready = [
            pair for pair in waiting if is_ready(session, *(context.snapshots.get(session, code) for code in pair))
        ]
    for vendor, buyer in ready:
        _activate(context, vendor, buyer, company)


def _activate(context: ServiceContext, vendor: str, buyer: str, by: str) -> None:
    def work(session: Session) -> None:
        decision = _Decision(session, Parties(vendor, buyer, by), context.actor)
        if decision.state == ACCEPTED:  # else somebody else has changed it meanwhile
            decision.move(ACTIVE, ACCEPTED)

    context.store.transact(work)


def _decided(
    context: ServiceContext,
    operation: str,
    parties: Parties,
    key: str | None,
    decide: Callable[[_Decision], None],
) -> Connection:
    work = _planned(context, parties, decide)
    return IdempotentCommand(context, parties.by, operation, key, _request(parties)).transact(work)


def _request(parties: Parties, more: Mapping[str, object] | None = None) -> Mapping[str, object]:
    return {"vendor": parties.vendor, "buyer": parties.buyer, "terms": None, **(more or {})}


def _planned(
    context: ServiceContext, parties: Parties, decide: Callable[[_Decision], None]
) -> Callable[[Session], Connection]:
    """A decision of one company, permitted, as the work of a transaction."""
    vendor, buyer, by = parties
    context.actor.require(COMPANY_SETUP, by)
    if vendor == buyer:
        raise Invalid("A company does not connect to itself.")

    def work(session: Session) -> Connection:
        if decide is not _Decision.propose and not {vendor, buyer} <= set(companies.codes(session)):
            # The same answer as for an existing company: only a proposal tells which companies exist.
            raise _missing(vendor, buyer)
        decide(_Decision(session, parties, context.actor))
        return _shown(session, vendor, buyer, context.actor)

    return work


def _shown(session: Session, vendor: str, buyer: str, actor: Actor) -> Connection:
    ids = companies.ids(session, (vendor, buyer))
    pair = rows.Pair(ids[vendor], ids[buyer])
    found = rows.terms(session, pair)
    if found is None:
        raise _missing(vendor, buyer)
    by_id = {company_id: code for code, company_id in ids.items()}
    history: list[ConnectionStep] = [
        {
            "state": step.state,
            "by": by_id[step.by],
            "at": moment_text(step.at),
            "person": person_of_step(actor, by_id[step.by], step.person),
        }
        for step in rows.steps(session, pair)
    ]
    return {
        "vendor": vendor,
        "buyer": buyer,
        "version": found.version,
        "state": found.state,
        "hide_vendor": found.hide_vendor,
        "bill_to_final_customer": found.bill_to_final_customer,
        "share_future_sales": found.share_future_sales,
        "history": history,
    }


def person_of_step(actor: Actor, by: str, person: str) -> str | None:
    """Who changed the state of a connection: one company does not learn who the other's people are."""
    return person or None if actor.host or actor.company == by else None


def _missing(vendor: str, buyer: str) -> NotFound:
    return NotFound("There is no connection from {vendor} to {buyer}.", vendor=vendor, buyer=buyer, kind="connection")
