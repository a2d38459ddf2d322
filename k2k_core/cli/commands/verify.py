"""`k2k verify`: checks that stock, boxes, claims and documents are consistent."""

from __future__ import annotations

import json
import sys
from argparse import Namespace
from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any, TextIO

from k2k_core.cli.commands.database import opened
from k2k_core.cli.language import spoken, words
from k2k_core.cli.options import add_command, add_json
from k2k_core.cli.terminal import Terminal
from k2k_core.messages import Message, localized_answer
from k2k_core.services import administration
from k2k_core.texts import translator

if TYPE_CHECKING:
    from k2k_core.store.verification import Progress

WIDTH = 60
"""Columns of the line that tells how far it is."""


def add_to(commands: Any) -> None:
    """Add `k2k verify`."""
    command = add_command(
        commands,
        "verify",
        verify,
        "check that stock, boxes and documents are consistent",
        "Cheap enough to run after every restored backup, and every night. Others may write meanwhile.\n"
        "Exit status: 1 when there is a fault.",
    )
    about = Message("look only at what was touched since a moment, such as 2026-02-09T08:00:00-05:00")
    command.add_argument("--since", metavar="MOMENT", help=about)
    add_json(command)


def verify(options: Namespace) -> int:
    """`k2k verify`: check that stock, boxes, claims and documents are consistent; 1 when there is a fault."""
    with opened(options.database) as k2k:
        faults = administration.maintenance.verify(k2k.context, options.since, _progress(sys.stderr))
    faults = localized_answer(faults, translator(spoken()))
    if options.since is not None and not options.json:
        options.screen.line(words("Rows that were not touched since {moment} were not read.", moment=options.since))
    if options.json:
        options.screen.line(json.dumps({"clean": not faults, "faults": faults}))
    else:
        options.screen.lines(verdict(options.screen, faults))
    return 1 if faults else 0


def _progress(stream: TextIO) -> Progress | None:
    """Tells a person at a terminal how far it is, in one line."""
    if not stream.isatty():
        return None

    def told(table: str, rows: int) -> None:
        stream.write(f"\r{table}: {rows:,}".ljust(WIDTH))
        stream.flush()

    return told


def verdict(screen: Terminal, faults: Sequence[Mapping[str, object]]) -> Iterator[str]:
    """The result of `verify` as text."""
    if not faults:
        yield screen.good(words("verify: clean.")) + " " + words("Stock, ledger, boxes, claims and documents agree.")
        return
    yield screen.bad(words("verify: {count} fault(s).", count=len(faults)))
    for fault in faults:
        yield f"  {fault['check']}: {fault['message']}"
