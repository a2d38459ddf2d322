"""One of several processes that order boxes of the same lots at once, as fast as they can.

    python buying_process.py '{"url": ..., "lots": [...], "attempts": 500, "seed": 1}'

Every attempt is a whole order through the facade: visibility, price, explanation, cart, three documents, line, boxes.
It says "ready", waits for a line, orders, and prints as JSON: boxes by lot, how many attempts were refused for want of
boxes, and the codes of every other error.
"""

from __future__ import annotations

import json
import random
import sys
from collections import Counter
from typing import Any

from k2k_core.errors import InsufficientStock, K2KError
from tests.proofs.network import BUYER, CUSTOMER, SHIP_DATE, open_network


def buy(order: dict[str, Any]) -> dict[str, Any]:
    """Do the attempts of `order`."""
    chance = random.Random(order["seed"])
    taken: Counter[str] = Counter()
    refused, errors = 0, []
    with open_network(order["url"]) as k2k:
        print("ready", flush=True)  # noqa: T201 - the others are not, perhaps: all begin together
        sys.stdin.readline()
        for _ in range(order["attempts"]):
            lot, boxes = chance.choice(order["lots"]), chance.randint(1, 3)
            try:
                k2k.add(BUYER, CUSTOMER, lot=lot, boxes=boxes, ship_date=SHIP_DATE)
                taken[lot] += boxes
            except InsufficientStock:
                refused += 1
            except K2KError as error:
                errors.append(f"{error.code}: {error.message}")
    return {"taken": taken, "refused": refused, "errors": errors}


if __name__ == "__main__":
    print(json.dumps(buy(json.loads(sys.argv[1]))))  # noqa: T201 - its output is its answer
