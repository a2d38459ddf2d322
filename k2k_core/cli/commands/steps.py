"""`k2k steps`: the orders of price steps of a company: which count, steps that are inserted or taken out, and whole
orders of its own."""

from __future__ import annotations

import json
import tomllib
from argparse import Namespace
from collections.abc import Callable, Iterator, Mapping
from typing import TYPE_CHECKING, Any

from k2k_core import scenario
from k2k_core.cli.commands import draft_moves, what_if
from k2k_core.cli.commands.database import opened
from k2k_core.cli.language import words
from k2k_core.cli.options import add_command, add_file, add_group, add_json, add_positionals
from k2k_core.cli.output.findings import findings
from k2k_core.cli.terminal import Terminal, table
from k2k_core.cli.usage_error import UsageError
from k2k_core.messages import Message

if TYPE_CHECKING:
    from k2k_core.api import K2K
    from k2k_core.domain.answers.setup import HierarchiesChanged, HierarchiesInForce, StepOrder

Change = Callable[..., "HierarchiesChanged"]
"""Makes a change, or, with `dry_run`, says what it would be."""


def add_to(commands: Any) -> None:
    """Add `k2k steps show`, `insert`, `remove` and `replace`."""
    actions = add_group(commands, "steps", "see and change which steps make a company's prices, and in which order")
    _add_show(actions)
    _add_insert(actions)
    removing = add_command(actions, "remove", remove, "take a step out that the company has inserted")
    add_positionals(removing, "COMPANY", "STEP")
    _add_kind(removing)
    _add_ways_to_write(removing)
    replacing = add_command(
        actions,
        "replace",
        replace,
        "replace all that the company has set of its orders",
        "FILE is TOML or YAML, written as config/hierarchies.toml, with [[insert]] for steps that are inserted; an\n"
        "empty file restores the default. Own orders do not change with the default: `insert` does.",
    )
    add_positionals(replacing, "COMPANY")
    add_file(replacing)
    _add_ways_to_write(replacing)


def _add_show(actions: Any) -> None:
    command = add_command(
        actions,
        "show",
        show,
        "show the orders that count for a company",
        "For a line the first order counts whose conditions all hold. + marks a step that the company has inserted,\n"
        "* an order of its own.",
    )
    add_positionals(command, "COMPANY")
    add_json(command)


def _add_insert(actions: Any) -> None:
    command = add_command(
        actions,
        "insert",
        insert,
        "insert a step before or after another",
        "The orders stay what they are otherwise, and go on changing with the default.\n\n"
        "  k2k steps insert BLOOM friends_price --before k2k_gpm --ship-via grower --what-if",
    )
    add_positionals(command, "COMPANY", "STEP")
    beside = command.add_mutually_exclusive_group(required=True)
    beside.add_argument("--before", metavar="STEP", help="the step that it goes before")
    beside.add_argument("--after", metavar="STEP", help="the step that it comes after")
    for name, metavar, help in (
        ("--inventory-type", "TYPE", Message("only for lots of this type (more than once for several)")),
        ("--customer-type", "TYPE", Message("only for customers of this type: A or B")),
        ("--ship-via", "WAY", Message("only by this ship via (more than once for several)")),
        ("--channel", "CHANNEL", Message("only in this sales channel: ecommerce or sales")),
    ):
        command.add_argument(name, metavar=metavar, action="append", help=help)
    _add_kind(command)
    _add_ways_to_write(command)


def _add_kind(command: Any) -> None:
    command.add_argument("--adjustment", action="store_true", help="it is an adjustment after the base price")


def _add_ways_to_write(command: Any) -> None:
    command.add_argument(
        "--what-if", action="store_true", help="change nothing: keep it as a draft, and show what it would move"
    )
    command.add_argument("--hold", action="store_true", help="change nothing where an error would be found")
    add_json(command)


def show(options: Namespace) -> int:
    """Show the orders that count for a company."""
    with opened(options.database) as k2k:
        found = k2k.hierarchies(options.company)
    if options.json:
        options.screen.line(json.dumps(found))
    else:
        options.screen.lines(_shown(options.screen, found))
    return 0


def insert(options: Namespace) -> int:
    """Insert a step or an adjustment."""
    asked = {
        "before": options.before,
        "after": options.after,
        "inventory_types": options.inventory_type,
        "customer_types": options.customer_type,
        "ship_vias": options.ship_via,
        "channels": options.channel,
        "adjustment": options.adjustment,
    }
    with opened(options.database) as k2k:
        return _written(options, k2k, lambda **how: k2k.insert_step(options.company, options.step, **asked, **how))


def remove(options: Namespace) -> int:
    """Take a step or an adjustment out."""
    with opened(options.database) as k2k:
        return _written(
            options, k2k, lambda **how: k2k.remove_step(options.company, options.step, options.adjustment, **how)
        )


def replace(options: Namespace) -> int:
    """Replace all that the company has set."""
    rows = _read(options)
    with opened(options.database) as k2k:
        return _written(options, k2k, lambda **how: k2k.set_hierarchies(options.company, rows, **how))


def _read(options: Namespace) -> Mapping[str, Any]:
    """The content of the file. Raises `UsageError`."""
    try:
        if options.file.suffix == ".toml":
            return tomllib.loads(options.file.read_text("utf-8"))
        found = scenario.document.read_document(options.file) or {}
    except (OSError, ValueError, scenario.document.Unreadable) as error:
        raise UsageError(
            Message("{file}: {why}", file=options.file, why=str(error.args[-1])),
            Message("Read `k2k steps replace --help`."),
        ) from None
    if not isinstance(found, Mapping):
        raise UsageError(
            Message("{file} has no tables of orders.", file=options.file), Message("Read `k2k steps replace --help`.")
        )
    return found


def _written(options: Namespace, k2k: K2K, change: Change) -> int:
    """Make a change, or show what it would move; its findings are shown either way."""
    if options.what_if:
        rows = change(dry_run=True)["hierarchies"]
        moved = k2k.what_if(options.company, [{"hierarchies": rows}], progress=draft_moves.print_progress)
        if options.json:
            options.screen.line(json.dumps(moved))
        else:
            options.screen.lines(what_if.report(options.screen, moved))
        return 0
    answer = change(hold="error" if options.hold else None)
    if options.json:
        options.screen.line(json.dumps(answer))
        return 0
    options.screen.line(words("The orders of {company} are changed.", company=options.company))
    options.screen.lines(findings(options.screen, answer["findings"]))
    return 0


def _shown(screen: Terminal, found: HierarchiesInForce) -> Iterator[str]:
    for title, orders in ((words("steps"), found["hierarchy"]), (words("adjustments"), found["adjustments"])):
        header, *lines = table([(words("for"), title), *((_where(one), _steps(one)) for one in orders)])
        yield screen.dim(header)
        yield from lines
        yield ""


def _where(order: StepOrder) -> str:
    """The conditions of an order."""
    named = (order["inventory_type"], order["customer_type"], order["ship_via"], order["channel"])
    return " ".join([one for one in named if one] + [f"+{name}" for name in order["settings"]])


def _steps(order: StepOrder) -> str:
    steps = [f"+{one['step']}" if one["inserted"] else one["step"] for one in order["steps"]]
    return f"{'* ' if order['own'] else ''}{', '.join(steps)}"
