"""The commands of `k2k`, their arguments, and the help that teaches them."""

from __future__ import annotations

import os
from argparse import SUPPRESS, ArgumentParser, Namespace, RawDescriptionHelpFormatter
from collections.abc import Callable, Sequence
from importlib.metadata import version
from pathlib import Path
from typing import Any, NoReturn

from k2k_core.cli import (
    availability_files,
    database,
    demo,
    explain,
    invoices,
    labels,
    plugins,
    price_files,
    scan,
    scenarios,
    sending_arguments,
    serve,
    users,
    what_if,
)
from k2k_core.cli.usage_error import UsageError
from k2k_core.domain.invoice_document import LOCALES, PAPERS
from k2k_core.domain.price_list_imports import MODES, UPSERT
from k2k_core.domain.roles import ROLES
from k2k_core.schemas import availability_rows

Command = Callable[[Namespace], int]

START = """\
K2K connects companies of the flower trade that each run their own ERP: vendors share their open-market
boxes in real time, buyers sell them and buy only what they have sold.

begin here:
  k2k demo                          a Valentine week between two vendors and two buyers, told on the screen
  k2k serve --demo                  the console on that week; prints the address and the log-ins

set up a network of your own:
  k2k init                          make the database
  k2k user add you@example.com --operator
  k2k serve                         open the console

ask why:
  k2k explain price BLOOM C-100 ANDES/L1         why does this lot cost what it costs?
  k2k explain sharing ANDES BLOOM                what is held back, and by which rule?
  k2k explain visible BLOOM C-100 ANDES/L1 --ship-date 2026-02-12

receive boxes:
  k2k scan BLOOM                                 the codes of a hand scanner, each answered at once

check:
  k2k run my-prices.yaml            do my own scenarios still hold?
  k2k verify                        does everything in the database agree?
  k2k plugins                       which plugins are there, and are they well?
"""

END = """\
The database is --database URL, else K2K_DATABASE, else sqlite:///var/k2k.db.
Exit status: 0 all is well, 1 a check found something, 2 the command could not be done, 3 a defect of K2K.
Every command explains itself: k2k COMMAND --help
"""


class Parser(ArgumentParser):
    """Reads arguments; what is wrong with them is an error like any other."""

    def error(self, message: str) -> NoReturn:
        """Refuse the arguments."""
        raise UsageError(message, f"Read `{self.prog} --help`.")


def read(arguments: Sequence[str] | None) -> Namespace:
    """The options of one call. `database` is always set; `named_database` only where it was named in the call.

    Raises `UsageError`.
    """
    options = parser().parse_args(arguments)
    options.named_database = options.database
    options.database = options.database or os.environ.get(database.VARIABLE) or database.DEFAULT
    return options


def parser() -> Parser:
    """All of `k2k`."""
    top = Parser("k2k", description=START, epilog=END, formatter_class=RawDescriptionHelpFormatter, allow_abbrev=False)
    top.add_argument("--version", action="version", version=f"k2k {version('k2k')}")
    _everywhere(top)
    top.set_defaults(database=None, debug=False)
    commands = top.add_subparsers(title="commands", metavar="COMMAND", required=True, parser_class=Parser)
    _showing(commands)
    _setting_up(commands)
    _pricing(commands)
    _availability(commands)
    _labelling(commands)
    _scanning(commands)
    _invoicing(commands)
    _checking(commands)
    _explaining(commands)
    sending_arguments.add_commands(commands, _command)
    return top


def _everywhere(command: ArgumentParser) -> None:
    """Options that stand before or after the command."""
    command.add_argument("--database", metavar="URL", default=SUPPRESS, help="the network's database")
    command.add_argument("--debug", action="store_true", default=SUPPRESS, help="show the traceback of a defect")


def _command(commands: Any, name: str, run: Command, help: str, more: str = "") -> ArgumentParser:
    text = f"{help[0].upper()}{help[1:]}.\n\n{more}".rstrip()
    made: ArgumentParser = commands.add_parser(
        name, help=help, description=text, formatter_class=RawDescriptionHelpFormatter, allow_abbrev=False
    )
    _everywhere(made)
    made.set_defaults(run=run)
    return made


def _showing(commands: Any) -> None:
    told = _command(
        commands,
        "demo",
        demo.demo,
        "tell a Valentine week on the screen",
        "Two vendors, two buyers, some 240 lots: what is shared and what is not, prices with their\n"
        "explanation, a cart with its documents in both companies, labels, scans, an invoice.\n"
        "Everything is computed while you read; the labels are files that you can open.\n"
        "It ends with `k2k verify`; the exit status is 1 when anything did not come out as it must.",
    )
    told.add_argument(
        "--folder", type=Path, default=demo.FOLDER, help=f"for the labels and the data (default: {demo.FOLDER})"
    )
    told.add_argument("--pause", action="store_true", help="wait for Enter after each chapter")
    served = _command(
        commands,
        "serve",
        serve.serve,
        "open the console in a browser",
        "Serves until Ctrl-C. Boxes of carts that ran out of time return by themselves meanwhile.\n\n"
        "  k2k serve --demo          on fresh data of the demo, with log-ins that are printed\n"
        "  k2k serve                 on the network's own database\n"
        "  k2k serve --processes 4   several processes, over PostgreSQL\n\n"
        "In production set K2K_ENV=production and K2K_SECRET_KEY (docs/operating.md).",
    )
    served.add_argument("--host", default="127.0.0.1", help="the address to listen on (default: 127.0.0.1)")
    served.add_argument("--port", type=serve.port, default=8800, help="0 takes any free one (default: 8800)")
    served.add_argument("--demo", action="store_true", help="on the data of the demo, made anew")
    served.add_argument(
        "--processes",
        type=serve.processes,
        default=1,
        metavar="N",
        help="so many processes, over PostgreSQL (default: 1)",
    )


def _setting_up(commands: Any) -> None:
    _command(
        commands,
        "init",
        database.init,
        "make the database of a network",
        "Makes the folder, the file and the tables. Where they are there already it changes nothing.\n\n"
        "  k2k init\n"
        "  k2k init --database postgresql://k2k@localhost/k2k",
    )
    _command(
        commands,
        "migrate",
        database.migrate,
        "bring the database to the version of this program",
        "Make a backup first, with the engine's own means (docs/operating.md).",
    )
    user = commands.add_parser("user", help="look after the people who log in", allow_abbrev=False)
    actions = user.add_subparsers(title="actions", metavar="ACTION", required=True, parser_class=Parser)
    added = _command(
        actions,
        "add",
        users.add,
        "add somebody who can log in",
        "The password is asked for, twice; a program gives it on standard input:\n\n"
        "  k2k user add you@example.com --operator\n"
        "  k2k user add ana@bloom.example --company BLOOM --role sales_manager --role warehouse\n"
        "  pass show bloom/ana | k2k user add ana@bloom.example --company BLOOM --role admin --password-stdin",
    )
    added.add_argument("email", metavar="EMAIL")
    place = added.add_mutually_exclusive_group(required=True)
    place.add_argument("--company", metavar="CODE", help="the company that the person works for")
    place.add_argument("--operator", action="store_true", help="somebody who looks after the whole network")
    added.add_argument("--role", action="append", default=[], choices=ROLES, help="may be given several times")
    added.add_argument("--name", default="", help="the name that others see (default: the address)")
    added.add_argument("--locale", choices=("en", "es"), default="en", help="the language (default: en)")
    added.add_argument("--password-stdin", action="store_true", help="read the password from standard input")


def _pricing(commands: Any) -> None:
    about = "check prices, see what a change would do, take price lists out and in"
    prices = commands.add_parser("prices", help=about, description=about, allow_abbrev=False)
    actions = prices.add_subparsers(title="actions", metavar="ACTION", required=True, parser_class=Parser)
    out = _command(
        actions,
        "export",
        price_files.export_file,
        "write price lists into a file for a spreadsheet",
        "The end of the file's name says which: .csv or .xlsx.\n\n"
        "  k2k prices export BLOOM lists.xlsx\n"
        "  k2k prices export BLOOM spring.csv --list SPRING",
    )
    _words(out, "COMPANY")
    out.add_argument("file", metavar="FILE", type=Path)
    out.add_argument("--list", action="append", dest="lists", metavar="CODE", help="may be given several times")
    into = _command(
        actions,
        "import",
        price_files.import_file,
        "read price lists from a file, whole or not at all",
        "First see what it would do: every fault with its row and column, every change with before and after.\n\n"
        "  k2k prices import BLOOM lists.xlsx --dry-run\n"
        "  k2k prices import BLOOM lists.xlsx\n\n"
        "The columns and their meaning are in docs/price-lists.md.\n"
        "Exit status of a dry run: 1 when the file has faults.",
    )
    _words(into, "COMPANY")
    into.add_argument("file", metavar="FILE", type=Path)
    into.add_argument("--dry-run", action="store_true", help="say what would change, and write nothing")
    into.add_argument(
        "--mode",
        choices=MODES,
        default=UPSERT,
        help="upsert: add and change rows (default); replace: also remove, from the seasons of the file, all others",
    )
    into.add_argument("--key", metavar="TEXT", help="an idempotency key: repeated with it, the import is done once")
    _json(into)
    _looking_at_prices(actions)


def _availability(commands: Any) -> None:
    stock = commands.add_parser("availability", help="take in what farms can deliver", allow_abbrev=False)
    actions = stock.add_subparsers(title="actions", metavar="ACTION", required=True, parser_class=Parser)
    into = _command(
        actions,
        "import",
        availability_files.import_file,
        "read vendor availability from a CSV file, whole or not at all",
        "A row names a lot and its boxes, and what else a new lot needs. Lots that the file does not name stay\n"
        "as they are; no lot gets fewer boxes than are sold.\n\n"
        f"Columns: {', '.join(availability_rows.COLUMNS)}.\n\n"
        "  k2k availability import BLOOM farms.csv --dry-run\n"
        "  k2k availability import BLOOM arrivals.csv --mode increase\n\n"
        "Exit status of a dry run: 1 when the file has faults.",
    )
    _words(into, "COMPANY")
    into.add_argument("file", metavar="FILE", type=Path)
    into.add_argument("--dry-run", action="store_true", help="say what would change, and write nothing")
    into.add_argument(
        "--mode",
        choices=availability_rows.MODES,
        default=availability_rows.OVERWRITE,
        help="overwrite: the lot has so many boxes then (default); increase: so many are added",
    )
    into.add_argument("--key", metavar="TEXT", help="an idempotency key: repeated with it, the import is done once")
    _json(into)


def _labelling(commands: Any) -> None:
    printed = _command(
        commands,
        "labels",
        labels.write_labels,
        "print the labels of an air waybill, or of some boxes, into a file",
        "The end of the file's name is the format: .pdf and .zpl hold any number of labels, .png a single one.\n"
        "A label that was printed before comes with the mark R.\n\n"
        "  k2k labels ANDES sheet.pdf --awb 729-55\n"
        "  k2k labels ANDES again.zpl --box ANDES-000123 --box ANDES-000124\n\n"
        "Exit status: 1 when a label could not be drawn.",
    )
    _words(printed, "COMPANY")
    printed.add_argument("file", metavar="FILE", type=Path)
    printed.add_argument("--awb", metavar="NUMBER", help="all boxes of this air waybill")
    printed.add_argument("--box", metavar="CODE", action="append", help="this box; may stand several times")


def _scanning(commands: Any) -> None:
    scanned = _command(
        commands,
        "scan",
        scan.scan,
        "receive boxes as a hand scanner reads them",
        "Box codes come on standard input, one a line or a pasted list, and each is answered at once: received,\n"
        "billed, already_received, cancelled, not_yours or unknown. Scanning twice or out of order does no harm.\n"
        "While the database is away the same code is tried again.\n\n"
        "  k2k scan BLOOM\n"
        "  k2k scan BLOOM --json < codes.txt\n\n"
        "Exit status: 1 when a box was cancelled, not_yours or unknown.",
    )
    _words(scanned, "COMPANY")
    scanned.add_argument("--by-hand", action="store_true", help="confirm staged boxes without a scanner")
    scanned.add_argument(
        "--wait", type=scan.seconds, default=60, metavar="SECONDS", help="for a database that is away (default: 60)"
    )
    _json(scanned)


def _invoicing(commands: Any) -> None:
    printed = _command(
        commands,
        "invoice",
        invoices.write_invoice,
        "write an invoice of a company as PDF",
        "In the language of whoever receives it, on the paper of the company's setting invoice_paper.\n\n"
        "  k2k invoice ANDES I-1001\n"
        "  k2k invoice BLOOM ANDES/I-1001 --output received.pdf --paper a4",
    )
    _words(printed, "COMPANY", "INVOICE")
    printed.add_argument("--output", type=Path, metavar="FILE", help="the file (default: the number, in this folder)")
    printed.add_argument("--paper", choices=PAPERS, help="another paper than the company's")
    printed.add_argument("--locale", choices=LOCALES, help="another language than the receiver's")


def _looking_at_prices(actions: Any) -> None:
    checked = _command(
        actions,
        "check",
        what_if.check,
        "look over a company's price set-up",
        "Margins and markups that leave no price, overlapping seasons, lists that nobody uses, steps without a\n"
        "plugin, missing exchange rates: each with its place and what to do. Exit status 1 when one is an error.",
    )
    _words(checked, "COMPANY")
    _json(checked)
    drafted = _command(
        actions,
        "what-if",
        what_if.what_if,
        "see what changes would do to every price, before they are made",
        "FILE is a list of changes, written as in a scenario:\n\n"
        "  - settings: {k2k_gpm: 30}\n"
        "  - {customer: C-100, values: {ecommerce_markup: {percent: -5}}}\n"
        "  - {location: NYC, values: {k2k_gpm: 32}}\n\n"
        "The whole catalog is priced twice for every customer. Nothing is changed: the changes are kept as a\n"
        "draft, to apply or to drop.\n\n"
        "  k2k prices what-if BLOOM valentine.yaml --floor 20",
    )
    _words(drafted, "COMPANY")
    drafted.add_argument("file", metavar="FILE", type=Path)
    drafted.add_argument("--floor", metavar="PERCENT", help="name the lines whose price would leave a smaller margin")
    drafted.add_argument("--ship-via", metavar="WAY", help="for every customer (default: each customer's own)")
    _json(drafted)
    for name, run, help in (
        ("apply", what_if.apply, "make the changes of a draft, all of them or none"),
        ("drop", what_if.drop, "forget a draft"),
    ):
        command = _command(actions, name, run, help)
        _words(command, "COMPANY", "DRAFT")


def _checking(commands: Any) -> None:
    run = _command(
        commands,
        "run",
        scenarios.run,
        "run scenario files and say what does not hold",
        "Each file is run in a fresh memory, with its own clock, or in the database of --database, where\n"
        "its data stay. K2K_DATABASE is not used here.\n\n"
        "  k2k run valentine.yaml mothers-day.yaml\n"
        "  k2k run --json prices.yaml | jq '.steps[] | select(.passed | not)'\n\n"
        "Exit status: 0 all holds, 1 something does not, 2 a file is no scenario.",
    )
    run.add_argument("files", nargs="+", metavar="FILE", type=Path)
    _json(run)
    found = _command(
        commands,
        "plugins",
        plugins.plugins,
        "list the plugins and how they are",
        "Where there is a database, each plugin is also loaded for every company in it.\n"
        "Exit status: 1 when one is broken or in quarantine.",
    )
    _json(found)
    proved = _command(
        commands,
        "verify",
        database.verify,
        "prove that stock, boxes and documents agree",
        "Cheap enough to run after every backup that was restored, and every night.\n"
        "Exit status: 1 when something does not agree.",
    )
    _json(proved)


def _explaining(commands: Any) -> None:
    why = commands.add_parser("explain", help="say why: a price, what is shared, what is seen", allow_abbrev=False)
    subjects = why.add_subparsers(title="subjects", metavar="SUBJECT", required=True, parser_class=Parser)
    price = _command(
        subjects,
        "price",
        explain.price,
        "why does a lot cost a customer what it costs",
        "Every step of the price's hierarchy with its plugin and its reason, the parts of the landed cost,\n"
        "the adjustments, the rounding. A lot of a connected vendor is written VENDOR/LOT.\n\n"
        "  k2k explain price BLOOM C-100 ANDES/L1 --ship-via grower",
    )
    _words(price, "COMPANY", "CUSTOMER", "LOT")
    _when(price)
    price.add_argument("--order-date", metavar="DAY", help="YYYY-MM-DD (default: today)")
    price.add_argument("--location", metavar="CODE", help="a location of the company (default: the customer's)")
    sharing = _command(
        subjects,
        "sharing",
        explain.sharing,
        "which rules keep a vendor's lot from a buyer",
        "Without a lot: how many lots are shared, and how many each rule keeps back.\n\n"
        "  k2k explain sharing ANDES BLOOM\n"
        "  k2k explain sharing ANDES BLOOM L1",
    )
    _words(sharing, "VENDOR", "BUYER")
    sharing.add_argument("lot", nargs="?", metavar="LOT")
    _asked(sharing)
    visible = _command(
        subjects,
        "visible",
        explain.visible,
        "why does a customer not see a lot",
        "Every rule that hides it, whose setting that is, and the date on which time alone cures it.\n"
        "Without a lot: how many are seen, and how many each rule hides.\n\n"
        "  k2k explain visible BLOOM C-100 ANDES/L1 --ship-date 2026-02-12",
    )
    _words(visible, "BUYER", "CUSTOMER")
    visible.add_argument("lot", nargs="?", metavar="LOT")
    _when(visible)
    dates = _command(
        subjects,
        "dates",
        explain.dates,
        "when can a vendor's boxes reach a customer",
        "Every date, and the chain of reasons that leads to the first one. The vendor may be the buyer itself.\n"
        "Without customer and vendor: what in a company's ages, days and calendars leaves customers with nothing;\n"
        "exit status 1 when an error is among that.\n\n"
        "  k2k explain dates BLOOM C-100 ANDES\n"
        "  k2k explain dates BLOOM",
    )
    dates.add_argument("buyer", metavar="BUYER")
    dates.add_argument("customer", nargs="?", metavar="CUSTOMER")
    dates.add_argument("vendor", nargs="?", metavar="VENDOR")
    _way(dates)
    _asked(dates)


def _words(command: ArgumentParser, *names: str) -> None:
    for name in names:
        command.add_argument(name.lower(), metavar=name)


def _when(command: ArgumentParser) -> None:
    _way(command)
    command.add_argument("--ship-date", metavar="DAY", help="YYYY-MM-DD (default: today)")
    _asked(command)


def _way(command: ArgumentParser) -> None:
    about = "warehouse (default), grower, or what a plugin brings"
    command.add_argument("--ship-via", default="warehouse", metavar="WAY", help=about)


def _asked(command: ArgumentParser) -> None:
    command.add_argument("--at", metavar="MOMENT", help="ask as if it were 2026-02-09T08:00:00-05:00 (default: now)")
    _json(command)


def _json(command: ArgumentParser) -> None:
    command.add_argument("--json", action="store_true", help="answer with JSON, for programs")
