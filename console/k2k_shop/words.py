"""Words, numbers and days in the shopper's language, and the colour of a flower in its picture."""

from __future__ import annotations

import datetime as dt
import re
from decimal import Decimal
from functools import cache
from pathlib import Path

from babel.numbers import format_currency
from flask import current_app, request, session
from flask_babel import Domain, format_date, format_datetime, get_locale
from flask_babel.speaklater import LazyString

LANGUAGES = {"en": "English", "es": "Español"}
FALLBACK = "en"
CHOSEN = "k2k_shop_language"

TINTS = {
    **dict.fromkeys(("hot pink", "fuchsia", "magenta"), "magenta"),
    **dict.fromkeys(("red", "rojo", "roja"), "red"),
    **dict.fromkeys(("pink", "blush", "rosado", "rosada"), "pink"),
    **dict.fromkeys(("white", "ivory", "cream", "blanco", "blanca", "crema"), "white"),
    **dict.fromkeys(("yellow", "golden", "amarillo", "amarilla"), "yellow"),
    **dict.fromkeys(("orange", "peach", "naranja", "durazno"), "orange"),
    **dict.fromkeys(("lavender", "purple", "lila", "morado"), "lavender"),
    **dict.fromkeys(("blue", "azul"), "blue"),
    **dict.fromkeys(("green", "verde"), "green"),
}
"""Words of a description and the colour that its flower is drawn in."""

_COLOURS = re.compile(rf"\b({'|'.join(TINTS)})\b", re.IGNORECASE)


@cache
def _domain() -> Domain:
    return Domain(str(Path(__file__).with_name("translations")), domain="shop")


def text(message: str, **facts: object) -> str:
    """The text in the shopper's language, with its facts."""
    return str(_domain().gettext(message, **facts))


def later(message: str) -> str:
    """A text that is translated when it is shown."""
    lazy: str = LazyString(text, message)
    return lazy


SHIP_VIAS = {"warehouse": later("Via our warehouse"), "grower": later("Straight from the grower")}
UNITS = {"stem": later("stems"), "bunch": later("bunches")}
EACH = {"stem": later("per stem"), "bunch": later("per bunch")}
BOX_TYPES = {
    "FB": later("full box"),
    "HB": later("half box"),
    "QB": later("quarter box"),
    "EB": later("eighth box"),
}
KINDS = {"prebook": later("Order"), "invoice_order": later("Order"), "invoice": later("Invoice")}
STATES = {
    "in_cart": later("in the cart"),
    "checked_out": later("ordered"),
    "staged": later("confirmed"),
    "received": later("has arrived"),
    "billed": later("billed"),
    "needed": later("we look for it elsewhere"),
    "dropped": later("not available"),
    "cancelled": later("cancelled"),
    "released": later("cancelled"),
}
"""What becomes of a line of an order, as the one who waits for it would say."""


def language() -> str:
    """The language that was chosen in this browser, else the best that it asks for."""
    chosen = session.get(CHOSEN)
    return chosen if chosen in LANGUAGES else request.accept_languages.best_match(LANGUAGES) or FALLBACK


def tint(description: str) -> str:
    """The colour of the flower of this description."""
    found = _COLOURS.search(description)
    return TINTS[found[1].lower()] if found else "plain"


def money(amount: str, currency: str) -> str:
    """An amount as the reader writes it."""
    return str(format_currency(Decimal(amount), currency, locale=get_locale()))


def of_a_box(price: str, units: int) -> str:
    """The price of a whole box."""
    return str(Decimal(price) * units)


def day(written: str) -> str:
    """A day with its weekday."""
    weekday, month, number = _parts(written, "EEEE MMMM d")
    return text("%(weekday)s, %(month)s %(day)s", weekday=weekday, month=month, day=number)


def short_day(written: str) -> tuple[str, str]:
    """The weekday and the day of a month, in short."""
    weekday, month, number = _parts(written, "EEE MMM d")
    return weekday, text("%(month)s %(day)s", month=month, day=number)


def _parts(written: str, parts: str) -> list[str]:
    return [str(format_date(dt.date.fromisoformat(written), part)) for part in parts.split()]


def clock_time(written: str) -> str:
    """The time of day of a moment, where the shop is."""
    zone = current_app.extensions["k2k_shop"].timezone
    return str(format_datetime(dt.datetime.fromisoformat(written).astimezone(zone), "HH:mm", rebase=False))
