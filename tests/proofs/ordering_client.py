"""A client that places orders until it is killed and repeats unacknowledged commands with the same keys.

An order is a cart of two lines and its check-out: three commands, each with a key of its own. The client says `["up",
0]` once it runs, `["try", 7]` before it sends order 7, and `["done", 7, answers]` once all of it is answered. It
retries while the database is unavailable.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from functools import partial
from itertools import count
from multiprocessing.connection import Connection
from typing import Any, TypeVar

from k2k_core.api import K2K
from k2k_core.errors import StoreUnavailable
from tests.proofs.network import BUYER, CUSTOMER, SHIP_DATE, open_network

T = TypeVar("T")
PAUSE, LONGEST = 0.02, 60
"""Seconds between two tries, and after which a client gives up."""


def send(k2k: K2K, name: str, number: int, lots: list[str]) -> list[Any]:
    """Send one order; the same again whenever it is sent."""
    key, first, second = f"{name}-{number}", lots[number % len(lots)], lots[(number + 1) % len(lots)]
    opened = k2k.add(BUYER, CUSTOMER, lot=first, boxes=1, ship_date=SHIP_DATE, key=f"{key}-first")
    cart = opened["cart"]
    added = k2k.add(BUYER, CUSTOMER, lot=second, boxes=1, ship_date=SHIP_DATE, cart=cart, key=f"{key}-second")
    return [opened, added, k2k.checkout(BUYER, cart=cart, key=f"{key}-check-out")]


def insisting(work: Callable[[], T]) -> T:
    """Do `work`; as long as the database does not take it, do it again."""
    deadline = time.monotonic() + LONGEST
    while True:
        try:
            return work()
        except StoreUnavailable:
            if time.monotonic() > deadline:
                raise
            time.sleep(PAUSE)


def order_for_ever(line: Connection, url: str, lots: list[str], name: str, first: int) -> None:
    """Order from number `first` on, and say so on the line."""
    line.send(["up", first])
    k2k = insisting(lambda: open_network(url))
    for number in count(first):
        line.send(["try", number])
        line.send(["done", number, insisting(partial(send, k2k, name, number, lots))])
