"""Formats catalogs, carts and documents."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from k2k_core.cli.language import said, words
from k2k_core.cli.terminal import Terminal, table
from k2k_core.messages import Message, joined_by_and

Answer = Mapping[str, Any]

KINDS = {
    "prebook": Message("Prebook"),
    "purchase_order": Message("Purchase order"),
    "sales_order": Message("Sales order"),
    "invoice_order": Message("Invoice order"),
    "invoice": Message("Invoice"),
}
LISTED = 8
"""How many lines of a catalog are shown."""


def catalog(screen: Terminal, answer: Answer) -> Iterator[str]:
    """One page of a catalog."""
    rows = [
        (
            line["description"],
            _pack(line),
            line["price"] or words("call"),
            words("{available} {available:box|boxes}", available=line["available"]),
            _stock(line),
        )
        for line in answer["lines"][:LISTED]
    ]
    header, *lines = table(
        [(words("line"), words("pack"), words("price"), words("available"), words("from")), *rows], right=(2, 3)
    )
    yield screen.dim(header)
    yield from lines
    if answer["total"] > len(rows):
        yield words("… and {count} more", count=answer["total"] - len(rows))


def cart(screen: Terminal, answer: Answer) -> Iterator[str]:
    """What was just put into a cart, or into a prebook that waits for approval, and its documents."""
    boxes = sum(line["boxes"] for line in answer["lines"])
    if answer["cart"] is None:
        number = screen.bold(words("Prebook {prebook}", prebook=answer["prebook"]))
        yield words(
            "{number}: {boxes} {boxes:box is held until it is|boxes are held until they are} approved",
            number=number,
            boxes=boxes,
        )
    else:
        number = screen.bold(words("Cart {cart}", cart=answer["cart"]))
        yield words(
            "{number}: {boxes} {boxes:box is|boxes are} reserved until {expires_at} UTC",
            number=number,
            boxes=boxes,
            expires_at=answer["expires_at"][11:16],
        )
    for line in answer["lines"]:
        numbers = [
            words("purchase order {purchase_order}", purchase_order=line["purchase_order"]),
            words("sales order {sales_order}", sales_order=line["sales_order"]),
        ]
        behind = said(joined_by_and(numbers)) if line["sales_order"] else words("own stock")
        yield words(
            "  {boxes} of {lot} at {price}: {behind}",
            boxes=line["boxes"],
            lot=line["lot"],
            price=line["price"],
            behind=behind,
        )
    first = answer["prebook"] or answer["invoice_order"]
    if answer["prebook"]:
        yield words("  all of it on prebook {first}", first=first)
    else:
        yield words("  all of it on invoice order {first}", first=first)


def document(screen: Terminal, answer: Answer) -> Iterator[str]:
    """One document with its lines and total."""
    number, total = f"{said(KINDS[answer['kind']])} {answer['number']}", f"{answer['total']} {answer['currency']}"
    yield f"{screen.bold(number)}  {', '.join(_head(answer))}"
    yield from (f"  {line}" for line in table((_line(screen, line) for line in answer["lines"]), right=(1, 2, 3, 4)))
    yield from (f"  {charge['name']} {charge['amount']}" for charge in answer["charges"])
    yield words("  total {total}", total=screen.bold(total)) + (
        words(", on AWB {awb}", awb=answer["awb"]) if answer["awb"] else ""
    )


def documents(screen: Terminal, answers: Sequence[Answer]) -> Iterator[str]:
    """A list of documents, one line each."""
    yield screen.dim(words("{count} document(s)", count=len(answers)))
    rows = [
        (
            said(KINDS[one["kind"]]),
            one["number"],
            one["status"],
            one["buyer"],
            one["customer"],
            one["total"],
            one["currency"],
        )
        for one in answers
    ]
    yield from table(rows, right=(5,))


def _head(answer: Answer) -> Iterator[str]:
    yield str(answer["status"])
    if answer["vendor"] and answer["buyer"]:
        yield words("{vendor} to {buyer}", vendor=answer["vendor"], buyer=answer["buyer"])
    if answer["customer"]:
        yield words("customer {customer}", customer=answer["customer"])
    yield words("ships {ship_date} via {ship_via}", ship_date=answer["ship_date"], ship_via=answer["ship_via"])


def _line(screen: Terminal, line: Answer) -> tuple[str, ...]:
    boxes = words("{boxes} {boxes:box|boxes}", boxes=line["boxes"]) if line["boxes"] else ""
    goods = f"{line['lot']} " if line.get("lot") else ""
    price, total = line["price"] or "-", line["total"] or "-"
    state = screen.colored(line["state"] or "", line.get("color"))
    return f"{goods}{line['description']}", boxes, words("{units} at", units=line["units"]), price, total, state


def _pack(line: Answer) -> str:
    return f"{line['box_type']} {line['units_per_box']} {line['unit_type']}s".replace("bunchs", "bunches")


def _stock(line: Answer) -> str:
    return ", ".join(line["lots"][:4]) + (" …" if len(line["lots"]) > 4 else "")
