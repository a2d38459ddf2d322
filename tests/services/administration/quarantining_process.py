"""A program of its own in which a plugin keeps failing.

Run as `python -m tests.services.administration.quarantining_process DATABASE`: it asks until the plugin's rule is in
quarantine, says so, and waits to be killed.
"""

from __future__ import annotations

import sys

from k2k_core import K2K
from tests.misbehaving_plugins import raising, with_rule


def main(database: str) -> None:
    """Ask, say `answered`, wait."""
    net = K2K.open(database, plugins=[("acme", with_rule("acme", raising(ValueError("no export papers"))))])
    for _ in range(3):
        net.visible("BLOOM", "C-100", ["ANDES/L1"], "2026-02-05")
    sys.stdout.write("answered\n")
    sys.stdout.flush()
    sys.stdin.readline()


if __name__ == "__main__":
    main(sys.argv[1])
