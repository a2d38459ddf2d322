"""Parses values from people and programs: one function for each kind of value.

Everything that comes in, by API, scenario file, console or configuration, is parsed here, so that a code, a day or a
cut-off means the same everywhere. Invalid values raise `Invalid` with a message for the person who entered them.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable, Mapping
from contextlib import suppress
from decimal import Decimal
from functools import cache
from importlib.resources import files
from typing import Any, TypeVar

from k2k_core.clock import moment_text
from k2k_core.domain import money
from k2k_core.domain.mail_addresses import in_ascii
from k2k_core.domain.money import MICRO, Exact, micros
from k2k_core.domain.parties import NO_SHIPPING, WEEKDAYS
from k2k_core.domain.plain_text import plain, unprintable
from k2k_core.errors import Invalid, InvalidQuantity
from k2k_core.messages import Message

LARGEST_WHOLE = 2**31 - 1
MOST_BOXES = 1_000_000
LONGEST_TEXT = 200
FIRST_YEAR, LAST_YEAR = 1900, 9000
"""Moments must lie between these years, so that date arithmetic stays within the calendar."""
MOST_DAYS = 36_500
"""Ages and transit days stay below a hundred years, for the same reason."""

T = TypeVar("T")

_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_CODE = re.compile(r"[A-Za-z0-9._-]{1,40}")
_ROW_ID = re.compile(r"[0-9]{1,18}")
_THOUSANDS = re.compile(r"[+-]?[0-9]{1,3}(\.[0-9]{3})+")
"""What a spreadsheet shows of a thousand in countries with a decimal comma."""
_WORDS = {"true": True, "on": True, "yes": True, "false": False, "off": False, "no": False}


def text(value: object, longest: int = LONGEST_TEXT) -> str:
    """A line of text in its plain form. A number that a file gives without quotes is taken as it is written."""
    if isinstance(value, bool) or not isinstance(value, str | int | Decimal):
        raise Invalid("not a text")
    found = plain(str(value))
    if len(found) > longest:
        raise Invalid("longer than {longest} characters", longest=longest)
    refused = unprintable(found)
    if refused:
        place, character = refused
        raise Invalid(
            "holds a character that cannot be printed: {character}, at {place}", character=character, place=place
        )
    return found


def printable(value: str, longest: int) -> str:
    """What a program or a machine sends, which is stored as it came but for what cannot be printed, and shortened."""
    return "".join(letter for letter in value if letter.isprintable())[:longest]


def code(value: object) -> str:
    """A code: 1 to 40 letters, digits, dots, underscores and hyphens (domain section 1)."""
    if isinstance(value, bool) or not isinstance(value, str | int | Decimal) or not _CODE.fullmatch(str(value)):
        raise Invalid("{value!r} is not a code: 1 to 40 letters, digits, dots, underscores or hyphens", value=value)
    return str(value)


def row_id(value: object) -> int:
    """The id of a row, such as an order line; 0, which no row has, for anything else, so that it is not found."""
    return int(value) if isinstance(value, str | int) and _ROW_ID.fullmatch(str(value)) else 0


def email(value: object) -> str:
    """An address of a person, which a mail can be sent to."""
    found = text(value)
    if in_ascii(found) is None:
        raise Invalid("{value!r} is not an e-mail address that a mail can reach", value=found)
    return found


def switch(value: object) -> bool:
    """True or false; files may say on and off, or yes and no."""
    if isinstance(value, bool):
        return value
    if isinstance(value, str) and value.lower() in _WORDS:
        return _WORDS[value.lower()]
    raise Invalid("{value!r} is neither on nor off: write true or false", value=value)


def choice(value: object, words: tuple[str, ...]) -> str:
    """One of a few words. A YAML reader may have turned `off` into false: if `off` is one of the words, false means
    `off`."""
    found = "off" if value is False else value
    if not isinstance(found, str) or found not in words:
        raise Invalid("{value!r} is none of {known}", value=value, known=tuple(words))
    return found


def whole(value: object, least: int = 0, most: int = LARGEST_WHOLE) -> int:
    """A whole number from `least` to `most`."""
    if isinstance(value, bool) or not isinstance(value, str | int | Decimal):
        raise Invalid("{value!r} is not a whole number", value=value)
    if isinstance(value, str) and _THOUSANDS.fullmatch(value):
        raise Invalid("{value!r} can be read as thousands: write a whole number without a point", value=value)
    number = micros(value)
    if number % MICRO:
        raise Invalid("{value} is not a whole number", value=value)
    found = number // MICRO
    if not least <= found <= most:
        raise Invalid("{value} is not from {least} to {most}", value=found, least=least, most=most)
    return found


def argument(path: str, read: Callable[..., T], *given: Any) -> T:
    """What `read` makes of the argument at a path; a refusal names it."""
    try:
        return read(*given)
    except Invalid as error:
        raise error.at(path) from None


def version(value: object) -> int | None:
    """The version of a record or document that a caller has read; None if none is given."""
    if value is None:
        return None
    try:
        return whole(value, 0, LARGEST_VERSION)
    except Invalid as error:
        raise Invalid(
            Message("{path}: {problem}", path="version", problem=error.message),
            [{"path": "version", "message": error.message}],
        ) from None


LARGEST_VERSION = 2**62


def box_count(value: object) -> int:
    """How many boxes: a whole number of at least one; anything else is `InvalidQuantity`, which names the field."""
    if not isinstance(value, int) or isinstance(value, bool) or not 1 <= value <= MOST_BOXES:
        raise InvalidQuantity(
            "{value!r} is not a number of boxes from 1 to {most}.",
            value=value,
            most=MOST_BOXES,
            boxes=str(value),
        ).at("boxes")
    return value


def amount(value: object, *, signed: bool = False) -> int:
    """An amount of money or any other exact number, in micros; below zero only when `signed`."""
    found = micros(value)
    if found < 0 and not signed:
        raise Invalid("{value} is below zero", value=value)
    return found


def positive(value: object) -> int:
    """An exact number above zero, in micros."""
    found = micros(value)
    if found <= 0:
        raise Invalid("{value} is not above zero", value=value)
    return found


def margin(value: object) -> int:
    """A gross profit margin in percent, in micros: from 0 to below 100 (pricing section 2)."""
    found = micros(value)
    if not 0 <= found < 100 * MICRO:
        raise Invalid("{value} is no GPM: it is a margin, from 0 to below 100", value=value)
    return found


def iso_text(day: dt.date | None) -> str | None:
    """A day, or a moment, as text; None if there is none."""
    if isinstance(day, dt.datetime):
        return moment_text(day)
    return None if day is None else day.isoformat()


def number_text(value: int) -> str:
    """Micros as a decimal text without trailing zeros."""
    return money.plain(Exact.micros(value))


def day(value: object) -> dt.date:
    """A calendar day, `YYYY-MM-DD`."""
    found = value
    if isinstance(value, str) and _DAY.fullmatch(value):
        with suppress(ValueError):
            found = dt.date.fromisoformat(value)
    if not isinstance(found, dt.date) or isinstance(found, dt.datetime):
        raise Invalid("{value!r} is not a day: write it as 2026-02-14", value=value)
    return found


def counted_day(value: object) -> dt.date:
    """A calendar day that is used in date arithmetic, as ages and cut-offs are: days near the calendar's limits are
    refused. For what is only compared, such as a season's end, any `day` will do."""
    found = day(value)
    if found.year > LAST_YEAR:
        raise Invalid("{day} lies outside the calendar: days are counted from it", day=found)
    return found


def moment(value: object) -> dt.datetime:
    """A moment with its time zone, `2026-02-02T09:00:00-05:00`, in UTC."""
    found = value
    if isinstance(value, str):
        try:
            found = dt.datetime.fromisoformat(value)
        except ValueError:
            found = None
    if not isinstance(found, dt.datetime) or found.utcoffset() is None:
        raise Invalid(
            "{value!r} is not a moment with its time zone: write it as 2026-02-02T09:00:00-05:00", value=value
        )
    if not FIRST_YEAR <= found.year <= LAST_YEAR:
        raise Invalid("{value!r} lies outside the calendar", value=value)
    return found.astimezone(dt.UTC)


def time_zone(value: object) -> str:
    """The IANA name of a time zone, such as America/Bogota."""
    found = text(value)
    if found not in _time_zones():
        raise Invalid("{value!r} is not a time zone: write its IANA name, such as America/Bogota", value=found)
    return found


@cache
def _time_zones() -> frozenset[str]:
    """The names of the public time zone list, without the one of a clock that is not set yet."""
    names = files("tzdata").joinpath("zones").read_text(encoding="ascii").split()
    return frozenset(names) - {"Factory"}


def currency(value: object) -> str:
    """The ISO 4217 code of a currency, such as USD."""
    found = text(value)
    if found not in CURRENCIES:
        raise Invalid("{value!r} is not the ISO 4217 code of a currency, such as USD", value=found)
    return found


def cut_off(value: object) -> str:
    """`HHMM` in the company's time zone, or `no_shipping` (domain section 4)."""
    if value == NO_SHIPPING:
        return NO_SHIPPING
    found = f"{value:04d}" if isinstance(value, int) and not isinstance(value, bool) else value
    if isinstance(found, str) and re.fullmatch(r"([01][0-9]|2[0-3])[0-5][0-9]", found):
        return found
    raise Invalid('{value!r} is not a cut-off: write it as "1430", or no_shipping', value=value)


def markup(value: object) -> dict[str, int]:
    """`{percent: n}` or `{amount: n}`, of either sign; the number in micros. 0 counts as set."""
    if isinstance(value, Mapping) and len(value) == 1:
        kind, number = next(iter(value.items()))
        if kind in ("percent", "amount"):
            return {kind: micros(number)}
    raise Invalid("a markup is {percent: n} or {amount: n}")


def weekday(value: object) -> str:
    """`mon` to `sun`."""
    if not isinstance(value, str) or value not in WEEKDAYS:
        raise Invalid("{value!r} is not a weekday: {known}", value=value, known=WEEKDAYS)
    return value


_ISO_4217 = (
    "AED AFN ALL AMD ANG AOA ARS AUD AWG AZN BAM BBD BDT BGN BHD BIF BMD BND BOB BRL BSD BTN BWP BYN BZD "
    "CAD CDF CHF CLP CNY COP CRC CUP CVE CZK DJF DKK DOP DZD EGP ERN ETB EUR FJD FKP GBP GEL GHS GIP GMD "
    "GNF GTQ GYD HKD HNL HTG HUF IDR ILS INR IQD IRR ISK JMD JOD JPY KES KGS KHR KMF KPW KRW KWD KYD KZT "
    "LAK LBP LKR LRD LSL LYD MAD MDL MGA MKD MMK MNT MOP MRU MUR MVR MWK MXN MYR MZN NAD NGN NIO NOK NPR "
    "NZD OMR PAB PEN PGK PHP PKR PLN PYG QAR RON RSD RUB RWF SAR SBD SCR SDG SEK SGD SHP SLE SOS SRD SSP "
    "STN SVC SYP SZL THB TJS TMT TND TOP TRY TTD TWD TZS UAH UGX USD UYU UZS VED VES VND VUV WST XAF XCD "
    "XCG XOF XPF YER ZAR ZMW ZWG "
)
CURRENCIES = frozenset(_ISO_4217.split())
"""The currencies in use, by ISO 4217."""


UNCHANGED: Any = object()
"""Marks an argument that was not given, where None is a value."""
