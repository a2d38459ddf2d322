"""Use case: the catalog of a customer for a ship date (domain section 3, pricing section 9, the verb `catalog`)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from k2k_core.domain.answers.catalog import CatalogPage, CatalogRow
from k2k_core.domain.answers.field_types import STAFF
from k2k_core.domain.disclosure import CATALOG, disclosed, reader_of, sees_prices
from k2k_core.domain.grouping import CatalogLine
from k2k_core.domain.hidden_vendor_numbers import HiddenVendorLines, numbers_of
from k2k_core.domain.roles import READING, SEEING_PRICES
from k2k_core.errors import Invalid, NotAllowed
from k2k_core.services.catalog.catalog_cache import SORTS, CachedCatalog, CatalogKey, read_catalog
from k2k_core.services.catalog.prices import price_text, require_channel
from k2k_core.services.context import ServiceContext
from k2k_core.store.orders.carts import fixed_sources

PAGE_SIZE = 50
LARGEST_PAGE = 500


@dataclass(frozen=True, slots=True)
class CatalogQuery:
    """A page of a catalog: every word of `search` must occur in a line, `sort` is one of `SORTS`."""

    catalog: CatalogKey
    search: str
    sort: str
    page: int
    page_size: int


def catalog(context: ServiceContext, buyer: str, query: CatalogQuery) -> CatalogPage:
    """One page of the catalog. `total` counts the lines that match."""
    context.actor.require(READING, buyer, query.catalog.customer)
    _check_page(query)
    require_channel(context.actor, query.catalog.channel)
    reader = reader_of(context.actor)
    if query.sort.endswith("price") and not sees_prices(reader):
        raise NotAllowed("Who sees no prices cannot sort by them either.", action=SEEING_PRICES)
    end = query.page * query.page_size

    def read(cached: CachedCatalog) -> tuple[CatalogPage, list[HiddenVendorLines | None]]:
        total, lines = cached.page(query.search, query.sort, end - query.page_size, end)
        page: CatalogPage = {"total": total, "lines": [_answer(line, cached.currency) for line in lines]}
        return page, [cached.hidden_vendor_lines(line) for line in lines]

    answer, same_goods = read_catalog(context, buyer, query.catalog, read)
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


def _check_page(query: CatalogQuery) -> None:
    if query.sort not in SORTS:
        raise Invalid("{sort!r} is no order of a catalog: {known}", sort=query.sort, known=tuple(SORTS))
    for name, number, most in (("page", query.page, 1_000_000), ("page_size", query.page_size, LARGEST_PAGE)):
        if not isinstance(number, int) or isinstance(number, bool) or not 1 <= number <= most:
            raise Invalid("{name} is a whole number from 1 to {most}", name=name, most=most)


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
