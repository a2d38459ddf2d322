"""Log-in, log-out, and the user of a request.

The cookie holds the token of a session that is stored on the server (`K2K.sessions`): logging out, a new password,
deactivation, or the user in another browser ends it, and a copy of the cookie with it. So does a use of the cookie from
another address with another browser.
"""

from __future__ import annotations

from contextlib import suppress
from urllib.parse import SplitResult, urlsplit

from flask import Blueprint, Flask, flash, jsonify, make_response, redirect, render_template, request, session, url_for
from flask_limiter import Limiter
from flask_limiter.util import get_remote_address
from flask_login import LoginManager, UserMixin, current_user, login_required, login_user, logout_user
from flask_wtf.csrf import generate_csrf
from werkzeug.wrappers import Response

from k2k_console.accounts.host_login import EXTENSION as HOST
from k2k_console.accounts.host_login import MountedLogIn, mounted_log_in
from k2k_console.accounts.known_devices import remember, source_of
from k2k_console.accounts.login_limits import ADDRESS, EXTENSION, admit, counts_of, take_back
from k2k_console.accounts.lost_session import carried, moved, note_moved, resume
from k2k_console.facade_access import Network, network
from k2k_console.translations import text
from k2k_core.domain import languages, parsing
from k2k_core.domain.answers.accounts import SessionUser
from k2k_core.domain.roles import Actor
from k2k_core.errors import NotFound, SessionMoved

LONGEST_PASSWORD = 1024
LONGEST_AGENT = 300
DIALOG = "dialog"


class Person(UserMixin):
    """The user of a session, with their present roles and preferences."""

    def __init__(self, token: str, found: SessionUser) -> None:
        self.token, self.session = token, found["session"]
        self.email, self.name, self.locale = found["email"], found["name"], found["preferences"]["locale"]
        self.preferences = found["preferences"]
        self.actor = Actor(self.email, found["company"], frozenset(found["roles"]))
        self.company_id = None if self.actor.company is None else network().company_id(self.actor.company)

    def get_id(self) -> str:
        """What the cookie holds: the session's token."""
        return self.token


def person_of_session(token: str) -> Person | None:
    """The user of a session, or None when it has ended."""
    if "\0" in token:
        return None
    try:
        found = network().k2k.session_user(token, get_remote_address(), _agent())
    except SessionMoved as error:
        note_moved(error)
        return None
    return None if found is None else Person(token, found)


def _agent() -> str:
    """What the browser says of itself, which may be anything."""
    return parsing.printable(str(request.user_agent), LONGEST_AGENT)


def local_target(wanted: str | None) -> str:
    """Where to go after the log-in: a page of this console, never another site."""
    target = wanted or ""
    parts = _parts(target) if target.isprintable() else None
    if parts is None or parts.scheme or parts.netloc or "\\" in target or not target.startswith("/"):
        return url_for("home.index_view")
    return target if not target.startswith("//") else url_for("home.index_view")


def _parts(target: str) -> SplitResult | None:
    try:
        return urlsplit(target)
    except ValueError:  # such as the half of an IPv6 address
        return None


def _log_in(people: Network) -> tuple[str, int] | Response | str:
    email = request.form.get("email", "").strip()
    password = request.form.get("password", "")
    counts = counts_of(source_of(email, get_remote_address()), email)
    admit(counts)
    person = None
    if "\0" not in email and 0 < len(password) <= LONGEST_PASSWORD:
        actor = people.authenticate(email, password)
        person = started(actor.email) if actor is not None else None
    if person is None:
        return _form(email, text("This e-mail address and this password do not belong together.")), 401
    take_back(counts)
    session.clear()  # a session from before the log-in is worth nothing after it
    login_user(person)
    session.permanent = True
    return remember(make_response(_after_log_in(person)), email)


def _after_log_in(person: Person) -> Response | str:
    if _in_a_dialog():
        return jsonify(csrf_token=generate_csrf(), email=person.email)
    waiting = carried()
    if waiting is not None:
        return resume(waiting)
    return redirect(local_target(request.form.get("next")))


def started(email: str) -> Person | None:
    """A user who begins a session; None for one who is unknown, or was deactivated at the same time."""
    with suppress(NotFound):
        return person_of_session(network().k2k.start_session(email, get_remote_address(), _agent())["token"])
    return None


def _form(email: str = "", fault: str = "") -> str:
    target = request.form.get("next") or request.args.get("next") or ""
    known = languages.names()
    if _in_a_dialog():
        return render_template("k2k/log_in_dialog.html", email=email, fault=fault, moved=moved())
    return render_template(
        "k2k/log_in.html", email=email, fault=fault, target=target, carried=carried(), languages=known, moved=moved()
    )


def _in_a_dialog() -> bool:
    """Whether the log-in stands over a page whose session has ended, which goes on after it."""
    return request.form.get("as") == DIALOG


def _session_page() -> tuple[str, int]:
    """Whether the session of a page is still there: asked before a form is sent, which a page would else lose. The
    answer for one that has ended is the log-in that the page shows over itself."""
    if current_user.is_authenticated:
        return "", 204
    return render_template("k2k/log_in_dialog.html", email="", fault="", moved=moved()), 401


def _at_host(host: MountedLogIn) -> tuple[str, int] | Response:
    """The way to a host's log-in. Who comes back has a session already: `host_sessions`."""
    if not current_user.is_authenticated:
        if _in_a_dialog():
            return _form(), 401
        return redirect(host.log_in_address(local_target(request.args.get("next"))))
    if _in_a_dialog():
        return jsonify(csrf_token=generate_csrf(), email=current_user.email)
    return redirect(local_target(request.args.get("next")))


def _log_in_page() -> tuple[str, int] | Response | str:
    host = mounted_log_in()
    if host is not None:
        return _at_host(host)
    if request.method == "POST":
        return _log_in(network())  # whoever the browser was until now: somebody else may have planted that session
    return redirect(url_for("home.index_view")) if current_user.is_authenticated else _form()


def _log_out() -> Response:
    with suppress(NotFound):  # somebody else has ended it at the same time
        network().as_person().end_sessions(current_user.email, session=current_user.session)
    logout_user()
    session.clear()
    host = mounted_log_in()
    if host is not None:
        return redirect(host.log_out or host.log_in_address(url_for("home.index_view")))
    flash(text("You are logged out."), "success")
    return redirect(url_for("account.log_in"))


def init_login(app: Flask) -> None:
    """Register log-in and log-out on an application, with the limits on wrong passwords."""
    app.extensions[EXTENSION] = Limiter(get_remote_address, app=app, storage_uri=ADDRESS, strategy="moving-window")
    blueprint = Blueprint("account", __name__)
    blueprint.add_url_rule("/log-in", "log_in", _log_in_page, methods=["GET", "POST"])
    blueprint.add_url_rule("/session", "session", _session_page)
    blueprint.add_url_rule("/log-out", "log_out", login_required(_log_out), methods=["POST"])
    app.register_blueprint(blueprint)
    if app.extensions[HOST] is not None:  # then it changes nothing; the page over which it stands has an older token
        app.extensions["k2k_csrf"].exempt(_log_in_page)
    manager = LoginManager(app)
    manager.login_view = "account.log_in"
    manager.login_message = None
    manager.session_protection = None  # the session on the server knows where it is used from
    manager.user_loader(person_of_session)
