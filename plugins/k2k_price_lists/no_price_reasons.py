"""The reasons why no price list gave a price, built once per batch."""

from __future__ import annotations

from k2k_core.domain.price_lists import date_for, groups_for
from k2k_core.domain.pricing import NoValue, PriceTerms
from k2k_core.messages import Message, joined

MASTER_MISSING = NoValue("no active master price list has a row for {product} in {box_type}")


def missing_rows(terms: PriceTerms) -> NoValue:
    """None of the customer's lists has a row for a lot; `product` and `box_type` are its facts."""
    unused = [*_inactive(terms), *ignored_lists(terms)]
    if not unused:
        return NoValue("{lists}: no row for {product} in {box_type}", {"lists": _searched(terms)})
    facts = {"lists": _searched(terms), "unused": joined(unused)}
    return NoValue("{lists}: no row for {product} in {box_type}; {unused}", facts)


def _searched(terms: PriceTerms) -> Message:
    """The customer's lists that this inventory type uses."""
    used = frozenset().union(*groups_for(terms.inventory_type))
    names = [code for code in _assigned(terms) if terms.lists.get(code) in used]
    return Message("price list {names}", names=names) if names else Message("the customer's price lists")


def ignored_lists(terms: PriceTerms) -> list[Message]:
    """The customer's active lists of a type that this inventory type does not use."""
    used = frozenset().union(*groups_for(terms.inventory_type))
    goods = terms.inventory_type.replace("_", " ")
    active = [(code, terms.lists[code]) for code in _assigned(terms) if code in terms.lists]
    return [
        Message(
            "price list {list} ({type}) is not used for {inventory_type}", list=code, type=type_, inventory_type=goods
        )
        for code, type_ in active
        if type_ not in used
    ]


def _inactive(terms: PriceTerms) -> list[Message]:
    day = date_for(terms.inventory_type, terms.order_date, terms.ship_date)
    missing = [code for code in terms.customer.price_lists if code not in terms.lists]
    return [Message("price list {list} is not active on {day}", list=code, day=day) for code in missing]


def _assigned(terms: PriceTerms) -> list[str]:
    """The lists assigned to the customer, and the active ones for everyone."""
    return list(dict.fromkeys((*terms.customer.price_lists, *terms.lists)))
