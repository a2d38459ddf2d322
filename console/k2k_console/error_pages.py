"""Error pages: the problem, its code, and what to do next. Applications mounted beside the console have their own."""

from __future__ import annotations

import logging
import secrets
from urllib.parse import urlsplit

from flask import Flask, current_app, make_response, render_template, request
from werkzeug.exceptions import HTTPException, TooManyRequests
from werkzeug.wrappers import Response

from k2k_console.accounts.host_login import HostLogInFailed
from k2k_console.translations import locale, text
from k2k_core.errors import K2KError
from k2k_core.texts import translator

log = logging.getLogger("k2k.console")


def _page(status: int, code: str, message: str, hint: str, number: str = "") -> tuple[str, int]:
    named = {"status": status, "code": code, "message": message, "hint": hint, "number": number}
    return render_template("k2k/error.html", **named), status


def _number() -> str:
    """A number by which an error of the server is found in its log."""
    return secrets.token_hex(4).upper()


def _refusal(error: K2KError) -> tuple[str, int]:
    number = _number() if error.status >= 500 else ""
    if number:
        log.error("%s %s: %s", number, error.code, error.message)
    error.localize(translator(locale()))  # the facade has localized its errors; a check of roles at a desk has not
    return _page(error.status, error.code, error.message, error.hint, number)


def _http(error: HTTPException) -> Response:
    status = error.code or 500
    if status < 400:
        return error.get_response()
    known = {
        400: ("bad_request", *_refused_form()),
        404: (
            "not_found",
            text("There is no such page, or nothing of that name that you can see."),
            text("Check the address, or start from the overview."),
        ),
        405: ("method_not_allowed", text("This page cannot be used in that way."), text("Start from the overview.")),
        413: ("too_large", text("The request is too large."), text("Send less at once.")),
        429: ("too_many_requests", text("Too many attempts."), text("Wait a minute and try again.")),
    }
    plain = ("http_error", error.name, text("Start from the overview."))
    page = make_response(_page(status, *known.get(status, plain)))
    if isinstance(error, TooManyRequests) and error.retry_after is not None:
        page.headers["Retry-After"] = str(error.retry_after)
    return page


def _refused_form() -> tuple[str, str]:
    """Why a form was refused, and what to do: over https the browser must say that it came from this address."""
    if request.is_secure and not request.referrer:
        return (
            text("The browser did not say which page the form came from."),
            text("Allow it to send the Referer to this address, and send the form once more."),
        )
    if request.is_secure and urlsplit(request.referrer or "").netloc != request.host:
        return (
            text(
                "The form came from %(page)s, and the server was asked as %(host)s.",
                page=urlsplit(request.referrer or "").netloc,
                host=request.host,
            ),
            text(
                "The proxy must pass on the name that the browser uses, as Host or X-Forwarded-Host, and"
                " K2K_TRUSTED_PROXY be its address."
            ),
        )
    if current_app.config["SESSION_COOKIE_SECURE"] and not request.is_secure:
        return (
            text("The form came without a session: in production it is kept over https only."),
            text(
                "Open the address with https. The proxy must send X-Forwarded-Proto, and K2K_TRUSTED_PROXY be"
                " its address."
            ),
        )
    return (
        text("The request could not be read, or its form was not one of this session."),
        text("Open the page again and send the form once more."),
    )


def _defect(error: Exception) -> tuple[str, int]:
    number = _number()
    log.exception("%s: a page of the console failed", number, exc_info=error)
    hint = translator(locale())(K2KError.hint)
    return _page(500, K2KError.code, text("Something went wrong here. Nothing was changed."), hint, number)


def _host_failed(error: HostLogInFailed) -> tuple[str, int]:
    number = _number()
    log.error("%s: the host did not say who its user is", number, exc_info=error.__cause__)
    message = text("Who you are could not be found out: the log-in of the program around this page does not answer.")
    return _page(503, "host_log_in_failed", message, text("Nothing was changed. Try again in a minute."), number)


def register_error_pages(app: Flask) -> None:
    """Register the error pages on an application; a blueprint's own handlers take precedence."""
    app.register_error_handler(K2KError, _refusal)
    app.register_error_handler(HTTPException, _http)
    app.register_error_handler(HostLogInFailed, _host_failed)
    app.register_error_handler(Exception, _defect)
