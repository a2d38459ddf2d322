"""The console's access to the facade and to the tables: reading sessions, and the facade on behalf of the user."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from typing import TYPE_CHECKING, Any

from flask import current_app
from flask_login import current_user

from k2k_console.translations import locale
from k2k_core.domain.roles import Actor
from k2k_core.domain.settings import CompanySettings
from k2k_core.store.database.session import Session
from k2k_core.store.tables import Company, Setting

if TYPE_CHECKING:
    from k2k_core.api import K2K

EXTENSION = "k2k_network"


class Network:
    """The network of the console: tables are read, everything else goes through the facade."""

    def __init__(self, k2k: K2K) -> None:
        self.k2k = k2k
        self._company_ids: dict[str, int] = {}

    @contextmanager
    def reading(self) -> Iterator[Session]:
        """A reading unit of work on the rows of the user's company, for an operator of every company."""
        store, actor = self.k2k.context.store, getattr(current_user, "actor", None)
        if actor is not None and actor.operator:
            with store.whole_network.reading() as session:
                yield session
            return
        with store.reading() as session:
            if actor is not None and actor.company is not None:
                self.k2k.context.snapshots.show(session, actor.company)
            yield session

    def reading_once(self) -> AbstractContextManager[None]:
        """A block whose calls of the facade read one snapshot, and nothing twice: those of one page."""
        return self.k2k.context.store.reading_once()

    def authenticate(self, email: str, password: str) -> Actor | None:
        """The user with an e-mail address and a password, or None."""
        return self.k2k.authenticate(email, password)

    def company_id(self, company: str) -> int:
        """The id of a company, which never changes: read once."""
        if company not in self._company_ids:
            with self.k2k.context.store.reading() as session:  # whose request it is may be asked for because of this
                found = session.value(Company.select(Company.id).where(Company.code == company))
            self._company_ids[company] = int(found)
        return self._company_ids[company]

    def as_person(self) -> K2K:
        """The facade on behalf of the user of this request: their roles decide, and the audit names them."""
        return self.k2k.on_behalf_of(current_user.actor).in_language(locale())

    def settings_of(self, session: Session, companies: Mapping[int, str]) -> dict[int, CompanySettings]:
        """The settings in force for companies (id → code), in one query."""
        own: dict[int, dict[str, Any]] = {company_id: {} for company_id in companies}
        query = Setting.select(Setting.company_id, Setting.name, Setting.value)
        for company_id, name, value in session.rows(query.where(Setting.company_id.in_(list(own) or [0]))):
            own[company_id][name] = value
        layers = self.k2k.context.settings
        return {company_id: layers.company(code, own[company_id]) for company_id, code in companies.items()}


def network() -> Network:
    """The network of the running application."""
    found: Network = current_app.extensions[EXTENSION]
    return found
