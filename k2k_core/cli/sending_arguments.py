"""The commands that send, and look after what is sent, with their arguments."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace
from collections.abc import Callable
from typing import Any, Protocol

from k2k_core.cli import deliveries, webhooks, worker
from k2k_core.domain.deliveries import STATES
from k2k_core.services.events.dispatcher import THREADS


class MakeCommand(Protocol):
    """Adds a command with its help."""

    def __call__(
        self, commands: Any, name: str, run: Callable[[Namespace], int], help: str, more: str = ""
    ) -> ArgumentParser: ...


def add_commands(commands: Any, command: MakeCommand) -> None:
    """Add `worker`, `webhook` and `deliveries` to the commands of `k2k`."""
    _worker(commands, command)
    _webhooks(_group(commands, "webhook", "look after where a company's events are posted"), command)
    _deliveries(_group(commands, "deliveries", "look at what is sent, and at what did not arrive"), command)


def _group(commands: Any, name: str, about: str) -> Any:
    made = commands.add_parser(name, help=about, description=about, allow_abbrev=False)
    return made.add_subparsers(title="actions", metavar="ACTION", required=True, parser_class=type(made))


def _worker(commands: Any, command: MakeCommand) -> None:
    made = command(
        commands,
        "worker",
        worker.worker,
        "send webhooks and mails, give back expired carts",
        "Works until SIGTERM or Ctrl-C; what is being sent then is sent to its end. Any number of workers, on any\n"
        "number of machines, share the work. `k2k serve` on SQLite has one in itself.\n\n"
        "  k2k worker\n"
        "  k2k worker --once         send what waits now, and end: for a timer\n\n"
        "Mails go into a folder unless K2K_MAIL names a mail server (docs/operating.md).",
    )
    made.add_argument("--name", help="how it is called on its leases (default: machine and process)")
    about = f"how many it sends at once (default: {THREADS})"
    made.add_argument("--threads", type=worker.threads, default=THREADS, metavar="N", help=about)
    until = made.add_mutually_exclusive_group()
    until.add_argument("--once", action="store_true", help="send what waits now, and end")
    until.add_argument("--drain", action="store_true", help="go on until nothing waits, through every pause, and end")


def _webhooks(actions: Any, command: MakeCommand) -> None:
    added = command(
        actions,
        "add",
        webhooks.add,
        "post a company's events to an address",
        "Shows the secret that signs them, this once (docs/webhooks.md says how to check a signature).\n\n"
        "  k2k webhook add BLOOM erp https://erp.bloom.example/k2k\n"
        "  k2k webhook add BLOOM stock https://stock.bloom.example/k2k --event offer.changed",
    )
    _named(added)
    added.add_argument("url", metavar="URL")
    _events(added)
    shown = command(actions, "list", webhooks.show, "list a company's endpoints and how they are doing")
    shown.add_argument("company", metavar="COMPANY")
    _json(shown)
    changed = command(actions, "change", webhooks.change, "change where an endpoint lies or what it is sent")
    _named(changed)
    changed.add_argument("--url", help="its new address")
    _events(changed)
    changed.add_argument("--all-events", action="store_true", help="every event, whatever its type")
    _named(command(actions, "disable", webhooks.disable, "send an endpoint nothing more; nothing is lost"))
    _named(command(actions, "enable", webhooks.enable, "let an endpoint go on where it stopped"))
    rotated = command(actions, "rotate", webhooks.rotate, "make a new secret; for a while both sign")
    _named(rotated)
    rotated.add_argument("--hours", default="24", help="how long the old one signs too (default: 24)")
    _named(command(actions, "test", webhooks.test, "post a test at once; exit status 1 when it does not arrive"))


def _deliveries(actions: Any, command: MakeCommand) -> None:
    shown = command(actions, "list", deliveries.show, "list deliveries, the newest first")
    shown.add_argument("company", metavar="COMPANY", nargs="?", help="(default: every company)")
    shown.add_argument("--state", choices=STATES, help="only those")
    shown.add_argument("--limit", default="100", metavar="N", help="how many at most (default: 100)")
    _json(shown)
    again = command(
        actions,
        "replay",
        deliveries.replay,
        "let dead deliveries try again",
        "They keep their ids, so that a receiver knows what it has already.\n\n"
        "  k2k deliveries replay BLOOM                  all that are dead\n"
        "  k2k deliveries replay BLOOM --endpoint erp\n"
        "  k2k deliveries replay BLOOM msg_0f5c...",
    )
    again.add_argument("company", metavar="COMPANY")
    again.add_argument("ids", metavar="ID", nargs="*", help="as `k2k deliveries list` shows them")
    again.add_argument("--endpoint", metavar="CODE", help="those of one endpoint")
    checked = command(
        actions,
        "check",
        deliveries.check,
        "how many wait, for how long, and how many are dead",
        "For a watcher. Exit status 1 when some are dead, or the oldest has waited too long.",
    )
    checked.add_argument("--minutes", type=int, default=15, metavar="N", help="how long is too long (default: 15)")
    _json(checked)


def _named(command: ArgumentParser) -> None:
    command.add_argument("company", metavar="COMPANY")
    command.add_argument("code", metavar="CODE", help="what the endpoint is called")


def _events(command: ArgumentParser) -> None:
    about = "a type of event (docs/events.md); may be given several times"
    command.add_argument("--event", action="append", dest="events", metavar="TYPE", default=[], help=about)


def _json(command: ArgumentParser) -> None:
    command.add_argument("--json", action="store_true", help="answer with JSON, for programs")
