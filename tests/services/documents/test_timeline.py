"""What happened to a document: each company reads its own part, in order, and its own people alone by name."""

from __future__ import annotations

import pytest

from k2k_core.domain.roles import Actor
from k2k_core.errors import Invalid, NotFound
from tests.services.conftest import Trade

SHIP = "2026-02-05"
STAFF = frozenset({"admin"})


def events(trade: Trade, company: str, number: str) -> list[str]:
    return [one["event"] for one in trade.net.timeline(company, number)["items"]]


def test_a_timeline_begins_with_the_reserved_boxes_and_goes_on_to_the_customers_invoice(trade: Trade) -> None:
    trade.net.set("BLOOM", settings={"auto_billing": "scan"})
    order = trade.confirmed(1)
    trade.net.ship("ANDES", order["awb"])
    trade.net.scan("BLOOM", order["box_codes"])
    assert events(trade, "BLOOM", order["prebook"]) == [
        *("order_line.added", "order.checked_out", "order.confirmed", "awb.shipped", "invoice.issued", "box.billed"),
    ]
    assert events(trade, "ANDES", order["sales_order"]) == [
        *("order_line.added", "order.checked_out", "order.confirmed", "invoice.issued", "awb.shipped", "box.billed"),
    ]


def test_every_entry_says_what_happened_in_the_language_of_the_reader(trade: Trade) -> None:
    order = trade.confirmed(2)
    english = [one["said"] for one in trade.net.timeline("ANDES", order["sales_order"])["items"]]
    spanish = [one["said"] for one in trade.net.in_language("es").timeline("ANDES", order["sales_order"])["items"]]
    assert english[-2] == f"The vendor confirmed the order: 2 boxes are on AWB {order['awb']}."
    assert spanish[-2] == f"El proveedor confirmó el pedido: 2 cajas van en la guía {order['awb']}."
    assert not set(english) & set(spanish)


def test_a_company_reads_the_names_of_its_own_people_alone(trade: Trade) -> None:
    ann = Actor("ann@andes.example", "ANDES", STAFF)
    order = trade.checked_out(1)
    trade.net.on_behalf_of(ann).confirm("ANDES", order["sales_order"])
    ours = {one["event"]: one["by"] for one in trade.net.timeline("ANDES", order["sales_order"])["items"]}
    theirs = {one["event"]: one["by"] for one in trade.net.timeline("BLOOM", order["purchase_order"])["items"]}
    assert ours["order.confirmed"] == "ann@andes.example"
    assert ours["order.checked_out"] is None
    assert theirs["order.confirmed"] is None


def test_a_document_is_linked_with_the_others_of_its_lines(trade: Trade) -> None:
    order = trade.confirmed(1)
    at_buyer = trade.net.timeline("BLOOM", order["prebook"])["linked"]
    assert [(one["company"], one["kind"], one["number"]) for one in at_buyer] == [
        ("BLOOM", "purchase_order", order["purchase_order"]),
        ("ANDES", "sales_order", order["sales_order"]),
    ]
    at_vendor = trade.net.timeline("ANDES", order["sales_order"])["linked"]
    assert [(one["company"], one["kind"]) for one in at_vendor] == [("ANDES", "invoice"), ("BLOOM", "purchase_order")]


def test_a_timeline_is_read_page_by_page_and_by_event(trade: Trade) -> None:
    order = trade.confirmed(1)
    first = trade.net.timeline("BLOOM", order["prebook"], limit=2, count=True)
    rest = trade.net.timeline("BLOOM", order["prebook"], limit=2, cursor=first["next"])
    assert first["count"] == 3
    read = [one["event"] for page in (first, rest) for one in page["items"]]
    assert read == events(trade, "BLOOM", order["prebook"])
    latest = trade.net.timeline("BLOOM", order["prebook"], sort="-id", limit=1)
    assert latest["items"][0]["event"] == "order.confirmed"
    found = trade.net.timeline("BLOOM", order["prebook"], {"event": "order_line.added"})["items"]
    assert [one["event"] for one in found] == ["order_line.added"]


def test_an_invoice_has_a_timeline_without_amounts_for_whoever_sees_no_money(trade: Trade) -> None:
    order = trade.confirmed(1)
    (invoice,) = [
        one for one in trade.net.timeline("ANDES", order["sales_order"])["linked"] if one["kind"] == "invoice"
    ]
    (issued,) = trade.net.timeline("ANDES", invoice["number"], {"event": "invoice.issued"})["items"]
    assert issued["facts"]["total"] == "80.00"
    worker = trade.net.on_behalf_of(Actor("wh@andes.example", "ANDES", frozenset({"warehouse"})))
    (seen,) = worker.timeline("ANDES", invoice["number"], {"event": "invoice.issued"})["items"]
    assert "total" not in seen["facts"]
    assert seen["said"] == f"Invoice {invoice['number']} was issued."


def test_a_document_of_another_company_is_as_unknown_as_one_that_never_was(trade: Trade) -> None:
    order = trade.confirmed(1)
    for number in (order["prebook"], "B-0"):
        with pytest.raises(NotFound):
            trade.net.timeline("PETAL", number)
    with pytest.raises(Invalid):
        trade.net.timeline("BLOOM", order["prebook"], {"person": "ann"})
