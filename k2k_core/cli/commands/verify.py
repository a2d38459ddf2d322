"""`k2k verify`: checks that stock, boxes, claims and documents are consistent."""

from __future__ import annotations

import json
from argparse import Namespace
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from k2k_core.cli.commands.database import opened
from k2k_core.cli.language import words
from k2k_core.cli.options import add_command, add_json
from k2k_core.cli.terminal import Terminal


def add_to(commands: Any) -> None:
    """Add `k2k verify`."""
    command = add_command(
        commands,
        "verify",
        verify,
        "check that stock, boxes and documents are consistent",
        "Cheap enough to run after every restored backup, and every night.\nExit status: 1 when there is a fault.",
    )
    add_json(command)


def verify(options: Namespace) -> int:
    """`k2k verify`: check that stock, boxes, claims and documents are consistent; 1 when there is a fault."""
    with opened(options.database) as k2k:
        faults = k2k.verify()
    if options.json:
        options.screen.line(json.dumps({"clean": not faults, "faults": faults}))
    else:
        options.screen.lines(verdict(options.screen, faults))
    return 1 if faults else 0


def verdict(screen: Terminal, faults: Sequence[Mapping[str, object]]) -> Iterator[str]:
    """The result of `verify` as text."""
    if not faults:
        yield screen.good(words("verify: clean.")) + " " + words("Stock, ledger, boxes, claims and documents agree.")
        return
    yield screen.bad(words("verify: {count} fault(s).", count=len(faults)))
    for fault in faults:
        yield f"  {fault['check']}: {fault['message']}"
