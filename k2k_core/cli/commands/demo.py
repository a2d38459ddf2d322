"""`k2k demo`: runs the bundled scenario in a database of its own, prints it, and writes its labels and mails to
files."""

from __future__ import annotations

import shutil
import sys
from argparse import Namespace
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from k2k_core import cli
from k2k_core import scenario as scenarios
from k2k_core.cli.commands.verify import verdict
from k2k_core.cli.language import words
from k2k_core.cli.options import add_command
from k2k_core.cli.scenario_printer import ScenarioPrinter, names_of
from k2k_core.cli.terminal import Terminal
from k2k_core.cli.usage_error import UsageError
from k2k_core.messages import Message

if TYPE_CHECKING:
    from k2k_core.cli.demo_network import Performance
    from k2k_core.scenario.reader import Scenario

FOLDER = Path("build/demo")


def add_to(commands: Any) -> None:
    """Add `k2k demo`."""
    command = add_command(
        commands,
        "demo",
        demo,
        "run a sample network through a Valentine week, and print it",
        "Two vendors, two buyers, some 240 lots: what is shared and what is not, prices with their\n"
        "explanation, a cart with its documents in both companies, labels, scans, an invoice.\n"
        "Everything is computed by the run; the labels are files that you can open.\n"
        "It ends with `k2k verify`; the exit status is 1 when a result is not as expected.",
    )
    command.add_argument(
        "--folder",
        type=Path,
        default=FOLDER,
        help=Message("folder for the labels and the data (default: {folder})", folder=FOLDER),
    )
    command.add_argument("--pause", action="store_true", help="wait for Enter after each chapter")


def demo(options: Namespace) -> int:
    """Run the demo; 1 when a result is not as the scenario expects, or `verify` finds a fault."""
    screen: Terminal = options.screen
    require_no_database(options)
    show = cli.demo_network.prepare(options.folder, "demo.db")
    printer = ScenarioPrinter(screen, names_of(show.scenario), _pause(options.pause))
    try:
        _open_with(screen, show.scenario)
        for done in scenarios.runner.play(show.scenario, show.k2k, show.clock):
            printer.step(done)
        faults = show.k2k.verify()
        show.k2k.send_deliveries()
    finally:
        show.k2k.close()
    printer.chapter(words("Does everything agree?"))
    screen.lines(verdict(screen, faults))
    _close_with(screen, show, options.folder, printer.failed)
    return 1 if faults or printer.failed else 0


def require_no_database(options: Namespace) -> None:
    """The demo creates its own data: raise `UsageError` for a call that names a database."""
    if options.named_database:
        raise UsageError(Message("The demo makes a database of its own."), Message("Leave --database out."))


def _open_with(screen: Terminal, scenario: Scenario) -> None:
    companies = scenario.network["companies"]
    lots = sum(len(company["lots"]) for company in companies)
    screen.line()
    screen.line(
        screen.bold(
            words(
                "{name}: {count} {count:company|companies}, {lots} {lots:lot|lots}",
                name=scenario.name,
                count=len(companies),
                lots=lots,
            )
        )
    )
    for company in companies:
        stock = {0: words("no lots of its own"), 1: words("1 lot")}.get(
            len(company["lots"]), words("{count} {count:lot|lots}", count=len(company["lots"]))
        )
        about = f"{company['currency']}, {company['timezone']}, {stock}"
        screen.line(f"  {company['code']:<10}{company['name']:<28}{screen.dim(about)}")
    screen.line()


def _close_with(screen: Terminal, show: Performance, folder: Path, failed: int) -> None:
    if failed:
        screen.line(screen.bad(words("{failed} step(s) did not come out as expected.", failed=failed)))
    screen.lines(("", words("To look at, in {folder}:", folder=folder)))
    made = sorted(path for path in folder.iterdir() if path.suffix in (".pdf", ".png", ".zpl"))
    screen.lines((f"{path.name:<34}{screen.dim(_about(path))}" for path in made), "  ")
    mails = sorted((folder / cli.demo_network.MAIL).glob("*.eml"))
    if mails:
        found = words(
            "{count} {count:mail, as its reader|mails, as their readers} would have got {count:it|them}",
            count=len(mails),
        )
        screen.line(f"  {cli.demo_network.MAIL + '/':<34}{screen.dim(found)}")
    then = f"--at {show.clock.now.isoformat()} --database sqlite:///{folder / 'demo.db'}"
    screen.lines(
        ("", words("What comes next: the console on this week, and questions of your own about it"), "  make serve")
    )
    program = sys.argv[0] if Path(sys.argv[0]).name == "k2k" and not shutil.which("k2k") else "k2k"
    screen.line(f"  {program} explain price GOTHAM PETALS ANDES/A103 {then}")
    screen.line(f"  {program} explain sharing ANDES GOTHAM {then}")


def _about(path: Path) -> str:
    what = {
        ".pdf": words("a sheet of labels, one a page"),
        ".png": words("one label as a picture"),
        ".zpl": words("for a Zebra printer"),
    }
    return what[path.suffix]


def _pause(wanted: bool) -> Callable[[], None]:
    def wait() -> None:
        if wanted and sys.stdin.isatty():
            input(words("   (Enter)"))

    return wait
