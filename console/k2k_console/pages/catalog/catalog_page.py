"""Catalog as a customer: what a customer can buy, at which prices, and why (domain section 3, pricing section 8)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from flask import request, url_for

from k2k_console.frame import page_of
from k2k_console.menu import address_of
from k2k_console.pages.box_counts import boxes_typed
from k2k_console.pages.catalog.catalog_query import (
    CatalogQuery,
    asked,
    categories_of,
    customers_of,
    dates_by_shipper,
    first_date,
    offered,
    places_of,
)
from k2k_console.pages.catalog.goods import goods_of
from k2k_console.pages.catalog.price_drawer import PRICE
from k2k_console.pages.catalog.ship_date_drawer import SHIP_DATES
from k2k_console.pages.catalog.what_if_drawer import KEEP, WHAT_IF
from k2k_console.pages.document_lines import LINES_COUNTED
from k2k_console.pages.packs import unit_of
from k2k_console.translations import later
from k2k_console.vocabulary import Action, Call, Field, Page, Panel
from k2k_core.domain.pricing import ECOMMERCE, SALES
from k2k_core.domain.roles import ADMIN, SALES_MANAGER, SALESPERSON

if TYPE_CHECKING:
    from k2k_core.api import K2K

LINES_A_PAGE = 50
CHANNEL_NAMES = {ECOMMERCE: later("Shop prices"), SALES: later("Salespeople’s prices")}
MATCHES = 5
"""So many hidden lots that match a search are named."""


def catalog(k2k: K2K, company: str, given: Mapping[str, str]) -> Mapping[str, Any]:
    """One page of the catalog, and what can be chosen above it."""
    query = asked(k2k, company, given)
    if not query.customer:
        return {"query": None}
    dates = dates_by_shipper(k2k, company, query)
    first = first_date(dates, company)
    days = offered(dates)
    query = replace(query, ship_date=query.ship_date or first)
    return {
        "query": query,
        "first": first,
        "days": days if query.ship_date in (None, *days) else sorted([str(query.ship_date), *days]),
        "customers": customers_of(k2k, company),
        "places": places_of(k2k, company),
        "categories": categories_of(k2k, company),
        "channels": CHANNEL_NAMES,
        "units": unit_of,
        **_page(k2k, company, query, given),
        "cart": _open_cart(k2k, company, query),
        "carts_page": address_of("carts"),
        "prebooks": query.channel == SALES and bool(page_of("prebook")),
        "lines": LINES_COUNTED,
    }


def _page(k2k: K2K, company: str, query: CatalogQuery, given: Mapping[str, str]) -> dict[str, Any]:
    lot, cursor = given.get("lot", ""), given.get("cursor") or None
    found: Any = {"lines": [], "total": 0} if lot else _lines(k2k, company, query, query.q, cursor)
    hidden: list[str] = []
    if not found["total"] and (lot or query.q):
        found, hidden = _of_lots(k2k, company, query, lot)
    after = found.get("next")
    return {
        "rows": found["lines"],
        "count": found["total"],
        "company": company,
        "lot": lot,
        "start": query.address() if cursor else "",
        "next": query.address(cursor=after) if after else "",
        "hidden": hidden,
    }


def _lines(k2k: K2K, company: str, query: CatalogQuery, search: str, cursor: str | None = None) -> Any:
    return k2k.catalog(
        company,
        query.customer,
        query.ship_date,
        query.ship_via,
        query.location,
        search or None,
        query.sorted_by,
        channel=query.channel,
        category=query.category or None,
        cursor=cursor,
        limit=LINES_A_PAGE,
    )


def _of_lots(k2k: K2K, company: str, query: CatalogQuery, lot: str) -> tuple[dict[str, Any], list[str]]:
    """The line of a lot whose code is looked for, and the lots of that code that are hidden from the customer. The
    catalog itself is searched by goods alone: its customers know no codes of lots."""
    lots = [lot] if lot else None
    asked_for = None if lot else query.q
    fields = ["lot", "visible"]
    found = k2k.visible(
        company, query.customer, lots, query.ship_date, query.ship_via, q=asked_for, limit=MATCHES, fields=fields
    )
    seen = [one["lot"] for one in found["items"] if one["visible"]]
    hidden = [one["lot"] for one in found["items"] if not one["visible"]]
    words = {str(goods_of(k2k, company, one)["description"]) for one in seen}
    lines = [line for said in sorted(words) for line in _lines(k2k, company, query, said)["lines"]]
    rows = [line for line in lines if not set(seen).isdisjoint(line["lots"])]
    return {"lines": rows, "total": len(rows)}, hidden


def _open_cart(k2k: K2K, company: str, query: CatalogQuery) -> Mapping[str, Any] | None:
    """The open cart of the customer into which boxes of this catalog go."""
    found = k2k.carts(
        company,
        customer=query.customer,
        state="open",
        ship_date_from=query.ship_date,
        ship_date_to=query.ship_date,
        limit=MATCHES,
    )
    header = (query.ship_via, query.location)
    return next((one for one in found["items"] if (one["ship_via"], one["location"]) == header), None)


# What is done


def added(call: Call) -> Any:
    """Put boxes of a line into the cart of this catalog's header, and into a new one where there is none."""
    query = asked(call.k2k, call.company, request.args)
    cart = _open_cart(call.k2k, call.company, query)
    return call.k2k.add(
        call.company,
        query.customer,
        line=call.keys[0],
        boxes=boxes_typed(call.values.get("boxes") or "1"),
        ship_date=query.ship_date,
        ship_via=query.ship_via,
        location=query.location,
        cart=None if cart is None else cart["cart"],
        key=call.key,
    )


TAKE_OUT = Action(
    "cancel",
    later("Take out"),
    "line",
    later("Taken out of the cart again."),
    name="take_out",
    call=lambda call: call.k2k.cancel(call.company, line=call.keys[0], key=call.key),
    roles=(ADMIN, SALES_MANAGER, SALESPERSON),
)
ADD = Action(
    "add",
    later("Add to cart"),
    "line",
    later("In the cart: %(boxes)s {boxes:box|boxes}."),
    icon="shopping-cart",
    fields=(Field("boxes", later("Boxes"), kind="number"),),
    call=added,
    undo=TAKE_OUT,
    undo_name=lambda answer: str(answer["lines"][-1]["line"]),
)

PANEL = Panel("catalog", catalog, "k2k/catalog.html", (ADD, TAKE_OUT, KEEP))
CATALOG = Page("catalog", (PANEL, PRICE, SHIP_DATES, WHAT_IF))


def catalog_of_lot(lot: str) -> str:
    """The address of the catalog in which a lot is looked for."""
    return f"{url_for('catalog.index_view')}?{urlencode({'lot': lot})}"
