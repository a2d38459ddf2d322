"""Boxes bought for a prebook are reserved for it: nobody else can see, buy, hold or edit them."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any

import pytest

from k2k_core.domain.roles import Actor
from k2k_core.errors import (
    ConfirmationRequired,
    Conflict,
    InsufficientStock,
    Invalid,
    InvalidQuantity,
    K2KError,
    NotAllowed,
    NotFound,
)
from k2k_core.store.tables import Box, Lot, OrderLine

Trade = Any
OpenTrade = Callable[..., Any]
SHIP = "2026-02-06"
TYPED = {"reason": "the florist closed", "confirm": "CONFIRM"}


def scanned(trade: Trade, boxes: int = 3, count: int | None = None, **more: Any) -> dict[str, Any]:
    """A confirmed order, received as far as `count`; with its `lot` in BLOOM and its line."""
    done = trade.confirmed(boxes, **more)
    trade.net.scan("BLOOM", done["box_codes"][:count])
    line = done["lines"][0]["line"]
    return {**done, "line": line, "lot": f"L1-{line}"}


def numbers(trade: Trade, lot: str) -> tuple[int, int, int]:
    """How many boxes a lot has ever had, and how many of them are free and allocated."""
    with trade.net.context.store.whole_network.reading() as session:
        found = session.first(Lot.select(Lot.boxes, Lot.available, Lot.allocated).where(Lot.code == lot))
    assert found is not None
    return found


def states(trade: Trade, codes: list[str]) -> list[str]:
    with trade.net.context.store.whole_network.reading() as session:
        found = dict(session.rows(Box.select(Box.code, Box.state)))
    return [found[code] for code in codes]


def invoices(trade: Trade) -> list[dict[str, Any]]:
    return [one for one in trade.net.orders("BLOOM") if one["kind"] == "invoice"]


# Nobody else's


def test_received_boxes_stand_in_the_buyers_inventory_allocated_to_their_line(trade: Trade) -> None:
    done = scanned(trade)
    assert numbers(trade, done["lot"]) == (3, 0, 3)
    assert states(trade, done["box_codes"]) == ["received"] * 3
    assert trade.available(f"BLOOM/{done['lot']}") == 0
    assert trade.net.verify() == []


def test_another_customer_neither_sees_nor_buys_them(trade: Trade) -> None:
    done = scanned(trade, ship_via="grower", boxes=6)
    assert trade.available() == 0
    shown = trade.net.catalog("BLOOM", "C-200", SHIP)["lines"]
    assert done["lot"] not in {lot for line in shown for lot in line["lots"]}
    with pytest.raises(K2KError):
        trade.net.add("BLOOM", "C-200", lot=done["lot"], boxes=1, ship_date=SHIP)
    with pytest.raises(K2KError):
        trade.net.prebook("BLOOM", "C-200", [{"lot": done["lot"], "boxes": 1}], SHIP)


def test_an_edit_takes_free_boxes_only(trade: Trade) -> None:
    done = scanned(trade)
    trade.net.release("BLOOM", done["line"], 1, **TYPED)
    assert numbers(trade, done["lot"]) == (3, 1, 2)
    with pytest.raises(InsufficientStock):
        trade.net.set("BLOOM", lot=done["lot"], values={"boxes": 1})
    trade.net.set("BLOOM", lot=done["lot"], values={"boxes": 2, "on_hold": True})
    assert numbers(trade, done["lot"]) == (2, 0, 2)
    assert sorted(states(trade, done["box_codes"])) == ["received", "received", "withdrawn"]
    assert trade.net.bill("BLOOM", done["prebook"])["lines"][0]["boxes"] == 2


def test_an_availability_file_leaves_them_where_they_are(trade: Trade) -> None:
    done = scanned(trade)
    columns = "lot,boxes,product,box_type,units_per_box,unit_type,arrival_date"
    text = f"{columns}\n{done['lot']},0,FREEDOM,HB,250,stem,{SHIP}\n"
    with pytest.raises(K2KError):
        trade.net.import_availability("BLOOM", text.encode())
    assert numbers(trade, done["lot"]) == (3, 0, 3)


def test_one_lot_may_hold_free_and_allocated_boxes_and_sells_the_free_ones(trade: Trade) -> None:
    done = scanned(trade)
    trade.net.release("BLOOM", done["line"], 2, **TYPED)
    trade.net.set("BLOOM", lot=done["lot"], values={"web_price": "0.90"})
    assert trade.available(f"BLOOM/{done['lot']}") == 2
    with pytest.raises(InsufficientStock):
        trade.net.add("BLOOM", "C-200", lot=done["lot"], boxes=3, ship_date=SHIP)
    trade.net.add("BLOOM", "C-200", lot=done["lot"], boxes=2, ship_date=SHIP)
    assert numbers(trade, done["lot"]) == (3, 0, 1)


# Bill


def test_bill_invoices_what_is_received_of_a_prebook_at_any_time(trade: Trade) -> None:
    done = scanned(trade, count=2)
    first = trade.net.bill("BLOOM", done["prebook"])
    price = trade.line("BLOOM", done["prebook"])["price"]
    assert (first["kind"], first["customer"], first["reference_number"]) == ("invoice", "C-100", done["prebook"])
    assert [(line["boxes"], line["price"]) for line in first["lines"]] == [(2, price)]
    assert trade.line("BLOOM", done["prebook"])["state"] == "staged"
    trade.net.scan("BLOOM", done["box_codes"])
    again = trade.net.bill("BLOOM", done["prebook"])
    assert (again["number"], again["lines"][0]["boxes"]) == (first["number"], 3)
    assert trade.line("BLOOM", done["prebook"])["state"] == "billed"
    assert numbers(trade, done["lot"]) == (3, 0, 0)
    assert states(trade, done["box_codes"]) == ["billed"] * 3
    billed = [event["data"] for event in trade.net.events("BLOOM") if event["type"] == "order.billed"]
    assert [(one["prebook"], one["boxes"], one["lines"]) for one in billed] == [
        (done["prebook"], 2, [done["line"]]),
        (done["prebook"], 1, [done["line"]]),
    ]


def test_bill_takes_the_lines_that_are_named(open_trade: OpenTrade) -> None:
    trade = open_trade()
    cart = trade.ordered(1)
    second = trade.ordered(1, lot="ANDES/L2", cart=cart["cart"])
    trade.net.checkout("BLOOM", cart=cart["cart"])
    done = trade.net.confirm("ANDES", cart["sales_order"])
    trade.net.scan("BLOOM", done["box_codes"])
    named = second["lines"][0]["line"]
    assert [line["line"] for line in trade.net.bill("BLOOM", cart["prebook"], [named])["lines"]] == [named]
    with pytest.raises(Conflict):
        trade.net.bill("BLOOM", cart["prebook"], [named])
    assert len(trade.net.bill("BLOOM", cart["prebook"])["lines"]) == 2


def test_nothing_to_bill_is_a_conflict_and_a_strange_line_is_unknown(trade: Trade) -> None:
    done, other = trade.confirmed(1), scanned(trade, 1)
    with pytest.raises(Conflict):
        trade.net.bill("BLOOM", done["prebook"])
    with pytest.raises(NotFound):
        trade.net.bill("BLOOM", done["prebook"], [other["line"]])
    with pytest.raises(NotFound):
        trade.net.bill("PETAL", other["prebook"])
    assert invoices(trade) == []


def test_a_customer_on_credit_hold_is_billed_by_a_person(trade: Trade) -> None:
    done = scanned(trade, 1, customer="C-200")
    assert trade.net.bill("BLOOM", done["prebook"])["customer"] == "C-200"


def test_of_two_who_bill_at_once_each_box_is_billed_once(trade: Trade) -> None:
    done = scanned(trade, 6)
    start, failed = threading.Barrier(2), []

    def bill() -> None:
        start.wait(timeout=30)
        try:
            trade.net.bill("BLOOM", done["prebook"])
        except Conflict:
            failed.append(1)

    people = [threading.Thread(target=bill) for _ in range(2)]
    for one in people:
        one.start()
    for one in people:
        one.join(timeout=60)
    assert (len(failed), [one["lines"][0]["boxes"] for one in invoices(trade)]) == (1, [6])


def test_whoever_scans_bills_and_releases_at_once_leaves_each_box_in_one_hand(trade: Trade) -> None:
    done = trade.confirmed(6)
    line, start, unexpected = done["lines"][0]["line"], threading.Barrier(3), []

    def at_once(work: Callable[[], object], times: int) -> threading.Thread:
        def run() -> None:
            start.wait(timeout=30)
            for _ in range(times):
                try:
                    work()
                except Conflict:
                    continue
                except Exception as error:
                    unexpected.append(error)

        return threading.Thread(target=run)

    left = iter(done["box_codes"])
    people = [
        at_once(lambda: trade.net.scan("BLOOM", [next(left)]), 6),
        at_once(lambda: trade.net.bill("BLOOM", done["prebook"]), 6),
        at_once(lambda: trade.net.release("BLOOM", line, 1, **TYPED), 3),
    ]
    for one in people:
        one.start()
    for one in people:
        one.join(timeout=120)
    assert unexpected == []
    shown = trade.line("BLOOM", done["prebook"])
    billed = sum(row["boxes"] for one in invoices(trade) for row in one["lines"])
    boxes, free, allocated = numbers(trade, f"L1-{line}")
    assert billed + allocated + shown["released"] == 6
    assert free == shown["released"]
    assert boxes == 6
    assert sorted(states(trade, done["box_codes"])) == sorted(
        ["billed"] * billed + ["received"] * allocated + ["in_stock"] * free
    )


def test_a_line_that_is_owed_nothing_more_gets_none_of_the_boxes_that_still_come(open_unsound_trade: OpenTrade) -> None:
    """Also where more was counted off it than was there to be given up."""
    trade = open_unsound_trade()
    done = scanned(trade, count=1)
    with trade.net.context.store.whole_network.writing() as session:
        session.change(OrderLine.update(released=3).where(OrderLine.id == int(done["line"])))
    trade.net.scan("BLOOM", done["box_codes"])
    assert states(trade, done["box_codes"]) == ["received", "in_stock", "in_stock"]


# Release


def test_the_customer_reads_in_its_own_language_what_was_released(trade: Trade) -> None:
    trade.net.set("BLOOM", customer="C-100", values={"locale": "es"})
    done = scanned(trade)
    trade.net.release("BLOOM", done["line"], 1, **TYPED)
    told = {one["to"]: one["locale"] for one in trade.net.notifications("BLOOM", "order_line.released")}
    assert told == {"sally@bloom.example": "en", "buyer@bloom.example": "en", "corner@florist.example": "es"}


def test_released_boxes_become_free_stock_and_the_papers_say_so(trade: Trade) -> None:
    done = scanned(trade)
    before = trade.net.show("BLOOM", done["prebook"])
    after = trade.net.release("BLOOM", done["line"], 1, **TYPED)
    line = after["lines"][0]
    assert (line["state"], line["boxes"], line["released"], line["units"]) == ("received", 3, 1, 500)
    assert (before["total"], after["total"]) == ("372.75", "248.50")
    for company, number in (("BLOOM", done["purchase_order"]), ("ANDES", done["sales_order"])):
        shown = trade.net.show(company, number)["lines"][0]
        assert (shown["boxes"], shown["units"], shown["state"]) == (3, 750, "received")
    assert numbers(trade, done["lot"]) == (3, 1, 2)
    assert trade.net.show("ANDES", "I-1001")["lines"][0]["boxes"] == 3
    assert trade.net.bill("BLOOM", done["prebook"])["total"] == "248.50"
    assert trade.line("BLOOM", done["prebook"])["state"] == "billed"


def test_the_vendor_reads_nothing_of_a_release(trade: Trade) -> None:
    done = scanned(trade)
    trade.net.release("BLOOM", done["line"], 1, **TYPED)
    assert "released" not in trade.net.show("ANDES", done["sales_order"])["lines"][0]
    assert "order_line.released" not in {event["type"] for event in trade.net.events("ANDES")}


def test_what_is_released_before_it_comes_is_free_on_arrival_after_the_customers_boxes(trade: Trade) -> None:
    done = trade.confirmed(3)
    line = done["lines"][0]["line"]
    trade.net.release("BLOOM", line, 2, **TYPED)
    assert trade.line("BLOOM", done["prebook"])["state"] == "staged"
    trade.net.scan("BLOOM", done["box_codes"][:1])
    assert numbers(trade, f"L1-{line}") == (1, 0, 1)
    trade.net.scan("BLOOM", done["box_codes"][1:])
    assert numbers(trade, f"L1-{line}") == (3, 2, 1)
    assert trade.line("BLOOM", done["prebook"])["state"] == "received"


@pytest.mark.parametrize("mode", ["off", "both"])
def test_with_all_of_them_released_the_prebooks_line_reads_released_and_nothing_is_charged(
    open_trade: OpenTrade, mode: str
) -> None:
    trade = open_trade(lambda companies: companies["BLOOM"]["settings"].update(auto_billing=mode))
    done = trade.confirmed(2)
    shown = trade.net.release("BLOOM", done["lines"][0]["line"], **TYPED)
    assert (shown["lines"][0]["state"], shown["total"]) == ("released", "0.00")
    assert {charge["amount"] for charge in shown["charges"]} <= {"0.00"}
    trade.net.scan("BLOOM", done["box_codes"])
    assert numbers(trade, f"L1-{done['lines'][0]['line']}") == (2, 2, 0)
    assert trade.line("BLOOM", done["prebook"])["state"] == "released"
    assert trade.line("BLOOM", done["purchase_order"])["state"] == "received"
    assert invoices(trade) == []


def test_a_charge_per_order_stays_while_one_box_of_the_order_stays(open_trade: OpenTrade) -> None:
    charge = [{"name": "Delivery", "per_order": "12"}]
    trade = open_trade(lambda companies: companies["BLOOM"]["customers"][0].update(additional_charges=charge))
    done = scanned(trade, 2)
    assert trade.net.release("BLOOM", done["line"], 1, **TYPED)["charges"] == [{"name": "Delivery", "amount": "12.00"}]
    assert trade.net.release("BLOOM", done["line"], 1, **TYPED)["charges"] == []


def test_a_release_is_told_to_the_customer_and_the_buyers_people(trade: Trade) -> None:
    done = scanned(trade)
    trade.net.release("BLOOM", done["line"], 2, **TYPED)
    told = trade.net.notifications("BLOOM", "order_line.released")
    assert [row["to"] for row in told] == ["sally@bloom.example", "corner@florist.example", "buyer@bloom.example"]
    assert "2 HB" in told[0]["subject"]
    (data,) = [event["data"] for event in trade.net.events("BLOOM") if event["type"] == "order_line.released"]
    assert (data["line"], data["boxes"], data["reason"]) == (done["line"], 2, TYPED["reason"])


def test_a_release_is_typed_out_has_a_reason_and_takes_what_is_there(trade: Trade) -> None:
    done = scanned(trade)
    with pytest.raises(ConfirmationRequired):
        trade.net.release("BLOOM", done["line"], reason="x", confirm="confirm")
    with pytest.raises(Invalid):
        trade.net.release("BLOOM", done["line"], reason=" ", confirm="CONFIRM")
    for number in (0, -1):
        with pytest.raises(InvalidQuantity):
            trade.net.release("BLOOM", done["line"], number, **TYPED)
    with pytest.raises(Conflict):
        trade.net.release("BLOOM", done["line"], 4, **TYPED)
    with pytest.raises(NotFound):
        trade.net.release("PETAL", done["line"], **TYPED)
    assert numbers(trade, done["lot"]) == (3, 0, 3)


def test_billed_boxes_and_those_that_wait_in_a_cart_are_not_released(trade: Trade) -> None:
    done, waiting = scanned(trade, count=2), trade.ordered(1, lot="ANDES/L2")
    trade.net.bill("BLOOM", done["prebook"])
    with pytest.raises(Conflict):
        trade.net.release("BLOOM", done["line"], 2, **TYPED)
    trade.net.release("BLOOM", done["line"], **TYPED)
    trade.net.scan("BLOOM", done["box_codes"])
    assert numbers(trade, done["lot"]) == (3, 1, 0)
    assert trade.line("BLOOM", done["prebook"])["state"] == "billed"
    with pytest.raises(Conflict):
        trade.net.release("BLOOM", waiting["lines"][0]["line"], **TYPED)


def test_what_was_released_of_a_line_is_not_needed_again_when_the_vendor_voids_it(trade: Trade) -> None:
    done = trade.confirmed(3)
    trade.net.release("BLOOM", done["lines"][0]["line"], 1, **TYPED)
    trade.net.void("ANDES", sales_order=done["sales_order"], reason="frost", confirm="CONFIRM")
    prebook = trade.net.show("BLOOM", done["prebook"])
    assert [(line["state"], line["boxes"]) for line in prebook["lines"]] == [("cancelled", 3), ("needed", 2)]
    assert prebook["status"] == "checked_out", "what is needed opens it again"


def test_a_salesperson_bills_and_does_not_release(trade: Trade) -> None:
    done = scanned(trade)
    person = trade.net.on_behalf_of(Actor("p@bloom.example", "BLOOM", frozenset({"salesperson"})))
    with pytest.raises(NotAllowed):
        person.release("BLOOM", done["line"], **TYPED)
    assert person.bill("BLOOM", done["prebook"])["lines"][0]["boxes"] == 3
