"""Two who want the same thing at the same moment, with real threads on both engines.

Exactly one wins, or both are right; the loser gets a coded conflict that says what happened; nobody ever meets a
deadlock, not even one that the store would have mended by doing the work again.
"""

from __future__ import annotations

import datetime as dt
import threading
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from k2k_core.api import K2K
from k2k_core.errors import CannotSell, CartExpired, Conflict, InsufficientStock, K2KError, StoreUnavailable
from k2k_core.store import engine as store_engine
from k2k_core.store.faults import worth_repeating
from k2k_core.store.tables import Cart, Document, OrderLine, Product
from tests.properties.machine_network import NOW, network

Answer = Any
Work = Callable[[], object]
ROUNDS = 4
DAY = "2026-02-05"
SECOND = dt.timedelta(seconds=1)


class Ring:
    """An open network in which works start at one moment; the clock goes by thread where a test says so."""

    def __init__(self, url: str) -> None:
        self.now = NOW
        self._own = threading.local()
        self.net = K2K.open(url, clock=lambda: getattr(self._own, "now", self.now))
        self.net.load(network())
        self.stock("ANDES", "A1", 1000)
        self.stock("SIERRA", "S1", 1000)

    def stock(self, vendor: str, lot: str, boxes: int) -> None:
        self.net.set(vendor, lot=lot, values={"boxes": boxes})

    def at(self, now: dt.datetime, work: Work) -> Work:
        """The same work by somebody whose clock shows that moment."""

        def timed() -> object:
            self._own.now = now
            return work()

        return timed

    def together(self, *works: Work) -> list[Any]:
        """What each of them answered, or the refusal that it met. Anything else is an error of the test's subject."""
        answers: list[Any] = [None] * len(works)
        start = threading.Barrier(len(works))

        def run(place: int) -> None:
            start.wait(timeout=30)
            try:
                answers[place] = works[place]()
            except BaseException as error:
                answers[place] = error

        workers = [threading.Thread(target=run, args=(place,)) for place in range(len(works))]
        for worker in workers:
            worker.start()
        for worker in workers:
            worker.join(timeout=60)
        for answer in answers:
            if isinstance(answer, BaseException) and not isinstance(answer, Conflict | CannotSell):
                raise answer
        return answers

    def added(self, boxes: int = 1, lot: str = "ANDES/A1", buyer: str = "BLOOM", **more: Any) -> Answer:
        wish = {"customer": {"BLOOM": "SHOP", "PETAL": "CORNER"}[buyer], "ship_date": DAY, **more}
        return self.net.add(buyer, lot=lot, boxes=boxes, **wish)

    def checked_out(self, boxes: int = 1, **more: Any) -> Answer:
        answer = self.added(boxes, **more)
        self.net.checkout(more.get("buyer", "BLOOM"), cart=answer["cart"])
        return answer

    def confirmed(self, boxes: int = 1, **more: Any) -> Answer:
        answer = self.checked_out(boxes, **more)
        return answer | self.net.confirm("ANDES", answer["sales_order"])

    def state(self, order: Answer, place: int = 0) -> str:
        found = self.net.show("BLOOM", order["prebook"])["lines"]
        return str(next(line for line in found if line["line"] == order["lines"][place]["line"])["state"])

    def available(self, lot: str = "ANDES/A1") -> int:
        return int(self.net.availability([lot])[0]["available"])

    def count(self, table: Any, *wanted: Any) -> int:
        with self.net.office.store.reading() as session:
            return len(session.rows(table.select(table.id).where(*wanted or (table.id > 0,))))

    def require_sound(self) -> None:
        """The network verifies, and no open line is left in a cart that has ended."""
        assert self.net.verify() == []
        with self.net.office.store.reading() as session:
            stranded = OrderLine.select(OrderLine.id).join(Cart, on=Cart.id == OrderLine.cart_id)
            lost = session.rows(stranded.where((OrderLine.state == "in_cart") & (Cart.state != "open")))
        assert lost == [], "nobody would ever give these boxes back"


@pytest.fixture
def deadlocks(monkeypatch: pytest.MonkeyPatch) -> list[StoreUnavailable]:
    """Every deadlock that the store has met, also those that it mended."""
    met: list[StoreUnavailable] = []

    def noted(error: StoreUnavailable) -> bool:
        met.append(error)
        return worth_repeating(error)

    monkeypatch.setattr(store_engine, "worth_repeating", noted)
    return met


@pytest.fixture
def ring(database_url: str, deadlocks: list[StoreUnavailable]) -> Iterator[Ring]:
    opened = Ring(database_url)
    yield opened
    try:
        opened.require_sound()
        assert [str(error.__cause__) for error in deadlocks] == []
    finally:
        opened.net.close()


def lost(answer: Answer) -> bool:
    return isinstance(answer, K2KError)


def winners(answers: list[Answer]) -> int:
    return sum(not lost(answer) for answer in answers)


def test_check_out_against_dropping(ring: Ring) -> None:
    for _ in range(ROUNDS):
        order = ring.added()
        out, dropped = ring.together(
            lambda order=order: ring.net.checkout("BLOOM", cart=order["cart"]),
            lambda order=order: ring.net.confirm("ANDES", order["sales_order"], drop_pending=True),
        )
        assert not lost(dropped)
        if lost(out):
            assert (out.code, ring.state(order)) == ("conflict", "dropped")
            assert "dropped" in out.message
        else:
            assert ring.state(order) == "staged"


def test_check_out_against_a_confirmation_that_drops_nothing(ring: Ring) -> None:
    for _ in range(ROUNDS):
        order = ring.added()
        out, confirmed = ring.together(
            lambda order=order: ring.net.checkout("BLOOM", cart=order["cart"]),
            lambda order=order: ring.net.confirm("ANDES", order["sales_order"]),
        )
        assert not lost(out)
        assert (confirmed.code if lost(confirmed) else "") in ("", "pending_lines")


def test_confirmation_with_dropping_against_expiry(ring: Ring) -> None:
    for _ in range(ROUNDS):
        order = ring.added()
        ends = dt.datetime.fromisoformat(order["expires_at"])
        before = ring.available()
        confirmed, _ = ring.together(
            ring.at(
                ends - SECOND,
                lambda order=order: ring.net.confirm("ANDES", order["sales_order"], drop_pending=True),
            ),
            ring.at(ends, ring.net.sweep),
        )
        assert ring.state(order) == ("cancelled" if lost(confirmed) else "dropped")
        assert ring.available() == before + 1


def test_check_out_against_expiry(ring: Ring) -> None:
    for _ in range(ROUNDS):
        order = ring.added()
        ends = dt.datetime.fromisoformat(order["expires_at"])
        out, _ = ring.together(
            ring.at(ends - SECOND, lambda order=order: ring.net.checkout("BLOOM", cart=order["cart"])),
            ring.at(ends, ring.net.sweep),
        )
        assert ring.state(order) == ("cancelled" if lost(out) else "checked_out")
        assert isinstance(out, CartExpired) or not lost(out)


def test_adding_against_expiry(ring: Ring) -> None:
    for _ in range(ROUNDS):
        order = ring.added()
        ends = dt.datetime.fromisoformat(order["expires_at"])
        added, _ = ring.together(
            ring.at(ends - SECOND, lambda order=order: ring.added(lot="SIERRA/S1", cart=order["cart"])),
            ring.at(ends, ring.net.sweep),
        )
        assert isinstance(added, CartExpired) or not lost(added)
        assert (ring.available("ANDES/A1"), ring.available("SIERRA/S1")) == (1000, 1000)


def test_cancelling_against_confirmation(ring: Ring) -> None:
    for _ in range(ROUNDS):
        order = ring.checked_out()
        answers = ring.together(
            lambda order=order: ring.net.confirm("ANDES", order["sales_order"]),
            lambda order=order: ring.net.cancel("BLOOM", line=order["lines"][0]["line"]),
        )
        assert winners(answers) == 1
        if lost(answers[0]):
            assert (ring.state(order), "voided" in answers[0].message) == ("cancelled", True)
        else:
            assert (ring.state(order), "staged" in answers[1].message) == ("staged", True)


def test_cancelling_against_check_out(ring: Ring) -> None:
    for _ in range(ROUNDS):
        order = ring.added()
        out, gone = ring.together(
            lambda order=order: ring.net.checkout("BLOOM", cart=order["cart"]),
            lambda order=order: ring.net.cancel("BLOOM", cart=order["cart"]),
        )
        assert not lost(gone)
        assert ring.state(order) == "cancelled"
        assert not lost(out) or (out.code, "cancelled" in out.message) == ("conflict", True)


def test_voiding_against_check_out_and_cancelling(ring: Ring) -> None:
    for _ in range(ROUNDS):
        order = ring.added()
        line = order["lines"][0]["line"]
        voided, out, gone = ring.together(
            lambda line=line: ring.net.void("ANDES", line=line, reason="frost", confirm="CONFIRM"),
            lambda line=line: ring.net.checkout("BLOOM", line=line),
            lambda line=line: ring.net.cancel("BLOOM", line=line),
        )
        assert winners([voided, gone]) == 1
        assert ring.state(order) == "cancelled"
        assert not lost(out) or "cancelled" in out.message


def test_adding_to_a_cart_against_its_check_out(ring: Ring) -> None:
    for _ in range(ROUNDS):
        order = ring.added()
        more, out = ring.together(
            lambda order=order: ring.added(cart=order["cart"]),
            lambda order=order: ring.net.checkout("BLOOM", cart=order["cart"]),
        )
        assert not lost(out)
        if not lost(more) and ring.state(more) == "in_cart":
            ring.net.checkout("BLOOM", cart=order["cart"])
        assert not lost(more) or "checked_out" in more.message
        ring.require_sound()


def test_adding_to_one_cart_from_two_threads(ring: Ring) -> None:
    for _ in range(ROUNDS):
        order = ring.added()
        answers = ring.together(
            lambda order=order: ring.added(2, cart=order["cart"]),
            lambda order=order: ring.added(3, lot="SIERRA/S1", cart=order["cart"]),
            lambda order=order: ring.added(1, cart=order["cart"]),
        )
        assert winners(answers) == 3
        assert {answer["prebook"] for answer in answers} == {order["prebook"]}
        assert {answer["lines"][0]["sales_order"] for answer in (answers[0], answers[2])} == {order["sales_order"]}


def test_the_earliest_cut_off_holds_for_a_cart_whoever_adds_first(ring: Ring) -> None:
    morning = dt.datetime(2026, 2, 2, 19, 15, tzinfo=dt.UTC)  # a quarter past two; SIERRA ships until half past
    for _ in range(ROUNDS):
        ring.now = morning
        order = ring.added()
        answers = ring.together(
            lambda order=order: ring.added(lot="SIERRA/S1", cart=order["cart"], ship_date=DAY),
            lambda order=order: ring.added(cart=order["cart"]),
        )
        assert winners(answers) == 2
        ring.now = morning + dt.timedelta(minutes=20)
        with pytest.raises(CartExpired):
            ring.net.checkout("BLOOM", cart=order["cart"])
        ring.net.sweep()


def test_a_lot_put_on_hold_against_an_order(ring: Ring) -> None:
    for _ in range(ROUNDS):
        before = ring.available()
        held, added = ring.together(lambda: ring.net.set("ANDES", lot="A1", values={"on_hold": True}), ring.added)
        assert not lost(held)
        assert not lost(added) or added.code in ("not_visible", "conflict")
        assert ring.available() == before - (not lost(added))
        ring.net.set("ANDES", lot="A1", values={"on_hold": False})


def test_boxes_edited_away_against_an_order(ring: Ring) -> None:
    for _ in range(ROUNDS):
        ring.stock("SIERRA", "S2", 3)
        edited, added = ring.together(
            lambda: ring.stock("SIERRA", "S2", 1), lambda: ring.added(2, lot="SIERRA/S2", buyer="BLOOM")
        )
        assert winners([edited, added]) == 1
        for loser in (edited, added):
            assert not lost(loser) or loser.code in ("insufficient_stock", "conflict")
        if not lost(added):
            ring.net.cancel("BLOOM", cart=added["cart"])


def test_boxes_edited_away_against_a_confirmation(ring: Ring) -> None:
    for _ in range(ROUNDS):
        ring.stock("ANDES", "A2", 3)
        order = ring.checked_out(2, lot="ANDES/A2")
        edited, confirmed = ring.together(
            lambda: ring.stock("ANDES", "A2", 2), lambda order=order: ring.net.confirm("ANDES", order["sales_order"])
        )
        assert winners([edited, confirmed]) == 2
        ring.net.void("ANDES", sales_order=order["sales_order"], reason="again", confirm="CONFIRM")


def test_several_lots_edited_at_once_against_an_order_of_them(ring: Ring) -> None:
    lots = [{"lot": "ANDES/A1", "boxes": 1}, {"lot": "ANDES/A3", "boxes": 1}, {"lot": "ANDES/A2", "boxes": 1}]
    for turn in range(ROUNDS):
        codes = ["A3", "A2", "A1"] if turn % 2 else ["A1", "A3", "A2"]
        edits = [{"lot": code, "values": {"sell_fast": turn % 2 == 0}} for code in codes]
        edited, again, ordered = ring.together(
            lambda edits=edits: ring.net.set_all("ANDES", edits),
            lambda edits=edits: ring.net.set_all("ANDES", edits[::-1]),
            lambda: ring.net.prebook("BLOOM", "SHOP", lots, ship_date=DAY),
        )
        assert not lost(edited)
        assert not lost(again)
        if not lost(ordered):
            for line in ordered["lines"]:
                ring.net.cancel("BLOOM", line=line["line"])


def test_voiding_against_scanning(ring: Ring) -> None:
    for _ in range(ROUNDS):
        done = ring.confirmed(2)
        voided, scanned = ring.together(
            lambda done=done: ring.net.void("ANDES", sales_order=done["sales_order"], reason="x", confirm="CONFIRM"),
            lambda done=done: ring.net.scan("BLOOM", done["box_codes"]),
        )
        outcomes = {row["outcome"] for row in scanned}
        assert outcomes == ({"received"} if lost(voided) else {"cancelled"})
        assert not lost(voided) or "received" in voided.message


def test_two_confirmations(ring: Ring) -> None:
    for _ in range(ROUNDS):
        order = ring.checked_out(2)
        answers = ring.together(*[lambda order=order: ring.net.confirm("ANDES", order["sales_order"])] * 3)
        assert winners(answers) == 1
        assert {"confirmed already" in answer.message for answer in answers if lost(answer)} == {True}


def test_two_scanners(ring: Ring) -> None:
    for billing in ("off", "scan"):
        ring.net.set("BLOOM", settings={"auto_billing": billing})
        for _ in range(ROUNDS // 2):
            codes = ring.confirmed(3)["box_codes"]
            answers = ring.together(
                lambda codes=codes: ring.net.scan("BLOOM", codes),
                lambda codes=codes: ring.net.scan("BLOOM", codes[::-1]),
                lambda codes=codes: ring.net.receive("BLOOM", codes[1:]),
            )
            outcomes = [row["outcome"] for answer in answers for row in answer]
            assert sorted(outcomes)[:5] == ["already_received"] * 5
            assert len(outcomes) == 8


def test_two_scanners_on_different_boxes_of_one_line(ring: Ring) -> None:
    for _ in range(ROUNDS):
        codes = ring.confirmed(2)["box_codes"]
        answers = ring.together(
            lambda codes=codes: ring.net.scan("BLOOM", codes[:1]),
            lambda codes=codes: ring.net.scan("BLOOM", codes[1:]),
        )
        assert [row["outcome"] for answer in answers for row in answer] == ["received", "received"]


def test_shipping_against_voiding_and_confirming_another_order_on_the_awb(ring: Ring) -> None:
    for turn in range(ROUNDS):
        first, second = ring.checked_out(), ring.checked_out()
        number = f"AWB-{turn}"
        ring.net.confirm("ANDES", first["sales_order"], reference_number=number)
        answers = ring.together(
            lambda number=number: ring.net.ship("ANDES", number),
            lambda first=first: ring.net.void("ANDES", sales_order=first["sales_order"], reason="x", confirm="CONFIRM"),
            lambda second=second, number=number: ring.net.confirm(
                "ANDES", second["sales_order"], reference_number=number
            ),
        )
        assert not lost(answers[1])
        assert not lost(answers[2])


@pytest.mark.parametrize(("lot", "buyer"), [("ANDES/A3", "BLOOM"), ("ANDES/A1", "PETAL"), ("SIERRA/S1", "BLOOM")])
def test_two_first_sales_of_a_product_that_maps_itself(ring: Ring, lot: str, buyer: str) -> None:
    # LILY and PETAL's rose are added to the buyer; BLOOM's own rose has the same description.
    ring.stock(*lot.split("/"), 100)
    before = ring.count(Product)
    answers = ring.together(*[lambda: ring.added(lot=lot, buyer=buyer)] * 4)
    assert winners(answers) == 4
    assert ring.count(Product) == before + (lot != "SIERRA/S1")


def test_the_first_sale_of_a_product_against_receiving_one(ring: Ring) -> None:
    for _ in range(ROUNDS):
        done = ring.confirmed(1)
        answers = ring.together(
            lambda done=done: ring.net.scan("BLOOM", done["box_codes"]),
            lambda: ring.added(lot="ANDES/A3"),
            lambda: ring.net.map("BLOOM", "SIERRA/S1", product="FREEDOM"),
        )
        scanned, added, mapped = answers
        assert winners([scanned, mapped]) == 2
        if not lost(added):
            ring.net.cancel("BLOOM", cart=added["cart"])
        else:
            assert "changed twice" in added.message


@pytest.mark.parametrize("standalone", [True, False])
def test_joining_one_pending_purchase_order(ring: Ring, standalone: bool) -> None:
    lines = [{"lot": "ANDES/A1", "boxes": 1}]

    def order() -> object:
        if standalone:
            return ring.net.purchase_order("BLOOM", "ANDES", lines, ship_date=DAY)["number"]
        return ring.net.prebook("BLOOM", "SHOP", lines, ship_date=DAY)["purchase_order"]

    for _ in range(ROUNDS // 2):
        answers = ring.together(order, order, order)
        assert winners(answers) == 3
        assert len(set(answers)) == 1, "lines of one vendor and ship date join the order that is pending approval"
        ring.net.approve("BLOOM", answers[0])


def test_joining_a_purchase_order_against_its_approval(ring: Ring) -> None:
    lines = [{"lot": "ANDES/A1", "boxes": 1}]
    for _ in range(ROUNDS):
        first = ring.net.prebook("BLOOM", "SHOP", lines, ship_date=DAY)
        approved, joined = ring.together(
            lambda first=first: ring.net.approve("BLOOM", first["purchase_order"]),
            lambda: ring.net.prebook("BLOOM", "SHOP", lines, ship_date=DAY),
        )
        assert not lost(approved)
        assert not lost(joined)
        same = joined["purchase_order"] == first["purchase_order"]
        assert ring.state(joined) == ("checked_out" if same else "in_cart")
        if not same:
            ring.net.approve("BLOOM", joined["purchase_order"])


def test_two_approvals(ring: Ring) -> None:
    for _ in range(ROUNDS):
        order = ring.net.prebook("BLOOM", "SHOP", [{"lot": "ANDES/A1", "boxes": 1}], ship_date=DAY)
        answers = ring.together(*[lambda order=order: ring.net.approve("BLOOM", order["purchase_order"])] * 2)
        assert winners(answers) == 1
        assert {"approved already" in answer.message for answer in answers if lost(answer)} == {True}


def test_approval_against_dropping(ring: Ring) -> None:
    for _ in range(ROUNDS):
        order = ring.net.prebook("BLOOM", "SHOP", [{"lot": "ANDES/A1", "boxes": 1}], ship_date=DAY)
        approved, confirmed = ring.together(
            lambda order=order: ring.net.approve("BLOOM", order["purchase_order"]),
            lambda order=order: ring.net.confirm("ANDES", order["sales_order"], drop_pending=True),
        )
        assert not lost(confirmed)
        assert ring.state(order) == ("dropped" if lost(approved) else "staged")
        assert not lost(approved) or "cancelled already" in approved.message


def test_orders_over_two_vendors_in_opposite_order(ring: Ring) -> None:
    lines = [{"lot": "ANDES/A1", "boxes": 1}, {"lot": "SIERRA/S1", "boxes": 1}]
    for _ in range(ROUNDS):
        answers = ring.together(
            lambda: ring.net.prebook("BLOOM", "SHOP", lines, ship_date=DAY),
            lambda: ring.net.prebook("PETAL", "CORNER", lines[::-1], ship_date=DAY),
        )
        assert winners(answers) == 2


def test_lines_of_a_prebook_are_ordered_once(ring: Ring) -> None:
    for _ in range(ROUNDS):
        done = ring.checked_out(2)
        ring.net.void("ANDES", sales_order=done["sales_order"], reason="frost", confirm="CONFIRM")
        goods = [{"product": "FREEDOM", "boxes": 2, "box_type": "HB"}]
        answers = ring.together(
            *[lambda book=done["prebook"], goods=goods: ring.net.purchase_order("BLOOM", "ANDES", goods, DAY, prebook=book)]
            * 2
        )
        assert winners(answers) == 2
        assert all(ring.net.show("BLOOM", answer["number"])["lines"] for answer in answers)
        open_lines = [line for line in ring.net.show("BLOOM", done["prebook"])["lines"] if line["state"] == "needed"]
        assert sum(line["boxes"] for line in open_lines) == 4


def transferred(ring: Ring) -> Answer:
    goods = [{"product": "FREEDOM", "boxes": 2, "box_type": "HB", "unit_cost": "0.30", "units_per_box": 250}]
    order = ring.net.purchase_order("BLOOM", "ANDES", goods, ship_date=DAY)
    ring.net.transfer("BLOOM", order["number"])
    return order


def filled(ring: Ring) -> tuple[str, str]:
    order = transferred(ring)
    sales_order = ring.net.accept_order("ANDES", order["number"])["sales_order"]
    lines = [{"line": order["lines"][0]["line"], "lots": [{"lot": "A1", "boxes": 2}]}]
    ring.net.fill("ANDES", order["number"], lines)
    return order["number"], sales_order


def test_rejecting_against_confirmation(ring: Ring) -> None:
    for _ in range(ROUNDS):
        number, sales_order = filled(ring)
        answers = ring.together(
            lambda number=number: ring.net.reject("ANDES", number, reason="frost"),
            lambda sales_order=sales_order: ring.net.confirm("ANDES", sales_order),
        )
        assert winners(answers) == 1
        shown = ring.net.show("BLOOM", number)
        assert shown["transfer"] == ("confirmed" if lost(answers[0]) else "rejected")
        assert not lost(answers[0]) or "confirmed" in answers[0].message


def test_accepting_against_cancelling_and_rejecting(ring: Ring) -> None:
    for _ in range(ROUNDS):
        order = transferred(ring)
        number, line = order["number"], order["lines"][0]["line"]
        accepted, rejected, gone = ring.together(
            lambda number=number: ring.net.accept_order("ANDES", number),
            lambda number=number: ring.net.reject("ANDES", number, reason="frost"),
            lambda line=line: ring.net.cancel("BLOOM", line=line),
        )
        assert winners([rejected, gone]) == 1
        words = "rejected" if lost(gone) else "cancelled"
        assert ring.net.show("BLOOM", number)["transfer"] == words
        assert not lost(accepted) or words in accepted.message


def test_transferring_against_cancelling(ring: Ring) -> None:
    goods = [{"product": "FREEDOM", "boxes": 2, "box_type": "HB"}]
    for _ in range(ROUNDS):
        order = ring.net.purchase_order("BLOOM", "ANDES", goods, ship_date=DAY)
        sent, gone = ring.together(
            lambda order=order: ring.net.transfer("BLOOM", order["number"]),
            lambda order=order: ring.net.cancel("BLOOM", line=order["lines"][0]["line"]),
        )
        assert not lost(gone)
        assert not lost(sent) or "cancelled" in sent.message
    drafts = (Document.company_id == 1) & (Document.kind == "prebook") & (Document.status != "cancelled")
    assert ring.count(Document, drafts) == 0, "a cancelled order leaves nothing open at its vendor"


def test_the_last_boxes(ring: Ring) -> None:
    for _ in range(ROUNDS):
        answers = ring.together(*[lambda: ring.added(2, lot="SIERRA/S2")] * 3)
        assert winners(answers) == 1
        assert {type(answer) for answer in answers if lost(answer)} == {InsufficientStock}
        ring.net.cancel("BLOOM", cart=next(answer for answer in answers if not lost(answer))["cart"])


def test_one_key_from_several_threads(ring: Ring) -> None:
    for turn in range(ROUNDS):
        before = ring.available()
        answers = ring.together(*[lambda turn=turn: ring.added(key=f"add {turn}")] * 4)
        assert answers == [answers[0]] * 4
        assert ring.available() == before - 1


def test_everything_at_once_between_the_same_two_companies(ring: Ring) -> None:
    for turn in range(ROUNDS):
        carts = [ring.added(lot=lot) for lot in ("ANDES/A1", "SIERRA/S1", "ANDES/A1")]
        done = [ring.checked_out(), ring.checked_out(lot="ANDES/A1"), ring.confirmed(2)]
        works: list[Work] = [
            lambda carts=carts: ring.net.checkout("BLOOM", cart=carts[0]["cart"]),
            lambda carts=carts: ring.added(cart=carts[1]["cart"]),
            lambda carts=carts: ring.net.cancel("BLOOM", cart=carts[2]["cart"]),
            lambda done=done: ring.net.confirm("ANDES", done[0]["sales_order"]),
            lambda done=done: ring.net.void("ANDES", sales_order=done[1]["sales_order"], reason="x", confirm="CONFIRM"),
            lambda done=done: ring.net.scan("BLOOM", done[2]["box_codes"]),
            lambda turn=turn: ring.net.set("ANDES", lot="A1", values={"price_a": f"0.3{turn}"}),
        ]
        answers = ring.together(*works)
        assert winners([answer for place, answer in enumerate(answers) if place != 1]) == 6
