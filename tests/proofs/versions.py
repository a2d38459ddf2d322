"""Four processes change one value at once, each with the version or the value that it has read: no change is lost.

The value counts the changes: each process adds one to what it has read, and reads again when it is refused. A change
that went under unseen would be missing in the end.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

from k2k_core.api import K2K
from tests.proofs import network
from tests.proofs.network import BUYER, CUSTOMER, SHIP_DATE, VENDOR
from tests.proofs.processes import together

PROCESSES = 4
VERSION, EXPECTED = "version", "expected"
LOCATION, BEGINNING = "COUNTED", "1"


class Door(NamedTuple):
    """One way to change a value: how it is read (a row with its `version`), the field, and how it is written."""

    field: str
    read: Callable[[K2K, str], Mapping[str, Any]]
    write: Callable[[K2K, str, str, Mapping[str, Any]], object]
    guards: tuple[str, ...] = (VERSION, EXPECTED)


DOORS: dict[str, Door] = {
    "set": Door(
        "name",
        lambda k2k, _: k2k.record(BUYER, "customers", CUSTOMER),
        lambda k2k, _, value, guard: k2k.set(BUYER, customer=CUSTOMER, values={"name": value}, **guard),
    ),
    "put": Door(
        "name",
        lambda k2k, _: k2k.record(BUYER, "locations", LOCATION),
        lambda k2k, _, value, guard: k2k.put(BUYER, "locations", [{"code": LOCATION, "name": value, **guard}]),
    ),
    "map": Door(
        "va_price",
        lambda k2k, _: dict(k2k.offer(BUYER, f"{VENDOR}/L0")),
        lambda k2k, _, value, guard: k2k.map(BUYER, f"{VENDOR}/L0", va_price=value, **guard),
    ),
    "set_reference": Door(
        "reference_number",
        lambda k2k, order: dict(k2k.show(VENDOR, order)),
        lambda k2k, order, value, guard: k2k.set_reference(VENDOR, order, value, **guard),
        (VERSION,),
    ),
}
"""What takes `version` or `expected`, by the method's name."""


class Figures(NamedTuple):
    """What became of the changes of all processes through one door; `refused` are those that were told that somebody
    was first."""

    engine: str
    door: str
    changes: int
    refused: int
    lost: int

    def __str__(self) -> str:
        guards = " and ".join(f"`{one}`" for one in DOORS[self.door].guards)
        return (
            f"{self.engine}, {self.door} with {guards}: {self.changes:,} changes of {PROCESSES} processes,"
            f" {self.refused:,} refused and made again, {self.lost} lost"
        )


def counted(door: Door, k2k: K2K, order: str) -> tuple[int, dict[str, Any]]:
    """How many changes there were, and the row as it was read."""
    row = dict(door.read(k2k, order))
    return int(float(row[door.field])), row


def race(url: str, changes: int) -> list[Figures]:
    """In the empty database `url` let every process make so many changes through every door with each of its guards."""
    with K2K.open(url, clock=lambda: network.NOW) as k2k:
        k2k.load(network.network(2, 100))
        k2k.put(BUYER, "locations", [{"code": LOCATION, "name": "0"}])
        sold = k2k.add(BUYER, CUSTOMER, lot=f"{VENDOR}/L1", ship_date=SHIP_DATE)
        k2k.checkout(BUYER, cart=sold["cart"])
        order = str(sold["sales_order"])
        for door in DOORS.values():
            door.write(k2k, order, BEGINNING, {})
        told = together("versions_process.py", [{"url": url, "order": order, "changes": changes}] * PROCESSES)
        return [_figures(k2k, name, order, changes, sum(one[name] for one in told)) for name in DOORS]


def _figures(k2k: K2K, name: str, order: str, changes: int, refused: int) -> Figures:
    made = PROCESSES * changes * len(DOORS[name].guards)
    there, _ = counted(DOORS[name], k2k, order)
    return Figures(k2k.context.store.engine, name, made, refused, int(BEGINNING) + made - there)
