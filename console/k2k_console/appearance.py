"""How the console looks for its reader: theme, density of rows, and whether single letters are keys.

A person's choice is stored with the person; a copy in a cookie serves the log-in. The server makes attributes of
`<html>` of it, so that no page changes its look while it loads.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass, fields
from urllib.parse import parse_qsl, urlencode

from flask import current_app, has_request_context, request
from flask_login import current_user
from werkzeug.wrappers import Response

from k2k_core.domain.languages import codes

COOKIE = "k2k_look"
A_YEAR = 365 * 86_400

THEMES = ("system", "light", "dark")
DENSITIES = ("compact", "normal", "roomy")
SWITCH = ("on", "off")


@dataclass(frozen=True)
class Appearance:
    """What a reader chose. An empty language is that of the account or of the browser."""

    theme: str = "system"
    density: str = "normal"
    keys: str = "on"
    language: str = ""

    @property
    def attributes(self) -> dict[str, str]:
        """The attributes of `<html>`; the defaults need none."""
        chosen = {"data-theme": self.theme, "data-density": self.density, "data-keys": self.keys}
        return {name: value for name, value in chosen.items() if value not in ("system", "normal", "on")}


def choices(name: str) -> tuple[str, ...]:
    """What can be chosen for a part of the appearance."""
    return {"theme": THEMES, "density": DENSITIES, "keys": SWITCH, "language": ("", *codes())}[name]


def appearance() -> Appearance:
    """The appearance for the reader of this request: their preferences, before the log-in those of the browser."""
    if not has_request_context():
        return Appearance()
    own = getattr(current_user, "preferences", None)
    if own is None:
        return _of_the_browser()
    return Appearance(own["theme"], own["density"], "on" if own["single_keys"] else "off", own["locale"])


def _of_the_browser() -> Appearance:
    """What the cookie has; anything that cannot be chosen is ignored."""
    stored = dict(parse_qsl(request.cookies.get(COOKIE, "")))
    names = [field.name for field in fields(Appearance)]
    return Appearance(**{name: stored[name] for name in names if stored.get(name) in choices(name)})


def store_appearance(response: Response, chosen: Appearance) -> Response:
    """Store a choice in the reader's browser."""
    secure = bool(current_app.config["SESSION_COOKIE_SECURE"])
    response.set_cookie(COOKIE, urlencode(asdict(chosen)), max_age=A_YEAR, secure=secure, httponly=True, samesite="Lax")
    return response
