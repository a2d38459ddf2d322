"""The facade for a host ERP: `K2K`, typed, without Flask.

One method for each verb of the scenario files, with the same arguments. Answers are plain dictionaries and lists, ready
for JSON: money is a string with the currency's decimals, costs are strings without trailing zeros, dates are ISO.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path
from types import ModuleType, TracebackType
from typing import TYPE_CHECKING, cast

import k2k_core
from k2k_core.api.accounts import Accounts
from k2k_core.api.administration import Administration
from k2k_core.api.arguments import validated
from k2k_core.api.company_facade import CompanyFacade
from k2k_core.api.connections import Connections
from k2k_core.api.dates import Dates
from k2k_core.api.documents import Documents
from k2k_core.api.events import Events
from k2k_core.api.fulfilment import Fulfilment
from k2k_core.api.jobs import Jobs
from k2k_core.api.keys import Keys
from k2k_core.api.lists import Lists
from k2k_core.api.ordering import Ordering
from k2k_core.api.prices import Prices
from k2k_core.api.procurement import Procurement
from k2k_core.api.queries import Queries
from k2k_core.api.setup import Setup
from k2k_core.api.stock import Stock
from k2k_core.api.unknown_methods import methods_of, unknown_method
from k2k_core.api.webhooks import Webhooks
from k2k_core.clock import Clock, utc_now
from k2k_core.domain.roles import HOST, ROLES, Actor
from k2k_core.required_packages import require_packages
from k2k_core.services import administration, setup

if TYPE_CHECKING:
    from k2k_core.services.context import ServiceContext


@validated
class K2K(
    Queries,
    Dates,
    Lists,
    Prices,
    Setup,
    Stock,
    Connections,
    Ordering,
    Procurement,
    Fulfilment,
    Documents,
    Events,
    Webhooks,
    Administration,
    Accounts,
    Keys,
    Jobs,
):
    """One network, open. `on_behalf_of` answers the same facade for one user; without it the host itself acts.

    Every method raises `NotAllowed` for what the user's roles do not include, `NotFound` for a code that does not exist
    or that the user may not see, `Invalid` with the argument's name for a wrong type, and `StoreUnavailable` without a
    database. `key` is an idempotency key: the same call with the same key answers as the first time and changes
    nothing; with other arguments it raises `IdempotencyMismatch`.
    """

    def __init__(self, context: ServiceContext) -> None:
        self.context = context

    @classmethod
    def open(
        cls,
        url: str,
        *,
        clock: Clock = utc_now,
        config: Path | None = None,
        plugins: Iterable[tuple[str, ModuleType | str]] = (),
        schema: str | None = None,
    ) -> K2K:
        """Open the network in the database `url` (`sqlite:///file.db` or `postgresql://...`) and bring its tables up
        to date. `clock` answers aware moments from year 1900 to 9000; for others whatever asks it raises
        `ClockUnusable`. `schema` is that of the network on PostgreSQL, as `?schema=` at the end of the address.

        Raises `NotConfigured`, also among the tables of another program, of which nothing is touched,
        `MissingPackages` and `StoreUnavailable`."""
        require_packages()  # before anything that needs one of them is imported
        context = k2k_core.bootstrap.open_context(url, clock=clock, config=config, plugins=plugins, schema=schema)
        opened = cls(context)
        try:
            opened._migrate()
        except BaseException:
            opened.close()
            raise
        return opened

    def _migrate(self) -> None:
        if self.context.store.migrate():
            administration.plugin_records.record_bundled(self.context)
            if self.context.store.encryption.has_keys:
                administration.stored_secrets.encrypt_plain(self.context)

    def close(self) -> None:
        """Close the database, and the copy that catalogs are read from."""
        self.context.store.close()
        if self.context.copy is not None:
            self.context.copy.close()

    if not TYPE_CHECKING:  # to a type checker an unknown method stays a fault

        def __getattr__(self, name: str) -> object:
            raise unknown_method(name, methods_of(type(self)), vars(self).get("context"))

    def __enter__(self) -> K2K:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def on_behalf_of(self, actor: Actor) -> K2K:
        """The same network, acting for one person, in their language: raises `NotAllowed` for what their roles do not
        include."""
        return K2K(self.context.on_behalf_of(actor))

    def company(self, company: str) -> CompanyFacade:
        """One company: its record (code, name, currency, time zone and language), and its own door, which acts for this
        company alone: `k2k.company("ANDES").orders(limit=10)`."""
        record = cast(Mapping[str, str], setup.company_lists.company(self.context, company))
        whole = Actor(HOST.email, company, frozenset(ROLES))
        context = self.context.on_behalf_of(whole) if self.context.actor.host else self.context
        return CompanyFacade(K2K(context), record)

    def in_language(self, locale: str) -> K2K:
        """The same network, with errors and reasons in the language of a locale such as `es` or `es-CO`.

        English if there is no catalogue of the language. Codes and facts are the same in every language.
        """
        return K2K(self.context.in_language(locale))
