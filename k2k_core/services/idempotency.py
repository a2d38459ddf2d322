"""Idempotent commands: with a key, a repeated command returns the first answer and changes nothing.

Every command of the services runs as an `IdempotentCommand`; none uses the store's records of keys itself. A command
that plans before its transaction asks for the stored answer first, or where its plan is refused, because what it checks
may have changed since the first time (the record's rules: `k2k_core.store.database.idempotency`).
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Collection, Mapping
from typing import Any, TypeVar

from k2k_core.errors import K2KError, StoreReadOnly, StoreUnavailable
from k2k_core.services.context import ServiceContext
from k2k_core.store.database.idempotency import run_once, stored_answer
from k2k_core.store.database.session import Session, SessionActor
from k2k_core.store.fields import Json

T = TypeVar("T")


class IdempotentCommand:
    """One command of a company, or of none. `request` are its arguments as given: the same key with another request
    raises `IdempotencyMismatch`. Without a key every method simply does its work."""

    def __init__(
        self,
        context: ServiceContext,
        company: str | None,
        operation: str,
        key: str | None,
        request: Mapping[str, object],
    ) -> None:
        self.context = context
        self._company, self._operation, self._key = company, operation, key
        self._precondition = context.precondition
        asked = {} if self._precondition is None else self._precondition.request
        self._request = as_json({**request, **asked}) if key is not None else None

    @property
    def has_key(self) -> bool:
        """Whether a repeat can be recognized."""
        return self._key is not None

    def stored_answer(self, session: Session) -> Any:
        """The answer of the first time, or None."""
        if self._key is None:
            return None
        return stored_answer(session, self._company_id(session), self._operation, self._key, self._request)

    def answer_instead(self, session: Session, refusal: K2KError) -> Any:
        """The answer of the first time, for a repeat that is refused for what has changed since; raises the refusal of
        a command that was not done before. One that is not refused finds its answer in its transaction."""
        answer = None if isinstance(refusal, StoreUnavailable) else self.stored_answer(session)
        if answer is None:
            raise refusal
        return answer

    def replayed(self) -> Any:
        """The same, read in a unit of work of its own."""
        if self._key is None:
            return None
        with self.context.store.reading() as session:
            return self.stored_answer(session)

    def transact(self, work: Callable[[Session], T], companies: Collection[int] = ()) -> T:
        """Do `work` in one transaction together with storing its answer, or return the stored answer: that also where
        nothing can be written. `companies` are those on whose rows it works besides, as far as that is known before:
        they are shown from its first statement on."""
        checked = self._checked(work, companies)
        if self._key is None:
            return self.context.store.transact(checked)
        try:
            return self.context.store.transact(self._once(checked, companies))
        except StoreReadOnly:
            answer: T | None = self.replayed()
            if answer is None:
                raise
            return answer

    def _checked(self, work: Callable[[Session], T], companies: Collection[int]) -> Callable[[Session], T]:
        precondition, actor = self._precondition, self._actor()

        def checked(session: Session) -> T:
            session.actor = actor
            self._show(session, companies)
            if precondition is not None:
                precondition.require(session)
            return work(session)

        return checked

    def _actor(self) -> SessionActor | None:
        """Who acts for the company; an operator of the network is none of its people."""
        actor = self.context.actor
        return None if self._company is None or actor.operator else SessionActor(actor.email, self._company)

    def _once(self, work: Callable[[Session], T], companies: Collection[int]) -> Callable[[Session], T]:
        def recorded(session: Session) -> T:
            self._show(session, companies)
            company_id = self._company_id(session)
            return run_once(session, company_id, self._operation, self._key, self._request, lambda: work(session))

        return recorded

    def _show(self, session: Session, companies: Collection[int]) -> None:
        session.reach(companies)  # first: showing an unknown company asks for it
        self.context.snapshots.show(session, self._company)

    def _company_id(self, session: Session) -> int | None:
        return None if self._company is None else self.context.snapshots.id_of(session, self._company)


def as_json(value: object) -> Json:
    """Arguments as JSON without floats: what is no text, number or list is written as text."""
    if isinstance(value, Mapping):
        return {str(name): as_json(each) for name, each in value.items()}
    if isinstance(value, list | tuple):
        return [as_json(each) for each in value]
    if value is None or isinstance(value, str | int):
        return value
    return value.isoformat() if isinstance(value, dt.date) else str(value)
