"""The addresses that show something different, generated over the registry of pages: each page with its views, its
records and the dialogs of its actions. What is found on the pages themselves comes from `leads_to`."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any
from urllib.parse import parse_qs, quote, urlencode, urlsplit

from k2k_console.menu import BUYS
from k2k_console.page_views.reader import may_do
from k2k_console.vocabulary import Action, Page
from k2k_core.api import K2K
from k2k_core.domain.roles import ADMIN, Actor
from tests.console.offered import offer_lots
from tests.console.staged_boxes import stage
from tests.console.trading import trade

NO_MATCH = "nothing-like-it"
OUTSIDE = ("/me/", "/search/?q=o", f"/search/?q={NO_MATCH}", f"/markups/?search={NO_MATCH}", "/not-there")
"""What no menu leads to."""


def furnish(k2k: K2K) -> None:
    """Something on every page: orders in every state, boxes that came and that are on their way, cut-offs, offers that
    are not mapped."""
    trade(k2k)
    k2k.scan("BLOOM", stage(k2k, boxes=2)[:1])
    k2k.set("ANDES", settings={"cut_offs": {"mon": "1500"}})
    offer_lots(k2k)
    k2k.map("BLOOM", "ANDES/L1", confirmed=True)


def company_of(page: Page) -> str:
    """The company that has something on a page."""
    return "BLOOM" if page.item.side == BUYS else "ANDES"


def addresses_of(page: Page, k2k: K2K) -> list[str]:
    """The addresses of a page by its declaration; the page itself comes first."""
    rows = _rows(page, k2k)
    return [f"/{page.name}/{rest}" for rest in ("", *_of_list(page, rows), *_of_records(page, rows))]


def _rows(page: Page, k2k: K2K) -> list[Any]:
    listing = page.list
    if listing is None:
        return []
    found: Any = getattr(k2k, listing.read)(company_of(page), **listing.given, limit=100)
    return list(found["items"])


def _of_list(page: Page, rows: list[Any]) -> Iterator[str]:
    listing = page.list
    if listing is None:
        return
    if listing.search:
        yield f"?q={NO_MATCH}"
    yield from (f"?view={view.name}" for view in listing.views[1:])
    row = {"id": str(rows[0][listing.key])} if rows else {}
    actions = [*listing.actions, *listing.row_actions, *(cell.action for cell in listing.typed.values())]
    actions += [column.edit for column in listing.columns if column.edit]
    actions += [listing.add] if listing.add else []
    yield from (f"?{urlencode({'do': name, **row})}" for name in dict.fromkeys(_for_admins(page, actions)))


def _of_records(page: Page, rows: list[Any]) -> Iterator[str]:
    """One record of each state, and the dialogs of one of them."""
    if page.detail is None or page.list is None:
        return
    kinds = {str(row.get("status") or row.get("state")): str(row[page.list.key]) for row in rows}
    yield from (quote(key, safe="") for key in kinds.values())
    for key in list(kinds.values())[:1]:
        yield from (f"{quote(key, safe='')}?do={name}" for name in _for_admins(page, page.detail.actions))


def _for_admins(page: Page, actions: Iterable[Action]) -> list[str]:
    admin = Actor("admin", company_of(page), frozenset((ADMIN,)))
    return [one.address for one in actions if may_do(admin, page, one)]


def leads_to(base: str, links: Iterable[str], known: set[tuple[str, ...]]) -> list[str]:
    """The links of a page that open something of it that is not known yet: a drawer, a dialog, or a record."""
    found = []
    for link in links:
        kind = _kind(base, link)
        if kind is not None and kind not in known:
            known.add(kind)
            found.append(link)
    return found


def _kind(base: str, link: str) -> tuple[str, ...] | None:
    parts = urlsplit(link)
    given = parse_qs(parts.query)
    if not parts.path.startswith(base) or "as" in given or "/export/" in parts.path:
        return None
    drawer, dialog = (given.get(name, [""])[0].partition(":")[0] for name in ("why", "do"))
    place = "" if parts.path == base else "record"
    return (place, drawer, dialog) if drawer or dialog or place else None
