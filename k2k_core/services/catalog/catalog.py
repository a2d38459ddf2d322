"""Use case: the catalog of a customer for a ship date (domain section 3, pricing section 9, the verb `catalog`)."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from k2k_core.domain.answers.catalog import CatalogPage, CatalogRow, FirstShipDateReason
from k2k_core.domain.answers.field_types import STAFF
from k2k_core.domain.disclosure import CATALOG, disclosed, reader_of, sees_prices
from k2k_core.domain.grouping import CatalogLine
from k2k_core.domain.hidden_vendor_numbers import HiddenVendorLines, numbers_of
from k2k_core.domain.money import price_text
from k2k_core.domain.parsing import iso_text
from k2k_core.domain.roles import READING, SEEING_PRICES
from k2k_core.errors import Invalid, NotAllowed
from k2k_core.messages import message_facts
from k2k_core.services.catalog.catalog_cache import read_catalog
from k2k_core.services.catalog.catalog_keys import SORTS, AnyCatalog, CatalogKey, Seen, Wanted, sorted_value
from k2k_core.services.catalog.first_ship_date import FirstShipDate
from k2k_core.services.catalog.prices import require_channel
from k2k_core.services.catalog.read_copy import from_copy
from k2k_core.services.context import ServiceContext
from k2k_core.services.lists import cursors
from k2k_core.services.lists.cursors import Cursor
from k2k_core.services.lists.page_request import MOST
from k2k_core.store.orders.carts import fixed_sources
from k2k_core.store.secret_keys import CURSORS, secret

LARGEST_PAGE = 500


NAMES_IN_A_CURSOR = 10
"""The lines that a cursor names: the next page begins behind the last of them that is still there."""


@dataclass(frozen=True, slots=True)
class CatalogQuery:
    """A catalog, and which of its lines."""

    catalog: CatalogKey
    wanted: Wanted


Rows = tuple[CatalogPage, list[HiddenVendorLines | None]]


def numbered_page(context: ServiceContext, buyer: str, query: CatalogQuery, page: int, page_size: int) -> CatalogPage:
    """One page of the catalog by its number. `total` counts the lines that match."""
    _check_query(context, buyer, query)
    _check_range("page", page, 1_000_000)
    _check_range("page_size", page_size, LARGEST_PAGE)

    def read(cached: AnyCatalog) -> Rows:
        return _rows(cached, query, (page - 1) * page_size, page_size)

    return _answered(context, buyer, query, read)


def page_after(context: ServiceContext, buyer: str, query: CatalogQuery, cursor: str | None, limit: int) -> CatalogPage:
    """The page behind a cursor, the first one without; `next` is the cursor of the page after it.

    The next page begins behind the lines that were read, also when lines before them have come or gone meanwhile.
    """
    _check_query(context, buyer, query)
    _check_range("limit", limit, MOST)
    made_for = ["catalog", buyer, *map(str, query.catalog), *query.wanted, reader_of(context.actor)]
    with context.store.reading() as session:
        key = secret(session, CURSORS)
    seen = None if cursor is None else _seen(cursors.read(cursor, key, made_for))

    def read(cached: AnyCatalog) -> Rows:
        start = 0 if seen is None else cached.place_after(query.wanted, seen)
        answer, same_goods = _rows(cached, query, start, limit)
        named = max(start, start + limit - NAMES_IN_A_CURSOR)
        last = cached.page(query.wanted, named, start + limit)[1]
        answer["next"] = None
        if start + limit < answer["total"]:
            names = " ".join(one.line for one in reversed(last))
            reached = Seen(start + limit, sorted_value(last[-1], query.wanted.sort), names)
            answer["next"] = cursors.written(Cursor(0, reached), key, made_for)
        return answer, same_goods

    return _answered(context, buyer, query, read)


def _seen(cursor: Cursor) -> Seen:
    place, value, names = cursor.position or ()
    return Seen(int(place), value, str(names))


def _rows(cached: AnyCatalog, query: CatalogQuery, start: int, limit: int) -> Rows:
    total, lines = cached.page(query.wanted, start, start + limit)
    page: CatalogPage = {
        "total": total,
        "lines": [_answer(line, cached.currency) for line in lines],
        "first_ship_date": iso_text(cached.first_ship_date.day),
        "first_ship_date_reason": _reason(cached.first_ship_date),
    }
    return page, [cached.hidden_vendor_lines(line) for line in lines]


def _reason(first: FirstShipDate) -> FirstShipDateReason:
    return {
        "vendor": first.shipper,
        "reasons": [step.message for step in first.chain],
        "chain": [{"code": step.code, "facts": message_facts(step.message)} for step in first.chain],
    }


def _answered(
    context: ServiceContext, buyer: str, query: CatalogQuery, read: Callable[[AnyCatalog], Rows]
) -> CatalogPage:
    reader = reader_of(context.actor)
    answer, same_goods = from_copy(context, lambda one: read_catalog(one, buyer, query.catalog, read))
    _number_sources(context, buyer, query.catalog.customer, answer["lines"], same_goods)
    return answer if reader == STAFF else disclosed(answer, CATALOG, reader)


def _number_sources(
    context: ServiceContext,
    buyer: str,
    customer: str,
    rows: Sequence[CatalogRow],
    same_goods: Sequence[HiddenVendorLines | None],
) -> None:
    """Number the lines of hidden vendors, with the numbers that the customer's open carts have fixed."""
    if not any(same_goods):
        return
    with context.store.reading() as session:
        company = context.snapshots.get(session, buyer)
        held = fixed_sources(session, company.id, company.customer(session, customer).id)
    for row, same in zip(rows, same_goods, strict=True):
        if same is not None:
            row["source"] = numbers_of(same, held)[row["line"]]


def _check_query(context: ServiceContext, buyer: str, query: CatalogQuery) -> None:
    context.actor.require(READING, buyer, query.catalog.customer)
    if query.wanted.sort not in SORTS:
        sorts = tuple(SORTS)
        raise Invalid("{sort!r} is no order of a catalog: {known}", sort=query.wanted.sort, known=sorts).at("sort")
    require_channel(context.actor, query.catalog.channel)
    if query.wanted.sort.endswith("price") and not sees_prices(reader_of(context.actor)):
        raise NotAllowed("Who sees no prices cannot sort by them either.", action=SEEING_PRICES)


def _check_range(name: str, number: int, most: int) -> None:
    if not isinstance(number, int) or isinstance(number, bool) or not 1 <= number <= most:
        raise Invalid("{name} is a whole number from 1 to {most}", name=name, most=most).at(name)


def _answer(line: CatalogLine, currency: str) -> CatalogRow:
    lot = line.goods[0].lot
    return {
        "line": line.line,
        "description": line.description,
        "price": price_text(line.price, currency),
        "currency": currency,
        "call_icon": line.price is None,
        "available": line.available,
        "box_type": lot.box_type,
        "units_per_box": lot.units_per_box,
        "unit_type": lot.unit_type,
        "stems_per_bunch": lot.stems_per_bunch,
        "lots": [goods.lot.ref for goods in line.goods],
        "aging": [goods.aging for goods in line.goods],
        "inventory_types": line.inventory_types,
        "vendor": line.vendor,
        "source": None,
    }
