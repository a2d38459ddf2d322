"""`make bench`: measures speed as ratios within one run and compares them with their targets. Exits 1 if one is
missed."""

from __future__ import annotations

import sys
import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from itertools import count
from pathlib import Path
from urllib.parse import quote

from k2k_core.bootstrap import collect_cycles_less_often
from k2k_core.testing import postgres
from tests.benchmarks import (
    catalog_pages,
    catalog_queries,
    catalogs,
    console_pages,
    labels,
    lists,
    order_lines,
    orders,
    other_catalogs,
    pricing,
    sharing,
    start,
)
from tests.benchmarks.interleaved_timing import Target

NewDatabase = Callable[[], str]


def run(
    lots: int = 10_000,
    placed: int = 200,
    rounds: int = 7,
    sizes: Sequence[int] = (100, 1_000, 10_000),
    vendors: Sequence[int] = (1, 5, 10),
    buyers: Sequence[int] = (10, 100, 1_000),
    drawn: int = 100,
    long: int = 100_000,
) -> list[Target]:
    """Measure everything that this machine can, and say it as it comes, in a process set up as `k2k serve` is."""
    collect_cycles_less_often()
    found: list[Target] = []
    with ExitStack() as stack:
        engines = [stack.enter_context(_sqlite())]
        if postgres.find_binaries() is None:
            _say(f"PostgreSQL is not measured. To measure it: {postgres.HOW_TO_PROVIDE}")
        else:
            engines.append(stack.enter_context(_postgresql()))
        _say("Starting")
        found += _told(start.measure(Path(stack.enter_context(tempfile.TemporaryDirectory())), rounds))
        _say(f"Pricing {lots:,} K2K lots for one customer, without explanations")
        for new in engines:
            found += _told(pricing.measure(new(), lots, rounds))
        _say("Pricing a whole catalog for one customer: every inventory type, with price lists")
        for size in (lots, 10 * lots):
            found += _told(catalogs.measure(engines[0](), size, rounds))
        found += _told(catalogs.measure_drafts(engines[0](), lots, 50))
        _say("Orders of one box, one after the other")
        for new in engines:
            found += _told(orders.measure(new(), placed, rounds))
        _say("Orders of three lines, checked out, by one process and by four")
        for new in engines:
            found += _told(order_lines.measure(new(), placed, rounds))
        _say("What a change costs a vendor, by the number of its connected buyers")
        for new in engines:
            found += _told(sharing.measure(new(), tuple(buyers), 3 * rounds))
        _say("Labels, each with its texts and barcode")
        found += _told(labels.measure(drawn, rounds))
        _say("A page of the catalog, kept up to date lot by lot")
        for new in engines:
            found += _told(catalog_pages.measure(new, (1_000, lots, 5 * lots)))
        _say(f"The first page of another customer or date, {5 * lots:,} lots of 20 vendors")
        found += _told(other_catalogs.measure(engines[0](), 5 * lots, rounds))
        _say(f"A page of each list of {long:,} rows")
        for new in engines:
            found += _told(lists.measure(new, long // 100, long, rounds))
        _say(f"A page of the console with {lots:,} rows in each list")
        for new in engines:
            found += _told(console_pages.measure(new, lots // 100, lots))
        _say("Queries for a page of the catalog")
        found += _told(catalog_queries.measure(engines[0], tuple(sizes), tuple(vendors)))
    return found


@contextmanager
def _sqlite() -> Iterator[NewDatabase]:
    """New database files in a folder that goes away again."""
    with tempfile.TemporaryDirectory(prefix="k2k-bench-") as folder:
        numbers = count()
        yield lambda: f"sqlite:///{quote(str(Path(folder) / f'{next(numbers)}.db'))}"


@contextmanager
def _postgresql() -> Iterator[NewDatabase]:
    """New databases of a private server."""
    with postgres.PrivatePostgres() as server:
        yield server.create_database


def _told(targets: list[Target]) -> list[Target]:
    for target in targets:
        _say(str(target))
    return targets


def _say(words: str) -> None:
    print(words, flush=True)  # noqa: T201 - a benchmark is there to be read


if __name__ == "__main__":
    sys.exit(any(target.missed for target in run()))
