"""The margin floor of a company: which of its margins, markups and price lists leave a smaller margin.

The set-up alone is judged: a price that is typed on a lot is not part of it, nor are the costs beside a list's own.
"""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction

from k2k_core.domain.money import MICRO, Exact, percent_text
from k2k_core.domain.parties import Customer, Markup
from k2k_core.domain.price_checks import WARNING, Finding, PriceSetUp
from k2k_core.domain.price_lists import PriceList, PriceListRow
from k2k_core.messages import Message

WHOLE = 100 * MICRO
"""100 %, in micros."""

CODE = "under_margin_floor"


def floor_checks(set_up: PriceSetUp) -> list[Finding]:
    """Every finding, by place; none for a company without a floor."""
    floor = set_up.company.settings.margin_floor
    if floor is None:
        return []
    found = [*_margins(set_up, floor), *_markups(set_up, floor), *_lists(set_up, floor)]
    return sorted(found, key=lambda one: one.place)


def _margins(set_up: PriceSetUp, floor: int) -> Iterator[Finding]:
    settings = set_up.company.settings
    places = {"settings.gpm": settings.gpm, "settings.k2k_gpm": settings.k2k_gpm}
    places |= {f"locations.{code}.k2k_gpm": place.k2k_gpm for code, place in set_up.company.locations.items()}
    for place, gpm in places.items():
        if gpm is not None and 0 <= gpm < floor:
            problem = Message(
                "{gpm} % is under the margin floor of {floor} %", gpm=Exact.micros(gpm), floor=Exact.micros(floor)
            )
            yield Finding(CODE, WARNING, place, problem, Message("Raise the margin, or lower the floor."))
    if settings.k2k_price_is_landed_cost and floor:
        problem = Message(
            "K2K lines are sold at their landed cost, under the margin floor of {floor} %", floor=Exact.micros(floor)
        )
        hint = Message("Switch it off, or lower the floor.")
        yield Finding(CODE, WARNING, "settings.k2k_price_is_landed_cost", problem, hint)


def _markups(set_up: PriceSetUp, floor: int) -> Iterator[Finding]:
    """Markups of e-commerce that leave too little of a margin which is large enough without them."""
    for customer in set_up.customers:
        gpm = _gpm_of(set_up, customer)
        if gpm is None or not floor <= gpm < WHOLE or customer.landed_cost_as_price:
            continue
        margin = _margin_after(gpm, customer.ecommerce_markup)
        if margin is not None and margin < Fraction(floor, WHOLE):
            problem = Message(
                "{markup} on prices with a margin of {gpm} % leaves {margin} %, under the margin floor of {floor} %",
                markup=customer.ecommerce_markup,
                gpm=Exact.micros(gpm),
                margin=percent_text(Exact(margin.numerator, margin.denominator)),
                floor=Exact.micros(floor),
            )
            place = f"customers.{customer.code}.ecommerce_markup"
            yield Finding(CODE, WARNING, place, problem, Message("Change the markup, or lower the floor."))


def _gpm_of(set_up: PriceSetUp, customer: Customer) -> int | None:
    """The margin on K2K lines of a customer (pricing section 2)."""
    settings = set_up.company.settings
    place = set_up.company.locations.get(customer.location or "")
    own = place.k2k_gpm if place is not None and place.k2k_gpm is not None else settings.k2k_gpm
    return settings.gpm if own is None else own


def _margin_after(gpm: int, markup: Markup | None) -> Fraction | None:
    """What a percentage leaves of a margin; None for an amount, which leaves more of one price than of another, and
    where no price is left."""
    if markup is None or markup.kind != "percent" or markup.value <= -WHOLE:
        return None
    return 1 - Fraction(WHOLE - gpm, WHOLE + markup.value)


def _lists(set_up: PriceSetUp, floor: int) -> Iterator[Finding]:
    """Lists with prices that leave too little over the cost in the same row."""
    for code, price_list in sorted(set_up.lists.items()):
        under = [row for row in _rows(price_list) if _is_under(row, floor)]
        if price_list.active and under:
            problem = Message(
                "{count:,} {count:price|prices} of {code} under the margin floor of {floor} %, {first} first",
                count=len(under),
                code=code,
                floor=Exact.micros(floor),
                first=under[0].label,
            )
            hint = Message("Raise these prices, or lower the floor.")
            yield Finding(CODE, WARNING, f"price_lists.{code}", problem, hint)


def _rows(price_list: PriceList) -> Iterator[PriceListRow]:
    return (row for season in price_list.seasons for row in season.rows)


def _is_under(row: PriceListRow, floor: int) -> bool:
    return bool(row.cost) and row.price > 0 and (row.price - (row.cost or 0)) * WHOLE < floor * row.price
