"""Who may log in to the shop. That is the host's own affair: put your own table of people here."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache

from werkzeug.security import check_password_hash, generate_password_hash


@dataclass(frozen=True, slots=True)
class Shopper:
    """Somebody who buys for a customer of the company."""

    email: str
    name: str
    customer: str
    password_hash: str


class Shoppers:
    """The people who may log in, in memory."""

    def __init__(self, people: Iterable[Shopper]) -> None:
        self._people = {one.email.casefold(): one for one in people}

    def authenticate(self, email: str, password: str) -> Shopper | None:
        """Who has this address and this password. An unknown address takes as long as a wrong password."""
        found = self._people.get(email.strip().casefold())
        matches = check_password_hash(found.password_hash if found else _nobodys_hash(), password)
        return found if matches else None


def hash_of(password: str) -> str:
    """What is stored of a password."""
    return generate_password_hash(password)


@cache
def _nobodys_hash() -> str:
    return hash_of("of nobody")
