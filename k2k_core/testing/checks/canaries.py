"""Values of the sample requests that no reason may contain, because some of its readers may not see them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

COSTS: Mapping[str, int] = {
    "the unit cost": 377_123_917,
    "the purchase price": 561_733_919,
    "a price typed for others": 541_371_911,
}
"""Costs and prices of lots, in micros."""

ADDRESS = "canary@customer.example"
SALESPERSON = "canary@staff.example"
MARGIN = 31_731_377
"""A GPM of the other company, in percent, in micros."""


def leaked_by_price(reason: str) -> Iterator[str]:
    """What the reason of a price step says and must not. Costs may stand in it: whoever reads it may see them."""
    yield from _addresses(reason)


def leaked_by_denial(reason: str) -> Iterator[str]:
    """What the reason of a denial says and must not: salespeople and the warehouse read it."""
    yield from _addresses(reason)
    figures = reason.replace(",", "").replace(".", "")
    for what, value in {**COSTS, "the margin of the other company": MARGIN}.items():
        if _shortest(value) in figures:
            yield what


def _shortest(value: int) -> str:
    """The figures of a value that are left when it is rounded to two decimals."""
    return str(value // 10_000)


def _addresses(reason: str) -> Iterator[str]:
    if ADDRESS in reason:
        yield "the customer's mail address"
    if SALESPERSON in reason:
        yield "the salesperson's mail address"
