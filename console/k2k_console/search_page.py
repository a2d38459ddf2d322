"""The search over everything: an exact number opens its page at once, anything else lists what was found."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from difflib import SequenceMatcher
from typing import Any

from flask import Blueprint, Flask, redirect, render_template, request, url_for
from flask_login import login_required
from werkzeug.wrappers import Response

from k2k_console import frame, menu
from k2k_console.facade_access import network
from k2k_console.pages.catalog.catalog_page import catalog_of_lot
from k2k_console.search_targets import REQUEST, addresses_of, setting_page, show_found
from k2k_console.translations import later, text
from k2k_core.domain.answers.procurement import BuyerRequest
from k2k_core.domain.answers.search import SearchHit
from k2k_core.domain.box_codes import readings
from k2k_core.domain.orders import TRANSFERRED
from k2k_core.domain.text_folding import fold, letters_and_digits
from k2k_core.errors import NotFound
from k2k_core.store.lists.searches import match_of

LONGEST = 100
EXACT = "exact"
PAGE = "page"
OFFERED = "offered"
MOST_OFFERED = 10
MOST_NEAREST = 3
LISTED, NEAREST = "list", "nearest"
MOST_LISTED = 10
"""So many are shown while one types."""

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
    addresses = addresses_of(firm.code, found)
    hits = [
        {**hit, "address": address, "exact": hit["match"] == EXACT}
        for hit, address in zip(found, addresses, strict=True)
    ]
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
    customer = frame.lately(company, "some customer", lambda: _some_customer(company))
    if not customer:
        return []
    found = k2k.visible(company, customer, q=words, limit=MOST_OFFERED, fields=["lot"])
    codes = [one["lot"] for one in found["items"] if "/" in one["lot"]]
    return [_offered_hit(code, words) for code in codes]


def _some_customer(company: str) -> str:
    found = network().as_person().records(company, "customers", limit=1, fields=["code"])["items"]
    return str(found[0]["code"]) if found else ""


def _offered_hit(lot: str, words: str) -> SearchHit:
    match = match_of((lot, lot.partition("/")[2]), words) or "contains"
    return {"kind": OFFERED, "code": lot, "title": "", "type": "", "match": match}


def _page() -> str | Response:
    with network().reading_once():
        return _shown()


def _shown() -> str | Response:
    if "setting" in request.args:
        return _setting(request.args["setting"])
    words = _words()
    if request.args.get("as") == LISTED:
        return render_template("k2k/parts/found.html", found=_listed(words) if words else [], searched=words)
    if not words:
        return render_template("k2k/search.html", groups=[], searched="")
    if request.args.get("as") == NEAREST:
        return _in_vain(words)
    hits, more = _found(words)
    exact = [hit for hit in hits if hit["exact"]]
    exact = [hit for hit in exact if _is_named(hit, words)] or exact
    if len(exact) == 1 and exact[0]["address"]:
        return redirect(exact[0]["address"])
    by_kind: dict[str, list[dict[str, Any]]] = {PAGE: _pages(words)}
    for hit in hits:
        by_kind.setdefault(hit["kind"], []).append(hit)
    groups = [(*LABELS[kind], by_kind[kind], kind in more) for kind in LABELS if by_kind.get(kind)]
    return render_template("k2k/search.html", groups=groups, searched=words, nearest=None)


def _in_vain(words: str) -> str:
    """What is most alike, for the page of a search in vain: as a part of it, without a script as a page of its own."""
    template = "k2k/parts/nearest.html" if "HX-Request" in request.headers else "k2k/search.html"
    return render_template(template, groups=[], searched=words, nearest=_nearest(words))


def _nearest(words: str) -> list[dict[str, Any]]:
    """What is most alike, of all that begins like words that were searched in vain."""
    beginning = words[: max(2, len(words) * 2 // 5)]
    found = [hit for hit in (*_found(beginning)[0], *_pages(beginning)) if hit["address"]] if beginning else []
    return sorted(found, key=lambda hit: -SequenceMatcher(None, fold(hit["code"]), fold(words)).ratio())[:MOST_NEAREST]


def _words() -> str:
    """What is searched: of a scanned code what its reader put round it is no part."""
    typed = min(readings(request.args.get("q", "").replace("\0", "")), key=len)
    return " ".join(typed.split())[:LONGEST]


def _listed(words: str) -> list[dict[str, Any]]:
    """The first of what is found while one types: exact matches before all else, then what leads somewhere."""
    pages = [{**page, "kind": PAGE} for page in _pages(words)]
    found = [hit for hit in (*_found(words)[0], *pages) if hit["address"]]
    found.sort(key=lambda hit: (not hit["exact"], not _is_named(hit, words)))
    return [{**hit, "label": LABELS[hit["kind"]][0], "icon": LABELS[hit["kind"]][1]} for hit in found[:MOST_LISTED]]


def _is_named(hit: Mapping[str, Any], words: str) -> bool:
    """Whether what was typed is its number, and not one that stands on it."""
    return letters_and_digits(fold(hit["code"])) == letters_and_digits(fold(words))


def _setting(name: str) -> str:
    """What a setting means, which value is in force and who changed it last. Raises `NotFound` for one that the reader
    does not see."""
    firm, k2k = frame.firm(), network().as_person()
    found = k2k.settings(firm.code).get(name) if firm is not None else None
    if firm is None or found is None:
        raise NotFound(text("There is nothing of that name that you can see."))
    hits = k2k.search(firm.code, name)["items"]
    meaning = next((hit["title"] for hit in hits if (hit["kind"], hit["code"]) == ("setting", name)), "")
    changed = k2k.last_change(firm.code, "settings", name)
    page = setting_page(name)
    return render_template(
        "k2k/setting.html", name=name, meaning=meaning, setting=found, changed=changed, page=page, searched=""
    )


def _customer(company: str, hit: SearchHit) -> str:
    return url_for("customers.edit_view", id=f"{company}/{hit['code']}")


def init_search(app: Flask) -> None:
    """Register the search on an application."""
    blueprint = Blueprint("search", __name__)
    blueprint.add_url_rule("/search/", "page", login_required(_page))
    app.register_blueprint(blueprint)
    show_found(app, "customer", "customers", _customer)
    show_found(app, OFFERED, "catalog", lambda _, hit: catalog_of_lot(hit["code"]))
