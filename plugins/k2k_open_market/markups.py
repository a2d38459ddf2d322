"""The customer's markups: price B, sell fast, e-commerce (pricing section 6). Either sign; a markup of 0 counts as
set."""

from __future__ import annotations

from collections.abc import Sequence

from k2k_core.domain.money import HUNDRED, ONE, Exact
from k2k_core.domain.parties import Markup
from k2k_core.domain.pricing import ECOMMERCE, Adjustable, Answer, Answers, NoValue, not_applicable, price_each

TYPED_BY_HAND = NoValue("price B was set by hand on the lot, and takes no price B markup")
NOT_FLAGGED = not_applicable("the lot is not flagged to sell fast")


def price_b_markup(lines: Sequence[Adjustable]) -> Answers:
    """For customers of type B, not where an e-commerce markup is used, and not on lots with a price B set by hand."""
    terms = lines[0].request.terms
    customer = terms.customer
    if customer.type != "B":
        return not_applicable("customer {customer} is not of type B", customer=customer.code)
    markup, other = customer.price_b_markup, customer.ecommerce_markup
    if markup is None:
        return _not_set(customer.code)
    if other is not None and terms.channel == ECOMMERCE:
        facts = {"other": other, "markup": markup}
        return NoValue("the e-commerce markup of {other} is used instead of {markup}", facts)
    by_hand = [line.request.lot.price_b_manual is not None for line in lines]
    return _marked_up(lines, markup, customer.code, by_hand, TYPED_BY_HAND)


def sell_fast_markup(lines: Sequence[Adjustable]) -> Answers:
    """For lots flagged to sell fast; can be combined with either of the other markups."""
    customer = lines[0].request.terms.customer
    if customer.sell_fast_markup is None:
        return _not_set(customer.code)
    slow = [not line.request.lot.sell_fast for line in lines]
    return _marked_up(lines, customer.sell_fast_markup, customer.code, slow, NOT_FLAGGED)


def ecommerce_markup(lines: Sequence[Adjustable]) -> Answers:
    """In the sales channel `ecommerce` only, for every inventory type, instead of the price B markup."""
    terms = lines[0].request.terms
    customer = terms.customer
    if terms.channel != ECOMMERCE:
        return not_applicable(
            "an e-commerce markup is no part of a price in the channel {channel}", channel=terms.channel
        )
    if customer.ecommerce_markup is None:
        return _not_set(customer.code)
    return _marked_up(lines, customer.ecommerce_markup, customer.code)


def _not_set(customer: str) -> NoValue:
    return NoValue("not set for customer {customer}", {"customer": customer})


def _marked_up(
    lines: Sequence[Adjustable],
    markup: Markup,
    customer: str,
    without: Sequence[bool] = (),
    why_not: NoValue = TYPED_BY_HAND,
) -> list[Answer]:
    """Every price with the markup, computed as one factor for the batch; `why_not` for lines without it."""
    facts: dict[str, object] = {"markup": markup, "customer": customer}
    if markup.kind == "percent":
        factor = (ONE + Exact.micros(markup.value) / HUNDRED).reduced()
        n, d = factor.n, factor.d
        prices = [Exact(price.n * n, price.d * d) for _, _, price in lines]
    else:
        prices = [markup.apply(price) for _, _, price in lines]
    skipped = without or [False] * len(lines)
    amounts = [None if skip else price for price, skip in zip(prices, skipped, strict=True)]
    return price_each(amounts, "{markup} of customer {customer}", facts, lambda _place: why_not)
