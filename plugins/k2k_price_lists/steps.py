"""The two steps that use price lists. The rows come with the requests; the choice among them is in
`domain.price_lists`.

Lots with the same rows share one answer, so that a batch costs little more than its kinds of lots.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from k2k_core.domain.items import K2K
from k2k_core.domain.money import Exact
from k2k_core.domain.price_lists import assigned_row, master_row, works_for
from k2k_core.domain.pricing import Answer, Answers, ListRow, NoValue, Price, PriceRequest, PriceTerms, not_applicable
from k2k_core.messages import joined
from k2k_price_lists.no_price_reasons import MASTER_MISSING, ignored_lists, missing_rows

Choose = Callable[[tuple[ListRow, ...]], ListRow | None]

NO_VENDOR_PRICE = NoValue("the vendor has no price for this buyer")


def price_list(requests: Sequence[PriceRequest]) -> Answers:
    """The price in the customer's own lists of a type that the inventory type uses."""
    terms = requests[0].terms
    customer = terms.customer
    if not works_for(terms.inventory_type, customer.type):
        return _only_type_b(terms)
    assigned = frozenset(terms.lists)
    if not assigned and not customer.price_lists:
        return NoValue("customer {customer} has no price list", {"customer": customer.code})

    def choose(rows: tuple[ListRow, ...]) -> ListRow | None:
        return assigned_row(rows, terms.inventory_type, assigned)

    return _answers(requests, choose, missing_rows(terms), joined(ignored_lists(terms)))


def master_price_list(requests: Sequence[PriceRequest]) -> Answers:
    """The price in the company's master list, whatever the list's type."""
    terms = requests[0].terms
    if not works_for(terms.inventory_type, terms.customer.type):
        return _only_type_b(terms)
    return _answers(requests, master_row, MASTER_MISSING, "")


def _only_type_b(terms: PriceTerms) -> NoValue:
    words = terms.inventory_type.replace("_", " ")
    return not_applicable("price lists for {words} are for customers of type B", words=words)


def _answers(requests: Sequence[PriceRequest], choose: Choose, missing: NoValue, ignored: str) -> list[Answer]:
    """One answer per request; an offer that the vendor has no price for gets none from a list either."""
    priced: dict[int, Price | None] = {}
    offers = requests[0].terms.inventory_type == K2K
    answers: list[Answer] = []
    for request in requests:
        rows = request.rows
        place = id(rows)
        if place not in priced:
            priced[place] = _price(choose(rows), ignored)
        price = priced[place]
        if offers and request.unit_cost is None:
            answers.append(NO_VENDOR_PRICE)
        elif price is None:
            lot = request.lot
            facts = {**missing.facts, "product": lot.product.code, "box_type": lot.box_type}
            answers.append(NoValue(missing.reason, facts))
        else:
            answers.append(price)
    return answers


def _price(row: ListRow | None, ignored: str) -> Price | None:
    if row is None:
        return None
    facts = {"list": row.list_code, "season": row.season, "row": row.label}
    if not ignored:
        return Price(Exact.micros(row.price), "price list {list}, season {season}: {row}", facts)
    facts["ignored"] = ignored
    return Price(Exact.micros(row.price), "price list {list}, season {season}: {row}; {ignored}", facts)
