"""`k2k user add`: adds a user who can log in. A password is never an argument: everybody on the machine can read
those."""

from __future__ import annotations

import sys
from argparse import Namespace
from getpass import getpass
from typing import Any

from k2k_core.cli.commands.database import opened
from k2k_core.cli.language import words
from k2k_core.cli.options import add_command, add_group
from k2k_core.cli.usage_error import UsageError
from k2k_core.domain import languages
from k2k_core.domain.roles import ROLES
from k2k_core.messages import Message


def add_to(commands: Any) -> None:
    """Add `k2k user add`."""
    actions = add_group(commands, "user", "manage users")
    command = add_command(
        actions,
        "add",
        add,
        "add a user who can log in",
        "The password is asked for, twice; a program gives it on standard input:\n\n"
        "  k2k user add you@example.com --operator\n"
        "  k2k user add ana@bloom.example --company BLOOM --role sales_manager --role warehouse\n"
        "  pass show bloom/ana | k2k user add ana@bloom.example --company BLOOM --role admin --password-stdin",
    )
    command.add_argument("email", metavar="EMAIL")
    place = command.add_mutually_exclusive_group(required=True)
    place.add_argument("--company", metavar="CODE", help="the company that the person works for")
    place.add_argument("--operator", action="store_true", help="an operator of the whole network")
    command.add_argument("--role", action="append", default=[], choices=ROLES, help="may be given several times")
    command.add_argument("--name", default="", help="the name of the user (default: the address)")
    command.add_argument(
        "--locale", choices=languages.codes(), default=languages.FALLBACK, help="the language (default: en)"
    )
    command.add_argument("--password-stdin", action="store_true", help="read the password from standard input")


def add(options: Namespace) -> int:
    """Add a user of a company, or an operator of the network."""
    if options.operator and options.role:
        raise UsageError(
            Message("An operator has no roles: they belong to a company."),
            Message("Leave out --role, or name a --company."),
        )
    if options.company and not options.role:
        raise UsageError(
            Message("A person of a company needs a role."), Message("Add --role admin, or another; several if need be.")
        )
    with opened(options.database) as k2k:
        added = k2k.add_user(
            options.company,
            options.email,
            name=options.name,
            roles=options.role,
            password=_password(options.password_stdin),
            locale=options.locale,
        )
    company, roles = added["company"], ", ".join(options.role)
    place = words("the whole network, as its operator") if options.operator else f"{company} ({roles})"
    options.screen.line(words("{email} can log in now and works for {place}.", email=added["email"], place=place))
    return 0


def _password(from_stdin: bool) -> str:
    if from_stdin:
        return sys.stdin.readline().rstrip("\r\n")
    if not sys.stdin.isatty():
        raise UsageError(
            Message("There is no terminal to ask for the password."),
            Message("Give it on standard input: --password-stdin."),
        )
    password = getpass(words("Password (at least 12 characters): "))
    if getpass(words("The same again: ")) != password:
        raise UsageError(Message("The two passwords are not the same."), Message("Try again."))
    return password
