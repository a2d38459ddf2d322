"""Formats catalogs, carts and documents."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from k2k_core.cli.terminal import Terminal, table

Answer = Mapping[str, Any]

KINDS = {
    "prebook": "Prebook",
    "purchase_order": "Purchase order",
    "sales_order": "Sales order",
    "invoice_order": "Invoice order",
    "invoice": "Invoice",
}
LISTED = 8
"""How many lines of a catalog are shown."""


def catalog(screen: Terminal, answer: Answer) -> Iterator[str]:
    """One page of a catalog."""
    rows = [
        (line["description"], _pack(line), line["price"] or "call", f"{line['available']} boxes", _stock(line))
        for line in answer["lines"][:LISTED]
    ]
    header, *lines = table([("line", "pack", "price", "available", "from"), *rows], right=(2, 3))
    yield screen.dim(header)
    yield from lines
    if answer["total"] > len(rows):
        yield f"… and {answer['total'] - len(rows)} more"


def cart(screen: Terminal, answer: Answer) -> Iterator[str]:
    """What was just put into a cart, or into a prebook that waits for approval, and its documents."""
    boxes = sum(line["boxes"] for line in answer["lines"])
    if answer["cart"] is None:
        number = screen.bold(f"Prebook {answer['prebook']}")
        yield f"{number}: {boxes} boxes are held until they are approved"
    else:
        number = screen.bold(f"Cart {answer['cart']}")
        yield f"{number}: {boxes} boxes are reserved until {answer['expires_at'][11:16]} UTC"
    for line in answer["lines"]:
        numbers = [f"purchase order {line['purchase_order']}", f"sales order {line['sales_order']}"]
        behind = " and ".join(numbers) if line["sales_order"] else "own stock"
        yield f"  {line['boxes']} of {line['lot']} at {line['price']}: {behind}"
    first = answer["prebook"] or answer["invoice_order"]
    yield f"  all of it on {'prebook' if answer['prebook'] else 'invoice order'} {first}"


def document(screen: Terminal, answer: Answer) -> Iterator[str]:
    """One document with its lines and total."""
    number, total = f"{KINDS[answer['kind']]} {answer['number']}", f"{answer['total']} {answer['currency']}"
    yield f"{screen.bold(number)}  {', '.join(_head(answer))}"
    yield from (f"  {line}" for line in table((_line(screen, line) for line in answer["lines"]), right=(1, 2, 3, 4)))
    yield from (f"  {charge['name']} {charge['amount']}" for charge in answer["charges"])
    yield f"  total {screen.bold(total)}" + (f", on AWB {answer['awb']}" if answer["awb"] else "")


def documents(screen: Terminal, answers: Sequence[Answer]) -> Iterator[str]:
    """A list of documents, one line each."""
    yield screen.dim(f"{len(answers)} document(s)")
    rows = [
        (KINDS[one["kind"]], one["number"], one["status"], one["buyer"], one["customer"], one["total"], one["currency"])
        for one in answers
    ]
    yield from table(rows, right=(5,))


def _head(answer: Answer) -> Iterator[str]:
    yield str(answer["status"])
    if answer["vendor"] and answer["buyer"]:
        yield f"{answer['vendor']} to {answer['buyer']}"
    if answer["customer"]:
        yield f"customer {answer['customer']}"
    yield f"ships {answer['ship_date']} via {answer['ship_via']}"


def _line(screen: Terminal, line: Answer) -> tuple[str, ...]:
    boxes = f"{line['boxes']} boxes" if line["boxes"] else ""
    goods = f"{line['lot']} " if line.get("lot") else ""
    price, total = line["price"] or "-", line["total"] or "-"
    state = screen.colored(line["state"] or "", line.get("color"))
    return f"{goods}{line['description']}", boxes, f"{line['units']} at", price, total, state


def _pack(line: Answer) -> str:
    return f"{line['box_type']} {line['units_per_box']} {line['unit_type']}s".replace("bunchs", "bunches")


def _stock(line: Answer) -> str:
    return ", ".join(line["lots"][:4]) + (" …" if len(line["lots"]) > 4 else "")
