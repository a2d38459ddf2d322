"""One of several processes that order boxes of the same lots at once, as fast as they can.

    python buying_process.py '{"url": ..., "lots": [...], "attempts": 500, "seed": 1, "way": "one_line"}'

Every attempt is a whole order through the facade: visibility, price, explanation, cart, three documents, lines, boxes.
`WAYS` says how an order is made. It says "ready", waits for a line, orders, and prints as JSON: boxes by lot, how many
attempts were refused for want of boxes, and the codes of every other error.
"""

from __future__ import annotations

import json
import random
import sys
from collections import Counter
from collections.abc import Callable
from typing import Any

from k2k_core.api import K2K
from k2k_core.errors import InsufficientStock, K2KError, NotFound
from tests.proofs.network import BUYER, CUSTOMER, SHIP_DATE, open_network

LINES = 5
"""Lines of a salesperson's order, each of a lot by chance: in random order, now and then the same lot twice."""


def one_line(k2k: K2K, lots: list[str], chance: random.Random) -> Any:
    """A customer takes 1 to 3 boxes of a lot."""
    lot, boxes = chance.choice(lots), chance.randint(1, 3)
    return k2k.add(BUYER, CUSTOMER, lot=lot, boxes=boxes, ship_date=SHIP_DATE)


def five_lines(k2k: K2K, lots: list[str], chance: random.Random) -> Any:
    """A salesperson takes 1 to 3 boxes for each of five lines, all of them or none."""
    lines = [{"lot": lot, "boxes": chance.randint(1, 3)} for lot in chance.choices(lots, k=LINES)]
    return k2k.prebook(BUYER, CUSTOMER, lines, ship_date=SHIP_DATE)


def catalog_line(k2k: K2K, lots: list[str], chance: random.Random) -> Any:
    """A customer takes 1 to 9 boxes of a line of the catalog, which is over all lots, first in, first out."""
    shown = k2k.catalog(BUYER, CUSTOMER, ship_date=SHIP_DATE)["lines"]
    if not shown:
        raise InsufficientStock("The catalog is empty.")
    try:
        return k2k.add(BUYER, CUSTOMER, line=shown[0]["line"], boxes=chance.randint(1, 9), ship_date=SHIP_DATE)
    except NotFound as error:  # its last box was sold after the catalog was shown
        raise InsufficientStock(error.message) from error


WAYS: dict[str, Callable[[K2K, list[str], random.Random], Any]] = {
    "one_line": one_line,
    "five_lines": five_lines,
    "catalog_line": catalog_line,
}


def buy(order: dict[str, Any]) -> dict[str, Any]:
    """Do the attempts of `order`."""
    chance, way = random.Random(order["seed"]), WAYS[order["way"]]
    taken: Counter[str] = Counter()
    refused, errors = 0, []
    with open_network(order["url"]) as k2k:
        print("ready", flush=True)  # noqa: T201 - the others are not, perhaps: all begin together
        sys.stdin.readline()
        for _ in range(order["attempts"]):
            try:
                answer = way(k2k, order["lots"], chance)
            except InsufficientStock:
                refused += 1
            except K2KError as error:
                errors.append(f"{error.code}: {error.message}")
            else:
                for line in answer["lines"]:
                    taken[line["lot"]] += line["boxes"]
    return {"taken": taken, "refused": refused, "errors": errors}


if __name__ == "__main__":
    print(json.dumps(buy(json.loads(sys.argv[1]))))  # noqa: T201 - its output is its answer
