"""The views of a list that its reader sees besides the declared ones: those that they saved, and those for everybody
of the company."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import parse_qsl

from flask import session
from werkzeug.datastructures import MultiDict

from k2k_console.frame import frames
from k2k_console.page_views.addresses import ListAddress, list_address
from k2k_console.page_views.reader import Reader
from k2k_core.domain.answers.accounts import SavedView
from k2k_core.domain.roles import PEOPLE

CHANGED = "views_changed"
"""The key of a session under which stands when its person last saved or deleted a view: what a process read before
that is not shown to them."""


@dataclass(frozen=True)
class SavedTab:
    """A saved view as a tab; `removable` is whether its reader may delete it."""

    view: str
    name: str
    url: str
    owner: str
    mine: bool
    removable: bool
    current: bool


def tabs(reader: Reader, address: ListAddress) -> Sequence[SavedTab]:
    """The saved views of the page, by name. Of several views of the same rows the first is the current one."""
    found: list[SavedTab] = []
    here, manages = address.first_page, reader.actor.operator or reader.actor.has(PEOPLE)
    for one in _views(reader):
        if one["page_name"] == reader.page.name:
            url = _url(address, one["query"])
            current = url == here and not any(tab.current for tab in found)
            removable = one["mine"] or manages
            found.append(SavedTab(one["view"], one["name"], url, one["owner"], one["mine"], removable, current))
    return found


def save(reader: Reader, address: ListAddress, name: str, everybody: bool, key: str) -> SavedView:
    """Save what an address asks of the list under a name. Raises what the facade raises."""
    query = address.first_page.removeprefix(address.base)
    saved = reader.k2k.save_view(reader.actor.email, reader.page.name, name, query, everybody, key=key)
    _changed(reader)
    return saved


def drop(reader: Reader, view: str, key: str) -> str:
    """Delete a view; its name. Raises what the facade raises."""
    dropped = reader.k2k.drop_view(reader.actor.email, view, key=key)
    _changed(reader)
    return dropped["name"]


def _views(reader: Reader) -> Sequence[SavedView]:
    """The reader's views of all pages, which a process stores for a moment."""
    place = (reader.actor.email, "views")
    at, found = frames().get(place) or (0.0, None)
    if found is None or at <= session.get(CHANGED, 0.0):
        at, found = time.time(), reader.k2k.views(reader.actor.email)
        frames().put(place, (at, found))
    views: Sequence[SavedView] = found
    return views


def _changed(reader: Reader) -> None:
    session[CHANGED] = time.time()
    frames().drop(reader.actor.email)


def _url(address: ListAddress, query: str) -> str:
    """The address of a saved query: of its parameters those that the list knows."""
    return list_address(address.base, address.listing, MultiDict(parse_qsl(query, keep_blank_values=True))).first_page
