"""Facade methods for the keys of programs and the tokens of final customers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from k2k_core.api.arguments import validated
from k2k_core.api.types import Moment
from k2k_core.domain.answers.api_keys import ApiKey, ApiKeys, NewApiKey
from k2k_core.domain.roles import Actor
from k2k_core.services import administration
from k2k_core.services.lists.page_request import LIMIT, PageRequest

if TYPE_CHECKING:
    from k2k_core.services.context import ServiceContext


@validated
class Keys:
    """Keys of programs, and tokens of final customers."""

    context: ServiceContext

    def add_api_key(
        self,
        company: str | None,
        name: str,
        scopes: Sequence[str] = (),
        preset: str | None = None,
        expires_at: Moment | None = None,
        key: str | None = None,
    ) -> NewApiKey:
        """Make a key for a program of a company, which acts as `key:NAME` with these `scopes` and those of a `preset`
        (docs/roles.md); with company None one for an operator of the network, whose scope is `hub`. `secret` is
        answered once, and K2K stores its digest alone.

        Raises `Invalid` with every fault, `Conflict` for a name that the company has used, `NotAllowed` and
        `ScopeMissing` for scopes beyond one's own.
        """
        asked = administration.api_keys.KeyRequest(name, scopes, preset, expires_at)
        return administration.api_keys.add_key(self.context, company, asked, key)

    def api_keys(
        self,
        company: str | None,
        filters: Mapping[str, Any] | None = None,
        q: str | None = None,
        sort: str | None = None,
        cursor: str | None = None,
        limit: int = LIMIT,
        count: bool = False,
        fields: Sequence[str] | None = None,
        **named: Any,
    ) -> ApiKeys:
        """A page of the keys of a company and of the tokens of its customers, or with company None of the keys of the
        network, oldest first; never a secret. Filters: `state` (`active`, `expired` or `revoked`), `customer`, `name`,
        `id`; `q` searches names, ids, customers and who made them; sort: `made_at`."""
        request = PageRequest({**(filters or {}), **named}, q, sort, cursor, limit, count, fields)
        return administration.api_keys.page_of_keys(self.context, company, request)

    def rotate_api_key(self, company: str | None, id: str, key: str | None = None) -> NewApiKey:
        """Give a key another `secret`, which is answered once; the one before counts for 24 hours. Raises `NotFound`,
        `Conflict` for a revoked key and for the token of a customer."""
        return administration.api_keys.rotate_key(self.context, company, id, key)

    def revoke_api_key(self, company: str | None, id: str, key: str | None = None) -> ApiKey:
        """End a key or a token at once. Raises `NotFound`, `Conflict` for a revoked one."""
        return administration.api_keys.revoke_key(self.context, company, id, key)

    def customer_token(self, company: str, customer: str, minutes: int = 60, key: str | None = None) -> NewApiKey:
        """Make a token with which a final customer acts for itself, for at most 1,440 minutes: it reads its catalog and
        its dates, fills, checks out and cancels its carts, and reads its orders. `secret` is answered once. Raises
        `NotFound` for an unknown or archived customer."""
        return administration.api_keys.customer_token(self.context, company, customer, minutes, key)

    def key_actor(self, secret: str, address: str = "") -> Actor | None:
        """Who acts with a key or a token, for `on_behalf_of`: the company with the scopes of the key, or the customer.
        None for one that is unknown, has ended or was revoked. Its last use is noted, to the minute, with the
        `address`. For the host."""
        return administration.api_keys.actor_of(self.context, secret, address)
