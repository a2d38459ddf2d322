"""Shows a page that has no list: its panels, one below the other."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask import request, url_for
from werkzeug.wrappers import Response

from k2k_console.page_views import dialogs, drawers
from k2k_console.page_views.addresses import PanelAddress, panel_parameters
from k2k_console.page_views.feedback import stored_feedback
from k2k_console.page_views.reader import Reader
from k2k_console.page_views.rendering import render
from k2k_console.page_views.tokens import new_token
from k2k_console.vocabulary import Action, Panel


def address_of(reader: Reader) -> PanelAddress:
    """The address of the page with its arguments, without what stands over it."""
    return PanelAddress(url_for(f"{reader.page.name}.index_view"), panel_parameters(request.args))


def read_panels(reader: Reader) -> list[tuple[Panel, Mapping[str, Any], list[Action]]]:
    """The panels of the page, with what they show and what may be done in them."""
    arguments = request.args.to_dict()
    return [
        (panel, panel.read(reader.k2k, reader.company, arguments), [one for one in panel.actions if reader.may(one)])
        for panel in reader.page.panels
    ]


def shown(reader: Reader, over: dialogs.Dialog | None = None, status: int = 200) -> Response:
    """The panels, with a drawer where the address asks for one."""
    if over is None and request.method == "GET":
        over = dialogs.asked_for(reader, None, request.args.getlist("id"))
    drawer = drawers.asked_for(reader) if over is None else None
    fragment = drawers.alone(reader, drawer, address=address_of(reader))
    return fragment or render(
        status,
        page=reader.page,
        reader=reader,
        panels=read_panels(reader),
        chosen=set(request.values.getlist("id")),
        address=address_of(reader),
        token=new_token(),
        over=over,
        drawer=drawer,
        **stored_feedback(),
    )
