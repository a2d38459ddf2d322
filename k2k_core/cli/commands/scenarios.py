"""`k2k run`: runs scenario files."""

from __future__ import annotations

from argparse import Namespace
from pathlib import Path
from typing import Any

from k2k_core import scenario
from k2k_core.cli.language import said
from k2k_core.cli.options import add_command, add_json


def add_to(commands: Any) -> None:
    """Add `k2k run`."""
    command = add_command(
        commands,
        "run",
        run,
        "run scenario files and report what is not as expected",
        "Each file runs in a fresh in-memory database, with its own clock, or in the database of --database, where\n"
        "its data stay. K2K_DATABASE is not used here.\n\n"
        "  k2k run valentine.yaml mothers-day.yaml\n"
        "  k2k run --json prices.yaml | jq '.steps[] | select(.passed | not)'\n\n"
        "Exit status: 0 all holds, 1 something does not, 2 a file is no scenario.",
    )
    command.add_argument("files", nargs="+", metavar="FILE", type=Path)
    add_json(command)


def run(options: Namespace) -> int:
    """Run scenario files, each in a fresh in-memory database unless the call names a database."""
    return scenario.report.run_files(options.files, options.named_database, options.json, said)
