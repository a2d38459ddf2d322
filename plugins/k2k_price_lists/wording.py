"""Why no list gave a price, in words computed once per batch. Codes hold no braces and may stand in a template."""

from __future__ import annotations

from k2k_core.domain.price_lists import date_for, groups_for
from k2k_core.domain.pricing import PriceTerms

MASTER_MISSING = "no active master price list has a row for {product} in {box_type}"


def missing_rows(terms: PriceTerms) -> str:
    """The template of the reason when none of the customer's lists has a row for a lot."""
    used = frozenset().union(*groups_for(terms.inventory_type))
    names = [code for code in _lists_of(terms) if terms.lists.get(code) in used]
    searched = f"price list {', '.join(names)}" if names else "the customer's price lists"
    return searched + ": no row for {product} in {box_type}" + inactive_lists(terms) + ignored_lists(terms)


def _lists_of(terms: PriceTerms) -> list[str]:
    """The lists that are assigned to the customer, and the active ones for everyone."""
    return list(dict.fromkeys((*terms.customer.price_lists, *terms.lists)))


def ignored_lists(terms: PriceTerms) -> str:
    """The customer's active lists of a type that this inventory type does not use."""
    used = frozenset().union(*groups_for(terms.inventory_type))
    words = terms.inventory_type.replace("_", " ")
    ignored = [(code, terms.lists[code]) for code in _lists_of(terms) if code in terms.lists]
    unused = [(code, kind) for code, kind in ignored if kind not in used]
    return "".join(f"; price list {code} ({kind}) is not used for {words}" for code, kind in unused)


def inactive_lists(terms: PriceTerms) -> str:
    """The customer's lists that are not active on the date that counts."""
    day = date_for(terms.inventory_type, terms.order_date, terms.ship_date)
    names = [code for code in terms.customer.price_lists if code not in terms.lists]
    return "".join(f"; price list {code} is not active on {day}" for code in names)
