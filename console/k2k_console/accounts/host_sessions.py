"""Begins and ends the sessions of a mounted console as its host logs users in and out."""

from __future__ import annotations

from contextlib import suppress

from flask import Flask, request, session
from flask_login import current_user, login_user, logout_user

from k2k_console.accounts.host_login import mounted_log_in
from k2k_console.accounts.login import started
from k2k_console.accounts.lost_session import form_of_request, resume, sent_by_a_page
from k2k_console.facade_access import network
from k2k_console.security import asked_by_a_page
from k2k_core.errors import NotAllowed, NotFound

WITHOUT_A_USER = ("health", "static", "admin.static")
"""Endpoints that know no user."""


def _follow_host() -> str | None:
    """Let the user of a request be whom the host names; a form that arrives before the session is sent once more."""
    log_in = mounted_log_in()
    if log_in is None or request.endpoint in WITHOUT_A_USER:
        return None
    email = log_in.email()
    if current_user.is_authenticated and current_user.email.casefold() != email:
        _end()
    if current_user.is_authenticated or email is None or asked_by_a_page():  # whose answer could not store the session
        return None
    _begin(email)
    if request.method == "POST" and sent_by_a_page():
        return resume(form_of_request())
    return None


def _begin(email: str) -> None:
    person = started(email)
    if person is None:
        raise NotAllowed("{email} is no active user of K2K.", email=email, action="log_in")
    session.clear()
    login_user(person)
    session.permanent = True


def _end() -> None:
    with suppress(NotFound):  # somebody else has ended it at the same time
        network().as_person().end_sessions(current_user.email, session=current_user.session)
    logout_user()
    session.clear()


def init_host_sessions(app: Flask) -> None:
    """Follow the host on an application; before its forms are checked."""
    app.before_request(_follow_host)
