"""`k2k prices`: the group of commands for a company's prices."""

from __future__ import annotations

from typing import Any

from k2k_core.cli.commands import price_files, what_if
from k2k_core.cli.options import add_group
from k2k_core.messages import Message


def add_to(commands: Any) -> None:
    """Add `k2k prices` with its actions."""
    about = Message("check prices, see what a change would do, export and import price lists")
    actions = add_group(commands, "prices", about, described=True)
    price_files.add_to(actions)
    what_if.add_to(actions)
