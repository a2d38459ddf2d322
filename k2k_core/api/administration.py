"""Facade methods for users, plugins and the upkeep of the database."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from k2k_core.api.arguments import validated
from k2k_core.domain.answers.administration import NewPerson, Person, PluginHealth, PluginSettings, StoredFault
from k2k_core.domain.languages import FALLBACK
from k2k_core.domain.roles import Actor
from k2k_core.services.administration import maintenance, users
from k2k_core.services.administration import plugins as plugin_settings
from k2k_core.services.administration.users import NewUser
from k2k_core.services.context import ServiceContext
from k2k_core.services.ordering import cart_expiry


@validated
class Administration:
    """Users, plugins, verification and the expiry of carts."""

    context: ServiceContext

    def authenticate(self, email: str, password: str) -> Actor | None:
        """Who logs in with this password; None when nobody does."""
        return users.authenticate(self.context, email, password)

    def add_user(
        self,
        company: str | None,
        email: str,
        *,
        name: str = "",
        roles: Sequence[str] = (),
        password: str | None = None,
        locale: str = FALLBACK,
    ) -> NewPerson:
        """Add a person of a company; with company None an operator of the network."""
        return users.add_user(self.context, company, NewUser(email, name, roles, password, locale))

    def change_password(self, email: str, password: str) -> None:
        """Give a person another password."""
        users.change_password(self.context, email, password)

    def users(self, company: str | None) -> list[Person]:
        """The people of a company with their roles; with company None the operators of the network."""
        return users.users(self.context, company)

    def set_roles(self, email: str, roles: Sequence[str]) -> None:
        """Give a person these roles and no others."""
        users.set_roles(self.context, email, roles)

    def set_active(self, email: str, active: bool) -> None:
        """Let a person log in, or no longer: whoever is logged in is out at once."""
        users.set_active(self.context, email, active)

    def plugins(self) -> list[PluginHealth]:
        """How each installed plugin is doing, over the companies that were served so far: its state, what is wrong with
        it and what to do next."""
        return [one.as_dict() for one in self.context.plugins.report()]

    def lift_quarantine(self, company: str, contribution: str) -> bool:
        """Let a contribution, named as in `plugins`, be called for a company again, in this process; False when it was
        in no quarantine."""
        return plugin_settings.lift_quarantine(self.context, company, contribution)

    def set_plugin(self, company: str, plugin: str, settings: Mapping[str, Any]) -> PluginSettings:
        """A company's own settings of a plugin, tried out before they are kept; empty ones go back to its defaults."""
        return plugin_settings.set_plugin(self.context, company, plugin, settings)

    def verify(self) -> list[StoredFault]:
        """Every fault in what the network has stored: an empty list, or something is wrong."""
        return maintenance.verify(self.context)

    def sweep(self) -> int:
        """Give back the boxes of carts that ran out of time; how many carts. Decides nothing: it only tidies up."""
        return cart_expiry.expire_due(self.context)
