"""A process that goes on writing into the tables of every list until its standard input is closed.

    python list_writing_process.py '{"url": ..., "rows": 100000}'

It adds rows between those that are there, changes what some of them are sorted by, and deletes some. Once it is told to
stop it answers with the number of its transactions.
"""

from __future__ import annotations

import json
import random
import sys
import threading
from itertools import count
from typing import Any

from k2k_core.store import tables
from k2k_core.store.database.session import Session
from k2k_core.store.engine import Store
from tests.benchmarks.list_rows import BUYER, NOW, name_of, parts

PAUSE = 0.1
"""Seconds between two transactions: the machine is the readers'."""

NAMED = ("code", "number", "email", "key_id", "run_key", "message_id")
"""Columns of which no two rows have the same value."""

ONCE = (tables.Connection, tables.PriceSeason)
"""Tables that have one row there."""

OF_ANOTHER = {
    tables.BoxDimensions: ("box_type_id", tables.BoxType),
    tables.PriceRow: ("product_id", tables.Product),
    tables.BoxClaim: ("box_id", tables.Box),
    tables.Delivery: ("notification_id", tables.Notification),
}
"""Tables of which a row is of one row of another table alone."""

DELETED = (tables.PriceRow, tables.BoxDimensions)
MOVED = ((tables.Customer, "name"), (tables.Vendor, "name"), (tables.Carrier, "name"), (tables.Product, "description"))


class Writer:
    """Writes into a network of so many rows in each list, a transaction at a time."""

    def __init__(self, url: str, rows: int) -> None:
        self._store = Store(url, clock=lambda: NOW)
        self._rows, self._chance, self._numbers = rows, random.Random(rows), count(1)
        self._box_code = ""

    def write(self) -> None:
        """One transaction."""
        with self._store.whole_network.writing() as session:
            added = dict[Any, int]()
            for table, rows, row in parts(self._rows):
                if table not in ONCE:
                    self._add(session, table, row(self._one_of(rows)), added)
            for table, column in MOVED:
                name = f"{name_of(self._one_of(self._rows))} {next(self._numbers)}"
                session.change(table.update({column: name}).where(table.id == self._one_of(self._rows)), BUYER)
            for table in DELETED:
                session.change(table.delete().where(table.id == self._one_of(self._rows)), BUYER)

    def _one_of(self, rows: int) -> int:
        """Any row but that in the middle, which is searched for afterwards."""
        number = self._chance.randint(1, rows)
        return number + 1 if number == rows // 2 else number

    def _add(self, session: Session, table: Any, like: dict[str, Any], added: dict[Any, int]) -> None:
        """A row beside one that is there, behind it in the order of their names; `added` are the rows of this
        transaction."""
        new = {**like, **{name: f"{like[name]}-{next(self._numbers)}" for name in NAMED if name in like}}
        if table in OF_ANOTHER:
            column, other = OF_ANOTHER[table]
            new[column] = added[other]
        if table is tables.Box:
            self._box_code = new["code"]
        if table is tables.BoxClaim:
            new["box_code"] = self._box_code
        added.setdefault(table, session.insert(table, **new))


def write_until_told(order: dict[str, Any]) -> None:
    """Write, and answer how often."""
    writer, over = Writer(order["url"], order["rows"]), threading.Event()

    def listen() -> None:
        sys.stdin.read()
        over.set()

    threading.Thread(target=listen, daemon=True).start()
    written = 0
    while not over.wait(PAUSE):
        writer.write()
        written += 1
        if written == 1:
            print("ready", flush=True)  # noqa: T201 - that is how it says so
    print(json.dumps({"written": written}), flush=True)  # noqa: T201 - its answer


if __name__ == "__main__":
    write_until_told(json.loads(sys.argv[1]))
