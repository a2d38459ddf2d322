"""An order that the sweep cannot expire is logged and skipped: all others expire (domain section 5)."""

from __future__ import annotations

import datetime as dt
import logging
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from k2k_core.api import K2K
from k2k_core.clock import moment_text
from k2k_core.domain.roles import Actor
from k2k_core.errors import Conflict, InsufficientStock, NotAllowed, StoreFull
from k2k_core.services.ordering import due_work, order_expiry
from k2k_core.store.database.queries import execute
from tests.damage import past_the_guards
from tests.services.conftest import LOT, Answer, Trade

SHIP = "2026-02-05"


@pytest.fixture
def trade(open_unsound_trade: Callable[..., Trade]) -> Trade:
    """The network, with stock of the buyer's own; some of its rows will be unreadable."""
    made = open_unsound_trade()
    lot = {**LOT, "product": "FREEDOM", "boxes": 9, "web_price": "0.50", "price_a": None}
    made.net.put("BLOOM", "lots", [{**lot, "code": "OWN"}])
    return made


@pytest.fixture
def failures(caplog: pytest.LogCaptureFixture) -> Iterator[Callable[[], list[str]]]:
    """What the log says of orders that failed."""
    with caplog.at_level(logging.WARNING, "k2k.sweep"):
        yield lambda: [one.getMessage() for one in caplog.records if one.name == "k2k.sweep"]


def damage(trade: Trade, order: Answer) -> None:
    """Somebody edits the database by hand: lines of an order cannot be read any more, nor their boxes given back."""
    with trade.net.context.store.whole_network.writing() as session, past_the_guards(session):
        boxes: object = "some" if session.engine == "sqlite" else 2_147_483_647
        for line in order["lines"]:
            values = ("{", boxes, int(line["line"]))
            execute(session._database, "UPDATE order_line SET explanation = ?, boxes = ? WHERE id = ?", values)


def in_cart(trade: Trade) -> Answer:
    return trade.ordered(1)


def prebooked(trade: Trade, boxes: int = 1) -> Answer:
    return trade.net.prebook("BLOOM", "C-100", [{"lot": "ANDES/L1", "boxes": boxes}], SHIP)


def checked_out(trade: Trade) -> Answer:
    return trade.checked_out(1)


def of_own_stock(trade: Trade) -> Answer:
    return trade.checked_out(1, lot="OWN", ship_date="2026-02-03")


CASES: dict[str, tuple[Callable[[Trade], Answer], dict[str, int], str, str]] = {
    "a cart": (in_cart, {"hours": 2}, "cart.expired", "cart"),
    "nobody approves": (prebooked, {"hours": 24}, "order.expired", "purchase_order"),
    "it ends soon": (prebooked, {"hours": 19}, "order.expiring", "purchase_order"),
    "it is overdue": (checked_out, {"hours": 63}, "order.overdue", "purchase_order"),
    "it is delivered": (of_own_stock, {"hours": 39}, "order.delivered", "invoice_order"),
}


def events(trade: Trade, kind: str) -> list[Any]:
    return [event["data"] for event in trade.net.events("BLOOM") if event["type"] == kind]


@pytest.mark.parametrize("what", CASES)
def test_more_orders_that_fail_than_are_read_at_once_hold_up_none_behind_them(
    trade: Trade, what: str, failures: Callable[[], list[str]], monkeypatch: pytest.MonkeyPatch
) -> None:
    make, time, event, named = CASES[what]
    monkeypatch.setattr(due_work, "AT_ONCE", 2)
    trade.net.set("BLOOM", settings={"separate_po_per_purchase": True})
    broken = [make(trade) for _ in range(3)]
    for one in broken:
        damage(trade, one)
    sound = make(trade)
    trade.later(**time)
    trade.net.sweep()
    assert len(events(trade, event)) == 1
    expected = {f"BLOOM {one[named]}" for one in broken}
    assert {words.split(" could ")[0] for words in failures()} == expected
    assert len(failures()) == 3, "each is tried once in a sweep"
    assert sound[named] not in " ".join(failures())


def test_the_error_is_in_the_log(trade: Trade, caplog: pytest.LogCaptureFixture) -> None:
    damage(trade, prebooked(trade))
    trade.later(days=1)
    with caplog.at_level(logging.ERROR, "k2k.sweep"):
        assert trade.net.sweep() == 0
    assert "JSONDecodeError" in caplog.text


def failing(trade: Trade) -> list[tuple[Any, ...]]:
    names = ("company", "work", "number", "code", "attempts", "since", "last_at", "retry_at")
    return [tuple(one[name] for name in names) for one in trade.net.sweep_failures()]


def at(trade: Trade, **later: int) -> str:
    return moment_text(trade._now[0] + dt.timedelta(**later))


WORK = {"a cart": "cart", "it ends soon": "notice", "it is overdue": "notice", "it is delivered": "delivery"}


@pytest.mark.parametrize("what", CASES)
def test_what_fails_is_named_with_its_error_and_how_often_since_when(trade: Trade, what: str) -> None:
    make, time, _, named = CASES[what]
    order = make(trade)
    damage(trade, order)
    trade.later(**time)
    trade.net.sweep()
    first = at(trade)
    row = ("BLOOM", WORK.get(what, "end"), order[named])
    ((*found, code, attempts, since, last_at, retry_at),) = failing(trade)
    assert (*found, attempts, since, last_at, retry_at) == (*row, 1, first, first, at(trade, seconds=10))
    assert code in ("JSONDecodeError", "DataError", "invalid_quantity"), "the error's code, or the exception's name"
    trade.later(seconds=10)
    trade.net.sweep()
    assert failing(trade) == [(*row, code, 2, first, at(trade), at(trade, seconds=20))]


def test_it_is_a_finding_of_verify_until_it_succeeds(trade: Trade, monkeypatch: pytest.MonkeyPatch) -> None:
    order = prebooked(trade)
    trade.later(days=1)
    monkeypatch.setattr(order_expiry, "_end", raising(Conflict("Two.")))
    trade.net.sweep()
    (fault,) = trade.net.verify()
    assert (fault["check"], fault["subject"]) == ("sweep", f"BLOOM {order['purchase_order']}")
    now, again = at(trade), at(trade, seconds=10)
    assert fault["message"].endswith(f"(end): conflict, 1 time(s) since {now}; it is tried again at {again}")


def test_it_is_tried_again_at_growing_distances_and_its_traceback_is_logged_once(
    trade: Trade, caplog: pytest.LogCaptureFixture
) -> None:
    damage(trade, prebooked(trade))
    trade.later(days=1)
    began = trade._now[0]
    tried = []
    with caplog.at_level(logging.ERROR, "k2k.sweep"):
        for second in (*range(0, 310, 10), *range(310, 3100, 20)):
            trade._now[0] = began + dt.timedelta(seconds=second)
            trade.net.sweep()
            if len(caplog.records) > len(tried):
                tried.append(second)
    assert tried == [0, 10, 30, 70, 150, 310, 630, 1270, 2170, 3070], "then every fifteen minutes"
    assert [bool(one.exc_info) for one in caplog.records] == [True] + [False] * 9
    assert "failures so far: 10" in caplog.records[-1].getMessage()


def test_what_fails_in_another_way_is_logged_with_its_traceback_again(
    trade: Trade, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    prebooked(trade)
    trade.later(days=1)
    for error in (RuntimeError("one"), Conflict("Two."), Conflict("Two.")):
        monkeypatch.setattr(order_expiry, "_end", raising(error))
        with caplog.at_level(logging.ERROR, "k2k.sweep"):
            trade.net.sweep()
        trade.later(minutes=15)
    assert [bool(one.exc_info) for one in caplog.records] == [True, True, False]
    assert [one["code"] for one in trade.net.sweep_failures()] == ["conflict"]


def raising(error: Exception) -> Callable[..., bool]:
    def work(*_: object) -> bool:
        raise error

    return work


def test_what_succeeds_at_last_is_named_no_more(trade: Trade, monkeypatch: pytest.MonkeyPatch) -> None:
    order = prebooked(trade)
    trade.later(days=1)
    with monkeypatch.context() as broken:
        broken.setattr(order_expiry, "_end", raising(RuntimeError("one")))
        trade.net.sweep()
    assert trade.net.sweep() == 0, "it pauses"
    assert len(failing(trade)) == 1
    trade.later(seconds=10)
    assert trade.net.sweep() == 1
    assert failing(trade) == []
    assert trade.net.show("BLOOM", order["prebook"])["status"] == "cancelled"
    assert trade.net.verify() == []


def test_what_somebody_else_has_dealt_with_is_named_no_more(trade: Trade, monkeypatch: pytest.MonkeyPatch) -> None:
    order = trade.checked_out(1)
    trade.later(hours=63)
    monkeypatch.setattr(order_expiry, "_give_notice", raising(RuntimeError("one")))
    trade.net.sweep()
    assert [one["work"] for one in trade.net.sweep_failures()] == ["notice"]
    trade.net.cancel("BLOOM", purchase_order=order["purchase_order"])
    trade.net.sweep()
    assert failing(trade) == []


def test_another_process_goes_on_with_the_pauses(
    trade: Trade, monkeypatch: pytest.MonkeyPatch, database_url: str
) -> None:
    prebooked(trade)
    trade.later(days=1)
    monkeypatch.setattr(order_expiry, "_end", raising(RuntimeError("one")))
    trade.net.sweep()
    with K2K.open(database_url, clock=lambda: trade._now[0]) as other:
        other.sweep()
        assert [one["attempts"] for one in other.sweep_failures()] == [1]
        trade.later(seconds=10)
        other.sweep()
    assert [one["attempts"] for one in trade.net.sweep_failures()] == [2]


def test_what_fails_in_the_network_is_for_whoever_runs_it(trade: Trade) -> None:
    with pytest.raises(NotAllowed):
        trade.net.on_behalf_of(Actor("admin@bloom.example", "BLOOM", frozenset({"admin"}))).sweep_failures()
    assert trade.net.on_behalf_of(Actor("ops@k2k.example", None)).sweep_failures() == []


def test_a_buyer_who_wants_boxes_gets_those_of_other_orders_that_have_ended(trade: Trade) -> None:
    trade.net.set("BLOOM", settings={"separate_po_per_purchase": True})
    damage(trade, prebooked(trade, 2))
    prebooked(trade, 4)
    trade.later(days=1)
    assert trade.ordered(4)["lines"][0]["boxes"] == 4


def test_a_buyer_reads_that_boxes_are_missing_and_nothing_of_the_order_that_failed(trade: Trade) -> None:
    damage(trade, prebooked(trade, 6))
    trade.later(days=1)
    with pytest.raises(InsufficientStock):
        trade.ordered(1)
    with pytest.raises(InsufficientStock):
        prebooked(trade)


def test_a_database_that_takes_no_work_ends_the_sweep_and_is_no_answer_to_a_buyer(
    trade: Trade, monkeypatch: pytest.MonkeyPatch
) -> None:
    prebooked(trade, 6)
    trade.later(days=1)

    def full(*_: object) -> bool:
        raise StoreFull("The database did not take the work: database or disk is full.")

    monkeypatch.setattr(order_expiry, "_end", full)
    with pytest.raises(StoreFull):
        trade.net.sweep()
    with pytest.raises(InsufficientStock):
        trade.ordered(1)
