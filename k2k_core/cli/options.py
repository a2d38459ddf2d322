"""Options and arguments that several commands of `k2k` share, and functions that add commands and groups."""

from __future__ import annotations

from argparse import SUPPRESS, ArgumentParser, Namespace, RawDescriptionHelpFormatter
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, NoReturn

from k2k_core.cli.usage_error import UsageError
from k2k_core.messages import Message

Command = Callable[[Namespace], int]
"""Runs a command: takes its options, returns the exit status."""


class Parser(ArgumentParser):
    """An argument parser that raises `UsageError` instead of ending the process."""

    def error(self, message: str) -> NoReturn:
        """Raise `UsageError` with a message of argparse."""
        raise UsageError(message, Message("Read `{program} --help`.", program=self.prog))


def add_command(commands: Any, name: str, run: Command, help: str, more: str = "") -> ArgumentParser:
    """Add a command to `k2k` or to a group. `help` is its line in the list; with `more` it is its description."""
    text = f"{help[0].upper()}{help[1:]}.\n\n{more}".rstrip()
    made: ArgumentParser = commands.add_parser(
        name, help=help, description=text, formatter_class=RawDescriptionHelpFormatter, allow_abbrev=False
    )
    add_global_options(made)
    made.set_defaults(run=run)
    return made


def add_group(commands: Any, name: str, help: str, *, described: bool = False, kind: str = "action") -> Any:
    """Add a group of commands; returns the object that its commands are added to."""
    made = commands.add_parser(name, help=help, description=help if described else None, allow_abbrev=False)
    return made.add_subparsers(title=f"{kind}s", metavar=kind.upper(), required=True, parser_class=Parser)


def add_global_options(command: ArgumentParser) -> None:
    """Add the options that may stand before or after the command."""
    command.add_argument("--database", metavar="URL", default=SUPPRESS, help="the network's database")
    command.add_argument("--debug", action="store_true", default=SUPPRESS, help="show the traceback of a defect")


def add_positionals(command: ArgumentParser, *names: str) -> None:
    """Add required arguments, each shown in capitals."""
    for name in names:
        command.add_argument(name.lower(), metavar=name)


def add_file(command: ArgumentParser) -> None:
    """Add the required argument FILE."""
    command.add_argument("file", metavar="FILE", type=Path)


def add_import_options(command: ArgumentParser, modes: Sequence[str], default: str, mode_help: str) -> None:
    """Add the options of every import of a company's file: the company, the file, a dry run, a mode, a key."""
    add_positionals(command, "COMPANY")
    add_file(command)
    command.add_argument("--dry-run", action="store_true", help="report what would change, and write nothing")
    command.add_argument("--mode", choices=modes, default=default, help=mode_help)
    about = "an idempotency key: repeated with it, the import is done once"
    command.add_argument("--key", metavar="TEXT", help=about)
    add_json(command)


def add_ship_via(command: ArgumentParser) -> None:
    """Add `--ship-via`."""
    about = "warehouse (default), grower, or the ship via of a plugin"
    command.add_argument("--ship-via", default="warehouse", metavar="WAY", help=about)


def add_ship_date(command: ArgumentParser) -> None:
    """Add `--ship-date`."""
    command.add_argument("--ship-date", metavar="DAY", help="YYYY-MM-DD (default: today)")


def add_at(command: ArgumentParser) -> None:
    """Add `--at`, the moment for which a query is answered."""
    command.add_argument(
        "--at", metavar="MOMENT", help="answer as of a moment, such as 2026-02-09T08:00:00-05:00 (default: now)"
    )


def add_json(command: ArgumentParser) -> None:
    """Add `--json`."""
    command.add_argument("--json", action="store_true", help="answer with JSON, for programs")
