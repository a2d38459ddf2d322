"""The expected values of an offer: what the caller has read of the buyer's product, price and confirmation."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from k2k_core.domain import parsing
from k2k_core.domain.money import money
from k2k_core.errors import Conflict
from k2k_core.schemas.record import record_fault, refuse
from k2k_core.services.change_guards import Subject, difference
from k2k_core.services.company_snapshot import CompanySnapshot
from k2k_core.services.inventory.lots import Offers
from k2k_core.store.database.session import Session
from k2k_core.store.inventory.lots import LotRow

AUDITED = {"product": "product_id", "va_price": "va_price", "confirmed": "confirmed"}
"""Field of an offer that can be expected → its name in the audit."""


def read_expected(expected: Mapping[str, Any] | None) -> dict[str, Any] | None:
    """The expected values, parsed: a price in micros. Raises `Invalid` with every fault."""
    if expected is None:
        return None
    refuse(
        [record_fault(f"expected.{name}", "is not known here") for name in expected if name not in AUDITED],
        "The change is not valid: {first}",
    )
    readers: dict[str, Callable[[Any], Any]] = {
        "product": parsing.text,
        "va_price": parsing.positive,
        "confirmed": parsing.switch,
    }
    return {name: None if value is None else readers[name](value) for name, value in expected.items()}


def require_expected(
    session: Session,
    buyer: CompanySnapshot,
    vendor: CompanySnapshot,
    row: LotRow,
    lot: str,
    expected: Mapping[str, Any] | None,
) -> None:
    """Raise `Conflict` with the `fields` of an offer that are not as expected. The caller holds the offer."""
    if not expected:
        return
    state = Offers(session, buyer, vendor, buyer.vendor_for(session, vendor.code)).state(row)
    present = {"product": state.mapped_product, "va_price": state.va_price, "confirmed": state.confirmed}
    moved = [name for name, value in expected.items() if present[name] != value]
    if not moved:
        return
    subject, currency = Subject(f"offers/{lot}", buyer.id, lot, ("map",)), buyer.company.currency
    fields = [
        {
            **difference(
                session, subject, AUDITED[name], _shown(expected[name], currency), _shown(present[name], currency)
            ),
            "field": name,
        }
        for name in moved
    ]
    raise Conflict("{subject} has been changed since: {names}.", subject=subject.path, names=moved, fields=fields)


def _shown(value: Any, currency: str) -> Any:
    """A price as text; a code or a switch as it is."""
    return money(value, currency) if isinstance(value, int) and not isinstance(value, bool) else value
