"""Price drawer: which step made a price, its landed cost, and what came afterwards (pricing section 8).

What of it a reader sees is decided by the facade: fields that are not theirs are missing in its answer.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from flask import request

from k2k_console.formats import money
from k2k_console.pages.catalog_query import GROWER, WAREHOUSE, CatalogQuery, asked, dates_by_shipper, first_date
from k2k_console.pages.goods import goods_of, is_own, unit_of
from k2k_console.pages.price_words import ADJUSTMENTS, COMPONENTS, STEPS, page_of, pages_of_steps
from k2k_console.translations import later, text
from k2k_console.vocabulary import Drawer, StepsTable, Sum, Term
from k2k_core.errors import NotFound

if TYPE_CHECKING:
    from k2k_core.api import K2K

SHOWN = "shown"


def price_of(k2k: K2K, company: str, lot: str) -> Mapping[str, Any]:
    """Why a lot has its price in the catalog of the address."""
    query = asked(k2k, company, request.args)
    if not query.customer:
        raise NotFound(text("There is nothing of that name that you can see."))
    if query.ship_date is None:
        query = replace(query, ship_date=first_date(dates_by_shipper(k2k, company, query), company))
    price = _priced(k2k, company, query, lot)
    goods = goods_of(k2k, company, lot)
    return {
        "lot": lot,
        "vendor": None if is_own(lot, company) else lot.partition("/")[0],
        "goods": goods,
        "units": unit_of,
        "query": query,
        "price": price,
        "of_a_box": _of_a_box(price, goods),
        "margin": _margin(price),
        "steps": StepsTable.of(price["explanation"], STEPS, pages_of_steps()) if "explanation" in price else None,
        "landed": _landed(price),
        "afterwards": _afterwards(price),
        "other_via": _other_via(k2k, company, query, lot) if price.get("price") else None,
    }


def _priced(k2k: K2K, company: str, query: CatalogQuery, lot: str) -> Mapping[str, Any]:
    found = k2k.price(
        company,
        query.customer,
        [lot],
        query.ship_via,
        ship_date=query.ship_date,
        location=query.location,
        channel=query.channel,
    )
    return found[0]


def _other_via(k2k: K2K, company: str, query: CatalogQuery, lot: str) -> Mapping[str, Any] | None:
    """The price by the other ship via; none for own stock, which has no grower."""
    if is_own(lot, company):
        return None
    via = WAREHOUSE if query.ship_via == GROWER else GROWER
    found = _priced(k2k, company, replace(query, ship_via=via), lot)
    return {"via": via, "price": found["price"]} if found.get("price") else None


def _of_a_box(price: Mapping[str, Any], goods: Mapping[str, Any]) -> str | None:
    units = goods.get("units_per_box")
    if not price.get("price") or not units:
        return None
    return money(Decimal(price["price"]) * units, price["currency"])


def _margin(price: Mapping[str, Any]) -> Decimal | None:
    """How much of the price is left over the landed cost, in percent; None for who may not see costs."""
    landed, sold = price.get("landed_cost"), price.get("price")
    if not landed or not sold or not Decimal(sold):
        return None
    return (1 - Decimal(landed) / Decimal(sold)) * 100


def _landed(price: Mapping[str, Any]) -> Sum | None:
    if not price.get("landed_cost"):
        return None
    terms = [Term(str(COMPONENTS.get(name, name)), value) for name, value in price["components"].items()]
    return Sum(terms, Term(str(STEPS["k2k_landed_cost"]), price["landed_cost"]))


def _afterwards(price: Mapping[str, Any]) -> Sum | None:
    """From the value of the step to the price: each adjustment, and one rounding at the end."""
    if not price.get("base_price") or not price.get("price"):
        return None
    step = STEPS.get(str(price["step"]), str(price["step"]))
    terms = [Term(text("%(step)s gives", step=step), price["base_price"])]
    for one in price["adjustments"]:
        terms.append(_adjustment(one, one["after"]))
    for one in price["not_applied"]:
        terms.append(_adjustment(one, None))
    return Sum(terms, Term(text("Rounded up, once"), money(price["price"], price["currency"]), SHOWN))


def _adjustment(one: Mapping[str, Any], value: str | None) -> Term:
    label = str(ADJUSTMENTS.get(one["name"], one["name"]))
    link = page_of(one["name"]) if value is not None else ""
    return Term(label, value, str(one["reason"]), link, text("Change it"))


PRICE = Drawer("price", later("Why this price?"), price_of, "k2k/price.html")
