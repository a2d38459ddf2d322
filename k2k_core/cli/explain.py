"""`k2k explain`: why a price is what it is, why a lot is not shared, why a customer does not see it, when it ships."""

from __future__ import annotations

import datetime as dt
import json
from argparse import Namespace
from collections.abc import Callable, Iterator, Sequence
from typing import Any

from k2k_core.bootstrap import Clock, utc_now
from k2k_core.cli.database import opened
from k2k_core.cli.output import reasons
from k2k_core.cli.output.findings import findings
from k2k_core.cli.output.prices import price_in_full
from k2k_core.cli.terminal import Terminal
from k2k_core.cli.usage_error import UsageError
from k2k_core.domain import wire

Answer = dict[str, Any]


def price(options: Namespace) -> int:
    """Why a lot costs a customer what it costs."""
    with opened(options.database, _clock(options.at)) as k2k:
        answer = k2k.price(
            options.company,
            options.customer,
            [options.lot],
            options.ship_via,
            options.order_date,
            options.ship_date,
            options.location,
        )
    who = f"{options.lot} for {options.customer} of {options.company}, via {options.ship_via}"
    return _print(options, answer, lambda screen: price_in_full(screen, answer[0], who))


def sharing(options: Namespace) -> int:
    """Which rules keep a vendor's lot from a buyer, or how many lots each of them keeps back."""
    where = f"from {options.vendor} to {options.buyer}"
    with opened(options.database, _clock(options.at)) as k2k:
        if options.lot is None:
            return _say_counted(options, k2k.held_back(options.vendor, options.buyer), "shared", where)
        answer = k2k.share(options.vendor, options.buyer, [options.lot])
    return _print(options, answer, lambda screen: reasons.in_full(screen, answer[0], "shared", where))


def visible(options: Namespace) -> int:
    """Why a customer does not see a lot, or how many lots each rule hides."""
    who, how = (options.buyer, options.customer), (options.ship_date, options.ship_via)
    where = f"to {options.customer} of {options.buyer}, ship date {how[0] or 'today'}, via {options.ship_via}"
    with opened(options.database, _clock(options.at)) as k2k:
        if options.lot is None:
            return _say_counted(options, k2k.hidden(*who, *how), "visible", where)
        answer = k2k.visible(*who, [options.lot], *how)
    return _print(options, answer, lambda screen: reasons.in_full(screen, answer[0], "visible", where))


def dates(options: Namespace) -> int:
    """When a vendor's boxes can reach a customer and why then, or what stands against every date of some customers."""
    with opened(options.database, _clock(options.at)) as k2k:
        if options.customer is None:
            found = k2k.check_dates(options.buyer)
            sound = f"The ages, days and calendars of {options.buyer}: nothing to find fault with."
            _print(options, found, lambda screen: findings(screen, found) if found else iter((sound,)))
            return 1 if any(one["severity"] == "error" for one in found) else 0
        if options.vendor is None:
            raise UsageError("Name the vendor too.", "Read `k2k explain dates --help`.")
        answer = k2k.ship_dates(options.buyer, options.customer, options.vendor, options.ship_via)
    return _print(options, answer, lambda screen: reasons.dates_in_full(screen, answer))


def _say_counted(options: Namespace, report: Answer, word: str, where: str) -> int:
    return _print(options, report, lambda screen: reasons.counted(screen, report, word, where))


def _clock(at: str | None) -> Clock:
    """The clock that the question is asked by: that of the machine, or one that stands still at a moment."""
    if at is None:
        return utc_now
    wire.moment(at)
    moment = dt.datetime.fromisoformat(at).astimezone(dt.UTC)
    return lambda: moment


def _print(options: Namespace, answer: Answer | Sequence[Answer], told: Callable[[Terminal], Iterator[str]]) -> int:
    if options.json:
        options.screen.line(json.dumps(answer))
    else:
        options.screen.lines(told(options.screen))
    return 0
