"""The devices on which a person has logged in before: a signed cookie, so that nobody else's wrong passwords slow the
person down there."""

from __future__ import annotations

import hashlib
import secrets
from typing import NamedTuple

from flask import current_app, request
from itsdangerous import BadSignature, URLSafeTimedSerializer
from werkzeug.wrappers import Response

COOKIE = "k2k_device"
A_YEAR = 365 * 24 * 3600
MOST_PEOPLE = 10
"""How many people of one device are remembered, such as those of a scanner in the cooler."""


class Device(NamedTuple):
    """A device: a random name, and digests of the addresses of those who have logged in on it, the last one first."""

    name: str
    people: tuple[str, ...]


def source_of(email: str, address: str) -> str:
    """What an attempt is counted for: a device that knows the person, else the address that it comes from."""
    device = _device()
    return f"device {device.name}" if device is not None and _digest(email) in device.people else address


def remember(response: Response, email: str) -> Response:
    """The same response, by which the device knows the person from now on."""
    device = _device() or Device(secrets.token_urlsafe(16), ())
    people = (_digest(email), *(one for one in device.people if one != _digest(email)))[:MOST_PEOPLE]
    secure = bool(current_app.config["SESSION_COOKIE_SECURE"])
    value = str(_signer().dumps([device.name, *people]))
    response.set_cookie(COOKIE, value, max_age=A_YEAR, secure=secure, httponly=True, samesite="Lax")
    return response


def _device() -> Device | None:
    try:
        name, *people = _signer().loads(request.cookies.get(COOKIE, ""), max_age=A_YEAR)
    except (BadSignature, ValueError, TypeError):
        return None
    return Device(str(name), tuple(map(str, people)))


def _signer() -> URLSafeTimedSerializer:
    return URLSafeTimedSerializer(str(current_app.secret_key), salt="a device that a person has logged in on")


def _digest(email: str) -> str:
    return hashlib.sha256(email.strip().casefold().encode()).hexdigest()[:32]
