"""The numbers that stand for vendors whose names are hidden (pricing section 9)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import NamedTuple

Numbers = Mapping[str, int]
"""The `source` of lines, by their names."""


class HiddenVendorLines(NamedTuple):
    """Lines of hidden vendors with the same goods: the name of the goods, and the names of the lines, by the arrival of
    the oldest boxes of each."""

    goods: str
    lines: tuple[str, ...]


def numbers_of(same_goods: HiddenVendorLines, held: Mapping[str, Numbers]) -> dict[str, int]:
    """The `source` of each line: 1, 2, ... by first arrival. Numbers that an open cart of the customer has fixed for
    these goods (`held`) do not change, even after a line is gone; newer lines are numbered after them."""
    numbers = dict(held.get(same_goods.goods, {}))
    last = max(numbers.values(), default=0)
    new = (line for line in same_goods.lines if line not in numbers)
    return numbers | {line: number for number, line in enumerate(new, last + 1)}


def merge_numbers(fixed: Iterable[tuple[str, Numbers]]) -> dict[str, dict[str, int]]:
    """The numbers that the lines of open carts have fixed, by goods; the earlier one counts."""
    held: dict[str, dict[str, int]] = {}
    for goods, numbers in fixed:
        held[goods] = {**numbers, **held.get(goods, {})}
    return held
