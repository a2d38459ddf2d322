"""Users who scan boxes of the same lines at the same moment in opposite order do not deadlock."""

from __future__ import annotations

import datetime as dt
import threading
from collections.abc import Callable
from typing import Any

import pytest

from k2k_core.errors import Conflict, StoreUnavailable
from k2k_core.store import engine as store_engine
from k2k_core.store.database.errors import worth_repeating
from k2k_core.store.tables import Lot

Trade = Any
LONGEST = 120.0
BOXES = 12


@pytest.fixture
def deadlocks(monkeypatch: pytest.MonkeyPatch) -> list[StoreUnavailable]:
    """The deadlocks that were met, though the unit of work was repeated."""
    met: list[StoreUnavailable] = []

    def noted(error: StoreUnavailable) -> bool:
        met.append(error)
        return worth_repeating(error)

    monkeypatch.setattr(store_engine, "worth_repeating", noted)
    return met


@pytest.fixture
def stocked(open_trade: Callable[..., Trade]) -> Trade:
    """Of three lines twelve boxes each are on their way; of each one was scanned, of the last line first."""

    def plenty(companies: dict[str, Any]) -> None:
        companies["ANDES"]["lots"] = [
            {**companies["ANDES"]["lots"][0], "code": f"L{lot}", "boxes": BOXES, "box_codes": codes_of(lot)}
            for lot in (1, 2, 3)
        ]

    trade = open_trade(plenty)
    cart = trade.ordered(BOXES)
    for lot in (2, 3):
        trade.ordered(BOXES, lot=f"ANDES/L{lot}", cart=cart["cart"])
    trade.net.checkout("BLOOM", cart=cart["cart"])
    trade.net.confirm("ANDES", cart["sales_order"], reference_number="W1")
    for lot in (3, 2, 1):
        trade.net.scan("BLOOM", codes_of(lot)[:1])
    trade.prebook = cart["prebook"]
    return trade


def codes_of(lot: int) -> list[str]:
    return [f"B{lot}-{number}" for number in range(BOXES)]


def at_once(*works: Callable[[], object]) -> list[BaseException]:
    """Do works at the same moment; what they raised beside conflicts."""
    start, raised = threading.Barrier(len(works)), list[BaseException]()

    def run(work: Callable[[], object]) -> None:
        start.wait(timeout=LONGEST)
        try:
            work()
        except BaseException as error:
            raised.append(error)

    people = [threading.Thread(target=run, args=(work,)) for work in works]
    for one in people:
        one.start()
    for one in people:
        one.join(timeout=LONGEST)
    assert not any(one.is_alive() for one in people)
    return raised


def lots(trade: Trade) -> list[tuple[dt.date, int, int]]:
    """Arrival date, boxes ever had and allocated boxes of BLOOM's lots of received boxes."""
    columns = (Lot.arrival_date, Lot.boxes, Lot.allocated)
    with trade.net.context.store.whole_network.reading() as session:
        return session.rows(Lot.select(*columns).where(Lot.awb_id.is_null(False)).order_by(Lot.arrival_date, Lot.id))


@pytest.mark.parametrize("days", [0, 1])
def test_two_who_scan_the_same_lines_crosswise(stocked: Trade, deadlocks: list[StoreUnavailable], days: int) -> None:
    """Each scans one box of each line at a time, forwards and backwards; some boxes are scanned by both."""
    stocked.later(days=days)
    answers: list[str] = []

    def scanner(lines: tuple[int, ...], order: range) -> Callable[[], None]:
        def scan() -> None:
            for number in order:
                codes = [codes_of(lot)[number] for lot in lines]
                answers.extend(row["outcome"] for row in stocked.net.scan("BLOOM", codes))

        return scan

    assert at_once(scanner((1, 2, 3), range(1, BOXES)), scanner((3, 2, 1), range(BOXES - 1, 0, -1))) == []
    assert deadlocks == []
    assert answers.count("received") == 3 * (BOXES - 1) == answers.count("already_received")
    first, second = dt.date(2026, 2, 2), dt.date(2026, 2, 3)
    all_of_them = [(first, BOXES, BOXES)] * 3
    assert lots(stocked) == (all_of_them if days == 0 else [(first, 1, 1)] * 3 + [(second, BOXES - 1, BOXES - 1)] * 3)


def test_who_scans_and_who_edits_or_buys_out_of_the_lots_they_come_into(
    stocked: Trade, deadlocks: list[StoreUnavailable]
) -> None:
    """An edit holds lots, then the company; a purchase holds several lots; a bill, lines and then their lots."""
    shown = stocked.net.show("BLOOM", stocked.prebook)["lines"]
    mine = [f"L{lot}-{line['line']}" for lot, line in zip((1, 2, 3), shown, strict=True)]

    def scan() -> None:
        for number in range(1, BOXES):
            stocked.net.scan("BLOOM", [codes_of(lot)[number] for lot in (1, 2, 3)])

    def edit() -> None:
        for number in range(8):
            for lot in mine[::-1]:
                stocked.net.set("BLOOM", lot=lot, values={"web_price": f"0.9{number}"})

    def type_costs() -> None:
        for number in range(8):
            stocked.net.awb("BLOOM", "W1", freight=str(30 + number), arrival_date="2026-02-01")

    def bill() -> None:
        for _ in range(8):
            try:
                stocked.net.bill("BLOOM", stocked.prebook)
            except Conflict:
                continue

    assert at_once(scan, edit, type_costs, bill) == []
    assert deadlocks == []
    assert [
        line["state"] in ("received", "billed") for line in stocked.net.show("BLOOM", stocked.prebook)["lines"]
    ] == [True] * 3


def test_who_ships_and_who_scans_what_goes_straight_to_the_customer(
    stocked: Trade, deadlocks: list[StoreUnavailable]
) -> None:
    stocked.net.set("ANDES", lot="L1", values={"boxes": BOXES + 4})
    direct = stocked.confirmed(4, ship_via="grower", reference_number="W2")
    codes = direct["box_codes"]
    stocked.net.scan("BLOOM", codes[:1])

    def scan() -> None:
        for code in codes[1:]:
            stocked.net.scan("BLOOM", [code, codes_of(1)[1 + codes.index(code)]])

    assert at_once(lambda: stocked.net.ship("ANDES", "W2"), scan) == []
    assert deadlocks == []
    assert stocked.line("BLOOM", direct["prebook"])["state"] == "received"
