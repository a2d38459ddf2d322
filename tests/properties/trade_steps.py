"""Random steps of people who fulfil and buy in the network of the catalog tests: prebooks, purchase orders with their
transfer, AWBs that are shipped and received, invoices, quantities, drafts, records that come and go."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from random import Random
from typing import Any

from k2k_core.api import K2K
from tests.properties.catalog_changes.network import BUYER, CUSTOMERS, SHIP_DATES, VENDORS
from tests.properties.catalog_changes.random_changes import OWN_LOTS, VENDOR_LOTS, Steps

Row = dict[str, Any]
REASONS = ("received", "sold_elsewhere", "broken", "counted")
_WAITING = {
    "sales_order": ("pending",),
    "purchase_order": ("pending_approval", "approved", "none"),
    "prebook": ("confirmed", "pending"),
    "invoice_order": ("pending", "approved"),
}
"""By kind of document the states in which somebody has to go on with it."""

RARE = 0.25
"""Which part of the steps is of people beside the trade."""


class TradeSteps(Steps):
    """Takes the steps of the catalog tests and those of trade in turn."""

    def __init__(self, net: K2K, random: Random) -> None:
        super().__init__(net, random)
        self._number = 0
        self._trade: tuple[Callable[[], object], ...] = (
            *(self.prebook, self.deal, self.deal, self.deal, self.deal),
            *(self.buy, self.buy, self.transfer, self.transfer, self.approve, self.answer_a_transfer),
            *(self.answer_a_transfer, self.confirm, self.confirm),
            *(self.ship, self.ship, self.scan, self.scan, self.receive),
            *(self.bill, self.release, self.void, self.report_missing, self.decline_missing, self.deliver),
            *(self.credit, self.type_an_arrival),
        )
        self._beside: tuple[Callable[[], object], ...] = (
            *(self.print_labels, self.attach, self.adjust, self.state_a_quantity, self.draft, self.decide_a_draft),
            *(self.archive, self.restore, self.submit_a_job),
            *(self.work_on_jobs, self.add_a_person, self.change_a_person, self.code_some_boxes),
        )

    def take(self) -> str:
        """Take one step; its name."""
        before = self._often
        if self.random.random() < 0.6:
            self._often = self._beside if self.random.random() < RARE else self._trade
        try:
            return super().take()
        finally:
            self._often = before

    # Orders

    def prebook(self) -> None:
        """A salesperson orders boxes of a lot that the customer sees, mostly of a vendor."""
        customer, ship_date = self._of(CUSTOMERS), self._of(SHIP_DATES)
        lines = self.net.catalog(BUYER, customer, ship_date=ship_date)["lines"]
        lots = [lot for line in lines for lot in line["lots"]]
        of_vendors = [lot for lot in lots if "/" in lot]
        lot = self._of(of_vendors if of_vendors and self.random.random() < 0.8 else lots)
        self.net.prebook(BUYER, customer, [{"lot": lot, "boxes": self.random.randint(1, 2)}], ship_date)

    def deal(self) -> None:
        """The same, and the vendor confirms it, on one of a few AWBs."""
        self.prebook()
        order = self._documents(BUYER, "purchase_order")[-1:]
        for one in order:
            if one["status"] == "pending_approval":
                self.net.approve(BUYER, purchase_order=one["number"])
            sales_order = self._documents(one["vendor"], "sales_order")[-1]["number"]
            self.net.confirm(one["vendor"], sales_order, reference_number=self._of(("176-1", "176-9")))

    def buy(self) -> None:
        """A purchase order for goods, of a prebook or of none."""
        lines = [{"product": self._of(("ROSE", "LILY")), "boxes": self.random.randint(1, 3)}]
        prebooks = [one["number"] for one in self._documents(BUYER, "prebook")]
        prebook = self._of((None, None, *prebooks[-2:]))
        made = self.net.purchase_order(BUYER, self._of(VENDORS), lines, self._of(SHIP_DATES), prebook=prebook)
        if self.random.random() < 0.5:
            self.net.approve(BUYER, purchase_order=made["number"])
            self.net.transfer(BUYER, made["number"])

    def approve(self) -> None:
        """A purchase order that waits is approved."""
        self.net.approve(BUYER, purchase_order=self._document(BUYER, "purchase_order"))

    def transfer(self) -> None:
        """A purchase order is sent to its vendor."""
        self.net.transfer(BUYER, self._document(BUYER, "purchase_order"))

    def answer_a_transfer(self) -> None:
        """Its vendor accepts it, gives its lines lots, or rejects it."""
        orders = self._documents(BUYER, "purchase_order")
        order = self._of([one for one in orders if one["transfer"] in ("transferred", "accepted")])
        vendor, number = order["vendor"], order["number"]
        doing = self._of(("accept", "accept", "fill", "fill", "reject"))
        if doing == "accept":
            self.net.accept_order(vendor, number)
        elif doing == "reject":
            self.net.reject(vendor, number, "no boxes")
        else:
            lots = [{"lot": self._of(VENDOR_LOTS), "boxes": 1}]
            lines = [{"line": one["line"], "lots": lots} for one in order["lines"][:1]]
            self.net.fill(vendor, number, lines)

    def confirm(self) -> None:
        """A vendor confirms an order, on one of a few AWBs."""
        vendor = self._of(VENDORS)
        number = self._document(vendor, "sales_order")
        self.net.confirm(vendor, number, reference_number=self._of(("176-1", "176-9", "")), drop_pending=True)

    def void(self) -> None:
        """A vendor voids some boxes, or an order."""
        vendor = self._of(VENDORS)
        box = self._of(list(self._boxes(vendor, "staged")))
        self.net.void(vendor, box["order"], box_codes=[box["box_code"]], reason="frost", confirm="CONFIRM")

    # Boxes

    def ship(self) -> None:
        """A vendor ships an AWB."""
        vendor = self._of(VENDORS)
        awbs = self.net.awbs(vendor, shipped=False)["items"]
        self.net.ship(vendor, self._of(awbs)["id"])

    def scan(self) -> None:
        """Boxes are scanned as they arrive."""
        codes = [box["box_code"] for box in self.net.staging(BUYER)]
        self.net.scan(BUYER, codes[: self.random.randint(1, 4)])

    def receive(self) -> None:
        """Boxes are received from the list."""
        codes = [box["box_code"] for box in self.net.staging(BUYER)]
        self.net.receive(BUYER, codes[-self.random.randint(1, 3) :])

    def bill(self) -> None:
        """What is allocated to a prebook is billed."""
        self.net.bill(BUYER, self._document(BUYER, "prebook"))

    def release(self) -> None:
        """A customer gives boxes up."""
        lines = [line["line"] for one in self._documents(BUYER, "prebook") for line in one["lines"]]
        self.net.release(BUYER, self._of(lines), 1, "not wanted", confirm="CONFIRM")

    def deliver(self) -> None:
        """An order of own stock is delivered."""
        self.net.deliver(BUYER, self._document(BUYER, "invoice_order"))

    def credit(self) -> None:
        """Part of an invoice is credited."""
        invoice = self._of(self._documents(BUYER, "invoice"))
        line = self._of(invoice["lines"])["line"]
        self.net.credit(BUYER, invoice["number"], line, boxes=1, reason="late", confirm="CONFIRM")

    def report_missing(self) -> None:
        """The buyer says that a box never came."""
        self.net.missing(BUYER, [self._of(self.net.staging(BUYER))["box_code"]], "not on the pallet")

    def decline_missing(self) -> None:
        """The vendor says that it did."""
        vendor = self._of(VENDORS)
        boxes = self.net.boxes(vendor, missing=True)["items"]
        self.net.decline_missing(vendor, [self._of(boxes)["box_code"]], "signed for")

    def print_labels(self) -> None:
        """Labels of an AWB are printed."""
        company = self._of((BUYER, *VENDORS))
        self.net.labels(company, self._of(self.net.awbs(company)["items"])["id"])

    def type_an_arrival(self) -> None:
        """The day on which an AWB arrives is typed."""
        company = self._of((BUYER, *VENDORS))
        day = self._of(("2026-03-08", "2026-03-10"))
        self.net.awb(company, self._of(self.net.awbs(company)["items"])["id"], arrival_date=day)

    def code_some_boxes(self) -> None:
        """A lot comes whose boxes have codes."""
        self._number += 1
        codes = [f"Q{self._number}-{one}" for one in range(3)]
        row = {**self.net.record("ANDES", "lots", "V1"), "code": f"Q{self._number}", "boxes": 3, "box_codes": codes}
        self.net.put("ANDES", "lots", [{name: value for name, value in row.items() if name != "version"}])

    def attach(self) -> None:
        """An address is attached to boxes."""
        company = self._of((BUYER, *VENDORS))
        codes = [box["box_code"] for box in self.net.boxes(company)["items"]]
        self._number += 1
        self.net.attach(company, f"https://x.example/{self._number}", box_codes=codes[:1])

    # Stock

    def adjust(self) -> None:
        """Boxes came, were sold elsewhere or broke."""
        owner, code = self._some_lot()
        reason = self._of(REASONS)
        delta = self.random.randint(1, 3) * (1 if reason == "received" else -1)
        self._number += 1
        self.net.adjust(owner, code, delta, reason, f"E-{self._number}", short="stop")

    def state_a_quantity(self) -> None:
        """Somebody counted a lot."""
        owner, code = self._some_lot()
        movement = self.net.quantities(owner, [code])["items"][0]["movement"]
        self.net.state_quantity(owner, code, on_hand=self.random.randint(0, 9), as_of=movement)

    # Beside the trade

    def draft(self) -> None:
        """Somebody asks what would be if."""
        self.net.what_if(BUYER, [{"settings": {"k2k_gpm": self.random.randint(10, 40)}}])

    def decide_a_draft(self) -> None:
        """A draft is applied or dropped."""
        open_ones = self.net.drafts(BUYER, state="open")["items"]
        self._of((self.net.apply_draft, self.net.drop_draft))(BUYER, self._of(open_ones)["draft"])

    def archive(self) -> None:
        """A record is archived."""
        collection, code = self._record()
        self.net.archive(BUYER, collection, code)

    def restore(self) -> None:
        """One is back."""
        collection, code = self._record()
        self.net.archive(BUYER, collection, code, restore=True)

    def submit_a_job(self) -> None:
        """Work for the background."""
        changes = [{"settings": {"gpm": self.random.randint(10, 40)}}]
        self.net.submit(BUYER, "what_if", {"changes": changes})

    def work_on_jobs(self) -> None:
        """It is done."""
        self.net.run_jobs(1)

    def add_a_person(self) -> None:
        """A person comes."""
        self._number += 1
        self.net.add_user(BUYER, f"p{self._number}@bloom.example", roles=["warehouse"])

    def change_a_person(self) -> None:
        """A person may do something else, or nothing."""
        email = self._of(self.net.users(BUYER))["email"]
        if self.random.random() < 0.5:
            self.net.set_roles(email, self._of((["warehouse"], ["salesperson"])))
        else:
            self.net.set_active(email, self._of((True, False)))

    def _record(self) -> tuple[str, str]:
        self._number += 1
        carriers = ("carriers", f"T{self.random.randint(1, 3)}")
        self.net.put(BUYER, carriers[0], [{"code": carriers[1], "name": f"Truck {self._number}"}])
        return self._of((carriers, ("lots", self._of(OWN_LOTS)), ("customers", self._of(CUSTOMERS))))

    def _documents(self, company: str, kind: str) -> list[Row]:
        return self.net.orders(company, filters={"kind": kind}, lines=True, limit=1000)["items"]

    def _document(self, company: str, kind: str) -> str:
        statuses = _WAITING.get(kind, ())
        found = self._documents(company, kind)
        waiting = [one for one in found if one["status"] in statuses or one["transfer"] in statuses]
        return str(self._of(waiting[-4:] or found)["number"])

    def _boxes(self, company: str, state: str) -> Iterator[Row]:
        return iter(self.net.boxes(company, state=state)["items"])

    def _of(self, choices: Any) -> Any:
        return super()._of(choices or [_Nothing()])


class _Nothing(dict[str, Any]):
    """What is chosen where there is nothing: a name that nothing has."""

    def __missing__(self, name: str) -> Any:
        return [] if name == "lines" else "NOTHING"
