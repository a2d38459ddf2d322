"""`k2k explain`: explains a price, why a lot is not shared or not visible, and ship dates."""

from __future__ import annotations

import datetime as dt
import json
from argparse import ArgumentParser, Namespace
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from k2k_core.cli.commands.database import opened
from k2k_core.cli.language import words
from k2k_core.cli.options import add_at, add_command, add_group, add_json, add_positionals, add_ship_date, add_ship_via
from k2k_core.cli.output import reasons
from k2k_core.cli.output.findings import findings
from k2k_core.cli.output.prices import price_in_full
from k2k_core.cli.terminal import Terminal
from k2k_core.cli.usage_error import UsageError
from k2k_core.clock import Clock, utc_now
from k2k_core.domain import parsing
from k2k_core.domain.answers.findings import SetupFinding
from k2k_core.domain.pricing import CHANNELS, ECOMMERCE
from k2k_core.domain.visibility_report import Counted
from k2k_core.messages import Message

Answer = Mapping[str, Any]


def add_to(commands: Any) -> None:
    """Add `k2k explain` with its subjects."""
    subjects = add_group(commands, "explain", "explain a price, what is shared, what is visible", kind="subject")
    _add_price(subjects)
    _add_sharing(subjects)
    _add_visible(subjects)
    _add_dates(subjects)
    _add_names(subjects)


def _add_price(subjects: Any) -> None:
    command = add_command(
        subjects,
        "price",
        price,
        "explain the price of a lot for a customer",
        "Every step of the price's hierarchy with its plugin and its reason, the parts of the landed cost,\n"
        "the adjustments, the rounding. A lot of a connected vendor is written VENDOR/LOT.\n\n"
        "  k2k explain price BLOOM C-100 ANDES/L1 --ship-via grower",
    )
    add_positionals(command, "COMPANY", "CUSTOMER", "LOT")
    add_ship_via(command)
    add_ship_date(command)
    _add_moment_and_json(command)
    command.add_argument("--order-date", metavar="DAY", help="YYYY-MM-DD (default: today)")
    command.add_argument("--location", metavar="CODE", help="a location of the company (default: the customer's)")
    command.add_argument(
        "--channel", choices=CHANNELS, default=ECOMMERCE, help="the sales channel (default: ecommerce)"
    )


def _add_sharing(subjects: Any) -> None:
    command = add_command(
        subjects,
        "sharing",
        sharing,
        "list the rules that hold a vendor's lot back from a buyer",
        "Without a lot: how many lots are shared, and how many each rule holds back.\n\n"
        "  k2k explain sharing ANDES BLOOM\n"
        "  k2k explain sharing ANDES BLOOM L1",
    )
    add_positionals(command, "VENDOR", "BUYER")
    command.add_argument("lot", nargs="?", metavar="LOT")
    _add_moment_and_json(command)


def _add_visible(subjects: Any) -> None:
    command = add_command(
        subjects,
        "visible",
        visible,
        "list the rules that hide a lot from a customer",
        "Every rule that hides it, the company whose setting that is, and the date from which time alone shows it.\n"
        "Without a lot: how many are seen, and how many each rule hides.\n\n"
        "  k2k explain visible BLOOM C-100 ANDES/L1 --ship-date 2026-02-12",
    )
    add_positionals(command, "BUYER", "CUSTOMER")
    command.add_argument("lot", nargs="?", metavar="LOT")
    add_ship_via(command)
    add_ship_date(command)
    _add_moment_and_json(command)


def _add_dates(subjects: Any) -> None:
    command = add_command(
        subjects,
        "dates",
        dates,
        "list the dates on which a vendor's boxes can reach a customer",
        "Every date, and the chain of reasons that leads to the first one. The vendor may be the buyer itself.\n"
        "With --from instead of customer and vendor: when its boxes can reach the buyer company itself.\n"
        "Without any: what in a company's ages, days and calendars leaves customers with nothing; exit status 1\n"
        "when an error is among that.\n\n"
        "  k2k explain dates BLOOM C-100 ANDES\n"
        "  k2k explain dates BLOOM --from ANDES\n"
        "  k2k explain dates BLOOM",
    )
    command.add_argument("buyer", metavar="BUYER")
    command.add_argument("customer", nargs="?", metavar="CUSTOMER")
    command.add_argument("vendor", nargs="?", metavar="VENDOR")
    command.add_argument("--from", dest="sender", metavar="VENDOR", help="for the buyer company itself, not a customer")
    add_ship_via(command)
    _add_moment_and_json(command)


def _add_names(subjects: Any) -> None:
    command = add_command(
        subjects,
        "names",
        names,
        "list the texts of a company that name a vendor which it hides",
        "Descriptions of products and names of categories are seen by customers. Exit status 1 when an error is among\n"
        "what is found.",
    )
    add_positionals(command, "COMPANY")
    add_json(command)


def _add_moment_and_json(command: ArgumentParser) -> None:
    add_at(command)
    add_json(command)


def price(options: Namespace) -> int:
    """Explain the price of a lot for a customer."""
    with opened(options.database, _clock(options.at)) as k2k:
        answer = k2k.price(
            options.company,
            options.customer,
            [options.lot],
            options.ship_via,
            options.order_date,
            options.ship_date,
            options.location,
            options.channel,
        )
    who = words(
        "{lot} for {customer} of {company}, via {ship_via}",
        lot=options.lot,
        customer=options.customer,
        company=options.company,
        ship_via=options.ship_via,
    )
    return _print(options, answer, lambda screen: price_in_full(screen, answer[0], who))


def sharing(options: Namespace) -> int:
    """List the rules that hold a vendor's lot back from a buyer, or count the lots of each rule."""
    where = words("from {vendor} to {buyer}", vendor=options.vendor, buyer=options.buyer)
    with opened(options.database, _clock(options.at)) as k2k:
        if options.lot is None:
            answer_of_all = k2k.held_back(options.vendor, options.buyer)
            found = Counted(answer_of_all["shared"], answer_of_all["held_back"], answer_of_all["by_reason"])
            return _print(options, answer_of_all, lambda screen: reasons.counted(screen, found, "shared", where))
        answer = k2k.share(options.vendor, options.buyer, [options.lot])
    return _print(options, answer, lambda screen: reasons.in_full(screen, answer[0], "shared", where))


def visible(options: Namespace) -> int:
    """List the rules that hide a lot from a customer, or count the lots of each rule."""
    who, how = (options.buyer, options.customer), (options.ship_date, options.ship_via)
    where = words(
        "to {customer} of {buyer}, ship date {ship_date}, via {ship_via}",
        customer=options.customer,
        buyer=options.buyer,
        ship_date=how[0] or words("today"),
        ship_via=options.ship_via,
    )
    with opened(options.database, _clock(options.at)) as k2k:
        if options.lot is None:
            hidden = k2k.hidden(*who, *how)
            found = Counted(hidden["visible"], hidden["hidden"], hidden["by_reason"])
            return _print(options, hidden, lambda screen: reasons.counted(screen, found, "visible", where))
        answer = k2k.visible(*who, [options.lot], *how)
    return _print(options, answer, lambda screen: reasons.in_full(screen, answer[0], "visible", where))


def dates(options: Namespace) -> int:
    """List the dates on which a vendor's boxes can reach a customer, with the reasons, or what excludes every date for
    some customers."""
    with opened(options.database, _clock(options.at)) as k2k:
        if options.customer is None and options.sender is None:
            valid = words("The ages, days and calendars of {buyer}: nothing to find fault with.", buyer=options.buyer)
            return _print_findings(options, k2k.check_dates(options.buyer), valid)
        if options.customer is not None and options.sender is not None:
            raise UsageError(
                Message("--from is for the buyer company itself, not for a customer."),
                Message("Read `k2k explain dates --help`."),
            )
        if options.vendor is None and options.sender is None:
            raise UsageError(Message("Name the vendor too."), Message("Read `k2k explain dates --help`."))
        vendor = options.vendor or options.sender
        answer = k2k.ship_dates(options.buyer, options.customer, vendor, options.ship_via)
    return _print(options, answer, lambda screen: reasons.dates_in_full(screen, answer))


def names(options: Namespace) -> int:
    """List the texts of a company that name a hidden vendor."""
    with opened(options.database) as k2k:
        valid = words("The texts of {company}: nothing to find fault with.", company=options.company)
        return _print_findings(options, k2k.check_names(options.company), valid)


def _print_findings(options: Namespace, found: Sequence[SetupFinding], valid: str) -> int:
    """Print findings, or that there are none; 1 when an error is among them."""
    _print(options, found, lambda screen: findings(screen, found) if found else iter((valid,)))
    return 1 if any(one["severity"] == "error" for one in found) else 0


def _clock(at: str | None) -> Clock:
    """The clock of the query: the machine's, or one that is frozen at a moment."""
    if at is None:
        return utc_now
    parsing.moment(at)
    moment = dt.datetime.fromisoformat(at).astimezone(dt.UTC)
    return lambda: moment


def _print(
    options: Namespace, answer: Answer | Sequence[Answer], format_answer: Callable[[Terminal], Iterator[str]]
) -> int:
    if options.json:
        options.screen.line(json.dumps(answer))
    else:
        options.screen.lines(format_answer(options.screen))
    return 0
