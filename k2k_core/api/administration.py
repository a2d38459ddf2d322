"""Facade methods for users, plugins and the maintenance of the database."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, overload

from k2k_core.api.arguments import validated
from k2k_core.domain.answers.administration import (
    AuditAnchor,
    AuditHealth,
    AuditProof,
    CompanyPlugin,
    NewPerson,
    People,
    Person,
    PluginAccepted,
    PluginHealth,
    PluginSettingsChanged,
    PluginTrial,
    StoredFault,
    SweepFailure,
)
from k2k_core.domain.languages import FALLBACK
from k2k_core.domain.roles import Actor
from k2k_core.services import administration, ordering, overview, setup
from k2k_core.services.lists.page_request import page_request

if TYPE_CHECKING:
    from k2k_core.services.context import ServiceContext


@validated
class Administration:
    """Users, plugins, verification and the expiry of carts."""

    context: ServiceContext

    def authenticate(self, email: str, password: str) -> Actor | None:
        """The user with this address and password; None for a wrong password, an unknown or an inactive user."""
        return administration.users.authenticate(self.context, email, password)

    def add_user(
        self,
        company: str | None,
        email: str,
        *,
        name: str = "",
        roles: Sequence[str] = (),
        password: str | None = None,
        locale: str = FALLBACK,
        key: str | None = None,
    ) -> NewPerson:
        """Add a user of a company, or with company None an operator of the network.

        Raises `Invalid` for unknown roles and for a password of fewer than 12 characters, `Conflict` for an address
        that has an account.
        """
        return administration.users.add_user(
            self.context, company, administration.users.NewUser(email, name, roles, password, locale), key
        )

    def change_password(
        self,
        email: str,
        password: str,
        key: str | None = None,
        but: str | None = None,
        present: str | None = None,
    ) -> None:
        """Give a user another password, of at least 12 characters; their sessions end, `but` for one. A person who
        changes their own says the `present` one; nobody else has to. Raises `NotAllowed` for a wrong one."""
        administration.users.change_password(
            self.context, email, administration.users.PasswordChange(password, but, present), key
        )

    @overload
    def users(self, company: str | None) -> list[Person]: ...

    @overload
    def users(
        self,
        company: str | None,
        filters: Mapping[str, Any] | None = None,
        q: str | None = None,
        sort: str | None = None,
        cursor: str | None = None,
        *,
        limit: int,
        count: bool = False,
        fields: Sequence[str] | None = None,
        **named: Any,
    ) -> People: ...

    def users(
        self,
        company: str | None,
        filters: Mapping[str, Any] | None = None,
        q: str | None = None,
        sort: str | None = None,
        cursor: str | None = None,
        limit: int | None = None,
        count: bool = False,
        fields: Sequence[str] | None = None,
        **named: Any,
    ) -> list[Person] | People:
        """The users of a company with their roles; with company None the operators of the network.

        With `limit`, or any argument but `company`, a page. Filters: `email` (several, with commas), `active`; sort:
        `name`.
        """
        asked = {**(filters or {}), **named}
        request = page_request(limit, filters=asked, q=q, sort=sort, cursor=cursor, count=count, fields=fields)
        if request is None:
            return administration.users.users(self.context, company)
        return administration.users.page_of_users(self.context, company, request)

    def set_roles(self, email: str, roles: Sequence[str], key: str | None = None) -> None:
        """Give a user exactly these roles; other ones than before end their sessions."""
        administration.users.set_roles(self.context, email, roles, key)

    def set_active(self, email: str, active: bool, key: str | None = None) -> None:
        """Allow a user to log in, or forbid it, which ends their sessions at once."""
        administration.users.set_active(self.context, email, active, key)

    def plugins(self) -> list[PluginHealth]:
        """The state of each installed plugin: what is wrong with it and what to do next. The host and operators see all
        companies that were served so far, a person of a company that company alone, and only those who set plugins up
        what went wrong in words."""
        return administration.plugins.plugins(self.context)

    def company_plugins(self, company: str) -> list[CompanyPlugin]:
        """The plugins as they serve one company: calls, failures and time in this process and since when, what is in
        quarantine since when and how many lots that leaves without a price, and the settings of each plugin with the
        company's own values and who changed them last."""
        return overview.company_plugins.company_plugins(self.context, company)

    def accept_plugin(self, company: str, plugin: str, key: str | None = None) -> PluginAccepted:
        """Put a plugin on a company's record as it is installed here: what it contributes counts as failed in every
        process that lacks it or has it with another compatible mark.

        Raises `NotFound` for a plugin that is not installed, `Invalid` for one that is broken.
        """
        return administration.plugin_records.accept_plugin(self.context, company, plugin, key)

    def lift_quarantine(self, company: str, contribution: str, key: str | None = None) -> bool:
        """End the quarantine of a contribution, named as in `plugins`, for a company, in every process; False if it was
        not in quarantine."""
        return administration.quarantines.lift_quarantine(self.context, company, contribution, key)

    def set_plugin(
        self,
        company: str,
        plugin: str,
        settings: Mapping[str, Any],
        key: str | None = None,
        dry_run: bool = False,
        hold: str | None = None,
    ) -> PluginSettingsChanged:
        """Set a company's own settings of a plugin; empty ones restore its defaults.

        Raises `Invalid` for settings that the plugin does not accept; they are tried before they are stored, and in a
        dry run only tried.
        """
        return setup.partner_writes.set_plugin(
            self.context, company, plugin, settings, key, setup.checked_writes.WriteOptions(dry_run, hold)
        )

    def try_plugin(self, company: str, plugin: str, settings: Mapping[str, Any]) -> PluginTrial:
        """What `set_plugin` would say to these settings, and which plugins they would break; nothing is stored. Raises
        `NotFound` for a plugin that is not installed."""
        return administration.plugins.try_plugin(self.context, company, plugin, settings)

    def verify(self, since: str | None = None) -> list[StoredFault]:
        """Check everything that is stored: every row by itself and against every other that it depends on, and the
        tables; returns an empty list, or every fault. What cannot be read is a fault. With `since`, a moment, only rows
        that were touched since are read, and nothing is said of the others. `Invalid` for another text."""
        return administration.maintenance.verify(self.context, since)

    def seal_audit(self) -> int:
        """Seal the entries of the audit that are not sealed yet, and return how many. Each gets its place in the chain
        of its company and a seal over its hash and the seal before it; no order waits for that. `k2k serve` and `k2k
        worker` do it three times a minute. Once a day the event `audit.anchored` says where a chain ends."""
        return administration.audit_chain.seal_audit(self.context)

    def audit_anchor(self) -> AuditAnchor:
        """Seal the audit, and return where the chain of each company ends. Store it where nobody can reach it who
        reaches the database: with it `verify_audit` finds later whether a chain was cut off or written anew."""
        return administration.audit_chain.audit_anchor(self.context)

    def verify_audit(self, anchor: Mapping[str, Any] | None = None) -> AuditProof:
        """Prove that every entry of the audit is what was written, that the chain of each company is whole, and, with
        an anchor, that it goes on from there. The first bad entry of each chain is a fault: edited, deleted, inserted,
        swapped, cut off or written anew. Raises `Invalid` for what is no anchor of this network."""
        return administration.audit_chain.verify_audit(self.context, anchor)

    def audit_health(self) -> AuditHealth:
        """How many entries of the audit are not sealed yet, for how long the oldest has waited, whether that is late,
        and the companies whose chain does not end as its record says. It reads the ends alone; `verify_audit` reads
        everything."""
        return administration.audit_chain.audit_health(self.context)

    def sweep(self) -> int:
        """Return the boxes of carts and orders whose time is over, and return how many carts and orders that were. Also
        notify both companies of orders that end soon or are overdue, and deliver orders of own stock whose ship date is
        over.

        Correctness does not depend on it: what has ended counts as ended before it is swept (domain section 5).
        """
        return ordering.expiry_sweep.sweep(self.context)

    def sweep_failures(self) -> list[SweepFailure]:
        """Carts and orders that `sweep` could not end, the longest first: which, how it failed, how often since when,
        and when it is tried again. Each is a finding of `verify` too."""
        return administration.maintenance.failing_sweeps(self.context)
