"""One of several processes that take boxes from the same lots at once, as fast as they can.

    python hammer.py '{"url": ..., "way": "stock" | "naive", "company": 1, "lots": [...], "attempts": 500, "seed": 1}'

`stock` goes through the one door. `naive` does what so many programs do, on a table without guards: read the number,
check it, write the new one. It says "ready", waits for a line, hammers, and prints what it got as JSON: boxes by lot,
refusals, and errors of any other kind.
"""

from __future__ import annotations

import json
import random
import sys
from collections import Counter
from typing import Any

from peewee import BigIntegerField, IntegerField, Model

from k2k_core.errors import InsufficientStock, K2KError
from k2k_core.store.engine import Store
from k2k_core.store.inventory import stock_ledger


class NaiveLot(Model):
    """A lot as a program has it that trusts itself."""

    id = BigIntegerField(primary_key=True)
    available = IntegerField()

    class Meta:
        table_name = "naive_lot"


def take_from_stock(store: Store, order: dict[str, Any], lot_id: int, boxes: int) -> bool:
    try:
        store.whole_network.transact(
            lambda session: stock_ledger.take(session, order["company"], lot_id, boxes, "hammer")
        )
    except InsufficientStock:
        return False
    return True


def take_naively(store: Store, order: dict[str, Any], lot_id: int, boxes: int) -> bool:
    with store.whole_network.reading() as session:
        available: int = session.value(NaiveLot.select(NaiveLot.available).where(NaiveLot.id == lot_id))
    if available < boxes:
        return False
    with store.whole_network.writing() as session:
        session.change(NaiveLot.update(available=available - boxes).where(NaiveLot.id == lot_id))
    return True


WAYS = {"stock": take_from_stock, "naive": take_naively}


def hammer(order: dict[str, Any]) -> dict[str, Any]:
    """Do the attempts of `order`."""
    store, chance, take = Store(order["url"]), random.Random(order["seed"]), WAYS[order["way"]]
    taken: Counter[int] = Counter()
    refused, errors = 0, []
    print("ready", flush=True)  # noqa: T201 - the others are not, perhaps: all begin together
    sys.stdin.readline()
    for _ in range(order["attempts"]):
        lot_id, boxes = chance.choice(order["lots"]), chance.randint(1, 3)
        try:
            if take(store, order, lot_id, boxes):
                taken[lot_id] += boxes
            else:
                refused += 1
        except K2KError as error:
            errors.append(error.message)
    store.close()
    return {"taken": taken, "refused": refused, "errors": errors}


if __name__ == "__main__":
    print(json.dumps(hammer(json.loads(sys.argv[1]))))  # noqa: T201 - its output is its answer
