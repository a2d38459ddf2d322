"""Invariants that are checked after every step of the state machine."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from hypothesis.stateful import RuleBasedStateMachine, invariant

from k2k_core.store.tables import Box, BoxClaim, Cart, Company, Lot, LotLedger, OrderLine
from tests.properties.state_machine.document_invariants import DocumentInvariants
from tests.properties.state_machine.model import ENDED, GIVEN, OPEN
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
        self._confirmed: set[tuple[str, str]] = set()

    @property
    def all(self) -> list[NetworkCopy]:
        """The network on each engine."""
        return list(self.copies.all.values())

    @invariant()
    def stock_is_as_it_should_be(self) -> None:
        if not hasattr(self, "model"):
            return
        refs = list(self.model.lots)
        should = [{"lot": ref, "available": self.model.lots[ref].available} for ref in refs]
        assert self.copies.ask("availability", refs) == should
        ledger = LotLedger.select(LotLedger.delta, Company.code, Lot.code).join(Lot, on=Lot.id == LotLedger.lot_id)
        for copy in self.all:
            moved: dict[str, int] = {}
            for delta, owner, code in copy.rows(ledger.join(Company, on=Company.id == Lot.company_id)):
                moved[f"{owner}/{code}"] = moved.get(f"{owner}/{code}", 0) + delta
            assert moved == {ref: self.model.lots[ref].available for ref in refs}

    @invariant()
    def quantities_are_disjoint_and_add_up(self) -> None:
        """No box is promised that is not there, unless the lot says that it is short."""
        if not hasattr(self, "model"):
            return
        read = []
        for company in (*VENDORS, *BUYERS):
            for row in self.copies.ask("quantities", company, limit=1000)["items"]:
                ref = f"{company}/{row['lot']}"
                read.append(ref)
                self.model.lots[ref].moved(row.pop("movement"))
                assert row == self.model.quantities(ref), ref
                promised = row["reserved"] + row["staged"] + row["allocated"]
                assert row["available"] + promised == row["on_hand"] + row["short"]
                assert not row["available"] or not row["short"]
        assert sorted(read) == sorted(self.model.lots)

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
                ref = f"{owner}/{code}"
                assert (came, day) == (self.model.came[ref][0], self.model.arrived_on(ref))

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
        if kind == "invoice_order":
            assert (status == "delivered") == ("billed" in found), document
        if kind == "prebook" and document["vendor"] != company:
            self._require_confirmed((company, document["number"]), found, status)
        if kind == "purchase_order":
            assert (status == "pending_approval") == ((company, document["number"]) in self.model.waiting)
            confirmed = bool(found & set(GIVEN)) and not found & {"in_cart", "checked_out"}
            assert (status == "confirmed") == confirmed, document
            purchase = self.model.purchases.get((company, document["number"]), {"transfer": "none"})
            assert document["transfer"] == purchase["transfer"], document

    def _require_confirmed(self, prebook: tuple[str, str], states: set[str], status: str) -> None:
        """A prebook is confirmed once all that is open of it is, and stays so while anything of that is left."""
        given = bool(states & set(GIVEN))
        if given and not states & {"in_cart", "checked_out", "needed"}:
            self._confirmed.add(prebook)
        if not given:
            self._confirmed.discard(prebook)
        assert (status == "confirmed") == (prebook in self._confirmed), (prebook, states, status)

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
