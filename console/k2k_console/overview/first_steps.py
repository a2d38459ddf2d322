"""The first steps of a company that has nothing yet: what is there, and the page on which the rest is added."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from peewee import fn

from k2k_console.facade_access import network
from k2k_console.frame import page_of
from k2k_console.translations import later
from k2k_core.store.database.session import Session
from k2k_core.store.tables import Company, Connection, Customer, Location, User

STEPS = (
    ("company", later("Company"), "companies"),
    ("person", later("Person"), "people"),
    ("place", later("Place"), "companies"),
    ("customer", later("Customer"), "customers"),
    ("partner", later("Partner"), "connections"),
)
"""What a company needs, in order: its name in `there`, in words, and its page."""


@dataclass(frozen=True)
class FirstStep:
    """A step: whether it is done, and the address where it is done, if it is for the reader."""

    label: str
    done: bool
    address: str


def first_steps(company_id: int) -> list[FirstStep]:
    """The steps of a company that has no customer or no partner yet; none of any other company."""
    with network().reading() as session:
        there = {"company": True, **_there(session, company_id)}
    if there["customer"] and there["partner"]:
        return []
    return [FirstStep(str(label), there[name], "" if there[name] else page_of(page)) for name, label, page in STEPS]


def _there(session: Session, company_id: int) -> dict[str, bool]:
    def some(table: Any, condition: Any) -> Any:
        return fn.EXISTS(table.select(table.id).where(condition))

    either = (Connection.vendor_id == company_id) | (Connection.buyer_id == company_id)
    query = Company.select(
        some(User, User.company_id == company_id).alias("person"),
        some(Location, Location.company_id == company_id).alias("place"),
        some(Customer, Customer.company_id == company_id).alias("customer"),
        some(Connection, either).alias("partner"),
    )
    (found,) = session.dicts(query.where(Company.id == company_id))
    return {name: bool(value) for name, value in found.items()}
