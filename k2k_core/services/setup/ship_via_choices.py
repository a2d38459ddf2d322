"""Checks the `ship_via` of customers: the code of any ship via of the company's plugins, or `choice` (domain section 1,
"Customer").

The plugins are called before a transaction begins, never within.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from k2k_core.domain.parties import CHOICE, WAREHOUSE, Company
from k2k_core.errors import Fault
from k2k_core.messages import Message
from k2k_core.schemas.record import record_fault
from k2k_core.services.context import ServiceContext


def ship_via_faults(context: ServiceContext, company: str, customers: Iterable[object]) -> list[Fault]:
    """The customers of an existing company with a `ship_via` that none of its plugins contributes. Raises
    `NotFound`."""
    rows = list(customers)
    if not _named(rows):
        return []
    with context.store.reading() as session:
        snapshot = context.snapshots.get(session, company)
    return _faults(context, snapshot.company, rows)


def faults_of_new(context: ServiceContext, company: Mapping[str, Any]) -> list[Fault]:
    """The same for a company that is about to be added."""
    rows = company.get("customers", ())
    if not _named(rows):
        return []
    settings = context.settings.company(company["code"], company["settings"])
    words = {name: company[name] for name in ("code", "name", "currency", "timezone", "locale")}
    return _faults(context, Company(id=0, settings=settings, **words), rows)


def _faults(context: ServiceContext, company: Company, customers: Iterable[object]) -> list[Fault]:
    known = context.plugins.registry(company).ways()
    return [
        record_fault(
            f"customers[{place}].ship_via",
            Message("{value!r} is not one of {known} or {last}", value=way, known=sorted(known), last=CHOICE),
        )
        for place, way in _named(customers)
        if way not in known
    ]


def _named(customers: Iterable[object]) -> list[tuple[int, str]]:
    """Customers with one ship via, by place; the values that every company knows need no plugin."""
    found = [(place, row.get("ship_via")) for place, row in enumerate(customers) if isinstance(row, Mapping)]
    return [(place, way) for place, way in found if way is not None and way not in (WAREHOUSE, CHOICE)]
