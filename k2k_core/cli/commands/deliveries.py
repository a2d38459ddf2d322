"""`k2k deliveries`: lists deliveries, replays dead ones, and checks whether any wait too long."""

from __future__ import annotations

import json
from argparse import Namespace
from collections.abc import Iterator, Sequence
from typing import Any

from k2k_core.cli.commands.database import opened
from k2k_core.cli.language import words
from k2k_core.cli.options import add_command, add_group, add_json, add_positionals
from k2k_core.cli.terminal import Terminal, table
from k2k_core.domain.answers.events import Delivery
from k2k_core.domain.deliveries import STATES


def add_to(commands: Any) -> None:
    """Add `k2k deliveries` with its actions."""
    actions = add_group(commands, "deliveries", "list deliveries, and replay those that failed", described=True)
    _add_list(actions)
    _add_replay(actions)
    _add_check(actions)


def _add_list(actions: Any) -> None:
    command = add_command(actions, "list", show, "list deliveries, the newest first")
    command.add_argument("company", metavar="COMPANY", nargs="?", help="(default: every company)")
    command.add_argument("--state", choices=STATES, help="only those")
    command.add_argument("--limit", default="100", metavar="N", help="how many at most (default: 100)")
    add_json(command)


def _add_replay(actions: Any) -> None:
    command = add_command(
        actions,
        "replay",
        replay,
        "retry dead deliveries",
        "They keep their ids, so that a receiver recognises those that it has received.\n\n"
        "  k2k deliveries replay BLOOM                  all that are dead\n"
        "  k2k deliveries replay BLOOM --endpoint erp\n"
        "  k2k deliveries replay BLOOM msg_0f5c...",
    )
    add_positionals(command, "COMPANY")
    command.add_argument("ids", metavar="ID", nargs="*", help="as `k2k deliveries list` shows them")
    command.add_argument("--endpoint", metavar="CODE", help="those of one endpoint")


def _add_check(actions: Any) -> None:
    command = add_command(
        actions,
        "check",
        check,
        "how many wait, for how long, and how many are dead",
        "For monitoring. Exit status 1 when some are dead, or the oldest has waited too long.",
    )
    command.add_argument("--minutes", type=int, default=15, metavar="N", help="how long is too long (default: 15)")
    add_json(command)


def show(options: Namespace) -> int:
    """List deliveries, the newest first."""
    with opened(options.database) as k2k:
        found = k2k.deliveries(options.company, options.state, limit=options.limit)["items"]
    if options.json:
        options.screen.line(json.dumps(found))
    else:
        options.screen.lines(_listed(found) if found else [words("There is none.")])
    return 0


def replay(options: Namespace) -> int:
    """Retry dead deliveries, under their ids."""
    with opened(options.database) as k2k:
        again = k2k.replay(options.company, options.endpoint, options.ids or None)
        resting = [one["code"] for one in k2k.endpoints(options.company) if again and one["rests_until"]]
    screen: Terminal = options.screen
    if len(again) == 1:
        screen.line(words("1 dead delivery waits again; a worker sends what waits."))
    else:
        screen.line(
            words(
                "{count} dead {count:delivery waits|deliveries wait} again; a worker sends what waits.",
                count=len(again),
            )
        )
    for code in resting:
        screen.line(
            words(
                "{endpoint} is paused after failures: `k2k webhook enable {company} {endpoint}` retries at once.",
                endpoint=code,
                company=options.company,
            )
        )
    return 0


def check(options: Namespace) -> int:
    """The state of all deliveries; 1 when some are dead or the oldest has waited too long."""
    with opened(options.database) as k2k:
        found = k2k.delivery_health()
    late = found["oldest_seconds"] > options.minutes * 60
    screen: Terminal = options.screen
    if options.json:
        screen.line(json.dumps({**found, "well": not (late or found["dead"])}))
        return 1 if late or found["dead"] else 0
    screen.line(
        words(
            "{waiting} waiting, the oldest for {oldest_seconds} {oldest_seconds:second|seconds}; {dead} dead.",
            waiting=found["waiting"],
            oldest_seconds=found["oldest_seconds"],
            dead=found["dead"],
        )
    )
    if late:
        screen.line(
            screen.bad(words("Is a worker running (`k2k worker`)? Is a receiver down (`k2k webhook list COMPANY`)?"))
        )
    if found["dead"]:
        screen.line(screen.bad(words("See `k2k deliveries list --state dead`, then `k2k deliveries replay COMPANY`.")))
    return 1 if late or found["dead"] else 0


def _listed(found: Sequence[Delivery]) -> Iterator[str]:
    rows = [
        (
            *("id", words("company"), words("event"), words("to"), words("state")),
            *(words("tries"), words("next or done"), words("error")),
        )
    ]
    for one in found:
        when = one["done_at"] or one["leased_until"] or one["next_at"]
        where = one["endpoint"] or one["to"] or ""
        state = "sending" if one["leased_until"] and one["state"] == "waiting" else one["state"]
        tries = str(one["attempts"])
        rows.append((one["id"], one["company"], one["event"], where, state, tries, when[:19], one["error"]))
    yield from table(rows, right=(5,))
