"""Forms by which a reader saves what a list shows as a view, and deletes a view."""

from __future__ import annotations

from flask import redirect, request
from werkzeug.wrappers import Response

from k2k_console.fields import Fault
from k2k_console.page_views.feedback import keep
from k2k_console.page_views.lists import list_view, saved_views
from k2k_console.page_views.lists.list_view import Naming
from k2k_console.page_views.reader import Reader
from k2k_console.translations import text
from k2k_console.vocabulary import Toast
from k2k_core.errors import Conflict, Invalid

SAVE, DROP = "save-view", "drop-view"
FORMS = (SAVE, DROP)


def sent(reader: Reader, form: str, token: str) -> Response:
    """Do what a form of the views asks for, and go back to the list. A name that is refused is asked for again."""
    return _saved(reader, token) if form == SAVE else _dropped(reader, token)


def _saved(reader: Reader, token: str) -> Response:
    name, everybody = request.form.get("name", ""), request.form.get("everybody") == "on"
    address = list_view.address_of(reader)
    try:
        saved = saved_views.save(reader, address, name, everybody, token)
    except (Conflict, Invalid) as error:
        return list_view.shown(reader, status=error.status, naming=Naming(name, everybody, Fault.of(error)))
    keep(Toast(text("The view %(name)s is saved.", name=saved["name"])))
    return redirect(address.first_page, 303)


def _dropped(reader: Reader, token: str) -> Response:
    name = saved_views.drop(reader, request.form.get("saved", ""), token)
    keep(Toast(text("The view %(name)s is deleted.", name=name)))
    return redirect(list_view.address_of(reader).first_page, 303)
