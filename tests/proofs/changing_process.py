"""A process that changes the prices of a vendor's lots, one commit after the other.

    python changing_process.py '{"url": ..., "began": ..., "lots": [...], "changes": 5000}'

It says `ready` and begins when it is told to.
"""

from __future__ import annotations

import json
import sys
from itertools import cycle, islice
from typing import Any

from k2k_core.api import K2K
from tests.proofs.network import VENDOR
from tests.proofs.subscribers import ticking


def change(order: dict[str, Any]) -> int:
    """Change so many prices; each change is an event."""
    with K2K.open(order["url"], clock=lambda: ticking(order["began"])) as k2k:
        print("ready", flush=True)  # noqa: T201 - what the starting process waits for
        sys.stdin.readline()
        for number, lot in enumerate(islice(cycle(order["lots"]), order["changes"])):
            k2k.set(VENDOR, lot=lot, values={"price_a": f"0.{31 + number // len(order['lots']) % 60}"})
    return int(order["changes"])


if __name__ == "__main__":
    print(json.dumps({"changes": change(json.loads(sys.argv[1]))}))  # noqa: T201 - its answer
