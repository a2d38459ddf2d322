"""`k2k key`: makes, lists, rotates and revokes the keys of programs. A secret is written once, when it is made."""

from __future__ import annotations

import json
from argparse import Namespace
from typing import Any

from k2k_core.cli.commands.database import opened
from k2k_core.cli.language import words
from k2k_core.cli.options import add_command, add_group, add_json
from k2k_core.cli.terminal import table
from k2k_core.domain.scopes import NAMES, PRESETS
from k2k_core.messages import Message

COLUMNS = ("id", "name", "state", "scopes", "made_by", "last_used_at", "expires_at")


def add_to(commands: Any) -> None:
    """Add `k2k key add`, `list`, `rotate` and `revoke`."""
    actions = add_group(commands, "key", "manage the keys of programs")
    made = add_command(
        actions,
        "add",
        add,
        "make a key for a program of a company",
        "Its secret is shown once. What each scope grants stands in docs/roles.md.\n\n"
        "  k2k key add BLOOM erp --preset buyer_erp\n"
        "  k2k key add BLOOM counter --scope reading --scope boxes --expires-at 2026-12-31T00:00:00Z",
    )
    made.add_argument("company", metavar="COMPANY")
    made.add_argument("name", metavar="NAME")
    made.add_argument("--scope", action="append", default=[], choices=NAMES, help="may be given several times")
    made.add_argument("--preset", choices=sorted(PRESETS), help="the scopes of what the key is for")
    made.add_argument("--expires-at", metavar="MOMENT", help="when it ends, with the time zone (default: never)")
    listing = add_command(actions, "list", list_, "list the keys of a company and the tokens of its customers")
    listing.add_argument("company", metavar="COMPANY")
    add_json(listing)
    for name, work, said in (
        ("rotate", rotate, Message("give a key another secret; the one before counts for 24 hours")),
        ("revoke", revoke, Message("end a key or a token at once")),
    ):
        command = add_command(actions, name, work, said)
        command.add_argument("company", metavar="COMPANY")
        command.add_argument("id", metavar="ID", help="the id of the key, as in the list")


def add(options: Namespace) -> int:
    """Make a key, and write its secret."""
    with opened(options.database) as k2k:
        made = k2k.add_api_key(
            options.company, options.name, options.scope, preset=options.preset, expires_at=options.expires_at
        )
    scopes = ", ".join(made["scopes"])
    options.screen.line(words("Key {id} of {company}: {scopes}", id=made["id"], company=options.company, scopes=scopes))
    options.screen.line(words("Its secret, shown once: {secret}", secret=made["secret"]))
    return 0


def rotate(options: Namespace) -> int:
    """Give a key another secret, and write it."""
    with opened(options.database) as k2k:
        made = k2k.rotate_api_key(options.company, options.id)
    options.screen.line(words("The secret before counts until {until}.", until=made["old_secret_until"]))
    options.screen.line(words("Its secret, shown once: {secret}", secret=made["secret"]))
    return 0


def revoke(options: Namespace) -> int:
    """End a key."""
    with opened(options.database) as k2k:
        ended = k2k.revoke_api_key(options.company, options.id)
    options.screen.line(words("Key {id} ({name}) is revoked.", id=ended["id"], name=ended["name"] or ended["customer"]))
    return 0


def list_(options: Namespace) -> int:
    """List the keys and tokens of a company."""
    found: list[Any] = []
    with opened(options.database) as k2k:
        page = k2k.api_keys(options.company)
        found += page["items"]
        while page["next"] is not None:
            page = k2k.api_keys(options.company, cursor=page["next"])
            found += page["items"]
    if options.json:
        options.screen.line(json.dumps(found))
        return 0
    rows = [tuple(_shown(one, name) for name in COLUMNS) for one in found]
    for line in table([COLUMNS, *rows]):
        options.screen.line(line)
    return 0


def _shown(one: Any, name: str) -> str:
    if name == "name" and one["customer"]:
        return words("customer {customer}", customer=one["customer"])
    value = one[name]
    return ", ".join(value) if isinstance(value, list) else str(value or "")
