"""Price drawer: which step made a price, its landed cost, and what came afterwards (pricing section 8).

What of it a reader sees is decided by the facade: fields that are not theirs are missing in its answer.
"""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from flask import request

from k2k_console.formats import money
from k2k_console.pages.catalog.catalog_query import GROWER, WAREHOUSE, CatalogQuery, asked, dated
from k2k_console.pages.catalog.goods import goods_of, is_own
from k2k_console.pages.catalog.price_words import ADJUSTMENTS, COMPONENTS, STEPS, fields_of_steps, setting_field
from k2k_console.pages.packs import unit_of
from k2k_console.translations import later, text
from k2k_console.vocabulary import Drawer, StepsTable, Sum, Term
from k2k_core.errors import NotFound

if TYPE_CHECKING:
    from k2k_core.api import K2K

SHOWN = "shown"


def price_of(k2k: K2K, company: str, lot: str) -> Mapping[str, Any]:
    """Why a lot has its price in the catalog of the address."""
    query = dated(k2k, company, asked(k2k, company, request.args))
    if not query.customer:
        raise NotFound(text("There is nothing of that name that you can see."))
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
        "margin": (price.get("margin") or {}).get("percent"),
        "steps": _steps(price),
        "landed": _landed(price),
        "afterwards": _afterwards(price),
        "other_via": _other_via(price, query),
    }


def _priced(k2k: K2K, company: str, query: CatalogQuery, lot: str) -> Mapping[str, Any]:
    """The price, and that by the other ship via: own stock has no grower."""
    other = WAREHOUSE if query.ship_via == GROWER else GROWER
    found = k2k.price(
        company,
        query.customer,
        [lot],
        query.ship_via,
        ship_date=query.ship_date,
        location=query.location,
        channel=query.channel,
        twin=None if is_own(lot, company) else other,
        every_step=True,
    )
    return found[0]


def _other_via(price: Mapping[str, Any], query: CatalogQuery) -> Mapping[str, Any] | None:
    """The price by the other ship via, where there is one."""
    twin = price.get("twin") or {}
    if not price.get("price") or not twin.get("price"):
        return None
    return {"via": WAREHOUSE if query.ship_via == GROWER else GROWER, "price": twin["price"]}


def _of_a_box(price: Mapping[str, Any], goods: Mapping[str, Any]) -> str | None:
    units = goods.get("units_per_box")
    if not price.get("price") or not units:
        return None
    return money(Decimal(price["price"]) * units, price["currency"])


def _steps(price: Mapping[str, Any]) -> StepsTable | None:
    if "explanation" not in price:
        return None
    return StepsTable.of(
        price["explanation"], STEPS, fields_of_steps(str(price.get("lot", ""))), str(price["currency"])
    )


def _landed(price: Mapping[str, Any]) -> Sum | None:
    if not price.get("landed_cost"):
        return None
    terms = [
        Term(str(COMPONENTS.get(one["component"], one["component"])), one["amount"], _how(one))
        for one in price["costs"]
    ]
    return Sum(terms, Term(str(STEPS["k2k_landed_cost"]), price["landed_cost"]), str(price["currency"]))


def _how(cost: Mapping[str, Any]) -> str:
    """How a cost comes about; the price of the flower says it by its name."""
    return "" if cost["component"] == "unit_cost" else str(cost["said"])


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
    return Sum(
        terms, Term(text("Rounded up, once"), money(price["price"], price["currency"]), SHOWN), str(price["currency"])
    )


def _adjustment(one: Mapping[str, Any], value: str | None) -> Term:
    label = str(ADJUSTMENTS.get(one["name"], one["name"]))
    link = setting_field(one["name"]) if value is not None else ""
    return Term(label, value, str(one["reason"]), link, text("Change it"))


PRICE = Drawer("price", later("Why this price?"), price_of, "k2k/price.html")
