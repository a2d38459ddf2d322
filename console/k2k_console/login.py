"""Log-in, log-out, and the user of a request.

A session has the id of a row of `person` and a stamp of its password: a new password, or deactivation, ends it.
"""

from __future__ import annotations

import hashlib
from typing import Any
from urllib.parse import urlsplit

from flask import Blueprint, Flask, flash, redirect, render_template, request, session, url_for
from flask_limiter import Limiter
from flask_limiter.util import get_remote_address
from flask_login import LoginManager, UserMixin, current_user, login_required, login_user, logout_user
from peewee import JOIN
from werkzeug.wrappers import Response

from k2k_console.facade_access import Network, network
from k2k_console.login_limits import ADDRESS, ATTEMPTS_AT_ONE_PERSON, ATTEMPTS_OF_ONE_ADDRESS
from k2k_console.translations import text
from k2k_core.domain.roles import Actor
from k2k_core.store.tables import Company, User

LONGEST_PASSWORD = 1024


class Person(UserMixin):
    """The logged-in user, with their present roles."""

    def __init__(self, row: tuple[Any, ...]) -> None:
        self.id, self.email, self.name, self.locale, roles, hashed, self.company_id, company = row
        self.actor = Actor(self.email, company, frozenset(roles))
        self.stamp = hashlib.sha256((hashed or "").encode()).hexdigest()[:24]

    def get_id(self) -> str:
        """What the session stores."""
        return f"{self.id}.{self.stamp}"


def person_by_id(stored: str) -> Person | None:
    """The user of a session, or None when the session is no longer valid."""
    number, _, stamp = stored.partition(".")
    if not (number.isascii() and number.isdigit() and len(number) < 19):
        return None
    person = _find(User.id == int(number))
    return person if person is not None and person.stamp == stamp else None


def _find(condition: Any) -> Person | None:
    columns = (User.id, User.email, User.name, User.locale, User.roles, User.password_hash, User.company_id)
    query = (
        User.select(*columns, Company.code)
        .join(Company, JOIN.LEFT_OUTER, on=(Company.id == User.company_id))
        .where(condition, User.active)
    )
    with network().reading() as reading:
        row = reading.first(query)
    return Person(row) if row else None


def person_by_email(email: str) -> Person | None:
    """The active user with this address."""
    return _find(User.email == email)


def local_target(wanted: str | None) -> str:
    """Where to go after the log-in: a page of this console, never another site."""
    target = wanted or ""
    parts = urlsplit(target) if target.isprintable() else None
    if parts is None or parts.scheme or parts.netloc or "\\" in target or not target.startswith("/"):
        return url_for("home.index_view")
    return target if not target.startswith("//") else url_for("home.index_view")


def _log_in(people: Network) -> tuple[str, int] | Response:
    email = request.form.get("email", "").strip()
    password = request.form.get("password", "")
    person = None
    if "\0" not in email and 0 < len(password) <= LONGEST_PASSWORD:
        actor = people.authenticate(email, password)
        person = person_by_email(actor.email) if actor is not None else None
    if person is None:
        return _form(email, text("This e-mail address and this password do not belong together.")), 401
    session.clear()  # a session from before the log-in is worth nothing after it
    login_user(person)
    session.permanent = True
    return redirect(local_target(request.form.get("next")))


def _form(email: str = "", fault: str = "") -> str:
    target = request.form.get("next") or request.args.get("next") or ""
    return render_template("k2k/log_in.html", email=email, fault=fault, target=target)


def _log_in_page() -> tuple[str, int] | Response | str:
    if current_user.is_authenticated:
        return redirect(url_for("home.index_view"))
    return _log_in(network()) if request.method == "POST" else _form()


def _log_out() -> Response:
    logout_user()
    session.clear()
    flash(text("You are logged out."), "success")
    return redirect(url_for("people.log_in"))


def init_login(app: Flask) -> None:
    """Register log-in and log-out on an application, with the limits on wrong passwords."""
    limiter = Limiter(get_remote_address, app=app, storage_uri=ADDRESS, strategy="moving-window")
    app.extensions["k2k_limiter"] = limiter
    page = limiter.limit(
        ATTEMPTS_OF_ONE_ADDRESS, methods=["POST"], deduct_when=lambda response: response.status_code == 401
    )(_log_in_page)
    page = limiter.limit(
        ATTEMPTS_AT_ONE_PERSON,
        key_func=lambda: request.form.get("email", "").strip().lower()[:200],
        methods=["POST"],
        deduct_when=lambda response: response.status_code == 401,
    )(page)
    blueprint = Blueprint("people", __name__)
    blueprint.add_url_rule("/log-in", "log_in", page, methods=["GET", "POST"])
    blueprint.add_url_rule("/log-out", "log_out", login_required(_log_out), methods=["POST"])
    app.register_blueprint(blueprint)
    manager = LoginManager(app)
    manager.login_view = "people.log_in"
    manager.login_message = None
    manager.session_protection = "strong"
    manager.user_loader(person_by_id)
