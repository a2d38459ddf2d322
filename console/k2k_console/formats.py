"""How numbers, dates and times are shown to the reader: in their language, in their company's time zone.

What is shown is rounded for the eye alone; nothing here changes a stored value. `readings` is the way back.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable
from decimal import ROUND_HALF_UP, Decimal
from functools import lru_cache
from typing import Any, Literal
from zoneinfo import ZoneInfo

from babel import Locale
from babel.dates import format_date, get_day_names, get_timezone_location
from flask import Flask
from jinja2 import pass_context
from jinja2.runtime import Context
from markupsafe import Markup

from k2k_console.translations import locale, text
from k2k_core.domain.languages import language
from k2k_core.domain.money import minor_scale
from k2k_core.domain.parties import WEEKDAYS

DAYS = 2_000
"""So many days are known in words."""

_DECIMALS = re.compile(r"(?<![\w.,-])[0-9]+\.[0-9]+(?![\w.,]*[0-9A-Za-z])")
"""Numbers with decimals that stand alone: no part of a code, of a date or of a longer number."""

MINUS = "−"
SPACE = "\u00a0"
"""Between a number and its unit: they stay on one line."""

COST_DECIMALS = 4
MARGIN_DECIMALS = 1

CITIES = {"America/Bogota": "Bogotá"}
"""Cities whose own spelling English uses too, and which CLDR writes without their accents."""

Number = Decimal | int | str
"""A number as the facade answers it: a decimal as text, or a whole number. Never a float."""


def number(value: Number | None, decimals: int | None = None) -> str:
    """A number with the reader's separators: all its decimals, or exactly `decimals` of them, rounded half up. Nothing
    for None."""
    if value is None or value == "":
        return ""
    exact = Decimal(value)
    if decimals is not None:
        exact = exact.quantize(Decimal(1).scaleb(-decimals), rounding=ROUND_HALF_UP)
    elif exact == exact.to_integral_value():
        exact = exact.to_integral_value()
    figures = f"{abs(exact):f}"
    whole, _, rest = figures.partition(".")
    if decimals is None:
        rest = rest.rstrip("0")
    signs = language(locale())
    grouped = f"{int(whole):,}".replace(",", signs.thousands)
    sign = MINUS if exact < 0 else ""
    return sign + grouped + (signs.decimals + rest if rest else "")


def sentence(said: str) -> str:
    """A sentence of an explanation with the reader's decimals: the core writes its numbers with a point."""
    sign = language(locale()).decimals
    return _DECIMALS.sub(lambda found: found[0].replace(".", sign), str(said))


def signed(value: Number | None, decimals: int | None = None) -> str:
    """A change: a number with its sign, plus too."""
    shown = number(value, decimals)
    return shown if shown.startswith(MINUS) or not shown else f"+{shown}"


def money(value: Number | None, currency: str) -> str:
    """A price or a total with the decimals of its currency; the currency itself stands in the heading."""
    return number(value, _places(currency))


def exact_money(value: Number | None, currency: str) -> str:
    """An amount in an explanation: all its decimals, and at least those of its currency."""
    if value is None or value == "":
        return ""
    return number(value, len(with_decimals(str(value), currency).partition(".")[2]))


def with_decimals(plain: str, currency: str) -> str:
    """A plain decimal with at least the decimals of a currency."""
    exact = Decimal(plain).normalize()
    places = max(_places(currency), -int(exact.as_tuple().exponent))
    return f"{exact:.{places}f}"


def money_cell(value: Number | None, currency: str) -> str | Markup:
    """An amount with the decimals of its currency; the exact number in its title where it has more."""
    return _titled(value, _places(currency))


def cost(value: Number | None) -> str | Markup:
    """A cost with four decimals; the exact number in its title where it has more."""
    return _titled(value, COST_DECIMALS)


def _titled(value: Number | None, decimals: int) -> str | Markup:
    shown, exact = number(value, decimals), number(value)
    if value is None or value == "" or Decimal(value) == Decimal(value).quantize(Decimal(1).scaleb(-decimals)):
        return shown
    return Markup('<span title="{}">{}</span>').format(exact, shown)


def _places(currency: str) -> int:
    return len(str(minor_scale(currency))) - 1


def percent(value: Number | None) -> str:
    """A percentage as it is stored."""
    return f"{number(value)}{SPACE}%" if value not in (None, "") else ""


def margin(value: Number | None) -> str:
    """A margin that was computed, with one decimal."""
    return f"{number(value, MARGIN_DECIMALS)}{SPACE}%" if value not in (None, "") else ""


def boxes(count: int) -> str:
    """A number of boxes, with the word."""
    return text("%(count)s box", count=number(count)) if count == 1 else text("%(count)s boxes", count=number(count))


def day(value: dt.date | str | None, today: dt.date | None = None) -> str:
    """A day such as "Thu 12 Feb"; with its year when that is not the one of `today` (by default, of now)."""
    if not value:
        return ""
    shown = value if isinstance(value, dt.date) else dt.date.fromisoformat(value[:10])
    return _day(shown, shown.year == (today or dt.datetime.now(dt.UTC).date()).year, locale())


@lru_cache(DAYS)
def _day(shown: dt.date, this_year: bool, spoken: str) -> str:
    return format_date(shown, "EEE d MMM" if this_year else "EEE d MMM y", locale=Locale.parse(spoken))


def week_days(width: Literal["abbreviated", "wide"] = "abbreviated") -> dict[str, str]:
    """The days of a week from Monday on: as settings name them, and in the reader's language."""
    names = get_day_names(width, locale=babel_locale())
    return {day: str(names[place]) for place, day in enumerate(WEEKDAYS)}


def clock_time(value: dt.time | str | None) -> str:
    """A time of day such as "15:00"; `1500`, as settings have it, reads the same."""
    if not value:
        return ""
    if isinstance(value, str):
        digits = value.replace(":", "")
        return f"{digits[:2]}:{digits[2:4]}"
    return f"{value:%H:%M}"


def moment(value: dt.datetime | str | None, timezone: str, now: dt.datetime | None = None) -> str:
    """A moment in a time zone, with that zone's city: "Mon 9 Feb, 08:40 Chicago"."""
    if not value:
        return ""
    local = aware(value).astimezone(ZoneInfo(timezone))
    today = (now or dt.datetime.now(dt.UTC)).astimezone(ZoneInfo(timezone)).date()
    return f"{day(local.date(), today)}, {clock_time(local.time())} {city(timezone)}"


def aware(value: dt.datetime | str) -> dt.datetime:
    """A moment as the facade answers it (text of ISO 8601), or as a table has it, aware."""
    read = value if isinstance(value, dt.datetime) else dt.datetime.fromisoformat(value.replace("Z", "+00:00"))
    return read if read.tzinfo is not None else read.replace(tzinfo=dt.UTC)


def city(timezone: str) -> str:
    """The city of a time zone, as the reader's language writes it."""
    found = get_timezone_location(ZoneInfo(timezone), locale=babel_locale(), return_city=True)
    plain = timezone.rpartition("/")[2].replace("_", " ")
    return CITIES.get(timezone, found) if found == plain else found


def babel_locale() -> Locale:
    """The names of days, months and cities in the reader's language."""
    return Locale.parse(locale())


def of_the_reader(shown: Callable[..., Any]) -> Callable[..., Any]:
    """A filter for templates whose answer depends on its reader: Jinja would work out one of a constant once, for
    everybody, when it compiles a template."""

    @pass_context
    def within_a_page(_context: Context, *args: Any, **kwargs: Any) -> Any:
        return shown(*args, **kwargs)

    return within_a_page


def init_formats(app: Flask) -> None:
    """Give an application's templates the formats as filters."""
    shown: dict[str, Callable[..., Any]] = {
        "number": number,
        "signed": signed,
        "sentence": sentence,
        "money": money,
        "money_cell": money_cell,
        "exact_money": exact_money,
        "cost": cost,
        "percent": percent,
        "margin": margin,
        "boxes": boxes,
        "time": clock_time,
        "city": city,
    }
    app.jinja_env.filters.update({name: of_the_reader(one) for name, one in shown.items()})
