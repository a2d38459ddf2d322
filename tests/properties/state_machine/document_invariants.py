"""Invariants of documents: those of both companies agree line by line, and customers are charged what they bought."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from typing import Any

from tests.properties.state_machine.model import ENDED
from tests.properties.state_machine.voids_and_credits_model import UNITS, VENDORS_INVOICE, VoidsAndCreditsModel

Document = Mapping[str, Any]
Documents = Mapping[str, Sequence[Document]]
"""The documents of every company."""

SAME = ("boxes", "box_type", "units_per_box", "unit_type", "units", "box_codes", "mark_code")
"""What the purchase order and the sales order say alike of a line."""

NO_AMOUNT = Decimal(0)


class DocumentInvariants:
    """The documents of one moment, and what was on those before it."""

    def __init__(self, model: VoidsAndCreditsModel) -> None:
        self._model = model
        self._texts: dict[tuple[str, str], Any] = {}

    def require(self, documents: Documents) -> None:
        """All that holds of them."""
        on = {kind: _on(documents, kind) for kind in ("prebook", "purchase_order", "sales_order", "invoice_order")}
        _require_agreement(on)
        self._require_what_was_agreed(on)
        _require_one_hand(on)
        self._require_same_totals(documents)
        self._require_invoices(documents)
        self._require_charged(documents, {**on["prebook"], **on["invoice_order"]})

    def _require_what_was_agreed(self, on: Mapping[str, Mapping[str, Document]]) -> None:
        """The words for a line's goods stay on each side's documents as they were when somebody checked it out."""
        for kind, lines in on.items():
            for number, line in lines.items():
                if self._model.lines[number]["sold"]:
                    words = (
                        line["product"],
                        line["description"],
                        line["box_type"],
                        line["units_per_box"],
                        line["price"],
                    )
                    assert self._texts.setdefault((kind, number), words) == words

    def _require_same_totals(self, documents: Documents) -> None:
        """A purchase order comes to what its sales order comes to, charges and all; so does the vendor's invoice."""
        vendors = _by_number(documents, "sales_order")
        for order in (one for mine in documents.values() for one in mine if one["kind"] == "purchase_order"):
            open_ones = {line["line"] for line in order["lines"] if line["state"] not in ENDED}
            for number in {self._model.lines[one]["sales_order"] for one in open_ones} - {None}:
                theirs = vendors[(order["vendor"], number)]
                if open_ones == {line["line"] for line in theirs["lines"] if line["state"] not in ENDED}:
                    assert (order["total"], order["charges"]) == (theirs["total"], theirs["charges"])
        for vendor, invoice in _invoices(documents, of_vendors=True):
            orders = {self._model.lines[line["line"]]["sales_order"] for line in invoice["lines"]}
            order = vendors[(invoice["vendor"], orders.pop())]
            assert not orders
            numbers = {line["line"] for line in (*invoice["lines"], *order["lines"])}
            if not any(self._was_credited(number) for number in numbers):
                assert invoice["total"] == order["total"], (vendor, invoice, order)

    def _was_credited(self, number: str) -> bool:
        line = self._model.lines[number]
        billed = 0 if line["state"] in ENDED else line["boxes"]
        return bool(line["vendor_allowed"] or line["invoiced"] not in (0, billed) or line["invoiced"] < billed)

    def _require_invoices(self, documents: Documents) -> None:
        """An invoice bills of each line the boxes that it should, and comes to them without what was allowed."""
        for _, invoice in (*_invoices(documents, of_vendors=True), *_invoices(documents, of_vendors=False)):
            side = VENDORS_INVOICE if invoice["vendor"] else "customer"
            for number in {line["line"] for line in invoice["lines"]}:
                rows = [line for line in invoice["lines"] if line["line"] == number]
                boxes, price = sum(row["boxes"] for row in rows), Decimal(rows[0]["price"])
                assert boxes == self._model.billed_to(side, number), (invoice, number)
                allowed = self._model.lines[number][f"{side}_allowed"]
                assert sum(Decimal(row["total"]) for row in rows) == price * UNITS * boxes - allowed, invoice

    def _require_charged(self, documents: Documents, sold: Mapping[str, Document]) -> None:
        """What each customer was charged, or will be, is what it checked out without what was taken off."""
        charged: dict[tuple[str, str], Decimal] = defaultdict(lambda: NO_AMOUNT)
        for company, invoice in _invoices(documents, of_vendors=False):
            goods = sum((Decimal(line["total"]) for line in invoice["lines"]), NO_AMOUNT)
            charged[(company, invoice["customer"])] += goods
        owed: dict[tuple[str, str], Decimal] = defaultdict(lambda: NO_AMOUNT)
        for number, line in self._model.sold().items():
            customer, price = (line["buyer"], line["customer"]), Decimal(line["price"]) * UNITS
            owed[customer] += price * line["boxes"] - self._model.taken_off(number)
            if line["state"] not in ENDED:
                charged[customer] += Decimal(sold[number]["total"]) - price * line["billed"]
        for customer in {*charged, *owed}:
            assert charged[customer] == owed[customer], customer


def _on(documents: Documents, kind: str) -> dict[str, Document]:
    """What the documents of a kind say of each line, but for a buyer's prebook at its vendor."""
    documents = [one for company, mine in documents.items() for one in mine if one["kind"] == kind]
    at_vendors = [
        one for one in documents if kind == "prebook" and one["vendor"] is not None and one["customer"] is None
    ]
    return {line["line"]: line for one in documents if one not in at_vendors for line in one["lines"]}


def _by_number(documents: Documents, kind: str) -> dict[tuple[str, str], Document]:
    return {(company, one["number"]): one for company, mine in documents.items() for one in mine if one["kind"] == kind}


def _invoices(documents: Documents, of_vendors: bool) -> Iterator[tuple[str, Document]]:
    """Invoices with whose books they are in: vendors' and their copies, or those to customers."""
    for company, mine in documents.items():
        for one in mine:
            if one["kind"] == "invoice" and (one["vendor"] is not None) == of_vendors:
                yield company, one


def _require_agreement(on: Mapping[str, Mapping[str, Document]]) -> None:
    """Purchase order and sales order say the same of a line, and the prebook has its pack and its boxes."""
    for number, line in on["sales_order"].items():
        ordered, sold = on["purchase_order"].get(number), on["prebook"].get(number)
        if ordered is not None:
            assert {name: ordered[name] for name in (*SAME, "price", "total")} == {
                name: line[name] for name in (*SAME, "price", "total")
            }
        if sold is not None:
            alike = [name for name in SAME if name != "units"]
            assert {name: sold[name] for name in alike} == {name: line[name] for name in alike}
            assert ordered is None or sold["description"] == ordered["description"]


def _require_one_hand(on: Mapping[str, Mapping[str, Document]]) -> None:
    """No box is in two customers' hands: it is on one line alone."""
    for lines in on.values():
        codes = [code for line in lines.values() for code in line["box_codes"]]
        assert len(codes) == len(set(codes))
