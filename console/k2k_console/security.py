"""Protection of every page: cookies, cross-site request forgery, request sizes, and security headers."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from typing import Any

from flask import Flask, request, session
from flask.sessions import SecureCookieSessionInterface, SessionMixin
from flask_wtf.csrf import CSRFProtect
from werkzeug.exceptions import BadRequest, HTTPException
from werkzeug.wrappers import Response

LARGEST_REQUEST = 1_000_000
LARGEST_UPLOAD = 7_000_000
"""The greatest request of whoever is logged in and imports a file: the file, or the form that carries it."""

CONTENT_POLICY = "; ".join(
    (
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self'",
        "connect-src 'self'",
        "form-action 'self'",
        "base-uri 'none'",
        "frame-ancestors 'none'",
    )
)
"""Scripts, styles and pictures are files of the console itself; nothing stands within a page."""

HEADERS = {
    "Content-Security-Policy": CONTENT_POLICY,
    "X-Frame-Options": "DENY",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
}


UNREADABLE_HOST = (
    "The host of the request is no name. Behind a proxy it is the X-Forwarded-Host and X-Forwarded-Port of the proxy"
    " that K2K_TRUSTED_PROXY names."
)
"""For whoever sets up a proxy: no page of the console can be built for such a request."""

UNKNOWN_SCHEME = (
    "The request came neither by http nor by https. Behind a proxy it is the X-Forwarded-Proto of the proxy that"
    " K2K_TRUSTED_PROXY names."
)
"""The same: no form of such a request could be told to be safe."""

UNREADABLE_PREFIX = (
    "The path before the console is none, such as /k2k. Behind a proxy it is the X-Forwarded-Prefix of the proxy that"
    " K2K_TRUSTED_PROXY names."
)
"""The same: no link would lead anywhere."""

BACKGROUND = "K2K-Background"
"""The header of a request that a page sends by itself."""

PAGE = "navigate"
"""What browsers say of a request for a page, in `Sec-Fetch-Mode`."""


class Sessions(SecureCookieSessionInterface):
    """Sessions in cookies. Only a page that is opened and a form that is sent write one. What a page asks for by itself
    (parts, counts, pictures) began with the cookie of that page: its answer would take back what a form that was sent
    meanwhile stored, as what the next page says."""

    def should_set_cookie(self, app: Flask, session: SessionMixin) -> bool:
        return not asked_by_a_page() and super().should_set_cookie(app, session)


class ReadableAddress:
    """Answers a request whose `Host` names no host, or whose scheme is none of the web's: no address of any page can be
    built for it."""

    def __init__(self, app: Flask) -> None:
        self._app, self._next = app, app.wsgi_app

    def __call__(self, environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        if environ["wsgi.url_scheme"] not in ("http", "https"):
            return BadRequest(UNKNOWN_SCHEME)(environ, start_response)
        try:
            self._app.create_url_adapter(self._app.request_class(environ))
        except HTTPException:
            return BadRequest(UNREADABLE_HOST)(environ, start_response)
        return self._next(environ, start_response)


def asked_by_a_page() -> bool:
    """Whether a page asked for this by itself. Not every browser says what a request is for."""
    if BACKGROUND in request.headers:
        return True
    asked = "HX-Request" in request.headers or request.endpoint == "static"
    return request.method in ("GET", "HEAD") and (asked or request.headers.get("Sec-Fetch-Mode", PAGE) != PAGE)


def _allow_files() -> None:
    """Requests that have a file, of people who are logged in, may be larger."""
    if request.mimetype == "multipart/form-data" and "_user_id" in session:
        request.max_content_length = request.max_form_memory_size = LARGEST_UPLOAD


def init_security(app: Flask, *, production: bool) -> None:
    """Enable the protection on an application. In production cookies are sent over HTTPS only."""
    app.session_interface = Sessions()
    app.wsgi_app = ReadableAddress(app)  # type: ignore[method-assign]  # Flask's documented way to wrap it
    app.config.update(
        SESSION_COOKIE_NAME="__Host-k2k" if production else "k2k",
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        SESSION_COOKIE_SECURE=production,
        PERMANENT_SESSION_LIFETIME=dt.timedelta(hours=12),
        WTF_CSRF_TIME_LIMIT=None,  # as long as the session: a form left open over lunch still saves
        MAX_CONTENT_LENGTH=LARGEST_REQUEST,
        MAX_FORM_MEMORY_SIZE=LARGEST_REQUEST,
    )
    app.before_request(_allow_files)  # before the check of forged requests, which reads the form
    # A part mounted beside the console that is not used by browsers exempts its own blueprint.
    app.extensions["k2k_csrf"] = CSRFProtect(app)

    def add_headers(response: Response) -> Response:
        for name, value in HEADERS.items():
            response.headers.setdefault(name, value)
        if production:
            response.headers.setdefault("Strict-Transport-Security", "max-age=31536000")
        if request.endpoint != "static":
            response.headers.setdefault("Cache-Control", "no-store")
        return response

    app.after_request(add_headers)
