"""A program of its own that changes one record with the others, and never without having read what it changes.

Run as `python -m tests.facade.racing_process DATABASE HOW MARK TIMES`: it adds its mark to the name of a customer so
many times, with the version (`version`) or the value (`expected`) that it has read, and reads again when it is refused.
"""

from __future__ import annotations

import sys
from typing import Any

from k2k_core import K2K
from k2k_core.errors import Conflict, StoreUnavailable, VersionMismatch


def read(net: K2K) -> tuple[str, int]:
    """The name of the customer, and its version."""
    (row,) = (net.record("BLOOM", "customers", "C-100"),)
    found: Any = row
    return found["name"], found["version"]


def main(database: str, how: str, mark: str, times: int) -> None:
    """Add every mark."""
    with K2K.open(database) as net:
        for number in range(times):
            while not _added(net, how, f"{mark}{number};"):
                pass


def _added(net: K2K, how: str, mark: str) -> bool:
    name, version = read(net)
    guard: dict[str, Any] = {"version": version} if how == "version" else {"expected": {"name": name}}
    try:
        net.set("BLOOM", customer="C-100", values={"name": name + mark}, **guard)
    except (VersionMismatch, Conflict, StoreUnavailable):
        return False
    return True


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2], sys.argv[3], int(sys.argv[4]))
