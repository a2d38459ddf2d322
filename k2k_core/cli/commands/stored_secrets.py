"""`k2k secrets`: the key that secrets are stored with: makes one, rotates it, and says what cannot be decrypted."""

from __future__ import annotations

import json
from argparse import Namespace
from typing import TYPE_CHECKING, Any

from k2k_core.cli.commands.database import opened
from k2k_core.cli.language import spoken, words
from k2k_core.cli.options import add_command, add_group, add_json
from k2k_core.domain.secrets import CURRENT, OLDER, PLAIN, UNREADABLE
from k2k_core.messages import localized_answer
from k2k_core.services import administration
from k2k_core.texts import translator

if TYPE_CHECKING:
    from k2k_core.services.administration.stored_secrets import Secrets


def add_to(commands: Any) -> None:
    """Add `k2k secrets key`, `rotate` and `check`."""
    actions = add_group(commands, "secrets", "manage the key that secrets are stored with")
    add_command(
        actions,
        "key",
        key,
        "make a new key",
        "Set it as K2K_ENCRYPTION_KEYS for every process, and keep a copy apart from the backups.",
    )
    rotate_command = add_command(
        actions,
        "rotate",
        rotate,
        "encrypt every secret with the first key of K2K_ENCRYPTION_KEYS",
        "Put the new key before the old one, in every process, then run this; afterwards the old one can go:\n\n"
        '  export K2K_ENCRYPTION_KEYS="NEW,OLD"\n'
        "  k2k secrets rotate\n\n"
        "It can be interrupted and run again. Exit status 1: something cannot be decrypted; it stays as it is.",
    )
    check_command = add_command(
        actions,
        "check",
        check,
        "count how secrets are stored, and name what cannot be decrypted",
        "Exit status: 1 when something cannot be decrypted.",
    )
    add_json(rotate_command)
    add_json(check_command)


def key(options: Namespace) -> int:
    """Print a new key."""
    from k2k_core.store.encryption import new_key  # what it needs is loaded for this command only

    options.screen.line(new_key())
    return 0


def rotate(options: Namespace) -> int:
    """Encrypt every secret with the first key."""
    with opened(options.database) as k2k:
        found = administration.stored_secrets.rotate(k2k.context)
        now = administration.stored_secrets.check(k2k.context)
    return _told(options, now, found.rotated)


def check(options: Namespace) -> int:
    """Say how secrets are stored."""
    with opened(options.database) as k2k:
        found = administration.stored_secrets.check(k2k.context)
    return _told(options, found, None)


def _told(options: Namespace, found: Secrets, rotated: int | None) -> int:
    unreadable = localized_answer(found.unreadable, translator(spoken()))
    if options.json:
        counts = found.states if rotated is None else {**found.states, "rotated": rotated}
        options.screen.line(json.dumps({**counts, "cannot_be_decrypted": unreadable}))
        return 1 if unreadable else 0
    if rotated is not None:
        options.screen.line(
            words("{count} {count:secret was|secrets were} encrypted with the first key.", count=rotated)
        )
    states = found.states
    options.screen.line(words("{count} have the first key.", count=states[CURRENT]))
    if states[OLDER]:
        options.screen.line(words("{count} have another key.", count=states[OLDER]))
    if states[PLAIN]:
        options.screen.line(words("{count} are not encrypted.", count=states[PLAIN]))
    if states[UNREADABLE]:
        options.screen.line(words("{count} cannot be decrypted:", count=states[UNREADABLE]))
        options.screen.lines(unreadable, "  ")
    return 1 if unreadable else 0
