"""The customer's markups: price B, sell fast, e-commerce (pricing section 6). Either sign; one that is 0 is set."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from k2k_core.domain.money import HUNDRED, ONE, Exact
from k2k_core.domain.parties import Markup
from k2k_core.domain.pricing import Adjustable, Answers, NoValue, Price, not_applicable

TYPED_BY_HAND = NoValue("price B was set by hand on the lot, and takes no price B markup")
NOT_FLAGGED = not_applicable("the lot is not flagged to sell fast")


def price_b_markup(lines: Sequence[Adjustable]) -> Answers:
    """For customers of type B, not beside an e-commerce markup, and not on lots with a price B set by hand."""
    customer = lines[0].request.terms.customer
    if customer.type != "B":
        return not_applicable("customer {customer} is not of type B", customer=customer.code)
    markup, other = customer.price_b_markup, customer.ecommerce_markup
    if markup is None:
        return _not_set(customer.code)
    if other is not None:
        facts = {"other": other, "markup": markup}
        return NoValue("the e-commerce markup of {other} is used instead of {markup}", facts)
    apply, reason, told = _told(markup, customer.code)
    return [
        Price(apply(line.price), reason, told) if line.request.lot.price_b_manual is None else TYPED_BY_HAND
        for line in lines
    ]


def sell_fast_markup(lines: Sequence[Adjustable]) -> Answers:
    """For lots flagged to sell fast; it may join either of the other markups."""
    customer = lines[0].request.terms.customer
    if customer.sell_fast_markup is None:
        return _not_set(customer.code)
    apply, reason, facts = _told(customer.sell_fast_markup, customer.code)
    return [
        Price(apply(line.price), reason, facts) if line.request.lot.sell_fast else NOT_FLAGGED
        for line in lines
    ]


def ecommerce_markup(lines: Sequence[Adjustable]) -> Answers:
    """For every inventory type; where it is set it takes the place of the price B markup."""
    customer = lines[0].request.terms.customer
    if customer.ecommerce_markup is None:
        return _not_set(customer.code)
    apply, reason, facts = _told(customer.ecommerce_markup, customer.code)
    return [Price(apply(line.price), reason, facts) for line in lines]


def _not_set(customer: str) -> NoValue:
    return NoValue("not set for customer {customer}", {"customer": customer})


def _told(markup: Markup, customer: str) -> tuple[Callable[[Exact], Exact], str, dict[str, object]]:
    """The markup as a function worked out once per batch, and the words that tell of it."""
    facts: dict[str, object] = {"markup": markup, "customer": customer}
    reason = "{markup} of customer {customer}"
    if markup.kind != "percent":
        return markup.apply, reason, facts
    factor = (ONE + Exact.micros(markup.value) / HUNDRED).reduced()
    n, d = factor.n, factor.d
    return (lambda price: Exact(price.n * n, price.d * d)), reason, facts
