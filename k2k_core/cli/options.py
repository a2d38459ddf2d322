"""Options and arguments that several commands of `k2k` share, and functions that add commands and groups."""

from __future__ import annotations

import re
from argparse import SUPPRESS, Action, ArgumentParser, Namespace, RawDescriptionHelpFormatter
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, NoReturn, TypeVar

from k2k_core.cli.language import said, words
from k2k_core.cli.usage_error import UsageError
from k2k_core.messages import Message

Command = Callable[[Namespace], int]
"""Runs a command: takes its options, returns the exit status."""


AnyAction = TypeVar("AnyAction", bound=Action)


class Parser(ArgumentParser):
    """A parser that speaks the language of the call, and raises `UsageError` instead of ending the process."""

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self._positionals.title, self._optionals.title = words("positional arguments"), words("options")
        for action in self._actions:
            if action.dest == "help":
                action.help = words("show this help message and exit")

    def _add_action(self, action: AnyAction) -> AnyAction:
        """Every argument comes here, those of groups too; its help is a sentence of the catalogues."""
        if action.help and action.help != SUPPRESS:
            action.help = said(action.help)
        return super()._add_action(action)

    def format_usage(self) -> str:
        """The usage in the language of the call."""
        return _with_prefix(super().format_usage())

    def format_help(self) -> str:
        """The help in the language of the call."""
        return _with_prefix(super().format_help())

    def error(self, message: str) -> NoReturn:
        """Raise `UsageError` with a message of argparse."""
        raise UsageError(argparse_message(message), Message("Read `{program} --help`.", program=self.prog))


def _with_prefix(usage: str) -> str:
    return words("usage: ") + usage.removeprefix("usage: ") if usage.startswith("usage: ") else usage


def argparse_message(said_by_argparse: str) -> Message:
    """A message of argparse as a sentence of the catalogues."""
    for pattern, made in _OF_ARGPARSE:
        found = pattern.fullmatch(said_by_argparse)
        if found:
            return made(**found.groupdict())
    return Message("{problem}", problem=said_by_argparse)


def _of(pattern: str, made: Callable[..., Message]) -> tuple[re.Pattern[str], Callable[..., Message]]:
    return re.compile(pattern, re.DOTALL), made


_OF_ARGPARSE = (
    _of(
        "the following arguments are required: (?P<names>.*)",
        lambda names: Message("the following arguments are required: {names}", names=names),
    ),
    _of(
        "unrecognized arguments: (?P<names>.*)",
        lambda names: Message("unrecognized arguments: {names}", names=names),
    ),
    _of(
        r"argument (?P<name>.*?): invalid choice: (?P<given>.*) \(choose from (?P<known>.*)\)",
        lambda name, given, known: Message(
            "argument {name}: invalid choice: {given} (choose from {known})", name=name, given=given, known=known
        ),
    ),
    _of(
        "argument (?P<name>.*?): expected one argument",
        lambda name: Message("argument {name}: expected one argument", name=name),
    ),
    _of(
        "argument (?P<name>.*?): invalid int value: (?P<given>.*)",
        lambda name, given: Message("argument {name}: invalid int value: {given}", name=name, given=given),
    ),
    _of(
        "argument (?P<name>.*?): not allowed with argument (?P<other>.*)",
        lambda name, other: Message("argument {name}: not allowed with argument {other}", name=name, other=other),
    ),
    _of(
        "one of the arguments (?P<names>.*) is required",
        lambda names: Message("one of the arguments {names} is required", names=names),
    ),
    _of(
        "argument (?P<name>.*?): (?P<problem>.*)",
        lambda name, problem: Message("argument {name}: {problem}", name=name, problem=problem),
    ),
)
"""What argparse says, and the same as a message; the general one is the last."""


def add_command(commands: Any, name: str, run: Command, help: str, more: str = "") -> ArgumentParser:
    """Add a command to `k2k` or to a group. `help` is its line in the list; with `more` it is its description."""
    line, more = said(help), said(more)
    text = f"{line[0].upper()}{line[1:]}.\n\n{more}".rstrip()
    made: ArgumentParser = commands.add_parser(
        name, help=line, description=text, formatter_class=RawDescriptionHelpFormatter, allow_abbrev=False
    )
    add_global_options(made)
    made.set_defaults(run=run)
    return made


_TITLES = {"action": Message("actions"), "subject": Message("subjects")}


def add_group(commands: Any, name: str, help: str, *, described: bool = False, kind: str = "action") -> Any:
    """Add a group of commands; returns the object that its commands are added to."""
    line = said(help)
    made = commands.add_parser(name, help=line, description=line if described else None, allow_abbrev=False)
    return made.add_subparsers(title=said(_TITLES[kind]), metavar=kind.upper(), required=True, parser_class=Parser)


def add_global_options(command: ArgumentParser) -> None:
    """Add the options that may stand before or after the command."""
    command.add_argument("--database", metavar="URL", default=SUPPRESS, help="the network's database")
    command.add_argument("--debug", action="store_true", default=SUPPRESS, help="show the traceback of a defect")
    about = Message("the language of messages and help (default: that of the environment)")
    command.add_argument("--language", metavar="CODE", default=SUPPRESS, help=about)


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
    about = Message("an idempotency key: repeated with it, the import is done once")
    command.add_argument("--key", metavar="TEXT", help=about)
    add_json(command)


def add_faulty_options(command: ArgumentParser) -> None:
    """Add what is done with the faulty rows of an import."""
    command.add_argument("--leave-out-faulty", action="store_true", help="import the other rows")
    about = Message("write the faulty rows with their faults to a .csv or .xlsx file")
    command.add_argument("--faulty", type=Path, metavar="FILE", help=about)


def add_ship_via(command: ArgumentParser) -> None:
    """Add `--ship-via`."""
    about = Message("warehouse (default), grower, or the ship via of a plugin")
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
