"""The last price that a person typed for the product (pricing section 4)."""

from __future__ import annotations

from collections.abc import Sequence

from k2k_core.domain.money import MICRO, Exact
from k2k_core.domain.pricing import Answer, Answers, NoValue, Price, PriceRequest, PriceTerms, not_applicable

OFF = not_applicable("price_reminder is off")
NEVER_TYPED = NoValue("no price was typed for this product")


def price_reminder(requests: Sequence[PriceRequest]) -> Answers:
    """The latest typed price, unless it is too old, or the lot ships so soon that the price on hand replaces it."""
    terms = requests[0].terms
    settings = terms.company.settings
    if not settings.price_reminder:
        return OFF
    replaced = _replaced_on_hand(terms)
    return [_remembered(request, settings.price_reminder_max_age, replaced) for request in requests]


def _replaced_on_hand(terms: PriceTerms) -> NoValue | None:
    """The answer for lots that have a price on hand, when they ship within `future_price_override_days`."""
    days = terms.company.settings.future_price_override_days
    if days is None or (terms.ship_date - terms.today).days > days:
        return None
    return NoValue("it ships within {days} {days:day|days}: the price on hand replaces the typed one", {"days": days})


def _remembered(request: PriceRequest, max_age: int | None, replaced: NoValue | None) -> Answer:
    """One lot: its own last price takes precedence. The age of a typed price is that of the lot on which it was typed,
    and must be below the limit, if there is one."""
    reminder = request.lot.last_price or request.reminder
    if reminder is None:
        return NEVER_TYPED
    if replaced is not None and request.open_market_base is not None:
        return replaced
    age = (request.terms.today - reminder.arrival_date).days
    facts = {"typed_on": reminder.typed_on, "age": age, "max_age": max_age}
    if max_age is None:
        return Price(Exact(reminder.price, MICRO), "typed on {typed_on} for a lot of {age} {age:day|days}", facts)
    if age >= max_age:
        return NoValue("typed on {typed_on} for a lot of {age} {age:day|days}, not below the {max_age} allowed", facts)
    return Price(
        Exact(reminder.price, MICRO), "typed on {typed_on} for a lot of {age} {age:day|days}, below {max_age}", facts
    )
