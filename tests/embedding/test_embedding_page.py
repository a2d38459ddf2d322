"""The examples in docs/embedding.md form one program, and it runs: also when the host fails, or dies, in between."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

PAGE = Path(__file__).resolve().parents[2] / "docs" / "embedding.md"


class Died(BaseException):
    """The process of the host ends here."""


@pytest.fixture
def program() -> Iterator[dict[str, Any]]:
    """The names of the program, after it ran."""
    blocks = re.findall(r"```python\n(.*?)```", PAGE.read_text("utf-8"), re.DOTALL)
    assert len(blocks) == 3
    names: dict[str, Any] = {"__name__": "embedding"}
    exec(compile("\n".join(blocks), str(PAGE), "exec"), names)
    yield names
    names["erp"].close()
    names["k2k"].close()


def left(program: dict[str, Any]) -> int:
    (one,) = program["k2k"].availability(["FARM/L1"])
    return int(one["available"])


def sales(program: dict[str, Any]) -> list[Any]:
    found: list[Any] = program["erp"].execute("SELECT number, state FROM sale ORDER BY number").fetchall()
    return found


def over_the_limit(_number: int) -> None:
    raise ValueError("over the limit")


def dies(*_: Any) -> None:
    raise Died


def test_what_the_host_cannot_book_is_cancelled_and_its_boxes_return(program: dict[str, Any]) -> None:
    booked, program["book"] = program["book"], over_the_limit
    with pytest.raises(ValueError, match="over the limit"):
        program["sell"](2, "C-1", 4)
    assert (left(program), sales(program)) == (7, [(1, "sold"), (2, "cancelled")])
    program["book"] = booked
    program["sell"](3, "C-1", 4)
    program["recover"]()
    assert (left(program), sales(program)) == (3, [(1, "sold"), (2, "cancelled"), (3, "sold")])


@pytest.mark.parametrize("place", ["finish", "book"], ids=["before K2K was called", "after K2K has answered"])
def test_a_host_that_dies_in_between_finishes_after_its_restart_and_sells_nothing_twice(
    program: dict[str, Any], place: str
) -> None:
    alive, program[place] = program[place], dies
    with pytest.raises(Died):
        program["sell"](2, "C-1", 4)
    program[place] = alive
    assert sales(program) == [(1, "sold"), (2, "asked")]
    program["recover"]()
    program["recover"]()
    assert (left(program), sales(program)) == (3, [(1, "sold"), (2, "sold")])


@pytest.mark.parametrize("cancelled", [True, False], ids=["after the cancelling", "before the cancelling"])
def test_a_host_that_dies_while_it_gives_a_sale_up_gives_it_up_after_its_restart(
    program: dict[str, Any], cancelled: bool
) -> None:
    alive, program["book"] = program["give_back"], over_the_limit

    def gives_back_and_dies(number: int, cart: str) -> None:
        if cancelled:
            program["k2k"].cancel("FARM", cart=cart, key=f"sale-{number}-cancel")
        raise Died

    program["give_back"] = gives_back_and_dies
    with pytest.raises(Died):
        program["sell"](2, "C-1", 4)
    program["give_back"] = alive
    assert sales(program) == [(1, "sold"), (2, "given up")]
    program["recover"]()
    program["recover"]()
    assert (left(program), sales(program)) == (7, [(1, "sold"), (2, "cancelled")])
