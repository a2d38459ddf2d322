"""`k2k webhook`: manages the endpoints to which a company's events are posted. A secret is shown only once."""

from __future__ import annotations

import json
from argparse import ArgumentParser, Namespace
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from k2k_core.cli.commands.database import opened
from k2k_core.cli.language import said, words
from k2k_core.cli.options import add_command, add_group, add_json, add_positionals
from k2k_core.cli.terminal import Terminal, table
from k2k_core.cli.usage_error import UsageError
from k2k_core.domain.answers.events import Endpoint
from k2k_core.messages import Message


def add_to(commands: Any) -> None:
    """Add `k2k webhook` with its actions."""
    actions = add_group(commands, "webhook", "manage the webhook endpoints of a company", described=True)
    _add_add(actions)
    listed = add_command(actions, "list", show, "list a company's endpoints and their state")
    add_positionals(listed, "COMPANY")
    add_json(listed)
    _add_change(actions)
    _add_endpoint(add_command(actions, "disable", disable, "disable an endpoint; its events are not lost"))
    _add_endpoint(add_command(actions, "enable", enable, "enable an endpoint, which continues where it stopped"))
    rotated = add_command(actions, "rotate", rotate, "rotate the secret; for some hours both sign")
    _add_endpoint(rotated)
    rotated.add_argument("--hours", default="24", help="how long the old one signs too (default: 24)")
    _add_endpoint(add_command(actions, "test", test, "post a test at once; exit status 1 when it does not arrive"))


def _add_add(actions: Any) -> None:
    command = add_command(
        actions,
        "add",
        add,
        "add an endpoint for a company's events",
        "Shows the secret that signs them, only once (docs/webhooks.md says how to check a signature).\n\n"
        "  k2k webhook add BLOOM erp https://erp.bloom.example/k2k\n"
        "  k2k webhook add BLOOM stock https://stock.bloom.example/k2k --event offer.changed",
    )
    _add_endpoint(command)
    command.add_argument("url", metavar="URL")
    _add_events(command)


def _add_change(actions: Any) -> None:
    command = add_command(actions, "change", change, "change the address or the event types of an endpoint")
    _add_endpoint(command)
    command.add_argument("--url", help="its new address")
    _add_events(command)
    command.add_argument("--all-events", action="store_true", help="every event, whatever its type")


def _add_endpoint(command: ArgumentParser) -> None:
    add_positionals(command, "COMPANY")
    command.add_argument("code", metavar="CODE", help="the code of the endpoint")


def _add_events(command: ArgumentParser) -> None:
    about = Message("a type of event (docs/events.md); may be given several times")
    command.add_argument("--event", action="append", dest="events", metavar="TYPE", default=[], help=about)


def add(options: Namespace) -> int:
    """Add an endpoint and show its secret."""
    with opened(options.database) as k2k:
        made = k2k.add_endpoint(options.company, options.code, options.url, options.events)
    options.screen.line(
        words("{endpoint} is sent {events}, from now on.", endpoint=made["code"], events=_event_names(made["events"]))
    )
    _show_secret(options.screen, made["secret"])
    return 0


def show(options: Namespace) -> int:
    """List a company's endpoints."""
    with opened(options.database) as k2k:
        found = k2k.endpoints(options.company)
    if options.json:
        options.screen.line(json.dumps(found))
    else:
        options.screen.lines(
            _listed(options.screen, found) if found else [words("{company} has no endpoint.", company=options.company)]
        )
    return 0


def change(options: Namespace) -> int:
    """Change the address or the event types of an endpoint."""
    if options.events and options.all_events:
        raise UsageError(
            Message("Either some types of events, or all."), Message("Leave out --event, or --all-events.")
        )
    events = [] if options.all_events else options.events or None
    if options.url is None and events is None:
        raise UsageError(Message("There is nothing to change."), Message("Name --url, --event or --all-events."))
    with opened(options.database) as k2k:
        now = k2k.change_endpoint(options.company, options.code, options.url, events)
    options.screen.line(
        words(
            "{endpoint}: {url} is sent {events} ({state}).",
            endpoint=now["code"],
            url=now["url"],
            events=_event_names(now["events"]),
            state=now["state"],
        )
    )
    return 0


def enable(options: Namespace) -> int:
    """Enable an endpoint, which continues where it stopped."""
    with opened(options.database) as k2k:
        k2k.change_endpoint(options.company, options.code, active=True)
    options.screen.line(words("{endpoint} is enabled and continues where it stopped.", endpoint=options.code))
    return 0


def disable(options: Namespace) -> int:
    """Disable an endpoint; its events stay in the company's feed."""
    with opened(options.database) as k2k:
        k2k.change_endpoint(options.company, options.code, active=False)
    options.screen.line(
        words(
            "{endpoint} is disabled. No event is lost: after `k2k webhook enable` it continues.", endpoint=options.code
        )
    )
    return 0


def rotate(options: Namespace) -> int:
    """Make a new secret and show it."""
    with opened(options.database) as k2k:
        made = k2k.rotate_secret(options.company, options.code, options.hours)
    options.screen.line(
        words("Until {until} UTC every message is signed with both secrets.", until=made["old_secret_until"][:16])
    )
    _show_secret(options.screen, made["secret"])
    return 0


def test(options: Namespace) -> int:
    """Post a test; 1 when it does not arrive."""
    with opened(options.database) as k2k:
        found = k2k.try_endpoint(options.company, options.code)
    screen: Terminal = options.screen
    if found["delivered"]:
        outcome = screen.good(words("arrived"))
    else:
        outcome = screen.bad(words("did not arrive: {error}", error=found["error"]))
    screen.line(
        words("The test {outcome}, after {milliseconds} ms.", outcome=outcome, milliseconds=found["milliseconds"])
    )
    return 0 if found["delivered"] else 1


def _show_secret(screen: Terminal, secret: str | None) -> None:
    screen.line(words("Its secret, shown only once: {secret}", secret=secret))


COLUMNS = (
    *(Message("code"), Message("state"), Message("behind"), Message("failures"), Message("address"), Message("events")),
)


def _listed(screen: Terminal, found: Sequence[Endpoint]) -> Iterator[str]:
    rows = [tuple(map(said, COLUMNS))]
    rows += [
        (one["code"], one["state"], str(one["behind"]), str(one["failures"]), one["url"], _event_names(one["events"]))
        for one in found
    ]
    yield from table(rows, right=(2, 3))
    for one in found:
        if one["why"]:
            yield screen.bad(words("{endpoint} is disabled: {why}", endpoint=one["code"], why=one["why"]))
        elif one["rests_until"]:
            rest = words(
                "{endpoint} rests until {rests_until} UTC, after failures",
                endpoint=one["code"],
                rests_until=one["rests_until"][:19],
            )
            yield screen.bad(words("{rest}; `k2k webhook enable` retries at once.", rest=rest))


def _event_names(events: list[str] | Mapping[str, Any]) -> str:
    return ", ".join(events) or words("every event")
