"""The shop as an application of its own. A host that has one registers the blueprint there instead."""

from __future__ import annotations

from typing import Any

from flask import Flask, render_template, request
from flask.sessions import SecureCookieSessionInterface
from flask_babel import Babel
from flask_limiter import Limiter
from flask_limiter.util import get_remote_address
from flask_wtf.csrf import CSRFError, CSRFProtect
from werkzeug.exceptions import HTTPException
from werkzeug.wrappers import Response

from k2k_shop import words
from k2k_shop.door import Shop
from k2k_shop.pages import for_templates, log_in_again, pages

LOG_INS = "20 per minute"
"""How many passwords are tried from one address."""

HEADERS = {
    "Content-Security-Policy": "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self';"
    " form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}


class OwnSessions(SecureCookieSessionInterface):
    """Sessions whose cookie is for the addresses of the shop alone, wherever it is mounted."""

    def get_cookie_path(self, app: Flask) -> str:
        return request.script_root or "/"


def create_app(shop: Shop, *, secret_key: str, secure: bool = False, testing: bool = False) -> Flask:
    """The shop as an application; `secure` sends its cookie over HTTPS only."""
    app = Flask(__name__, static_folder=None)
    app.config.update(
        SECRET_KEY=secret_key,
        TESTING=testing,
        SESSION_COOKIE_NAME="__Secure-k2k_shop" if secure else "k2k_shop",
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        SESSION_COOKIE_SECURE=secure,
        WTF_CSRF_TIME_LIMIT=None,  # as long as the session: a page left open over lunch still sends
        MAX_CONTENT_LENGTH=100_000,
    )
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    app.session_interface = OwnSessions()
    app.extensions["k2k_shop"] = shop
    Babel(app, locale_selector=words.language)
    CSRFProtect(app)
    app.register_blueprint(pages)
    app.context_processor(for_templates)  # for the pages of errors too, which are of no blueprint
    limiter = Limiter(get_remote_address, app=app, storage_uri="memory://")
    limited: Any = limiter.limit(LOG_INS, methods=["POST"])(app.view_functions["k2k_shop.log_in"])
    app.view_functions["k2k_shop.log_in"] = limited
    app.register_error_handler(CSRFError, unknown_form)
    app.register_error_handler(HTTPException, not_there)
    app.after_request(protect)
    return app


def unknown_form(error: CSRFError) -> Response:  # noqa: ARG001 - Flask's signature
    """A form of a session that is over: of before a log-out in another tab, or a forged one."""
    return log_in_again(ended=True)


def not_there(error: HTTPException) -> tuple[str, int]:
    """A page for an address that is none, and for whatever else cannot be answered."""
    titles = {404: words.text("There is no such page."), 429: words.text("Too many attempts: wait a minute.")}
    title = titles.get(error.code or 500, words.text("That did not work."))
    return render_template("k2k_shop/message.html", title=title, message=""), error.code or 500


def protect(response: Response) -> Response:
    """What a browser may do with a page."""
    for name, value in HEADERS.items():
        response.headers.setdefault(name, value)
    if request.endpoint != "k2k_shop.static":
        response.headers.setdefault("Cache-Control", "no-store")
    return response
