"""The margin of the last weeks as a chart."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from babel.dates import format_date

from k2k_console.formats import MARGIN_DECIMALS, babel_locale, margin, money, number
from k2k_console.translations import later, text
from k2k_console.vocabulary import Bar, Chart
from k2k_core.domain.answers.overview import WeekMargin

THOUSAND = 1000
IN_THOUSANDS = 10_000
"""From sales of so much in one week on, the bars say thousands."""


def week_margins(weeks: Sequence[WeekMargin]) -> dict[str, Any]:
    """The chart and what its bars mean; no chart where nothing was billed in any of the weeks."""
    sold = [Decimal(one["revenue"]) for one in weeks]
    if not any(sold):
        return {"chart": None, "note": ""}
    thousands, currency = max(sold) >= IN_THOUSANDS, weeks[0]["currency"]
    note = (
        later("Bars: sales, thousand %(currency)s. Line: GPM in percent")
        if thousands
        else later("Bars: sales, %(currency)s. Line: GPM in percent")
    )
    rows = (text("Boxes"), text("Sales"), text("Cost"), text("Margin"), text("GPM"))
    bars = tuple(_bar(one, thousands=thousands) for one in weeks)
    return {"chart": Chart(text("Week of"), rows, bars), "note": str(note) % {"currency": currency}}


def _bar(week: WeekMargin, *, thousands: bool) -> Bar:
    sold, percent, currency = Decimal(week["revenue"]), week["margin_percent"], week["currency"]
    amounts = [money(week["revenue"], currency), money(week["cost"], currency), money(week["margin"], currency)]
    return Bar(
        format_date(dt.date.fromisoformat(week["week"]), "d MMM", locale=babel_locale()),
        sold,
        number(sold / THOUSAND, 1) if thousands else number(sold, 0),
        (number(week["boxes"]), *amounts, margin(percent)),
        None if percent is None else Decimal(percent),
        number(percent, MARGIN_DECIMALS),
    )
