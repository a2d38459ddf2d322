"""The view of a declared page: its addresses, who may open them, and what a form that is sent to them does."""

from __future__ import annotations

from flask import abort, redirect, request, url_for
from flask_login import current_user
from werkzeug.wrappers import Response

from k2k_console.base import Answer, Page, expose
from k2k_console.facade_access import network
from k2k_console.frame import firm
from k2k_console.page_views import (
    action_requests,
    detail_view,
    edit_form_view,
    import_view,
    line_grid_view,
    panel_view,
)
from k2k_console.page_views.lists import list_view, lookups
from k2k_console.page_views.reader import Reader, reader_of
from k2k_console.vocabulary import Page as DeclaredPage


class DeclaredView(Page):
    """A declared page, registered like any other view."""

    def __init__(self, declared: DeclaredPage) -> None:
        super().__init__(declared.title, endpoint=declared.name, url=f"/{declared.name}")
        self.declared = declared

    @expose("/", methods=("GET", "POST"))
    def index_view(self) -> Answer:
        """The list of the page, its panels, the values that are edited or the document that is typed on it."""
        if request.method != "POST" and current_user.actor.operator and firm() is None:
            return redirect(url_for("frame.choose", next=url_for(".index_view")))
        with network().reading_once():
            reader = reader_of(self.declared)
            return self._sent(reader) if request.method == "POST" else self._shown(reader)

    @expose("/<path:key>", methods=("GET", "POST"))
    def record_view(self, key: str) -> Answer:
        """One record of the page."""
        if self.declared.detail is None:
            abort(404)
        with network().reading_once():
            reader = reader_of(self.declared)
            if request.method == "POST":
                return action_requests.sent(reader, key)
            return detail_view.shown(reader, key)

    def _imports(self, do: str | None) -> bool:
        """Whether a request is about the import of a file."""
        return self.declared.imports is not None and do == self.declared.imports.action.address

    def _sent(self, reader: Reader) -> Response:
        if self._imports(request.form.get("do")):
            return import_view.sent(reader)
        if self.declared.edit_form is not None:
            return edit_form_view.sent(reader)
        return line_grid_view.sent(reader) if self.declared.line_grid else action_requests.sent(reader, None)

    def _shown(self, reader: Reader) -> Response:
        if self._imports(request.args.get("do")):
            return import_view.shown(reader)
        if self.declared.edit_form is not None:
            return edit_form_view.shown(reader)
        if self.declared.line_grid is not None:
            return line_grid_view.shown(reader)
        if "lookup" in request.args:
            return lookups.found(reader, request.args["lookup"])
        return list_view.shown(reader) if self.declared.list is not None else panel_view.shown(reader)
