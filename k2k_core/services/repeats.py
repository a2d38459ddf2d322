"""Commands on the set-up that may come twice: with a key the first answer is given again, and nothing is changed.

Without it a change that is sent again, because its answer was lost, could undo what somebody else has set meanwhile.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from typing import Any, TypeVar

from k2k_core.services.office import Office
from k2k_core.store import companies
from k2k_core.store.fields import Json
from k2k_core.store.idempotency import once, recalled
from k2k_core.store.work import Session

T = TypeVar("T")


class Command:
    """A command of a company, as it was asked for; `request` are its arguments as they came."""

    def __init__(self, office: Office, company: str, operation: str, key: str | None, **request: object) -> None:
        self._office = office
        self._company, self._operation, self._key = company, operation, key
        self._request = _plain(request) if key is not None else None

    def first_answer(self) -> Any:
        """What it was answered before, or None; to be asked before anything is checked that may have changed since."""
        if self._key is None:
            return None
        with self._office.store.reading() as session:
            return recalled(session, self._company_id(session), self._operation, self._key, self._request)

    def transact(self, work: Callable[[Session], T]) -> T:
        """Do `work` in one transaction with the note that it was done."""
        if self._key is None:
            return self._office.store.transact(work)
        return self._office.store.transact(self._once(work))

    def _once(self, work: Callable[[Session], T]) -> Callable[[Session], T]:
        def noted(session: Session) -> T:
            whose = self._company_id(session)
            return once(session, whose, self._operation, self._key, self._request, lambda: work(session))

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
