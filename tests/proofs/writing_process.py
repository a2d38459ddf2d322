"""A process that orders one box after the other and acknowledges each order, until somebody kills it.

    python writing_process.py '{"url": ..., "lots": [...], "name": "w1"}'

Each order has a key of its own. What it prints, once an order is answered, is `[key, lot, answer]` on one line.
"""

from __future__ import annotations

import json
import os
import sys
from itertools import count
from typing import Any

from tests.proofs.network import BUYER, CUSTOMER, SHIP_DATE, open_network


def write_for_ever(order: dict[str, Any]) -> None:
    """Order and acknowledge."""
    k2k = open_network(order["url"])
    for number in count():
        key, lot = f"{order['name']}-{number}", order["lots"][number % len(order["lots"])]
        answer = k2k.add(BUYER, CUSTOMER, lot=lot, boxes=1, ship_date=SHIP_DATE, key=key)
        os.write(1, (json.dumps([key, lot, answer]) + "\n").encode())


if __name__ == "__main__":
    write_for_ever(json.loads(sys.argv[1]))
