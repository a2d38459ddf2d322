"""Invariants that are checked after every step of the state machine."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from hypothesis.stateful import RuleBasedStateMachine, invariant

from k2k_core.store.tables import Box, BoxClaim, Cart, Company, Lot, LotLedger, OrderLine
from tests.properties.state_machine.document_invariants import DocumentInvariants
from tests.properties.state_machine.model import ENDED, GIVEN, HOLDING, OPEN
from tests.properties.state_machine.network import BUYERS, VENDORS
from tests.properties.state_machine.network_copies import NetworkCopies, NetworkCopy
from tests.properties.state_machine.voids_and_credits_model import VoidsAndCreditsModel

SOLD = ("checked_out", *GIVEN)


class InvariantMachine(RuleBasedStateMachine):
    """A network that is sound on every engine, and as its model says."""

    copies: NetworkCopies
    model: VoidsAndCreditsModel
    documents: DocumentInvariants

    def __init__(self) -> None:
        super().__init__()
        self._read = dict.fromkeys((*VENDORS, *BUYERS), 0)
        self._digests: dict[str, str] | None = None

    @property
    def all(self) -> list[NetworkCopy]:
        """The network on each engine."""
        return list(self.copies.all.values())

    @invariant()
    def stock_is_as_it_should_be(self) -> None:
        if not hasattr(self, "model"):
            return
        refs = list(self.model.lots)
        should = [{"lot": ref, "available": self.model.lots[ref]["available"]} for ref in refs]
        assert self.copies.ask("availability", refs) == should
        held = dict.fromkeys(refs, 0)
        for line in self.model.lines.values():
            if line["state"] in HOLDING:
                held[line["lot"]] += line["boxes"]
        ledger = LotLedger.select(LotLedger.delta, Company.code, Lot.code).join(Lot, on=Lot.id == LotLedger.lot_id)
        for copy in self.all:
            moved: dict[str, int] = {}
            for delta, owner, code in copy.rows(ledger.join(Company, on=Company.id == Lot.company_id)):
                moved[f"{owner}/{code}"] = moved.get(f"{owner}/{code}", 0) + delta
            assert moved == {ref: self.model.lots[ref]["available"] for ref in refs}
            numbers = copy.rows(
                Lot.select(Company.code, Lot.code, Lot.allocated).join(Company, on=Company.id == Lot.company_id)
            )
            allocated = {f"{owner}/{code}": count for owner, code, count in numbers}
            assert allocated == {ref: self.model.lots[ref]["allocated"] for ref in refs}
        for lot, count in ((self.model.lots[ref], held[ref]) for ref in refs):
            assert lot["boxes"] - lot["available"] - lot["allocated"] - lot["gone"] == count

    @invariant()
    def boxes_arrived_when_they_came(self) -> None:
        """On the day on which they were scanned, or on that of their AWB if it is earlier."""
        if not hasattr(self, "model"):
            return
        arrived = Lot.select(Company.code, Lot.code, Lot.received_on, Lot.arrival_date)
        for copy in self.all:
            rows = copy.rows(
                arrived.join(Company, on=Company.id == Lot.company_id).where(Lot.received_on.is_null(False))
            )
            for owner, code, came, day in rows:
                should, awb = self.model.came[f"{owner}/{code}"]
                assert (came, day) == (should, min(should, self.model.arrivals.get(awb) or should))

    @invariant()
    def claims_are_the_boxes_that_lines_hold(self) -> None:
        if not hasattr(self, "model"):
            return
        should = sorted(
            (int(number), code)
            for number, line in self.model.lines.items()
            if line["state"] == "staged"
            for code in line["codes"]
            if self.model.boxes[code]["state"] == "staged"
        )
        query = BoxClaim.select(BoxClaim.line_id, Box.code).join(Box, on=Box.id == BoxClaim.box_id)
        for copy in self.all:
            assert sorted(copy.rows(query.where(BoxClaim.open))) == should

    @invariant()
    def lines_and_carts_are_as_they_should_be(self) -> None:
        if not hasattr(self, "model"):
            return
        facts = ("state", "boxes", "released")
        lines = {int(number): tuple(line[name] for name in facts) for number, line in self.model.lines.items()}
        carts = {key: (cart["state"], cart["expires_at"]) for key, cart in self.model.carts.items()}
        found = Cart.select(Company.code, Cart.number, Cart.state, Cart.expires_at)
        for copy in self.all:
            stored = copy.rows(OrderLine.select(OrderLine.id, OrderLine.state, OrderLine.boxes, OrderLine.released))
            assert {number: tuple(found) for number, *found in stored} == lines
            held = copy.rows(Box.select(Box.code, Box.state, Box.missing))
            should = {(code, box["state"], box["missing"]) for code, box in self.model.boxes.items()}
            assert {(code, state, missing is not None) for code, state, missing in held} == should
            rows = copy.rows(found.join(Company, on=Company.id == Cart.company_id))
            assert {(owner, number): (state, ends) for owner, number, state, ends in rows} == carts

    @invariant()
    def documents_agree_and_add_up(self) -> None:
        if not hasattr(self, "model"):
            return
        on: dict[str, dict[str, str]] = {}
        documents = {company: self.copies.ask("orders", company) for company in (*VENDORS, *BUYERS)}
        for company, mine in documents.items():
            for document in mine:
                _require_total(document)
                if document["kind"] != "invoice":
                    self._require_status(company, document)
                    for line in document["lines"]:
                        if line["line"] is not None:
                            kind = _place_of(company, document)
                            on.setdefault(line["line"], {})[kind] = document["number"]
                            self._require_line(line, kind)
        kinds = ("prebook", "purchase_order", "sales_order", "invoice_order", "at_vendor")
        for number, line in self.model.lines.items():
            assert on[number] == {kind: line[kind] for kind in kinds if line[kind] is not None}
            line["sold"] = line["sold"] or line["state"] in SOLD
        self.documents.require(documents)

    def _require_line(self, shown: dict[str, Any], kind: str) -> None:
        line = self.model.lines[shown["line"]]
        given_up = kind == "prebook" and line["released"] == line["boxes"] and line["state"] not in ENDED
        assert (shown["state"], shown["boxes"]) == ("released" if given_up else line["state"], line["boxes"])
        if kind in ("prebook", "invoice_order"):
            assert shown["price"] == line["price"], "frozen when it was sold"
        if line["state"] in GIVEN:
            assert shown["box_codes"] == line["codes"]

    def _require_status(self, company: str, document: dict[str, Any]) -> None:
        lines = [line for line in document["lines"] if line["line"] is not None]
        found = {self.model.lines[line["line"]]["state"] for line in lines}
        alive = bool(found & set(OPEN))
        kind, status = document["kind"], document["status"]
        assert (status in ("cancelled", "voided")) == (not alive), document
        if kind == "sales_order":
            assert status == self.model.orders[(company, document["number"])]["status"]
        if kind == "prebook" and document["vendor"] != company:
            confirmed = bool(found & set(GIVEN)) and not found & {"in_cart", "checked_out", "needed"}
            assert (status == "confirmed") == confirmed, document
        if kind == "purchase_order":
            assert (status == "pending_approval") == ((company, document["number"]) in self.model.waiting)
            confirmed = bool(found & set(GIVEN)) and not found & {"in_cart", "checked_out"}
            assert (status == "confirmed") == confirmed, document
            purchase = self.model.purchases.get((company, document["number"]), {"transfer": "none"})
            assert document["transfer"] == purchase["transfer"], document

    @invariant()
    def what_is_stored_verifies(self) -> None:
        if hasattr(self, "model"):
            assert self.copies.ask("verify") == []

    @invariant()
    def events_are_numbered_without_gaps(self) -> None:
        if not hasattr(self, "model"):
            return
        for company, last in self._read.items():
            told = self.copies.ask("events", company, last)
            places = [event["seq"] for event in told]
            assert places == list(range(last + 1, last + 1 + len(places)))
            self._read[company] += len(places)
            if told:
                self._digests = None  # reading may give events their place


def _place_of(company: str, document: dict[str, Any]) -> str:
    """What a document is to its lines: a buyer's prebook at its vendor is not that of the buyer's customer."""
    return "at_vendor" if (document["kind"], document["vendor"]) == ("prebook", company) else str(document["kind"])


def _require_total(document: dict[str, Any]) -> None:
    """Lines come to their units times their price, and the document to its lines. Boxes that are credited come to no
    more than that: nothing is credited twice."""
    amount = sum((Decimal(charge["amount"]) for charge in document["charges"]), Decimal(0))
    for line in document["lines"]:
        if line["total"] is None:
            continue
        is_allowance = line.get("reason") and not line["boxes"]
        if line["line"] is not None and not is_allowance:
            exact = Decimal(line["price"]) * line["units"]
            beyond = abs(Decimal(line["total"])) - abs(exact)
            assert beyond < Decimal("0.01"), line
            assert line.get("reason") or beyond > Decimal("-0.01"), line
        if line["state"] not in ENDED or document["kind"] == "invoice":
            amount += Decimal(line["total"])
    assert amount == Decimal(document["total"]), document
