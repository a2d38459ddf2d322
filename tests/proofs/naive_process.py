"""The same hammer, swung at what so many programs do: read the number, check it, write the new one.

python naive_process.py '{"url": ..., "lots": [1, 2], "attempts": 500, "seed": 1}'
"""

from __future__ import annotations

import json
import random
import sys
from collections import Counter
from typing import Any

from k2k_core.store.engine import Store
from tests.store.inventory.hammer import take_naively


def take(order: dict[str, Any]) -> dict[str, Any]:
    """Do the attempts of `order`, on a table without guards."""
    store, chance = Store(order["url"]), random.Random(order["seed"])
    taken: Counter[int] = Counter()
    print("ready", flush=True)  # noqa: T201 - the others are not, perhaps: all begin together
    sys.stdin.readline()
    for _ in range(order["attempts"]):
        lot, boxes = chance.choice(order["lots"]), chance.randint(1, 3)
        if take_naively(store, order, lot, boxes):
            taken[lot] += boxes
    store.close()
    return {"taken": taken}


if __name__ == "__main__":
    print(json.dumps(take(json.loads(sys.argv[1]))))  # noqa: T201 - its output is its answer
