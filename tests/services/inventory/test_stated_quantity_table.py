"""The table of the documentation holds: what is stated of ten boxes, of which three are sold, is what is left."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from tests.services.conftest import LOT, Trade

PAGE = Path(__file__).parents[3] / "docs" / "host-erp.md"
SOLD = 3


class Row(NamedTuple):
    """A row of the table: what happened, how many movements there are, what is there, what is stated, what is left."""

    happened: str
    movement: int
    before: tuple[int, ...]
    stated: int
    as_of: tuple[int, ...]
    after: tuple[int, ...]


def numbers(cell: str) -> tuple[int, ...]:
    return tuple(map(int, re.findall(r"\d+", cell)))


def rows() -> Iterator[Row]:
    """The rows of the page."""
    lines = PAGE.read_text("utf-8").splitlines()
    begin = next(number for number, line in enumerate(lines) if line.startswith("| of 10 boxes"))
    for line in lines[begin + 2 :]:
        if not line.startswith("|"):
            return
        happened, movement, before, stated, after = (cell.strip() for cell in line.strip("|").split("|"))
        number, *as_of = numbers(stated)
        yield Row(happened, int(movement), numbers(before), number, tuple(as_of), numbers(after))


def in_cart(trade: Trade) -> Any:
    return trade.ordered(SOLD, lot="ANDES/TEN")


def confirmed(trade: Trade) -> Any:
    return trade.confirmed(SOLD, lot="ANDES/TEN")


def shipped(trade: Trade) -> Any:
    order = confirmed(trade)
    trade.net.ship("ANDES", order["awb"])
    return order


def adjusted(trade: Trade) -> None:
    shipped(trade)
    trade.net.adjust("ANDES", "TEN", -2, "sold_elsewhere", "E-1")


def expired(trade: Trade) -> None:
    in_cart(trade)
    trade.later(hours=2)
    trade.net.sweep()


def voided(trade: Trade) -> None:
    order = confirmed(trade)["sales_order"]
    trade.net.void("ANDES", sales_order=order, reason="frost", confirm="CONFIRM")


def bought_meanwhile(trade: Trade) -> None:
    shipped(trade)
    in_cart(trade)


def shipped_late(trade: Trade) -> None:
    order = confirmed(trade)
    trade.net.state_quantity("ANDES", "TEN", on_hand=7, as_of=movements(trade)[-1])
    trade.net.ship("ANDES", order["awb"])


HAPPENS: tuple[tuple[Callable[[Trade], Any], ...], ...] = (
    (in_cart,),
    (confirmed,),
    (shipped,),
    (shipped,),
    (adjusted,),
    (shipped,),
    (expired, voided),
    (bought_meanwhile,),
    (confirmed,),
    (shipped_late,),
)
"""How each row of the table comes about."""


def movements(trade: Trade) -> list[int]:
    """The movements of the lot, in order: the table counts them from 1."""
    return [one["movement"] for one in trade.net.movements("ANDES", ["TEN"])["items"]]


def numbers_of(trade: Trade) -> tuple[int, ...]:
    (lot,) = trade.net.quantities("ANDES", ["TEN"])["items"]
    short = (lot["short"],) if lot["short"] else ()
    return (lot["on_hand"], lot["available"], *short)


def cases() -> Iterator[Any]:
    for row, ways in zip(rows(), HAPPENS, strict=True):
        for way in ways:
            for as_of in row.as_of:
                yield pytest.param(row, way, as_of, id=f"{row.happened}-{way.__name__}-{as_of}")


@pytest.mark.parametrize(("row", "happen", "as_of"), list(cases()))
def test_a_row_of_the_table_holds(trade: Trade, row: Row, happen: Callable[[Trade], Any], as_of: int) -> None:
    trade.net.put("ANDES", "lots", [{**LOT, "code": "TEN", "boxes": 10}])
    happen(trade)
    there = movements(trade)
    assert (len(there), numbers_of(trade)) == (row.movement, row.before)
    trade.net.state_quantity("ANDES", "TEN", on_hand=row.stated, as_of=there[as_of - 1])
    assert numbers_of(trade) == row.after
    trade.net.state_quantity("ANDES", "TEN", on_hand=row.stated, as_of=there[as_of - 1])
    assert numbers_of(trade) == row.after, "a repeat changes nothing"


def test_stating_stock_is_the_first_thing_that_the_page_teaches() -> None:
    titles = re.findall(r"^## (.*)$", PAGE.read_text("utf-8"), re.MULTILINE)
    assert titles[0] == "State your stock"


def test_whatever_moves_a_lot_answers_its_movement(trade: Trade) -> None:
    trade.net.put("ANDES", "lots", [{**LOT, "code": "TEN", "boxes": 10}])
    order = in_cart(trade)
    (line,) = order["lines"]
    assert (line["available"], line["movement"]) == (7, movements(trade)[-1])
    typed = trade.net.prebook("BLOOM", "C-100", [{"lot": "ANDES/TEN", "boxes": 1}], "2026-02-05")["lines"][0]
    assert (typed["available"], typed["movement"]) == (6, movements(trade)[-1])
    trade.net.checkout("BLOOM", cart=order["cart"])
    awb = trade.net.confirm("ANDES", order["sales_order"])["awb"]
    (left,) = trade.net.ship("ANDES", awb)["lots"]
    assert left == {"lot": "TEN", "boxes": 3, "movement": movements(trade)[-1], "on_hand": 7}
    again = trade.net.add("BLOOM", "C-100", lot="ANDES/TEN", boxes=1, ship_date="2026-02-05", key="once")
    trade.ordered(1, lot="ANDES/TEN")
    told = trade.net.add("BLOOM", "C-100", lot="ANDES/TEN", boxes=1, ship_date="2026-02-05", key="once")
    assert told == again, "a repeat answers as the first time"
