"""The migration that stores agreed terms fills the orders, invoices, received lots and AWBs of an older database."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from k2k_core.store.database.session import Session
from k2k_core.store.engine import Store
from k2k_core.store.migrations import STEPS
from k2k_core.store.tables import Awb, AwbCost, Document, Lot, OrderLine
from tests.store.migrations.old_rows import insert

Row = dict[str, Any]

PAPER: Row = {
    **dict.fromkeys(("former_number", "carrier", "reference_number", "reason"), ""),
    "ship_via": "warehouse",
    "ship_to": "{}",
    "sales_type": "prebook",
    "transfer": "none",
    "currency": "USD",
    "created_at": 1_770_040_800_000_000,
}
LINE: Row = {
    "description": "Red",
    "inventory_type": "k2k",
    "box_type": "HB",
    "boxes": 2,
    "units_per_box": 250,
    "unit_type": "stem",
    "price": 480_000,
    "cost": 300_000,
    "landed_cost": 340_600,
    "charges": "{}",
    "components": '{"inbound_truck":40600,"unit_cost":300000}',
    "mark_code": "",
    "reason": "",
    "created_at": 0,
}
LOT: Row = {
    "inventory_type": "open_market_boxes",
    "boxes": 2,
    "available": 0,
    "ledger_id": 0,
    "units_per_box": 250,
    "unit_type": "stem",
    "arrival_date": "2026-02-02",
    "on_hold": False,
    "solid": True,
    "sell_fast": False,
    "archived": False,
}
CUSTOMER: Row = {
    "email": "",
    "type": "A",
    "landed_cost_as_price": False,
    "price_lists": "[]",
    "ship_via": "warehouse",
    "show_fob_price": False,
    "charge_fuel_surcharge": False,
    "days_of_service": "{}",
    "salesperson_email": "",
    "credit_hold": False,
    "send_invoice_to": "[]",
    "send_checkout_notification_to": "[]",
    "archived": False,
}
FEE = '[{"name":"Fee","per_order":5000000}]'


class Old:
    """A database of the step before, being filled."""

    def __init__(self, session: Session) -> None:
        self.session = session
        company = {"currency": "USD", "timezone": "America/Bogota", "locale": "es", "change_seq": 0, "lot_seq": 0}
        codes = ("VC", "BC", "VD")
        self.vc, self.bc, self.vd = (self.add("company", code=code, name=f"{code} Co", **company) for code in codes)
        own = {"additional_charges": FEE, **CUSTOMER}
        self.add("customer", company_id=self.vc, code="B", name="B", company="BC", ship_to="{}", **own)
        where = {"ship_to": '{"city":"Tampa"}', **own}
        self.person = self.add("customer", company_id=self.bc, code="C", name="Corner", **where)
        self.theirs, self.mine = self.goods(self.vc), self.goods(self.bc)

    def add(self, table: str, **values: object) -> int:
        return insert(self.session, table, **values)

    def goods(self, owner: int) -> Row:
        """A product and a box of a company, as columns of its lots."""
        category = self.add("category", company_id=owner, code="R", name="R")
        named = {"code": "P", "description": f"Rose {owner}", "category_id": category}
        product = self.add("product", company_id=owner, **named)
        box = self.add("box_type", company_id=owner, code="HB", name="HB", fbe=500_000)
        size = {"length": 40_000_000, "width": 12_000_000, "height": 10_000_000}
        self.add("box_dimensions", company_id=owner, box_type_id=box, **size)
        return {"company_id": owner, "product_id": product, "box_type_id": box}

    def fill(self) -> None:
        """An order with its papers and its invoice, a received lot, and two AWBs of one number with their costs."""
        awb = {"buyer_id": self.bc, "number": "1001", "ship_via": "warehouse", "freight": 90_000_000}
        first, second = (self.add("awb", vendor_id=sender, **awb) for sender in (self.vc, self.vd))
        typed = {"number": "1001", "freight": 90_000_000, "person": "host", "at": 0}
        self.add("awb_cost", company_id=self.bc, **typed)
        lot = self.add("lot", code="L", **self.theirs, **LOT)
        papers = {
            "prebook_id": self.paper(self.bc, "prebook", customer_id=self.person),
            "purchase_order_id": self.paper(self.bc, "purchase_order", vendor_id=self.vc),
            "sales_order_id": self.paper(self.vc, "sales_order", vendor_id=self.vc),
        }
        self.paper(self.bc, "invoice", customer_id=self.person)
        line = {"buyer_id": self.bc, "customer_id": self.person, "product_id": self.mine["product_id"], **LINE}
        sent = {"vendor_id": self.vc, "vendor_product_id": self.theirs["product_id"], "awb_id": first, **papers}
        received = self.add("order_line", lot_company_id=self.vc, lot_id=lot, state="received", **sent, **line)
        waiting = {"vendor_id": self.vd, "awb_id": second, "prebook_id": papers["prebook_id"], "state": "needed"}
        self.add("order_line", **waiting, **line)
        self.add("lot", code=f"L-{received}", awb="1001", unit_cost=300_000, **self.mine, **LOT)

    def paper(self, owner: int, kind: str, **values: object) -> int:
        named = {"kind": kind, "number": kind, "status": "confirmed", "k2k": True, "buyer_id": self.bc}
        return self.add("document", company_id=owner, **named, **values, **PAPER)


@pytest.fixture
def before(empty_database_url: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[Store]:
    """A database of the step before, brought to this one."""
    store = Store(empty_database_url)
    with monkeypatch.context() as patched:
        patched.setattr("k2k_core.store.migrations.STEPS", tuple(step for step in STEPS if step.number < 10))
        store.migrate()
    with store.whole_network.writing() as session:
        Old(session).fill()
    store.migrate()
    yield store
    store.close()


def test_lines_orders_and_invoices_keep_what_the_master_data_say_now(before: Store) -> None:
    with before.whole_network.reading() as session:
        line, waiting = session.dicts(OrderLine.select().order_by(OrderLine.id))
        papers = {row["kind"]: row for row in session.dicts(Document.select())}
    words = f"Rose {line['vendor_id']}"
    assert (line["vendor_description"], line["vendor_box_type"], line["fbe"]) == (words, "HB", 500_000)
    assert line["dimensions"] == [40_000_000, 12_000_000, 10_000_000]
    assert (line["vendor_charges"], waiting["fbe"], waiting["vendor_description"]) == (None, None, None)
    fee = {"additional": [{"name": "Fee", "per_order": 5_000_000}]}
    assert [papers[kind]["charge_terms"] for kind in ("prebook", "sales_order", "invoice")] == [fee] * 3
    assert papers["purchase_order"]["charge_terms"] is None
    assert papers["sales_order"]["customer_id"] is not None
    assert papers["sales_order"]["parties"] == {"names": {"BC": "BC Co", "VC": "VC Co"}}
    assert papers["invoice"]["parties"] == {
        "names": {"BC": "BC Co"},
        "bill_to": {"name": "Corner", "ship_to": {"city": "Tampa"}},
        "locale": "es",
        "issued_on": "2026-02-02",
    }


def test_received_lots_keep_their_cost_and_awbs_that_shared_a_number_divide_its_costs(before: Store) -> None:
    with before.whole_network.reading() as session:
        theirs, own = session.dicts(Lot.select().order_by(Lot.id))
        first, second = session.dicts(Awb.select().order_by(Awb.id))
        typed = session.dicts(AwbCost.select().order_by(AwbCost.id))
    assert (theirs["awb_id"], theirs["landed_cost"], theirs["components"]) == (None, None, None)
    assert (own["awb_id"], own["landed_cost"], own["fbe"]) == (first["id"], 340_600, 500_000)
    assert own["components"] == {"inbound_truck": 40_600, "unit_cost": 300_000}
    assert own["received_on"] == own["arrival_date"]
    assert (first["freight"], second["freight"]) == (90_000_000, 0)
    assert [(one["awb_id"], one["freight"]) for one in typed] == [(first["id"], 90_000_000), (second["id"], 0)]
