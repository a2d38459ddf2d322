"""The reader of a page: who it is, for which company, and what of the page they may do."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import TYPE_CHECKING

from flask_login import current_user

from k2k_console.facade_access import network
from k2k_console.frame import firm
from k2k_console.menu import OPERATOR
from k2k_console.translations import text
from k2k_console.vocabulary import Action, Page
from k2k_core.domain.roles import ALLOWED, METHODS, OPERATING, Actor
from k2k_core.errors import NotFound

if TYPE_CHECKING:
    from k2k_core.api import K2K


def _actions_of_methods() -> Mapping[str, str]:
    """Method of the facade → the action that it needs, for those that need the same in every use."""
    uses: dict[str, set[str]] = {}
    for method in METHODS:
        uses.setdefault(method.name, set()).add(method.action)
    return MappingProxyType({name: actions.pop() for name, actions in uses.items() if len(actions) == 1})


NEEDED = _actions_of_methods()


def roles_of(actor: Actor) -> frozenset[str]:
    """The roles of a person; an operator of the network has one of that name."""
    return frozenset((OPERATOR,)) if actor.operator else actor.roles


def may_do(actor: Actor, page: Page, action: Action) -> bool:
    """Whether a person may do an action of a page: the page is theirs to work on, and a role of theirs includes the
    verb in the facade's own table."""
    roles = roles_of(actor)
    needed = NEEDED.get(action.verb)
    allowed = page.roles if needed is None else _including(needed) & page.roles
    return not roles.isdisjoint(allowed if action.roles is None else page.roles & set(action.roles))


def _including(action: str) -> frozenset[str]:
    """The roles that include an action, that of an operator among them."""
    return ALLOWED[action] | {OPERATOR} if action in OPERATING else ALLOWED[action]


@dataclass(frozen=True)
class Reader:
    """Who reads a page of a company, and the facade on their behalf."""

    page: Page
    actor: Actor
    company: str
    k2k: K2K
    currency: str
    """The company's currency, for amounts that do not say theirs."""

    def may(self, action: Action) -> bool:
        """Whether they may do an action of the page."""
        return may_do(self.actor, self.page, action)


def reader_of(page: Page) -> Reader:
    """The reader of this request."""
    actor: Actor = current_user.actor
    found = firm()
    if found is None:
        raise NotFound(text("Choose a company first."))
    return Reader(page, actor, found.code, network().as_person(), found.currency)
