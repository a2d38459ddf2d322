"""Two users want the same thing at the same moment: real threads, both engines.

Exactly one wins, or both succeed; the loser gets a coded conflict that says what happened; nobody ever meets a
deadlock, not even one that the store would have resolved by a retry.
"""

from __future__ import annotations

import datetime as dt

import pytest

from k2k_core.errors import CartExpired, InsufficientStock
from tests.properties.state_machine.races import DAY, ROUNDS, SECOND, RaceNetwork, Work, lost, winners


def test_check_out_against_dropping(race: RaceNetwork) -> None:
    for _ in range(ROUNDS):
        order = race.added()
        out, dropped = race.together(
            lambda order=order: race.net.checkout("BLOOM", cart=order["cart"]),
            lambda order=order: race.net.confirm("ANDES", order["sales_order"], drop_pending=True),
        )
        assert not lost(dropped)
        if lost(out):
            assert (out.code, race.state(order)) == ("conflict", "dropped")
            assert "dropped" in out.message
        else:
            assert race.state(order) == "staged"


def test_check_out_against_a_confirmation_that_drops_nothing(race: RaceNetwork) -> None:
    for _ in range(ROUNDS):
        order = race.added()
        out, confirmed = race.together(
            lambda order=order: race.net.checkout("BLOOM", cart=order["cart"]),
            lambda order=order: race.net.confirm("ANDES", order["sales_order"]),
        )
        assert not lost(out)
        assert (confirmed.code if lost(confirmed) else "") in ("", "pending_lines")


def test_confirmation_with_dropping_against_expiry(race: RaceNetwork) -> None:
    for _ in range(ROUNDS):
        order = race.added()
        ends = dt.datetime.fromisoformat(order["expires_at"])
        before = race.available()
        confirmed, _ = race.together(
            race.at(
                ends - SECOND,
                lambda order=order: race.net.confirm("ANDES", order["sales_order"], drop_pending=True),
            ),
            race.at(ends, race.net.sweep),
        )
        assert race.state(order) == ("cancelled" if lost(confirmed) else "dropped")
        assert race.available() == before + 1


def test_check_out_against_expiry(race: RaceNetwork) -> None:
    for _ in range(ROUNDS):
        order = race.added()
        ends = dt.datetime.fromisoformat(order["expires_at"])
        out, _ = race.together(
            race.at(ends - SECOND, lambda order=order: race.net.checkout("BLOOM", cart=order["cart"])),
            race.at(ends, race.net.sweep),
        )
        assert race.state(order) == ("cancelled" if lost(out) else "checked_out")
        assert isinstance(out, CartExpired) or not lost(out)


def test_adding_against_expiry(race: RaceNetwork) -> None:
    for _ in range(ROUNDS):
        order = race.added()
        ends = dt.datetime.fromisoformat(order["expires_at"])
        added, _ = race.together(
            race.at(ends - SECOND, lambda order=order: race.added(lot="SIERRA/S1", cart=order["cart"])),
            race.at(ends, race.net.sweep),
        )
        assert isinstance(added, CartExpired) or not lost(added)
        assert (race.available("ANDES/A1"), race.available("SIERRA/S1")) == (1000, 1000)


def test_cancelling_against_confirmation(race: RaceNetwork) -> None:
    for _ in range(ROUNDS):
        order = race.checked_out()
        answers = race.together(
            lambda order=order: race.net.confirm("ANDES", order["sales_order"]),
            lambda order=order: race.net.cancel("BLOOM", line=order["lines"][0]["line"]),
        )
        assert winners(answers) == 1
        if lost(answers[0]):
            assert (race.state(order), "voided" in answers[0].message) == ("cancelled", True)
        else:
            assert (race.state(order), "staged" in answers[1].message) == ("staged", True)


def test_cancelling_against_check_out(race: RaceNetwork) -> None:
    for _ in range(ROUNDS):
        order = race.added()
        out, gone = race.together(
            lambda order=order: race.net.checkout("BLOOM", cart=order["cart"]),
            lambda order=order: race.net.cancel("BLOOM", cart=order["cart"]),
        )
        assert not lost(gone)
        assert race.state(order) == "cancelled"
        assert not lost(out) or (out.code, "cancelled" in out.message) == ("conflict", True)


def test_voiding_against_check_out_and_cancelling(race: RaceNetwork) -> None:
    for _ in range(ROUNDS):
        order = race.added()
        line = order["lines"][0]["line"]
        voided, out, gone = race.together(
            lambda line=line: race.net.void("ANDES", line=line, reason="frost", confirm="CONFIRM"),
            lambda line=line: race.net.checkout("BLOOM", line=line),
            lambda line=line: race.net.cancel("BLOOM", line=line),
        )
        assert winners([voided, gone]) == 1
        assert race.state(order) == "cancelled"
        assert not lost(out) or "cancelled" in out.message


def test_adding_to_a_cart_against_its_check_out(race: RaceNetwork) -> None:
    for _ in range(ROUNDS):
        order = race.added()
        more, out = race.together(
            lambda order=order: race.added(cart=order["cart"]),
            lambda order=order: race.net.checkout("BLOOM", cart=order["cart"]),
        )
        assert not lost(out)
        if not lost(more) and race.state(more) == "in_cart":
            race.net.checkout("BLOOM", cart=order["cart"])
        assert not lost(more) or "checked out" in more.message
        race.require_sound()


def test_adding_to_one_cart_from_two_threads(race: RaceNetwork) -> None:
    for _ in range(ROUNDS):
        order = race.added()
        answers = race.together(
            lambda order=order: race.added(2, cart=order["cart"]),
            lambda order=order: race.added(3, lot="SIERRA/S1", cart=order["cart"]),
            lambda order=order: race.added(1, cart=order["cart"]),
        )
        assert winners(answers) == 3
        assert {answer["prebook"] for answer in answers} == {order["prebook"]}
        assert {answer["lines"][0]["sales_order"] for answer in (answers[0], answers[2])} == {order["sales_order"]}


def test_the_earliest_cut_off_holds_for_a_cart_whoever_adds_first(race: RaceNetwork) -> None:
    morning = dt.datetime(2026, 2, 2, 19, 15, tzinfo=dt.UTC)  # a quarter past two; SIERRA ships until half past
    for _ in range(ROUNDS):
        race.now = morning
        order = race.added()
        answers = race.together(
            lambda order=order: race.added(lot="SIERRA/S1", cart=order["cart"], ship_date=DAY),
            lambda order=order: race.added(cart=order["cart"]),
        )
        assert winners(answers) == 2
        race.now = morning + dt.timedelta(minutes=20)
        with pytest.raises(CartExpired):
            race.net.checkout("BLOOM", cart=order["cart"])
        race.net.sweep()


def test_a_lot_put_on_hold_against_an_order(race: RaceNetwork) -> None:
    for _ in range(ROUNDS):
        before = race.available()
        held, added = race.together(lambda: race.net.set("ANDES", lot="A1", values={"on_hold": True}), race.added)
        assert not lost(held)
        assert not lost(added) or added.code in ("not_visible", "conflict")
        assert race.available() == before - (not lost(added))
        race.net.set("ANDES", lot="A1", values={"on_hold": False})


def test_boxes_edited_away_against_an_order(race: RaceNetwork) -> None:
    for _ in range(ROUNDS):
        race.stock("SIERRA", "S2", 3)
        edited, added = race.together(
            lambda: race.stock("SIERRA", "S2", 1), lambda: race.added(2, lot="SIERRA/S2", buyer="BLOOM")
        )
        assert winners([edited, added]) == 1
        for loser in (edited, added):
            assert not lost(loser) or loser.code in ("insufficient_stock", "conflict")
        if not lost(added):
            race.net.cancel("BLOOM", cart=added["cart"])


def test_boxes_edited_away_against_a_confirmation(race: RaceNetwork) -> None:
    for _ in range(ROUNDS):
        race.stock("ANDES", "A2", 3)
        order = race.checked_out(2, lot="ANDES/A2")
        edited, confirmed = race.together(
            lambda: race.stock("ANDES", "A2", 2), lambda order=order: race.net.confirm("ANDES", order["sales_order"])
        )
        assert winners([edited, confirmed]) == 2
        race.net.void("ANDES", sales_order=order["sales_order"], reason="again", confirm="CONFIRM")


def test_several_lots_edited_at_once_against_an_order_of_them(race: RaceNetwork) -> None:
    lots = [{"lot": "ANDES/A1", "boxes": 1}, {"lot": "ANDES/A3", "boxes": 1}, {"lot": "ANDES/A2", "boxes": 1}]
    for turn in range(ROUNDS):
        codes = ["A3", "A2", "A1"] if turn % 2 else ["A1", "A3", "A2"]
        edits = [{"lot": code, "values": {"sell_fast": turn % 2 == 0}} for code in codes]
        edited, again, ordered = race.together(
            lambda edits=edits: race.net.set_all("ANDES", edits),
            lambda edits=edits: race.net.set_all("ANDES", edits[::-1]),
            lambda: race.net.prebook("BLOOM", "SHOP", lots, ship_date=DAY),
        )
        assert not lost(edited)
        assert not lost(again)
        if not lost(ordered):
            for line in ordered["lines"]:
                race.net.cancel("BLOOM", line=line["line"])


def test_the_last_boxes(race: RaceNetwork) -> None:
    for _ in range(ROUNDS):
        answers = race.together(*[lambda: race.added(2, lot="SIERRA/S2")] * 3)
        assert winners(answers) == 1
        assert {type(answer) for answer in answers if lost(answer)} == {InsufficientStock}
        race.net.cancel("BLOOM", cart=next(answer for answer in answers if not lost(answer))["cart"])


def test_one_key_from_several_threads(race: RaceNetwork) -> None:
    for turn in range(ROUNDS):
        before = race.available()
        answers = race.together(*[lambda turn=turn: race.added(key=f"add {turn}")] * 4)
        assert answers == [answers[0]] * 4
        assert race.available() == before - 1


def test_everything_at_once_between_the_same_two_companies(race: RaceNetwork) -> None:
    for turn in range(ROUNDS):
        carts = [race.added(lot=lot) for lot in ("ANDES/A1", "SIERRA/S1", "ANDES/A1")]
        done = [race.checked_out(), race.checked_out(lot="ANDES/A1"), race.confirmed(2)]
        works: list[Work] = [
            lambda carts=carts: race.net.checkout("BLOOM", cart=carts[0]["cart"]),
            lambda carts=carts: race.added(cart=carts[1]["cart"]),
            lambda carts=carts: race.net.cancel("BLOOM", cart=carts[2]["cart"]),
            lambda done=done: race.net.confirm("ANDES", done[0]["sales_order"]),
            lambda done=done: race.net.void("ANDES", sales_order=done[1]["sales_order"], reason="x", confirm="CONFIRM"),
            lambda done=done: race.net.scan("BLOOM", done[2]["box_codes"]),
            lambda turn=turn: race.net.set("ANDES", lot="A1", values={"price_a": f"0.3{turn}"}),
        ]
        answers = race.together(*works)
        assert winners([answer for place, answer in enumerate(answers) if place != 1]) == 6
