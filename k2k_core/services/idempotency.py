"""Commands on the set-up that may come twice: with a key the first answer is given again, and nothing is changed.

Without it a change that is sent again, because its answer was lost, could undo what somebody else has set meanwhile.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from typing import Any, TypeVar

from k2k_core.services.context import ServiceContext
from k2k_core.store.database.idempotency import run_once, stored_answer
from k2k_core.store.database.session import Session
from k2k_core.store.fields import Json
from k2k_core.store.master_data import companies

T = TypeVar("T")


class IdempotentCommand:
    """A command of a company, as it was asked for; `request` are its arguments as they came."""

    def __init__(
        self, context: ServiceContext, company: str, operation: str, key: str | None, **request: object
    ) -> None:
        self._context = context
        self._company, self._operation, self._key = company, operation, key
        self._request = _plain(request) if key is not None else None

    def replayed(self) -> Any:
        """What it was answered before, or None; to be asked before anything is checked that may have changed since."""
        if self._key is None:
            return None
        with self._context.store.reading() as session:
            return stored_answer(session, self._company_id(session), self._operation, self._key, self._request)

    def transact(self, work: Callable[[Session], T]) -> T:
        """Do `work` in one transaction with the note that it was done."""
        if self._key is None:
            return self._context.store.transact(work)
        return self._context.store.transact(self._once(work))

    def _once(self, work: Callable[[Session], T]) -> Callable[[Session], T]:
        def noted(session: Session) -> T:
            whose = self._company_id(session)
            return run_once(session, whose, self._operation, self._key, self._request, lambda: work(session))

        return noted

    def _company_id(self, session: Session) -> int:
        return companies.found(session, self._company)[0]


def _plain(value: object) -> Json:
    """Arguments as JSON with nothing inexact in it: what is no text, number or list stands as its own text."""
    if isinstance(value, Mapping):
        return {str(name): _plain(each) for name, each in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(each) for each in value]
    if value is None or isinstance(value, str | int):
        return value
    return value.isoformat() if isinstance(value, dt.date) else str(value)
