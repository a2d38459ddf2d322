"""`k2k prices moves`: every price that a draft would move, as a file."""

from __future__ import annotations

import sys
from argparse import Namespace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from k2k_core.cli.commands.database import opened
from k2k_core.cli.language import words
from k2k_core.cli.options import add_command, add_file, add_positionals
from k2k_core.cli.output.files import format_of, write_file
from k2k_core.domain.price_movements import KINDS

if TYPE_CHECKING:
    from k2k_core.api import K2K

WIDTH = 30


def add_to(actions: Any) -> None:
    """Add `moves` to the actions of `k2k prices`."""
    command = add_command(
        actions,
        "moves",
        write_moves,
        "write every price that a draft would move now into a file",
        "One row for each customer and lot: the price before and after, the change and the margin in percent.\n"
        "FILE is a CSV or an XLSX.",
    )
    add_positionals(command, "COMPANY", "DRAFT")
    add_file(command)
    command.add_argument("--kind", choices=KINDS, help="only these (default: all)")
    command.add_argument("--customer", metavar="CODE", help="only those of one customer")
    command.add_argument("--floor", metavar="PERCENT", help="the margin floor (default: the company's)")
    command.add_argument("--ship-via", metavar="WAY", help="for every customer (default: each customer's own)")


def write_moves(options: Namespace) -> int:
    """Write the prices that a draft would move into a file."""
    with opened(options.database) as k2k:
        size = written(k2k, options.file, options, options.draft, kind=options.kind, customer=options.customer)
    options.screen.line(words("{file} ({count:,} bytes)", file=options.file, count=size))
    return 0


def written(k2k: K2K, file: Path, options: Namespace, draft: str, **which: Any) -> int:
    """Write the prices that a draft would move into a file; returns its size."""
    content = k2k.export_draft_moves(
        options.company,
        draft,
        format_of(file),
        margin_floor=options.floor,
        ship_via=options.ship_via,
        progress=print_progress,
        **which,
    )
    write_file(file, content)
    return len(content)


def print_progress(done: int, customers: int) -> None:
    """A progress bar on standard error, where it is a terminal."""
    if sys.stderr.isatty():
        full = done * WIDTH // customers
        end = "\n" if done == customers else ""
        text = words("{done:,} of {customers:,} customers", done=done, customers=customers)
        sys.stderr.write(f"\r[{'#' * full}{'.' * (WIDTH - full)}] {text}{end}")
        sys.stderr.flush()
