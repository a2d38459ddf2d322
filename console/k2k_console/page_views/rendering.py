"""Renders a page, or the blocks of it that a request of htmx asks for: a fragment is a block of the page."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask import current_app, make_response, render_template, request
from werkzeug.wrappers import Response

from k2k_console.frame import local_day
from k2k_console.translations import text
from k2k_console.vocabulary import Filter
from k2k_console.vocabulary.cells import counted

PAGE = "k2k/page.html"
OVER = "over"
"""The element of dialogs and drawers."""

FRAGMENTS = {"list": "list", OVER: "over", "grid": "grid", "edit": "edit", "beside": "edit"}
"""Id of an element → the block of the page that fills it."""


def target() -> str:
    """The id of the element that a request of htmx fills; empty for a page."""
    if request.headers.get("HX-Request") != "true":
        return ""
    return request.headers.get("HX-Target", "").rpartition("#")[2]


def render(status: int = 200, **context: Any) -> Response:
    """The page, or the block that the request asks for."""
    block = FRAGMENTS.get(target())
    context |= {"counted": counted, "filter_words": filter_words}
    shown = render_template(PAGE, **context) if block is None else _block(block, context)
    answer = make_response(shown, status)
    answer.headers["Vary"] = "HX-Request, HX-Target"
    return answer


def _block(name: str, context: dict[str, Any]) -> str:
    current_app.update_template_context(context)
    template = current_app.jinja_env.get_template(PAGE)
    return "".join(template.blocks[name](template.new_context(context)))


def filter_words(one: Filter, filters: Mapping[str, str]) -> str:
    """What a filter is set to, in words; nothing while it is free."""
    values = [filters.get(name, "") for name in one.parameters]
    if not any(values):
        return ""
    if one.kind == "range":
        start, end = (local_day(value) for value in values)
        if start == end:
            return start
        return text("%(start)s to %(end)s", start=start or "…", end=end or "…")
    if one.kind == "date":
        return local_day(values[0])
    return str(one.choices.get(values[0], values[0]))
