"""Use case: what can this customer buy for this date? (domain section 3, pricing section 9, the verb `catalog`)"""

from __future__ import annotations

import datetime as dt
from typing import Any

from k2k_core.domain.disclosure import CATALOG, STAFF, disclosed, reader_of
from k2k_core.domain.grouping import CatalogLine, Goods, group
from k2k_core.domain.items import FUTURE_SALES, OPEN_MARKET_BOXES, OPEN_MARKET_UNITS
from k2k_core.domain.roles import READING
from k2k_core.errors import Invalid
from k2k_core.services.market import Article, Market
from k2k_core.services.office import Office
from k2k_core.services.prices import price_text

PAGE_SIZE = 50
LARGEST_PAGE = 500
SORTS = ("description", "-description", "price", "-price", "available", "-available")


def catalog(
    office: Office,
    buyer: str,
    customer: str,
    ship_date: dt.date | None = None,
    ship_via: str = "warehouse",
    location: str | None = None,
    search: str | None = None,
    sort: str = "description",
    page: int = 1,
    page_size: int = PAGE_SIZE,
) -> dict[str, Any]:
    """One page of the catalog. `total` counts the lines that match; every word of `search` must be found in a line."""
    office.actor.require(READING, buyer, customer)
    _check_page(sort, page, page_size)
    with office.store.reading() as session:
        facts = office.facts.get(session, buyer)
        market = Market(
            office, session, facts, facts.customer(session, customer), ship_via, ship_date=ship_date, location=location
        )
        lines = catalog_lines(market)
    found = _sorted([line for line in lines if _matches(line, search or "")], sort)
    start = (page - 1) * page_size
    answer = {"total": len(found), "lines": [_answer(line, market) for line in found[start : start + page_size]]}
    reader = reader_of(office.actor)
    return answer if reader == STAFF else dict(disclosed(answer, CATALOG, reader))


def catalog_lines(market: Market) -> list[CatalogLine]:
    """Every line that the market's customer sees: visible lots, priced and grouped as the company shows them."""
    settings = market.buyer.company.settings
    if not settings.ecommerce_enabled:
        return []
    articles = [article for article in market.articles.values() if _offered(market, article)]
    shown = [
        article for article, denials in zip(articles, market.denials(articles), strict=True) if not denials
    ]
    quotes = market.quotes(shown)
    goods = [
        Goods(article.lot, quote.price, vendor_shown(market, article))
        for article, quote in zip(shown, quotes, strict=True)
    ]
    return group(goods, settings.grouping, settings.vendor_in_group)


def vendor_shown(market: Market, article: Article) -> str | None:
    """The vendor's code where the shop shows vendors and the connection does not hide this one."""
    if not market.buyer.company.settings.show_vendor:
        return None
    connection = article.partner.connection if article.partner is not None else None
    return None if connection is not None and connection.hide_vendor else article.lot.vendor


def _offered(market: Market, article: Article) -> bool:
    """Whether the shop shows this kind of stock at all."""
    settings, kind = market.buyer.company.settings, article.lot.inventory_type
    if kind in (OPEN_MARKET_BOXES, OPEN_MARKET_UNITS):
        return not settings.hide_on_hand
    return settings.show_future_inventory or not (kind == FUTURE_SALES or article.lot.future)


def _matches(line: CatalogLine, search: str) -> bool:
    product = line.goods[0].lot.product
    parts = (line.description, product.category, product.variety, product.color, product.grade, product.code)
    text = " ".join(part for part in parts if part).casefold()
    return all(word in text for word in search.casefold().split())


def _sorted(lines: list[CatalogLine], sort: str) -> list[CatalogLine]:
    """Lines come by description; lines without a price stand last when prices sort them."""
    name, down = sort.lstrip("-"), sort.startswith("-")
    if name == "description":
        return lines[::-1] if down else lines
    if name == "available":
        return sorted(lines, key=lambda line: line.available, reverse=down)
    priced = sorted((line for line in lines if line.price is not None), key=lambda line: line.price or 0, reverse=down)
    return priced + [line for line in lines if line.price is None]


def _check_page(sort: str, page: int, page_size: int) -> None:
    if sort not in SORTS:
        raise Invalid(f"{sort!r} is no order of a catalog: {', '.join(SORTS)}")
    for name, number, most in (("page", page, 1_000_000), ("page_size", page_size, LARGEST_PAGE)):
        if not isinstance(number, int) or isinstance(number, bool) or not 1 <= number <= most:
            raise Invalid(f"{name} is a whole number from 1 to {most}")


def _answer(line: CatalogLine, market: Market) -> dict[str, Any]:
    lot, currency = line.goods[0].lot, market.buyer.company.currency
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
        "aging": [market.aging_shown(market.articles[goods.lot.ref]) for goods in line.goods],
        "inventory_types": line.inventory_types,
        "vendor": line.vendor,
    }
