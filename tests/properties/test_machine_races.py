"""Two who want the same thing at the same moment, with real threads on both engines.

Exactly one wins, or both are right; the loser gets a coded conflict that says what happened; nobody ever meets a
deadlock, not even one that the store would have mended by doing the work again.
"""

from __future__ import annotations

import datetime as dt

import pytest

from k2k_core.errors import CartExpired, InsufficientStock
from tests.properties.machine.ring import DAY, ROUNDS, SECOND, Ring, Work, lost, winners


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
