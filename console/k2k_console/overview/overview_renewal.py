"""Renews an overview that is open: what it shows is stored for a moment, as long as nothing happens at the company, and
is not sent to a page that shows it already."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Mapping
from typing import Any

from flask import Response, request
from flask_login import current_user
from peewee import fn

from k2k_console.facade_access import network
from k2k_console.frame import frames
from k2k_console.translations import locale
from k2k_core.store.events.feeds import place_of_feed
from k2k_core.store.tables import Audit, Company

PARTS = {
    "work": ("work", "steps"),
    "partners": ("partners", "more_partners"),
    "latest": ("latest",),
}
"""Part of the page → the facts that it shows."""


def stored_facts(company: str, find: Callable[[], Mapping[str, Any]]) -> Mapping[str, Any]:
    """The facts of a company's overview for the reader: those that were found a moment ago, unless something has
    happened since. What happens at a partner, or with time alone, is seen after that moment."""
    key = (company, "overview", locale(), *sorted(current_user.actor.roles))
    now = _last_changes(network().company_id(company))
    known: tuple[Any, Mapping[str, Any]] | None = frames().get(key)
    if known is not None and known[0] == now:
        return known[1]
    found = find()
    frames().put(key, (now, found))
    return found


def _last_changes(company_id: int) -> tuple[Any, ...]:
    """How far the changes of a company have come: of its set-up and lots, its feed and its audit. One statement."""
    entry = Audit.select(fn.MAX(Audit.id)).where(Audit.company_id == company_id)
    query = Company.select(Company.change_seq, Company.lot_seq, place_of_feed(company_id), entry)
    with network().reading() as session:
        (found,) = session.rows(query.where(Company.id == company_id))
    return tuple(found)


def tags_of(facts: Mapping[str, Any]) -> dict[str, str]:
    """The tag of each part: parts with the same tag show the same."""
    return {part: _tag([facts[name] for name in names]) for part, names in PARTS.items()}


def tag_of(tags: Mapping[str, str]) -> str:
    """The tag of the page of these parts."""
    return _tag([locale(), sorted(tags.items())])


CHECKED = "K2K-Checked"
"""The header that says when what the page shows was read."""


def unchanged(tag: str, checked: str) -> Response | None:
    """The answer to a page that its reader has already, with the time at which that was read; None where it has to be
    sent."""
    if not request.if_none_match.contains(tag):
        return None
    answer = Response(status=304)
    answer.set_etag(tag)
    answer.headers[CHECKED] = checked
    return answer


def _tag(shown: Any) -> str:
    return hashlib.sha256(json.dumps(shown, default=str, sort_keys=True).encode()).hexdigest()[:32]
