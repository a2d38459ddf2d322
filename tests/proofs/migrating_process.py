"""A process that migrates a database, unless somebody kills it before.

    python migrating_process.py '{"url": ...}'

It prints `begun` before it touches the database, and `done` after that.
"""

from __future__ import annotations

import json
import os
import sys
from typing import Any

from k2k_core.store.engine import Store


def migrate(order: dict[str, Any]) -> None:
    """Migrate."""
    store = Store(order["url"])
    os.write(1, b"begun\n")
    store.migrate()
    os.write(1, b"done\n")
    store.close()


if __name__ == "__main__":
    migrate(json.loads(sys.argv[1]))
