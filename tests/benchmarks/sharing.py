"""What a change costs a vendor with few buyers and with many, and whether every buyer's next read has it.

The vendors are in one network and have the same lots; only the number of connected buyers differs.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import count
from statistics import median
from time import perf_counter
from typing import Any

from k2k_core.api import K2K
from tests.benchmarks import networks
from tests.benchmarks.interleaved_timing import Target
from tests.benchmarks.networks import SHIP_DATE

MOST = 1.2
"""How many times the cost with the fewest buyers that with the most may be."""

LOTS = 20
SETTINGS = {"k2k_gpm": 28, "auto_map_products": True, "autoconfirm": True, "show_vendor": True}
CUSTOMER = "C-1"


def measure(url: str, buyers: tuple[int, ...], changes: int) -> list[Target]:
    """For each kind of change its cost with each number of buyers as a ratio to that with the fewest."""
    with K2K.open(url, clock=lambda: networks.NOW) as k2k:
        k2k.load(_network(buyers))
        _every_buyer_sees(k2k, max(buyers))
        return [found for kind, change in _changes(k2k).items() for found in _ratios(kind, change, buyers, changes)]


def _ratios(kind: str, change: Callable[[str], object], buyers: tuple[int, ...], changes: int) -> Iterator[Target]:
    """The vendors take turns with every single change, so that whatever the machine does meets all of them; the middle
    of what each change took in comparison with the first vendor's in its turn counts."""
    for many in buyers:
        change(_vendor(many))
    taken: dict[int, list[float]] = {many: [] for many in buyers}
    for _ in range(changes):
        for many in buyers:
            start = perf_counter()
            change(_vendor(many))
            taken[many].append(perf_counter() - start)
    fewest = median(taken[buyers[0]])
    yield Target(f"{kind}: milliseconds with {buyers[0]} buyers", 1000 * fewest)
    for many in buyers[1:]:
        yield Target(f"{kind}: with {many:,} buyers, times as long", median(taken[many]) / fewest, MOST)


def _changes(k2k: K2K) -> dict[str, Callable[[str], object]]:
    """Every kind of change that all buyers of a vendor have to see."""
    numbers = count(10)

    def boxes(vendor: str) -> object:
        return k2k.set(vendor, lot="L00000", values={"boxes": 10 + next(numbers) % 7})

    def price(vendor: str) -> object:
        return k2k.set(vendor, lot="L00000", values={"price_a": f"0.{10 + next(numbers) % 90}"})

    def lots(vendor: str) -> object:
        rows = [networks._lot(number, 5 + next(numbers) % 7) for number in range(LOTS)]
        return k2k.put(vendor, "lots", rows)

    def setting(vendor: str) -> object:
        return k2k.set(vendor, settings={"max_age": 5 + next(numbers) % 5})

    def sale(vendor: str) -> object:
        added = k2k.add(_buyer(0), CUSTOMER, lot=f"{vendor}/L00001", ship_date=SHIP_DATE)
        return k2k.cancel(_buyer(0), cart=added["cart"])

    return {
        "boxes of a lot": boxes,
        "price of a lot": price,
        f"{LOTS} lots put": lots,
        "a setting": setting,
        "a box sold, and given back": sale,
    }


def _every_buyer_sees(k2k: K2K, buyers: int) -> None:
    """The reads before the change fill whatever is kept; those after it must not answer from there."""
    vendor = _vendor(buyers)
    for number in range(buyers):
        _seen(k2k, vendor, number)
    k2k.set(vendor, lot="L00000", values={"boxes": 7})
    assert all(_seen(k2k, vendor, number) == 7 for number in range(buyers)), "every buyer's next read sees the change"


def _seen(k2k: K2K, vendor: str, number: int) -> int:
    (one,) = k2k.price(_buyer(number), CUSTOMER, [f"{vendor}/L00000"])
    assert one["price"] is not None
    (left,) = k2k.availability([f"{vendor}/L00000"])
    page = k2k.catalog(_buyer(number), CUSTOMER, SHIP_DATE, search="Freedom 000")["lines"]
    (line,) = [line for line in page if line["lots"] == [f"{vendor}/L00000"]]
    assert line["available"] == left["available"]
    return int(line["available"])


def _network(buyers: tuple[int, ...]) -> dict[str, Any]:
    vendors = {_vendor(many): many for many in buyers}
    return {
        "companies": [
            *(_selling(vendor, many) for vendor, many in vendors.items()),
            *(
                _buying(number, [vendor for vendor, many in vendors.items() if number < many])
                for number in range(max(buyers))
            ),
        ],
        "connections": [
            {"vendor": vendor, "buyer": _buyer(number), "state": "active"}
            for vendor, many in vendors.items()
            for number in range(many)
        ],
    }


def _vendor(buyers: int) -> str:
    return f"FARM-{buyers}"


def _buyer(number: int) -> str:
    return f"B-{number:04}"


def _selling(code: str, buyers: int) -> dict[str, Any]:
    """A vendor of the other benchmarks, with a customer record of each buyer."""
    customers = [{"code": _buyer(number), "type": "A", "company": _buyer(number)} for number in range(buyers)]
    return {**networks._vendor(code, range(LOTS), 5), "customers": customers}


def _buying(number: int, vendors: list[str]) -> dict[str, Any]:
    return {
        "code": _buyer(number),
        "currency": "USD",
        "timezone": "America/New_York",
        "settings": SETTINGS,
        "vendors": [{"code": code, "company": code, "transit_days": 1} for code in vendors],
        "customers": [{"code": CUSTOMER, "type": "A", "ship_via": "choice"}],
    }
