"""A form that is sent after its session has ended: nothing is done, what was typed is carried through the log-in, and
its person sends it again.

Only forms of this console are carried: a browser names the origin of what it sends, and another's is refused as ever.
"""

from __future__ import annotations

import json
from typing import NamedTuple
from urllib.parse import urlsplit

from flask import Flask, g, render_template, request, url_for
from flask_login import current_user

from k2k_console.accounts.host_login import mounted_log_in
from k2k_console.page_addresses import this_address
from k2k_console.page_views.tokens import new_token
from k2k_console.translations import locale
from k2k_core.domain import languages
from k2k_core.errors import SessionMoved
from k2k_core.texts import translator

SENT_WITHOUT_A_SESSION = ("account.log_in", "account.log_out", "me.change_password", "me.choose_language")
"""What is not carried: the log-in itself, and passwords."""

OWN = ("csrf_token", "key")
MOST_FIELDS = 500


class Carried(NamedTuple):
    """A form that waits for its person: where it goes, and its fields in their order."""

    address: str
    fields: list[tuple[str, str]]

    def as_text(self) -> str:
        """The fields as one text, for a hidden field of the log-in."""
        return json.dumps(self.fields)


def carried() -> Carried | None:
    """The form that the log-in of this request carries."""
    address, text = request.form.get("carried_to", ""), request.form.get("carried", "")
    if not address.startswith("/") or address.startswith("//") or "\\" in address or not address.isprintable():
        return None
    try:
        found = json.loads(text)
        fields = [(str(name), str(value)) for name, value in found[:MOST_FIELDS]]
    except (ValueError, TypeError):
        return None
    return Carried(address, fields)


def note_moved(error: SessionMoved) -> None:
    """Remember, for the log-in that this request shows, why its session has ended."""
    g.k2k_session_moved = error


def moved() -> dict[str, object] | None:
    """Why the session of this request has ended, in the reader's language: it was used elsewhere; None if not so."""
    error: SessionMoved | None = g.get("k2k_session_moved")
    if error is None:
        return None
    error.localize(translator(locale()))
    return error.as_dict()


def resume(form: Carried) -> str:
    """The page on which a person sends a carried form."""
    return render_template("k2k/resume.html", carried=form, key=new_token())


def form_of_request() -> Carried:
    """The form that this request sends."""
    fields = [(name, value) for name, value in request.form.items(multi=True) if name not in OWN]
    return Carried(this_address(), fields[:MOST_FIELDS])


def _carry() -> tuple[str, int] | None:
    if request.method != "POST" or request.endpoint in (None, *SENT_WITHOUT_A_SESSION) or not sent_by_a_page():
        return None
    if current_user.is_authenticated:
        return None
    form = form_of_request()
    if mounted_log_in() is not None:
        return render_template("k2k/logged_out_at_host.html", carried=form), 401
    page = render_template(
        "k2k/log_in.html", email="", fault="", target=url_for("home.index_view"), carried=form,
        languages=languages.names(), moved=moved(),
    )  # fmt: skip
    return page, 401


def sent_by_a_page() -> bool:
    """Whether a browser sent a form of this console; scripts that send one see to their session themselves."""
    origin = request.headers.get("Origin", "")
    if request.headers.get("Sec-Fetch-Mode", "navigate") != "navigate":
        return False
    return request.mimetype == "application/x-www-form-urlencoded" and urlsplit(origin).netloc == request.host


def init_lost_session(app: Flask) -> None:
    """Carry forms on an application; before the check of forged requests, which an ended session cannot pass."""
    app.before_request(_carry)
