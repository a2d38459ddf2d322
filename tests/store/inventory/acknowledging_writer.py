"""A process that writes orders for ever and acknowledges each on its standard output, until somebody kills it.

    python acknowledging_writer.py '{"url": ..., "company": 1, "lots": [...]}'

An order is one box of each lot and an event. What it prints is the number of the event, once the order is committed.
"""

from __future__ import annotations

import json
import os
import sys
from typing import Any

from k2k_core.store.database.session import Session
from k2k_core.store.engine import Store
from k2k_core.store.inventory import stock_ledger
from k2k_core.store.tables import Event, Lot


def write_for_ever(order: dict[str, Any]) -> None:
    """Write and acknowledge."""
    store = Store(order["url"])

    def place(session: Session) -> int:
        session.lock(Lot, order["lots"])
        for lot_id in order["lots"]:
            stock_ledger.take(session, order["company"], lot_id, 1, "order")
        session.insert(Event, type="order", data={}, at=session.now)
        return len(session.rows(Event.select(Event.id).where(Event.type == "order")))

    while True:
        os.write(1, f"{store.whole_network.transact(place)}\n".encode())


if __name__ == "__main__":
    write_for_ever(json.loads(sys.argv[1]))
