"""Races over orders that are confirmed, shipped, received, joined and transferred: real threads, both engines."""

from __future__ import annotations

import pytest

from k2k_core.errors import Conflict
from k2k_core.store.tables import Document, Product
from tests.properties.state_machine.races import DAY, ROUNDS, Answer, RaceNetwork, lost, winners


def test_voiding_against_scanning(race: RaceNetwork) -> None:
    for _ in range(ROUNDS):
        done = race.confirmed(2)
        voided, scanned = race.together(
            lambda done=done: race.net.void("ANDES", sales_order=done["sales_order"], reason="x", confirm="CONFIRM"),
            lambda done=done: race.net.scan("BLOOM", done["box_codes"]),
        )
        outcomes = {row["outcome"] for row in scanned}
        assert outcomes == ({"received"} if lost(voided) else {"cancelled"})
        assert not lost(voided) or "received" in voided.message


def test_two_confirmations(race: RaceNetwork) -> None:
    for _ in range(ROUNDS):
        order = race.checked_out(2)
        answers = race.together(*[lambda order=order: race.net.confirm("ANDES", order["sales_order"])] * 3)
        assert winners(answers) == 1
        assert {"confirmed already" in answer.message for answer in answers if lost(answer)} == {True}


def test_two_scanners(race: RaceNetwork) -> None:
    for billing in ("off", "scan"):
        race.net.set("BLOOM", settings={"auto_billing": billing})
        for _ in range(ROUNDS // 2):
            codes = race.confirmed(3)["box_codes"]
            answers = race.together(
                lambda codes=codes: race.net.scan("BLOOM", codes),
                lambda codes=codes: race.net.scan("BLOOM", codes[::-1]),
                lambda codes=codes: race.net.receive("BLOOM", codes[1:]),
            )
            outcomes = [row["outcome"] for answer in answers for row in answer]
            assert sorted(outcomes)[:5] == ["already_received"] * 5
            assert len(outcomes) == 8


def test_two_scanners_on_different_boxes_of_one_line(race: RaceNetwork) -> None:
    for _ in range(ROUNDS):
        codes = race.confirmed(2)["box_codes"]
        answers = race.together(
            lambda codes=codes: race.net.scan("BLOOM", codes[:1]),
            lambda codes=codes: race.net.scan("BLOOM", codes[1:]),
        )
        assert [row["outcome"] for answer in answers for row in answer] == ["received", "received"]


def test_shipping_against_voiding_and_confirming_another_order_on_the_awb(race: RaceNetwork) -> None:
    for turn in range(ROUNDS):
        first, second = race.checked_out(), race.checked_out()
        number = f"AWB-{turn}"
        race.net.confirm("ANDES", first["sales_order"], reference_number=number)
        answers = race.together(
            lambda number=number: race.net.ship("ANDES", number),
            lambda first=first: race.net.void("ANDES", sales_order=first["sales_order"], reason="x", confirm="CONFIRM"),
            lambda second=second, number=number: race.net.confirm(
                "ANDES", second["sales_order"], reference_number=number
            ),
        )
        assert not lost(answers[1])
        assert not lost(answers[2])


@pytest.mark.parametrize(("lot", "buyer"), [("ANDES/A3", "BLOOM"), ("ANDES/A1", "PETAL"), ("SIERRA/S1", "BLOOM")])
def test_two_first_sales_of_a_product_that_maps_itself(race: RaceNetwork, lot: str, buyer: str) -> None:
    # LILY and PETAL's rose are added to the buyer; BLOOM's own rose has the same description.
    race.stock(*lot.split("/"), 100)
    before = race.count(Product)
    answers = race.together(*[lambda: race.added(lot=lot, buyer=buyer)] * 4)
    assert winners(answers) == 4
    assert race.count(Product) == before + (lot != "SIERRA/S1")


def test_the_first_sale_of_a_product_against_receiving_one(race: RaceNetwork) -> None:
    for _ in range(ROUNDS):
        done = race.confirmed(1)
        answers = race.together(
            lambda done=done: race.net.scan("BLOOM", done["box_codes"]),
            lambda: race.added(lot="ANDES/A3"),
            lambda: race.net.map("BLOOM", "SIERRA/S1", product="FREEDOM"),
        )
        scanned, added, mapped = answers
        assert winners([scanned, mapped]) == 2
        assert not lost(added)  # whatever changes meanwhile, the boxes are there
        race.net.cancel("BLOOM", cart=added["cart"])


@pytest.mark.parametrize("standalone", [True, False])
def test_joining_one_pending_purchase_order(race: RaceNetwork, standalone: bool) -> None:
    lines = [{"lot": "ANDES/A1", "boxes": 1}]

    def order() -> object:
        if standalone:
            return race.net.purchase_order("BLOOM", "ANDES", lines, ship_date=DAY)["number"]
        return race.net.prebook("BLOOM", "SHOP", lines, ship_date=DAY)["purchase_order"]

    for _ in range(ROUNDS // 2):
        answers = race.together(order, order, order)
        assert winners(answers) == 3
        assert len(set(answers)) == 1, "lines of one vendor and ship date join the order that is pending approval"
        race.net.approve("BLOOM", answers[0])


def test_joining_a_purchase_order_against_its_approval(race: RaceNetwork) -> None:
    lines = [{"lot": "ANDES/A1", "boxes": 1}]
    for _ in range(ROUNDS):
        first = race.net.prebook("BLOOM", "SHOP", lines, ship_date=DAY)
        approved, joined = race.together(
            lambda first=first: race.net.approve("BLOOM", first["purchase_order"]),
            lambda: race.net.prebook("BLOOM", "SHOP", lines, ship_date=DAY),
        )
        assert not lost(approved)
        assert not lost(joined)
        same = joined["purchase_order"] == first["purchase_order"]
        assert race.state(joined) == ("checked_out" if same else "in_cart")
        if not same:
            race.net.approve("BLOOM", joined["purchase_order"])


def test_two_approvals(race: RaceNetwork) -> None:
    for _ in range(ROUNDS):
        order = race.net.prebook("BLOOM", "SHOP", [{"lot": "ANDES/A1", "boxes": 1}], ship_date=DAY)
        answers = race.together(*[lambda order=order: race.net.approve("BLOOM", order["purchase_order"])] * 2)
        assert winners(answers) == 1
        assert {"approved already" in answer.message for answer in answers if lost(answer)} == {True}


def test_approval_against_dropping(race: RaceNetwork) -> None:
    for _ in range(ROUNDS):
        order = race.net.prebook("BLOOM", "SHOP", [{"lot": "ANDES/A1", "boxes": 1}], ship_date=DAY)
        approved, confirmed = race.together(
            lambda order=order: race.net.approve("BLOOM", order["purchase_order"]),
            lambda order=order: race.net.confirm("ANDES", order["sales_order"], drop_pending=True),
        )
        assert not lost(confirmed)
        assert race.state(order) == ("dropped" if lost(approved) else "staged")
        assert not lost(approved) or "cancelled already" in approved.message


def test_orders_over_two_vendors_in_opposite_order(race: RaceNetwork) -> None:
    lines = [{"lot": "ANDES/A1", "boxes": 1}, {"lot": "SIERRA/S1", "boxes": 1}]
    for _ in range(ROUNDS):
        answers = race.together(
            lambda: race.net.prebook("BLOOM", "SHOP", lines, ship_date=DAY),
            lambda: race.net.prebook("PETAL", "CORNER", lines[::-1], ship_date=DAY),
        )
        assert winners(answers) == 2


def test_lines_of_a_prebook_are_ordered_once(race: RaceNetwork) -> None:
    goods = [{"product": "FREEDOM", "boxes": 2, "box_type": "HB"}]
    for _ in range(ROUNDS):
        done = race.checked_out(2)
        race.net.void("ANDES", sales_order=done["sales_order"], reason="frost", confirm="CONFIRM")
        answers = race.together(
            *[lambda book=done["prebook"]: race.net.purchase_order("BLOOM", "ANDES", goods, DAY, prebook=book)] * 2
        )
        assert winners(answers) == 2
        assert all(race.net.show("BLOOM", answer["number"])["lines"] for answer in answers)
        open_lines = [line for line in race.net.show("BLOOM", done["prebook"])["lines"] if line["state"] == "needed"]
        assert sum(line["boxes"] for line in open_lines) == 4


def transferred(race: RaceNetwork) -> Answer:
    goods = [{"product": "FREEDOM", "boxes": 2, "box_type": "HB", "unit_cost": "0.30", "units_per_box": 250}]
    order = race.net.purchase_order("BLOOM", "ANDES", goods, ship_date=DAY)
    race.net.transfer("BLOOM", order["number"])
    return order


def filled(race: RaceNetwork) -> tuple[str, str]:
    order = transferred(race)
    sales_order = race.net.accept_order("ANDES", order["number"])["sales_order"]
    lines = [{"line": order["lines"][0]["line"], "lots": [{"lot": "A1", "boxes": 2}]}]
    race.net.fill("ANDES", order["number"], lines)
    return order["number"], sales_order


def test_rejecting_against_confirmation(race: RaceNetwork) -> None:
    for _ in range(ROUNDS):
        number, sales_order = filled(race)
        answers = race.together(
            lambda number=number: race.net.reject("ANDES", number, reason="frost"),
            lambda sales_order=sales_order: race.net.confirm("ANDES", sales_order),
        )
        assert winners(answers) == 1
        shown = race.net.show("BLOOM", number)
        assert shown["transfer"] == ("confirmed" if lost(answers[0]) else "rejected")
        assert not lost(answers[0]) or "confirmed" in answers[0].message


def test_accepting_against_cancelling_and_rejecting(race: RaceNetwork) -> None:
    for _ in range(ROUNDS):
        order = transferred(race)
        number, line = order["number"], order["lines"][0]["line"]
        accepted, rejected, gone = race.together(
            lambda number=number: race.net.accept_order("ANDES", number),
            lambda number=number: race.net.reject("ANDES", number, reason="frost"),
            lambda line=line: race.net.cancel("BLOOM", line=line),
        )
        assert winners([rejected, gone]) == 1
        words = "rejected" if lost(gone) else "cancelled"
        assert race.net.show("BLOOM", number)["transfer"] == words
        assert not lost(accepted) or words in accepted.message


def test_transferring_against_cancelling(race: RaceNetwork) -> None:
    goods = [{"product": "FREEDOM", "boxes": 2, "box_type": "HB"}]
    for _ in range(ROUNDS):
        order = race.net.purchase_order("BLOOM", "ANDES", goods, ship_date=DAY)
        sent, gone = race.together(
            lambda order=order: race.net.transfer("BLOOM", order["number"]),
            lambda order=order: race.net.cancel("BLOOM", line=order["lines"][0]["line"]),
        )
        assert not lost(gone)
        assert not lost(sent) or "cancelled" in sent.message
    drafts = (Document.company_id == 1) & (Document.kind == "prebook") & (Document.status != "cancelled")
    assert race.count(Document, drafts) == 0, "a cancelled order leaves nothing open at its vendor"


def test_what_waits_for_its_approval_cannot_be_checked_out(race: RaceNetwork) -> None:
    order = race.net.prebook("BLOOM", "SHOP", [{"lot": "ANDES/A1", "boxes": 1}], ship_date=DAY)
    with pytest.raises(Conflict, match="waits for its approval"):
        race.net.checkout("BLOOM", line=order["lines"][0]["line"])
    assert race.state(order) == "in_cart"
