"""How typed numbers, dates and times are read: strictly, in the reader's language.

A text that can be read in one way only is read. One that can be read in two ways, or only in the way of another
language, is refused with its readings, and a person chooses.
"""

from __future__ import annotations

import datetime as dt
import re
import unicodedata
from dataclasses import dataclass

from babel.dates import get_month_names

from k2k_console.formats import MINUS, babel_locale, clock_time, day, number
from k2k_console.translations import locale, text
from k2k_core.domain.languages import LANGUAGES, language

_PLAIN = re.compile(r"[0-9]+")
_POINTED = re.compile(r"([0-9]*)([.,])([0-9]+)")
_ISO = re.compile(r"([0-9]{4})-([0-9]{1,2})-([0-9]{1,2})")
_FIGURES = re.compile(r"([0-9]{1,2})[./-]([0-9]{1,2})(?:[./-]([0-9]{4}))?")
_WORDED = re.compile(r"(?:(\w+)\.?,? )?(?:([0-9]{1,2})\.? (\w+)\.?|(\w+)\.? ([0-9]{1,2})),?(?: ([0-9]{4}))?")
_TIME = re.compile(r"([0-9]{1,2})(?:[:.h]?([0-9]{2}))?( ?[ap]\.?m\.?)?", re.IGNORECASE)

LONGEST = 60


@dataclass(frozen=True)
class Reading:
    """One way to read what was typed: `typed` would be read as it without doubt, `shown` is how a page writes it."""

    typed: str
    shown: str


class Unreadable(ValueError):
    """What was typed is no number, day or time; or it can be read in more than one way, or only as another language
    would write it: then `readings` are the ways."""

    def __init__(self, given: str, readings: tuple[Reading, ...] = ()) -> None:
        super().__init__(given)
        self.readings = readings

    @property
    def code(self) -> str:
        """The code beside the sentence."""
        return "ambiguous" if self.readings else "invalid"

    def question(self) -> str:
        """What a refusal asks. Nothing where there is no way to read it."""
        if not self.readings:
            return ""
        if len(self.readings) == 1:
            return text("Did you mean %(number)s?", number=self.readings[0].shown)
        one, other = self.readings
        return text("Did you mean %(one)s or %(other)s?", one=one.shown, other=other.shown)


def read_number(given: str) -> str:
    """A typed number as a plain decimal with a point. Raises `Unreadable` for anything that is no number, and with the
    readings for `1,500` in English (1500 or 1.5?) and for `1,5` (is 1.5 meant?)."""
    typed = _cleaned(given)
    sign = "-" if typed[:1] == "-" else ""
    digits = typed[1:] if typed[:1] in ("-", "+") else typed
    signs = language(locale())
    if _PLAIN.fullmatch(digits):
        return sign + digits
    ways = _ways(digits, signs.thousands, signs.decimals)
    if len(ways) == 1 and ways[0][1]:
        return sign + ways[0][0]
    if not ways:
        raise Unreadable(given)
    readings = tuple(_reading(sign + value) for value, _ in ways)
    raise Unreadable(given, readings)


def typed_number(plain: str) -> str:
    """A plain decimal as a person of the reader's language types it: without signs between the thousands."""
    return plain.replace(".", language(locale()).decimals)


def _ways(digits: str, thousands: str, decimals: str) -> list[tuple[str, bool]]:
    """Every value that the digits can have, and whether this language writes it so."""
    grouped = _grouped(digits, thousands, decimals)
    ways = [(grouped, True)] if grouped else []
    if pointed := _POINTED.fullmatch(digits):
        ways.append((f"{pointed[1] or '0'}.{pointed[3]}", pointed[2] == decimals))
    if ways:
        return ways
    others = [_grouped(digits, one.thousands, one.decimals) for one in LANGUAGES if one.thousands != thousands]
    return [(value, False) for value in others[:1] if value and "." in value]


def _grouped(digits: str, thousands: str, decimals: str) -> str:
    """The value of digits whose thousands are grouped; nothing when they are not."""
    found = re.fullmatch(
        rf"([1-9][0-9]{{0,2}}(?:{re.escape(thousands)}[0-9]{{3}})+)(?:{re.escape(decimals)}([0-9]+))?", digits
    )
    if found is None:
        return ""
    whole = found[1].replace(thousands, "")
    return f"{whole}.{found[2]}" if found[2] else whole


def _cleaned(given: str) -> str:
    typed = given.strip().replace(MINUS, "-")
    if not typed.isascii() or len(typed) > LONGEST:
        raise Unreadable(given)
    return typed


def _reading(plain: str) -> Reading:
    return Reading(typed_number(plain), number(plain))


def read_day(given: str, today: dt.date) -> dt.date:
    """A typed day: `12 feb`, `Thu 12 Feb`, `12 Feb 2027`, `2026-02-12`, `12/2` where only the day can come first.
    Without a year, that of `today`. Raises `Unreadable` for anything that is no day, for a weekday that is not that of
    the day, and with the readings for `2/3` in a language that writes either first."""
    typed = _folded(" ".join(given.split())[:LONGEST])
    if iso := _ISO.fullmatch(typed):
        return _date(given, int(iso[1]), int(iso[2]), int(iso[3]))
    if figures := _FIGURES.fullmatch(typed):
        year = int(figures[3] or today.year)
        return _of_figures(given, int(figures[1]), int(figures[2]), year, today)
    worded = _WORDED.fullmatch(typed)
    month = _month(worded[3] or worded[4]) if worded else None
    if worded is None or month is None:
        raise Unreadable(given)
    found = _date(given, int(worded[6] or today.year), month, int(worded[2] or worded[5]))
    if worded[1] and not _folded(day(found)).startswith(worded[1][:2]):
        raise Unreadable(given)
    return found


def _of_figures(given: str, first: int, second: int, year: int, today: dt.date) -> dt.date:
    """A day of two figures: the day comes first in every language but those that write a point in their numbers."""
    either = language(locale()).decimals == "."
    pairs = {(second, first), (first, second)} if either else {(second, first)}
    found = [dt.date(year, *pair) for pair in sorted(pairs) if _is_day(year, *pair)]
    if not found:
        raise Unreadable(given)
    if len(found) > 1:
        raise Unreadable(given, tuple(Reading(one.isoformat(), day(one, today)) for one in found))
    return found[0]


def _is_day(year: int, month: int, of_month: int) -> bool:
    try:
        dt.date(year, month, of_month)
    except ValueError:
        return False
    return True


def _date(given: str, year: int, month: int, of_month: int) -> dt.date:
    if not _is_day(year, month, of_month):
        raise Unreadable(given)
    return dt.date(year, month, of_month)


def _month(word: str) -> int | None:
    """The month whose name begins with a word of three letters or more."""
    for width in ("wide", "abbreviated"):
        for index, name in get_month_names(width, locale=babel_locale()).items():
            if len(word) >= 3 and _folded(name).startswith(word):
                return int(index)
    return None


def _folded(words: str) -> str:
    """Without accents and capitals."""
    return "".join(sign for sign in unicodedata.normalize("NFD", words.lower()) if not unicodedata.combining(sign))


def read_time(given: str) -> dt.time:
    """A typed time of day: `1500`, `15:00`, `15.00`, `9`, `930`, `3 pm`. Raises `Unreadable` for anything else."""
    typed = _TIME.fullmatch(given.strip())
    if typed is None or not given.isascii():
        raise Unreadable(given)
    hour, minute, half = int(typed[1]), int(typed[2] or 0), (typed[3] or "").strip().lower()
    if half and not 1 <= hour <= 12:
        hour = 24
    elif half:
        hour = hour % 12 + (12 if half.startswith("p") else 0)
    if hour > 23 or minute > 59:
        raise Unreadable(given)
    return dt.time(hour, minute)


def typed_time(value: dt.time) -> str:
    """A time of day as a person types it."""
    return clock_time(value)
