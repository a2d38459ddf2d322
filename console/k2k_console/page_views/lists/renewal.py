"""Renews a list that is open: one that shows what its reader has already is not made again."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from typing import Any

from flask import Response, request

from k2k_console.page_views.rendering import target
from k2k_console.translations import locale

SHOWN = ("rows", "count", "next", "sums", "every_count")
"""What of a list changes without its reader doing anything."""


def tag_of(context: Mapping[str, Any]) -> str:
    """The tag of what a list shows. The forms in it are new each time and do not count."""
    shown = [context[name] for name in SHOWN]
    views = [(tab.name, tab.url) for tab in context["saved"]]
    actions = [one.address for one in (*context["actions"], *context["row_actions"])]
    columns = [one.name for one in context["columns"]] + [*context["edits"], *context["typed"]]
    facts = [request.full_path, locale(), shown, views, actions, columns]
    return hashlib.sha256(json.dumps(facts, default=str, sort_keys=True).encode()).hexdigest()[:32]


def unchanged(tag: str) -> Response | None:
    """The answer to a fragment of a list that its reader has already; None where it has to be sent."""
    if target() != "list" or not request.if_none_match.contains(tag):
        return None
    answer = Response(status=304)
    answer.set_etag(tag)
    return answer
