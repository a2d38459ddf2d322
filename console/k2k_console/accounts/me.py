"""The reader's own page: language, theme, density of rows, keys and password."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from flask import Blueprint, Flask, flash, redirect, render_template, request, url_for
from flask_babel import force_locale
from flask_login import current_user, login_required
from werkzeug.wrappers import Response

from k2k_console.accounts.login import LONGEST_PASSWORD
from k2k_console.appearance import Appearance, appearance, choices, store_appearance
from k2k_console.facade_access import network
from k2k_console.long_work import own_jobs
from k2k_console.translations import locale, text
from k2k_core.domain import languages
from k2k_core.errors import Invalid

PARTS = ("language", "theme", "density", "keys")
FIELDS = {"language": "locale", "keys": "single_keys"}
"""Parts whose preference has another name."""


def _page(fault: dict[str, Any] | None = None) -> str:
    now = appearance()
    chosen = {name: getattr(now, name) for name in PARTS}
    chosen["language"] = locale()
    roles = sorted(current_user.actor.roles)
    sessions = network().as_person().sessions(current_user.email)
    jobs = own_jobs()
    return render_template(
        "k2k/me.html",
        jobs=jobs,
        chosen=chosen,
        languages=languages.names(),
        roles=roles,
        fault=fault,
        sessions=sessions,
    )


def _change_appearance() -> Response:
    given = {name: request.form.get(name, "") for name in PARTS}
    given = {name: value for name, value in given.items() if value and value in choices(name)}
    values: dict[str, Any] = {FIELDS.get(name, name): value for name, value in given.items()}
    if "single_keys" in values:
        values["single_keys"] = values["single_keys"] == "on"
    network().as_person().set_preferences(current_user.email, values)
    with force_locale(given.get("language", locale())):
        flash(text("Saved."), "success")
    return store_appearance(redirect(url_for("me.page")), replace(appearance(), **given))


def _choose_language() -> Response:
    """The choice before the log-in: the rest of the appearance stays."""
    now, wanted = appearance(), request.args.get("language", "")
    target = request.args.get("next", "")
    response = redirect(url_for("account.log_in", next=target) if target else url_for("account.log_in"))
    if wanted not in choices("language"):
        return response
    return store_appearance(response, Appearance(now.theme, now.density, now.keys, wanted))


def _change_password() -> tuple[str, int] | Response:
    present, wanted = request.form.get("present", ""), request.form.get("new", "")
    email = current_user.email
    if len(present) > LONGEST_PASSWORD or network().authenticate(email, present) is None:
        message = text("The present password is not right.")
        return _page({"message": message, "hint": text("Type it again."), "code": "not_known"}), 422
    try:
        network().as_person().change_password(email, wanted, but=current_user.session, present=present)
    except Invalid as error:
        return _page({"message": error.message, "hint": error.hint, "code": error.code}), error.status
    flash(text("The password is changed."), "success")
    return redirect(url_for("me.page"))


def _end_sessions() -> Response:
    """End one session, or all but this one."""
    one = request.form.get("session") or None
    but = None if one else current_user.session
    network().as_person().end_sessions(current_user.email, session=one, but=but)
    flash(text("The session is ended.") if one else text("Every other session is ended."), "success")
    return redirect(url_for("me.page"))


def init_me(app: Flask) -> None:
    """Register the page on an application."""
    blueprint = Blueprint("me", __name__)
    blueprint.add_url_rule("/me/", "page", login_required(_page))
    blueprint.add_url_rule("/me/appearance", "change_appearance", login_required(_change_appearance), methods=["POST"])
    blueprint.add_url_rule("/me/password", "change_password", login_required(_change_password), methods=["POST"])
    blueprint.add_url_rule("/me/sessions", "end_sessions", login_required(_end_sessions), methods=["POST"])
    blueprint.add_url_rule("/language", "choose_language", _choose_language)
    app.register_blueprint(blueprint)
