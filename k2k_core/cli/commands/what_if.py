"""`k2k prices check`, `what-if`, `apply` and `drop`: findings about prices, and what a change would do to them."""

from __future__ import annotations

import json
from argparse import Namespace
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

from k2k_core import scenario
from k2k_core.cli.commands import draft_moves
from k2k_core.cli.commands.database import opened
from k2k_core.cli.language import words
from k2k_core.cli.options import add_command, add_file, add_json, add_positionals
from k2k_core.cli.output.findings import findings
from k2k_core.cli.terminal import Terminal, table
from k2k_core.cli.usage_error import UsageError
from k2k_core.errors import Conflict
from k2k_core.messages import Message

WIDTH = 30
Answer = Mapping[str, Any]


def add_to(actions: Any) -> None:
    """Add `check`, `what-if`, `apply` and `drop` to the actions of `k2k prices`."""
    _add_check(actions)
    _add_what_if(actions)
    draft_moves.add_to(actions)
    _add_apply(actions)
    add_positionals(add_command(actions, "drop", drop, Message("drop a draft")), "COMPANY", "DRAFT")


def _add_apply(actions: Any) -> None:
    command = add_command(
        actions,
        "apply",
        apply,
        "make the changes of a draft, all of them or none",
        "A draft is refused when a field that it changes was changed since it was made: the fields are named, with\n"
        "the value then, the value now, and who changed it. `--anyway` replaces these values.",
    )
    add_positionals(command, "COMPANY", "DRAFT")
    command.add_argument("--anyway", action="store_true", help="also where others have changed the same since")


def _add_check(actions: Any) -> None:
    command = add_command(
        actions,
        "check",
        check,
        "check a company's price set-up",
        "Margins and markups that leave no price, overlapping seasons, lists that nobody uses, steps without a\n"
        "plugin, missing exchange rates: each with its place and what to do. Exit status 1 when one is an error.",
    )
    add_positionals(command, "COMPANY")
    add_json(command)


def _add_what_if(actions: Any) -> None:
    command = add_command(
        actions,
        "what-if",
        what_if,
        "see what changes would do to every price, before they are made",
        "FILE is a list of changes, written as in a scenario:\n\n"
        "  - settings: {k2k_gpm: 30}\n"
        "  - {customer: C-100, values: {ecommerce_markup: {percent: -5}}}\n"
        "  - {location: NYC, values: {k2k_gpm: 32}}\n\n"
        "The whole catalog is priced twice for every customer. Nothing is changed: the changes are stored as a\n"
        "draft, to apply or to drop.\n\n"
        "  k2k prices what-if BLOOM valentine.yaml --floor 20",
    )
    add_positionals(command, "COMPANY")
    add_file(command)
    command.add_argument("--floor", metavar="PERCENT", help="list the lines whose price would leave a smaller margin")
    command.add_argument("--ship-via", metavar="WAY", help="for every customer (default: each customer's own)")
    command.add_argument("--csv", metavar="FILE", type=Path, help="write every price that would move into this file")
    add_json(command)


def check(options: Namespace) -> int:
    """Check a company's price set-up; 1 when an error is among the findings."""
    with opened(options.database) as k2k:
        found = k2k.check_prices(options.company)
    if options.json:
        options.screen.line(json.dumps(found))
    elif not found:
        options.screen.line(words("The prices of {company}: nothing to find fault with.", company=options.company))
    else:
        options.screen.lines(findings(options.screen, found))
    return 1 if any(one["severity"] == "error" for one in found) else 0


def what_if(options: Namespace) -> int:
    """Price the whole catalog for every customer before and after the changes of a file."""
    try:
        changes = scenario.document.read_document(options.file)
    except scenario.document.Unreadable as error:
        raise UsageError(
            Message("{file} {why}.", file=options.file, why=error.args[0]), Message("Read `k2k prices what-if --help`.")
        ) from None
    if isinstance(changes, Mapping):
        changes = [changes]
    if not isinstance(changes, list):
        raise UsageError(
            Message("{file} is no list of changes.", file=options.file), Message("Read `k2k prices what-if --help`.")
        )
    with opened(options.database) as k2k:
        answer = k2k.what_if(options.company, changes, options.floor, options.ship_via, draft_moves.print_progress)
        if options.csv is not None:
            draft_moves.written(k2k, options.csv, options, answer["draft"])
    if options.json:
        options.screen.line(json.dumps(answer))
    else:
        options.screen.lines(report(options.screen, answer))
    return 0


def apply(options: Namespace) -> int:
    """Make the changes of a draft."""
    with opened(options.database) as k2k:
        try:
            answer = k2k.apply_draft(options.company, options.draft)
        except Conflict as refused:
            fields: Any = refused.facts.get("fields", ())
            if not (fields and options.anyway):
                options.screen.lines(_moved_fields(fields))
                raise
            answer = k2k.apply_draft(options.company, options.draft, expected=_expected(fields))
    options.screen.line(
        words(
            "Draft {draft} is applied: {count} {count:change|changes} made.",
            draft=options.draft,
            count=len(answer["changes"]),
        )
    )
    return 0


def _moved_fields(fields: Iterable[Answer]) -> Iterator[str]:
    """The fields that were changed since a draft was made."""
    rows = [
        ("", f"{one['subject']}.{one['field']}", _short(one["was"]), _short(one["theirs"]), one["who"] or "")
        for one in fields
    ]
    if rows:
        yield from table([("", words("changed since"), words("then"), words("now"), words("by")), *rows])


def _short(value: Any) -> str:
    shown = json.dumps(value)
    return shown if len(shown) <= WIDTH else f"{shown[: WIDTH - 3]}..."


def _expected(fields: Iterable[Answer]) -> dict[str, dict[str, Any]]:
    found: dict[str, dict[str, Any]] = {}
    for one in fields:
        found.setdefault(one["subject"], {})[one["field"]] = one["theirs"]
    return found


def drop(options: Namespace) -> int:
    """Drop a draft."""
    with opened(options.database) as k2k:
        k2k.drop_draft(options.company, options.draft)
    options.screen.line(words("Draft {draft} is dropped.", draft=options.draft))
    return 0


def report(screen: Terminal, answer: Answer) -> Iterator[str]:
    """What a draft would do, as text."""
    yield screen.bold(
        words("Draft {draft} of {company}: nothing is changed yet.", draft=answer["draft"], company=answer["company"])
    )
    yield words(
        "{moved:,} of {lines:,} lines of {customers:,} customer(s) would move.",
        moved=answer["moved"],
        lines=answer["lines"],
        customers=answer["customers"],
    )
    yield ""
    counts = [
        (words("dearer"), answer["up"]),
        (words("cheaper"), answer["down"]),
        (words("gain a price"), answer["gained_price"]),
        (words("lose their price"), answer["lost_price"]),
    ]
    if answer["under_margin_floor"] is not None:
        counts.append((words("under the margin floor"), answer["under_margin_floor"]))
    yield from table([("", name, f"{count:,}") for name, count in counts], right=(2,))
    for title, name in (
        (words("The largest movements"), "largest"),
        (words("Lose their price"), "lost"),
        (words("Under the margin floor"), "under"),
    ):
        if answer[name]:
            yield from ("", screen.bold(title))
            yield from table([_move(move) for move in answer[name]], right=(3, 4, 5, 6))
    if answer["findings"]:
        yield from ("", screen.bold(words("What the price checks would find")))
        yield from findings(screen, answer["findings"])
    yield ""
    yield words("Apply it:  k2k prices apply {company} {draft}", company=answer["company"], draft=answer["draft"])
    yield words("Drop it:   k2k prices drop {company} {draft}", company=answer["company"], draft=answer["draft"])


def _move(move: Answer) -> tuple[str, ...]:
    change = f"{move['change_percent']} %" if move["change_percent"] is not None else ""
    margin = (
        words("margin {margin_percent} %", margin_percent=move["margin_percent"])
        if move["margin_percent"] is not None
        else ""
    )
    return (
        "",
        move["customer"],
        move["lot"],
        move["before"] or words("none"),
        move["after"] or words("none"),
        change,
        margin,
    )
