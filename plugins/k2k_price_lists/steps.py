"""The two steps that use price lists. The rows come with the requests; the choice among them is in
`domain.price_lists`.

Lots with the same rows share one formula, so that a batch costs little more than its kinds of lots.
"""

from __future__ import annotations

from k2k_core.domain.items import K2K
from k2k_core.domain.money import Exact
from k2k_core.domain.price_formulas import ROWS, Facts, Formula, PriceFormula
from k2k_core.domain.price_lists import assigned_row, master_row, works_for
from k2k_core.domain.pricing import ListRow, NoValue, PriceRequest, PriceTerms, not_applicable
from k2k_core.messages import joined
from k2k_price_lists.no_price_reasons import MASTER_MISSING, ignored_lists, missing_rows

NO_VENDOR_PRICE = NoValue("the vendor has no price for this buyer")


def _no_list(terms: PriceTerms) -> NoValue | None:
    """Lists are for customers of type B, or for those that have one."""
    if not works_for(terms.inventory_type, terms.customer.type):
        return _only_type_b(terms)
    if not terms.lists and not terms.customer.price_lists:
        return NoValue("customer {customer} has no price list", {"customer": terms.customer.code})
    return None


def _price_list(terms: PriceTerms, facts: Facts) -> Formula | NoValue:
    """The price in the customer's own lists of a type that the inventory type uses."""
    row = assigned_row(_rows(facts), terms.inventory_type, frozenset(terms.lists))
    return missing_rows(terms) if row is None else _priced(terms, row, joined(ignored_lists(terms)))


def _no_master(terms: PriceTerms) -> NoValue | None:
    return None if works_for(terms.inventory_type, terms.customer.type) else _only_type_b(terms)


def _master_price_list(terms: PriceTerms, facts: Facts) -> Formula | NoValue:
    """The price in the company's master list, whatever the list's type."""
    row = master_row(_rows(facts))
    return MASTER_MISSING if row is None else _priced(terms, row, "")


def _only_type_b(terms: PriceTerms) -> NoValue:
    words = terms.inventory_type.replace("_", " ")
    return not_applicable("price lists for {words} are for customers of type B", words=words)


def _rows(facts: Facts) -> tuple[ListRow, ...]:
    (rows,) = facts
    assert isinstance(rows, tuple)
    return rows


def _priced(terms: PriceTerms, row: ListRow, ignored: str) -> Formula:
    """The price of a row; an offer that the vendor has no price for gets none from a list either."""
    facts: dict[str, object] = {"list": row.list_code, "season": row.season, "row": row.label}
    needs = "unit_cost" if terms.inventory_type == K2K else ""
    price = Exact.micros(row.price)
    if not ignored:
        return Formula(plus=price, reason="price list {list}, season {season}: {row}", facts=facts, needs=needs)
    facts["ignored"] = ignored
    return Formula(plus=price, reason="price list {list}, season {season}: {row}; {ignored}", facts=facts, needs=needs)


def _no_row(request: PriceRequest, found: NoValue | None) -> NoValue:
    """The reason of one lot, with its product and box type."""
    if found is None or (request.unit_cost is None and request.terms.inventory_type == K2K):
        return NO_VENDOR_PRICE
    lot = request.lot
    return NoValue(found.reason, {**found.facts, "product": lot.product.code, "box_type": lot.box_type})


PRICE_LIST = PriceFormula(_price_list, (ROWS,), _no_list, _no_row)
MASTER_PRICE_LIST = PriceFormula(_master_price_list, (ROWS,), _no_master, _no_row)
