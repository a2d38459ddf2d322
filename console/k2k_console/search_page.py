"""The search over everything: an exact number opens its page at once, anything else lists what was found."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from flask import Blueprint, Flask, current_app, redirect, render_template, request, url_for
from flask_login import current_user, login_required
from werkzeug.wrappers import Response

from k2k_console import frame, menu
from k2k_console.facade_access import network
from k2k_console.pages.catalog.catalog_page import catalog_of_lot
from k2k_console.translations import later
from k2k_core.domain.answers.procurement import BuyerRequest
from k2k_core.domain.answers.search import SearchHit
from k2k_core.domain.orders import TRANSFERRED
from k2k_core.store.lists.searches import match_of

LONGEST = 100
EXACT = "exact"
PAGE = "page"
OFFERED = "offered"
REQUEST = "request"
MOST_OFFERED = 10
LABELS: Mapping[str, tuple[str, str]] = {
    PAGE: (later("Pages"), "layout-dashboard"),
    "document": (later("Orders and invoices"), "file-text"),
    REQUEST: (later("Requests from buyers"), "arrows-exchange"),
    "box": (later("Boxes"), "box"),
    "lot": (later("Lots"), "packages"),
    OFFERED: (later("Lots of vendors"), "arrows-exchange"),
    "awb": (later("AWBs"), "plane-departure"),
    "customer": (later("Customers"), "users"),
    "vendor": (later("Vendors"), "building-store"),
    "product": (later("Products"), "flower"),
    "user": (later("People"), "user"),
    "setting": (later("Settings"), "settings"),
}
"""Kinds of what can be found, in the order in which they are shown, with their icons."""

RECORDS: Mapping[str, str] = {
    "sales_order": "orders",
    "purchase_order": "purchase_orders",
    "prebook": "carts",
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

NAMED = ("number", "code", "email", "document")
"""Keys of rows that a search answers as their code."""

EXTENSION = "k2k_search_targets"
Target = Callable[[str, SearchHit], str]
"""From a company and what was found to the address of its page."""


def show_found(app: Flask, kind: str, page: str, target: Target) -> None:
    """Lead from what a search finds to where the page of the menu that shows it shows it."""
    app.extensions.setdefault(EXTENSION, {})[kind] = (page, target)


def _address(company: str, hit: SearchHit) -> str:
    page, target = current_app.extensions.get(EXTENSION, {}).get(hit["kind"], ("", None))
    if target is None:
        page = RECORDS.get(hit["type"] if hit["kind"] == "document" else hit["kind"], "")
    item = menu.item(page)
    if item is None or not menu.may_look(current_user.actor, item):
        return ""
    return str(target(company, hit)) if target is not None else _record(page, hit["code"])


def _record(page: str, code: str) -> str:
    """The address of a record of a declared page; of its list, searched, where records have another key or no page of
    their own; empty when there is no such page."""
    declared = getattr(current_app.extensions.get("k2k_views", {}).get(page), "declared", None)
    if declared is None or declared.list is None:
        return ""
    if declared.detail is not None and declared.list.key in NAMED:
        return url_for(f"{page}.record_view", key=code)
    return url_for(f"{page}.index_view", q=code) if declared.list.search else ""


def _pages(words: str) -> list[dict[str, Any]]:
    entries = [entry for _, group in frame.groups() for entry in group]
    found = [(entry, match_of((str(entry.item.label),), words)) for entry in entries]
    return [
        {"code": str(entry.item.label), "title": "", "address": entry.address, "exact": match == EXACT}
        for entry, match in found
        if match is not None
    ]


def _found(words: str) -> tuple[list[dict[str, Any]], list[str]]:
    firm = frame.firm()
    if firm is None:
        return [], []
    answer = network().as_person().search(firm.code, words)
    found = [*_with_requests(firm.code, words, answer["items"]), *_offered(firm.code, words)]
    hits = [{**hit, "address": _address(firm.code, hit), "exact": hit["match"] == EXACT} for hit in found]
    return hits, answer["more"]


def _with_requests(company: str, words: str, found: Sequence[SearchHit]) -> list[SearchHit]:
    """What was found, with the requests of buyers that match: they are found by the numbers of the buyers too, and
    stand in place of the prebooks that they are here. One that is an order by now is found as that by its number."""
    if menu.SELLS not in frame.sides(company):
        return list(found)
    shown = ("document", "purchase_order", "buyer_name", "state")
    asked = network().as_person().requests(company, q=words, limit=MOST_OFFERED, fields=shown)["items"]
    prebooks = {one["document"] for one in asked if one["state"] == TRANSFERRED}
    kept = [hit for hit in found if hit["code"] not in prebooks]
    known = {hit["code"] for hit in kept}
    return [*kept, *(_request_hit(one, words) for one in asked if one["document"] not in known)]


def _request_hit(one: BuyerRequest, words: str) -> SearchHit:
    names = (one["document"], one["purchase_order"])
    title = f"{one['purchase_order']}, {one['buyer_name']}"
    match = match_of(names, words) or "contains"
    return {"kind": REQUEST, "code": one["document"], "title": title, "type": "", "match": match}


def _offered(company: str, words: str) -> list[SearchHit]:
    """The lots of vendors that match, hidden ones too; the lots of the company itself are found like all else."""
    if menu.BUYS not in frame.sides(company):
        return []
    k2k = network().as_person()
    customers = k2k.records(company, "customers", limit=1, fields=["code"])["items"]
    if not customers:
        return []
    found = k2k.visible(company, str(customers[0]["code"]), q=words, limit=MOST_OFFERED, fields=["lot"])
    codes = [one["lot"] for one in found["items"] if "/" in one["lot"]]
    return [_offered_hit(code, words) for code in codes]


def _offered_hit(lot: str, words: str) -> SearchHit:
    match = match_of((lot, lot.partition("/")[2]), words) or "contains"
    return {"kind": OFFERED, "code": lot, "title": "", "type": "", "match": match}


def _page() -> str | Response:
    words = " ".join(request.args.get("q", "").replace("\0", "").split())[:LONGEST]
    if not words:
        return render_template("k2k/search.html", groups=[], searched="")
    hits, more = _found(words)
    exact = [hit for hit in hits if hit["exact"]]
    if len(exact) == 1 and exact[0]["address"]:
        return redirect(exact[0]["address"])
    by_kind: dict[str, list[dict[str, Any]]] = {PAGE: _pages(words)}
    for hit in hits:
        by_kind.setdefault(hit["kind"], []).append(hit)
    groups = [(*LABELS[kind], by_kind[kind], kind in more) for kind in LABELS if by_kind.get(kind)]
    return render_template("k2k/search.html", groups=groups, searched=words)


def _customer(company: str, hit: SearchHit) -> str:
    return url_for("customers.edit_view", id=f"{company}/{hit['code']}")


def init_search(app: Flask) -> None:
    """Register the search on an application."""
    blueprint = Blueprint("search", __name__)
    blueprint.add_url_rule("/search/", "page", login_required(_page))
    app.register_blueprint(blueprint)
    show_found(app, "customer", "customers", _customer)
    show_found(app, OFFERED, "catalog", lambda _, hit: catalog_of_lot(hit["code"]))
