"""The top-level parser of `k2k`. Each command has its options in a module of its own."""

from __future__ import annotations

import os
from argparse import Namespace, RawDescriptionHelpFormatter
from collections.abc import Sequence

from k2k_core import __version__
from k2k_core.cli.commands import (
    api_keys,
    audit,
    availability_files,
    backups,
    database,
    deliveries,
    demo,
    explain,
    invoices,
    labels,
    plugin_projects,
    plugins,
    prices,
    row_files,
    scan,
    scenarios,
    serve,
    steps,
    stored_secrets,
    users,
    verify,
    webhooks,
    worker,
)
from k2k_core.cli.language import said, words
from k2k_core.cli.options import Parser, add_global_options
from k2k_core.messages import Message

COMMANDS = (
    demo,
    serve,
    database,
    users,
    api_keys,
    prices,
    steps,
    row_files,
    availability_files,
    labels,
    scan,
    invoices,
    scenarios,
    plugins,
    plugin_projects,
    verify,
    audit,
    backups,
    stored_secrets,
    explain,
    worker,
    webhooks,
    deliveries,
)
"""The modules of the commands, in the order of the help. Each has `add_to(commands)`."""

START = Message(
    """\
K2K connects companies of the flower trade that each run their own ERP: vendors share their open-market
boxes in real time, buyers sell them and buy only what they have sold.

begin here:
  k2k demo                          a sample network of two vendors and two buyers in a Valentine week
  k2k serve --demo                  the console on the same data; prints the address and the log-ins

set up a network of your own:
  k2k init                          create the database
  k2k user add you@example.com --operator
  k2k serve                         serve the console

ask why:
  k2k explain price BLOOM C-100 ANDES/L1         why does this lot cost what it costs?
  k2k explain sharing ANDES BLOOM                what is held back, and by which rule?
  k2k explain visible BLOOM C-100 ANDES/L1 --ship-date 2026-02-12

receive boxes:
  k2k scan BLOOM                                 the codes of a hand scanner, each answered at once

check:
  k2k run my-prices.yaml            run your own scenario files
  k2k verify                        check the database for consistency
  k2k backup                        a backup that a trial restore has proved
  k2k plugins                       list the plugins and their state
  k2k new-plugin acme-friends       write the project of a new plugin
"""
)

END = Message(
    """\
The database is --database URL, else K2K_DATABASE, else sqlite:///var/k2k.db.
Exit status: 0 success, 1 a check found something, 2 the command could not be carried out, 3 a defect of K2K.
Help for a command: k2k COMMAND --help
"""
)


def read(arguments: Sequence[str] | None) -> Namespace:
    """The options of one call. `database` is always set; `named_database` only if the call names it.

    Raises `UsageError`.
    """
    options = parser().parse_args(arguments)
    options.named_database = options.database
    options.database = options.database or os.environ.get(database.VARIABLE) or database.DEFAULT
    return options


def parser() -> Parser:
    """The parser of all commands."""
    top = Parser(
        "k2k",
        description=said(START),
        epilog=said(END),
        formatter_class=RawDescriptionHelpFormatter,
        allow_abbrev=False,
    )
    about = Message("show program's version number and exit")
    top.add_argument("--version", action="version", version=f"k2k {__version__}", help=about)
    add_global_options(top)
    top.set_defaults(database=None, debug=False)
    commands = top.add_subparsers(title=words("commands"), metavar="COMMAND", required=True, parser_class=Parser)
    for module in COMMANDS:
        module.add_to(commands)
    return top
