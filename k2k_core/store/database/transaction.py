"""A unit of work's transaction: it begins with the first statement, and tells PostgreSQL whose rows to show.

On PostgreSQL every table with rows of companies is under row-level security (`store.migrations.row_policies`): a
statement meets the rows of the companies that its transaction has named, and none before it has named one. The names
are sent with BEGIN where they are known by then, else before the next statement.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from typing import NamedTuple

from peewee import Database, PeeweeException

from k2k_core.store.database.errors import CommitInDoubt, leaves_commit_in_doubt
from k2k_core.store.database.queries import execute
from k2k_core.store.database.row_security import COMPANIES, NAME_PARTNERS, NETWORK, WHOLE_NETWORK


class Transaction:
    """One transaction of a connection. `begin` is its BEGIN. `policies` is whether the engine has row-level security:
    then it begins with its first statement, and shows what was named with `show` and `reach`, or every row while it is
    of the `whole_network`."""

    def __init__(self, database: Database, begin: str, *, policies: bool, whole_network: bool = False) -> None:
        self.whole_network = whole_network
        self.own: set[int] = set()
        """The companies that the work is done for."""
        self.companies: set[int] = set()
        """These, and the partners that it has reached."""
        self._database, self._begin, self._policies = database, begin, policies
        self._told = _NOTHING
        self._tells = whole_network
        """Whether there may be news for the engine."""
        self._begun = False
        if not policies or whole_network:
            self._start()

    def show(self, company_ids: Iterable[int | None]) -> None:
        """Show the rows of companies that the work is done for from now on, and what their partners trade; None is the
        network itself."""
        if self._policies:
            wanted = {NETWORK if company_id is None else company_id for company_id in company_ids}
            if not wanted <= self.own:
                self.own |= wanted
                self.companies |= wanted
                self._tells = True

    def reach(self, company_ids: Iterable[int]) -> None:
        """Show the rows of partners as well from now on."""
        if self._policies:
            wanted = set(company_ids)
            if not wanted <= self.companies:
                self.companies |= wanted
                self._tells = True

    def shows(self, company_id: int) -> bool:
        """Whether the next statement meets the rows of a company."""
        return not self._policies or self.whole_network or company_id in self.companies

    @contextmanager
    def of_whole_network(self) -> Iterator[None]:
        """A block in which every row is shown."""
        before, self.whole_network, self._tells = self.whole_network, True, True
        try:
            yield
        finally:
            self.whole_network, self._tells = before, True

    def ready(self) -> None:
        """Begin, and tell the engine what is to be shown. Call it before every statement."""
        if not self._begun:
            self._start()
        elif self._tells and (statements := self._news()):
            execute(self._database, "; ".join(statements))

    def forgot(self) -> None:
        """A savepoint was rolled back, and with it what the engine was told since."""
        self._told, self._tells = _UNKNOWN, True

    def commit(self) -> None:
        """Commit. Raises `CommitInDoubt` where the connection breaks meanwhile."""
        if not self._begun:
            return
        try:
            execute(self._database, "COMMIT")
        except PeeweeException as error:
            if self._policies and leaves_commit_in_doubt(error):
                raise CommitInDoubt(
                    "The connection broke during the commit: whether the work was written is not known."
                ) from error
            raise

    def roll_back(self) -> None:
        """Undo everything, as far as the engine has not done so itself."""
        if self._begun:
            # A full disk has already undone everything, and "cannot rollback" would hide the reason.
            with suppress(PeeweeException):
                execute(self._database, "ROLLBACK")

    def _start(self) -> None:
        self._begun = True
        execute(self._database, "; ".join((self._begin, *self._news())))

    def _news(self) -> list[str]:
        """The statements that tell the engine what it does not know."""
        self._tells = False
        if not self._policies:
            return []
        known, self._told = self._told, _Told(frozenset(self.own), frozenset(self.companies), self.whole_network)
        told, news = self._told, []
        if told.companies != known.companies:
            news.append(f"SET LOCAL {COMPANIES} = '{_array(told.companies)}'")
        if told.own != known.own:
            news.append(f"SELECT {NAME_PARTNERS}('{_array(told.own)}')")
        if told.whole_network != known.whole_network:
            news.append(f"SET LOCAL {WHOLE_NETWORK} = '{'on' if told.whole_network else 'off'}'")
        return news


class _Told(NamedTuple):
    own: frozenset[int]
    companies: frozenset[int]
    whole_network: bool | None


_NOTHING = _Told(frozenset(), frozenset(), False)
_NOBODY = frozenset({-1})
_UNKNOWN = _Told(_NOBODY, _NOBODY, None)
"""Other than anything that can be told."""


def _array(ids: Iterable[int]) -> str:
    return f"{{{','.join(map(str, sorted(ids)))}}}"
