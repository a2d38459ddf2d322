"""The customer's markups: price B, sell fast, e-commerce (pricing section 6). Either sign; a markup of 0 counts as
set."""

from __future__ import annotations

from k2k_core.domain.money import HUNDRED, ONE, Exact
from k2k_core.domain.parties import Markup
from k2k_core.domain.price_formulas import BY_HAND, Facts, Formula, PriceFormula, adjusted_by_formula
from k2k_core.domain.pricing import ECOMMERCE, NoValue, PriceTerms, not_applicable

TYPED_BY_HAND = NoValue("price B was set by hand on the lot, and takes no price B markup")
MARKUP = "{markup} of customer {customer}"
NOT_FLAGGED = not_applicable("the lot is not flagged to sell fast")


def _no_price_b_markup(terms: PriceTerms) -> NoValue | None:
    """For customers of type B, and not where an e-commerce markup is used."""
    customer = terms.customer
    if customer.type != "B":
        return not_applicable("customer {customer} is not of type B", customer=customer.code)
    markup, other = customer.price_b_markup, customer.ecommerce_markup
    if markup is None:
        return _not_set(customer.code)
    if other is not None and terms.channel == ECOMMERCE:
        facts = {"other": other, "markup": markup}
        return NoValue("the e-commerce markup of {other} is used instead of {markup}", facts)
    return None


def _price_b_markup(terms: PriceTerms, facts: Facts) -> Formula | NoValue:
    """Not on lots with a price B set by hand."""
    (by_hand,), markup = facts, terms.customer.price_b_markup
    return TYPED_BY_HAND if by_hand or markup is None else _marked_up(markup, terms.customer.code)


def _no_sell_fast_markup(terms: PriceTerms) -> NoValue | None:
    return _not_set(terms.customer.code) if terms.customer.sell_fast_markup is None else None


def _sell_fast_markup(terms: PriceTerms, facts: Facts) -> Formula | NoValue:
    """For lots flagged to sell fast; can be combined with either of the other markups."""
    (flagged,), markup = facts, terms.customer.sell_fast_markup
    return _marked_up(markup, terms.customer.code) if flagged and markup is not None else NOT_FLAGGED


def _ecommerce_markup(terms: PriceTerms, _facts: Facts) -> Formula | NoValue:
    """In the sales channel `ecommerce` only, for every inventory type, instead of the price B markup."""
    customer = terms.customer
    if terms.channel != ECOMMERCE:
        return not_applicable(
            "an e-commerce markup is no part of a price in the channel {channel}", channel=terms.channel
        )
    if customer.ecommerce_markup is None:
        return _not_set(customer.code)
    return _marked_up(customer.ecommerce_markup, customer.code)


def _not_set(customer: str) -> NoValue:
    return NoValue("not set for customer {customer}", {"customer": customer})


def _marked_up(markup: Markup, customer: str) -> Formula:
    """A price with the markup."""
    facts = {"markup": markup, "customer": customer}
    if markup.kind == "percent":
        times = (ONE + Exact.micros(markup.value) / HUNDRED).reduced()
        return Formula(times=times, reason=MARKUP, facts=facts)
    return Formula(plus=Exact.micros(markup.value), reason=MARKUP, facts=facts)


PRICE_B_MARKUP = PriceFormula(_price_b_markup, (BY_HAND,), _no_price_b_markup)
SELL_FAST_MARKUP = PriceFormula(_sell_fast_markup, ("sell_fast",), _no_sell_fast_markup)
ECOMMERCE_MARKUP = PriceFormula(_ecommerce_markup)

price_b_markup = adjusted_by_formula(PRICE_B_MARKUP)
sell_fast_markup = adjusted_by_formula(SELL_FAST_MARKUP)
ecommerce_markup = adjusted_by_formula(ECOMMERCE_MARKUP)
"""The markups as they adjust batches of prices."""
