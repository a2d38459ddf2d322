"""The drawer that an address asks for: `?why=NAME:KEY`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from flask import abort, request
from werkzeug.wrappers import Response

from k2k_console.page_views.reader import Reader
from k2k_console.page_views.rendering import OVER, render, target
from k2k_console.vocabulary import Drawer


@dataclass(frozen=True)
class OpenDrawer:
    """A drawer with what it shows."""

    drawer: Drawer
    facts: Mapping[str, Any]


def asked_for(reader: Reader) -> OpenDrawer | None:
    """The drawer of this request; 404 for a name that the page does not have. Raises what the facade raises."""
    name, _, key = request.args.get("why", "").partition(":")
    if not name:
        return None
    drawer = reader.page.drawers.get(name)
    if drawer is None:
        abort(404)
    return OpenDrawer(drawer, drawer.read(reader.k2k, reader.company, key))


def alone(reader: Reader, drawer: OpenDrawer | None, **address: Any) -> Response | None:
    """The drawer as a fragment, which needs nothing of the page below it; None where there is none, or a page is asked
    for."""
    if drawer is None or target() != OVER:
        return None
    return render(page=reader.page, reader=reader, over=None, drawer=drawer, **address)
