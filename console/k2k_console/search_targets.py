"""Where the pages are that show what a search finds: of each kind, as far as the reader may open them."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from flask import Flask, current_app, url_for
from flask_login import current_user

from k2k_console import menu
from k2k_console.facade_access import network
from k2k_core.domain.answers.search import SearchHit
from k2k_core.domain.orders import NUMBER_PREFIX

DOCUMENT, BOX, SETTING, REQUEST = "document", "box", "setting", "request"
RECORDS: Mapping[str, str] = {
    "sales_order": "orders",
    "purchase_order": "purchase_orders",
    "prebook": "carts",
    "invoice_order": "carts",
    "cart": "carts",
    "invoice": "invoices",
    "awb": "awbs",
    REQUEST: "requests",
    "lot": "inventory",
    "vendor": "vendors",
    "product": "products",
    "user": "people",
}
"""The declared pages that show what is found one by one: of a kind, of a document by its type."""

KINDS = {prefix: kind for kind, prefix in NUMBER_PREFIX.items()}
"""With what the number of a document begins → its kind."""

NAMED = ("number", "code", "email", "document")
"""Keys of rows that a search answers as their code."""

SETTINGS: Mapping[str, str] = {
    "gpm": "gpms",
    "k2k_gpm": "gpms",
    "margin_floor": "gpms",
    "ship_days_offset": "ship_days",
    "max_order_days_in_advance": "ship_days",
    "cut_offs": "ship_days",
}
"""The pages on which settings are changed; others are shown by the search itself."""

EXTENSION = "k2k_search_targets"
Target = Callable[[str, SearchHit], str]
"""From a company and what was found to the address of its page."""


def show_found(app: Flask, kind: str, page: str, target: Target) -> None:
    """Lead from what a search finds to where the page of the menu that shows it shows it."""
    app.extensions.setdefault(EXTENSION, {})[kind] = (page, target)


def addresses_of(company: str, hits: Sequence[SearchHit]) -> list[str]:
    """The address of each hit; empty where no page of the reader's shows it."""
    of_boxes = _of_boxes(company, [hit["code"] for hit in hits if hit["kind"] == BOX])
    return [of_boxes.get(hit["code"], "") if hit["kind"] == BOX else _address(company, hit) for hit in hits]


def _address(company: str, hit: SearchHit) -> str:
    if hit["kind"] == SETTING:
        return setting_page(hit["code"]) or url_for("search.page", setting=hit["code"])
    page, target = current_app.extensions.get(EXTENSION, {}).get(hit["kind"], ("", None))
    if target is None:
        return _record(RECORDS.get(hit["type"] if hit["kind"] == DOCUMENT else hit["kind"], ""), hit["code"])
    return str(target(company, hit)) if _may_look(page) else ""


def customer_page(company: str, code: str) -> str:
    """The page of a customer; empty where there is none for the reader."""
    page, target = current_app.extensions.get(EXTENSION, {}).get("customer", ("", None))
    hit: Any = {"kind": "customer", "code": code}
    return str(target(company, hit)) if target is not None and _may_look(page) else ""


def _may_look(page: str) -> bool:
    item = menu.item(page)
    return item is not None and menu.may_look(current_user.actor, item)


def setting_page(name: str) -> str:
    """The address of the field in which a setting is changed; empty where there is none for the reader."""
    page = SETTINGS.get(name, "")
    return f"{menu.address_of(page)}#{name}" if _may_look(page) else ""


def _record(page: str, code: str) -> str:
    """The address of a record of a declared page; of its list, searched, where records have another key or no page of
    their own; empty when there is no such page for the reader."""
    declared = getattr(current_app.extensions.get("k2k_views", {}).get(page), "declared", None)
    if declared is None or declared.list is None or not _may_look(page):
        return ""
    if declared.detail is not None and declared.list.key in NAMED:
        return url_for(f"{page}.record_view", key=code)
    return url_for(f"{page}.index_view", q=code) if declared.list.search else ""


def _of_boxes(company: str, codes: Sequence[str]) -> dict[str, str]:
    """Box → the page that shows it: that of its order, else of its AWB, else of its lot."""
    if not codes:
        return {}
    k2k = network().as_person()
    found = k2k.boxes(company, {"code": ",".join(codes)}, limit=len(codes))["items"]
    return {one["box_code"]: _of_box(one) for one in found}


def _of_box(box: Mapping[str, Any]) -> str:
    number = str(box["order"] or "")
    order = _record(RECORDS.get(KINDS.get(number.partition("-")[0], ""), ""), number)
    awb = _record("awbs", box["awb"]) if box["awb"] else ""
    lot = str(box["lot"] or "").rpartition("/")[2]
    return order or awb or (_record("inventory", lot) if lot else "")
