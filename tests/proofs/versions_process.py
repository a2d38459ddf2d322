"""A process that adds one to a value so many times through every door, and never without having read what it changes.

    python versions_process.py '{"url": ..., "order": "S-1001K", "changes": 250}'

It says `ready` and begins when it is told to.
"""

from __future__ import annotations

import json
import sys
from typing import Any

from k2k_core.api import K2K
from k2k_core.errors import Conflict, VersionMismatch
from tests.proofs import network
from tests.proofs.versions import DOORS, VERSION, Door, counted


def change(task: dict[str, Any]) -> dict[str, int]:
    """Make every change; how many attempts were refused, by door."""
    refused = dict.fromkeys(DOORS, 0)
    with K2K.open(task["url"], clock=lambda: network.NOW) as k2k:
        print("ready", flush=True)  # noqa: T201 - what the starting process waits for
        sys.stdin.readline()
        for name, door in DOORS.items():
            for guard in door.guards * task["changes"]:
                while not _added(k2k, door, task["order"], guard):
                    refused[name] += 1
    return refused


def _added(k2k: K2K, door: Door, order: str, guard: str) -> bool:
    there, row = counted(door, k2k, order)
    seen = row[VERSION] if guard == VERSION else {door.field: row[door.field]}
    try:
        door.write(k2k, order, str(there + 1), {guard: seen})
    except (VersionMismatch, Conflict):
        return False
    return True


if __name__ == "__main__":
    print(json.dumps(change(json.loads(sys.argv[1]))))  # noqa: T201 - its answer
