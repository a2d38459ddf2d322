"""The web shop of the demo: that of one of its buyers, with log-ins for this run."""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from k2k_core.cli.language import words
from k2k_core.cli.terminal import Terminal, table

if TYPE_CHECKING:
    from k2k_core.api import K2K
    from k2k_shop.shoppers import Shopper

COMPANY = "GOTHAM"
PREFIX = "/shop"
PASSWORD_BYTES = 12


def demo_shop(k2k: K2K, screen: Terminal) -> Any:
    """The shop as an application, for `PREFIX`; says who can log in."""
    from k2k_shop.app import create_app  # only this command needs Flask; the others start without it
    from k2k_shop.door import Shop
    from k2k_shop.shoppers import Shoppers

    people = list(_people(k2k))
    rows = [(words("in the shop"), words("password"), words("who that is"))]
    rows += [(one.email, password, one.name) for one, password in people]
    header, *lines = table(rows)
    screen.lines((screen.dim(header), *lines, ""), "  ")
    shop = Shop(k2k, COMPANY, Shoppers(one for one, _ in people), clock=k2k.context.clock)
    return create_app(shop, secret_key=secrets.token_hex(32))


def _people(k2k: K2K) -> Iterator[tuple[Shopper, str]]:
    """One shopper of each customer, with a password for this run."""
    from k2k_shop.shoppers import Shopper, hash_of

    for customer in k2k.records(COMPANY, "customers")["items"]:
        code, password = str(customer["code"]), secrets.token_urlsafe(PASSWORD_BYTES)
        email = customer["email"] or f"orders@{code.lower()}.example"
        yield Shopper(email, customer["name"], code, hash_of(password)), password
