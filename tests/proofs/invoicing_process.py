"""A process that sells a box, confirms the order and says so, again and again, until somebody kills it.

    python invoicing_process.py '{"url": ..., "lots": [...]}'

What it prints, once an order is confirmed, is the number of the vendor's order on one line.
"""

from __future__ import annotations

import json
import os
import sys
from itertools import cycle
from typing import Any

from tests.proofs.network import BUYER, CUSTOMER, SHIP_DATE, VENDOR, open_network


def confirm_for_ever(order: dict[str, Any]) -> None:
    """Sell, confirm and acknowledge."""
    k2k = open_network(order["url"])
    for lot in cycle(order["lots"]):
        cart = k2k.add(BUYER, CUSTOMER, lot=lot, boxes=1, ship_date=SHIP_DATE)
        k2k.checkout(BUYER, cart=cart["cart"])
        k2k.confirm(VENDOR, cart["sales_order"])
        os.write(1, f"{cart['sales_order']}\n".encode())


if __name__ == "__main__":
    confirm_for_ever(json.loads(sys.argv[1]))
