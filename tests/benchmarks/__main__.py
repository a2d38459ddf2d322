"""`make bench`: measures speed as ratios within one run, prints them beside those of the last release and compares them
with their targets. Exits 1 if one is missed. Names of parts measure only those: `make bench ONLY="start pricing"`."""

from __future__ import annotations

import sys
import tempfile
from argparse import ArgumentParser, Namespace
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from itertools import count
from pathlib import Path
from typing import NamedTuple
from urllib.parse import quote

from k2k_core.bootstrap import collect_cycles_less_often
from k2k_core.testing import postgres
from tests.benchmarks import (
    audit_chain,
    catalog_pages,
    catalog_queries,
    catalogs,
    committed_figures,
    console_pages,
    counts,
    fulfilment,
    labels,
    lists,
    order_lines,
    orders,
    other_catalogs,
    pricing,
    scaling,
    sharing,
    stampede,
    start,
    valentine_week,
)
from tests.benchmarks.interleaved_timing import Target

NewDatabase = Callable[[], str]
Engines = Sequence[NewDatabase]


class Sizes(NamedTuple):
    """How much is measured."""

    lots: int = 10_000
    placed: int = 200
    rounds: int = 7
    sizes: Sequence[int] = (100, 1_000, 10_000)
    vendors: Sequence[int] = (1, 5, 10)
    buyers: Sequence[int] = (10, 100, 1_000)
    drawn: int = 100
    long: int = 100_000
    companies: int = 300
    works: int = 1_500


WHOLE = Sizes()


class Part(NamedTuple):
    """One part of the benchmarks: its title, and what it measures on the engines that this machine has."""

    title: str
    measure: Callable[[Sizes, Engines], Iterable[list[Target]]]


PARTS = {
    "start": Part("Starting", lambda of, engines: [_in_a_folder(lambda folder: start.measure(folder, of.rounds))]),
    "pricing": Part(
        "Pricing K2K lots for one customer, without explanations",
        lambda of, engines: (pricing.measure(new(), of.lots, of.rounds) for new in engines),
    ),
    "catalogs": Part(
        "Pricing a whole catalog for one customer: every inventory type, with price lists",
        lambda of, engines: (catalogs.measure(engines[0](), size, of.rounds) for size in (of.lots, 10 * of.lots)),
    ),
    "drafts": Part(
        "Drafts over many customers", lambda of, engines: [catalogs.measure_drafts(engines[0](), of.lots, 50)]
    ),
    "orders": Part(
        "Orders of one box, one after the other",
        lambda of, engines: (orders.measure(new(), of.placed, of.rounds) for new in engines),
    ),
    "order_lines": Part(
        "Orders of three lines, checked out, by one process and by four",
        lambda of, engines: (order_lines.measure(new(), of.placed, of.rounds) for new in engines),
    ),
    "audit": Part(
        "Orders with the audit as a chain, against the same without its hashes",
        lambda of, engines: (audit_chain.measure(new(), of.placed, of.rounds) for new in engines),
    ),
    "fulfilment": Part(
        "Confirmations and scans of three lines, against the rows that are written for them",
        lambda of, engines: (fulfilment.measure(new(), of.placed // 4, of.rounds) for new in engines),
    ),
    "stampede": Part(
        "A stampede: 800 callers for 300 boxes, in four processes",
        lambda of, engines: (stampede.measure(new()) for new in engines),
    ),
    "sharing": Part(
        "What a change costs a vendor, by the number of its connected buyers",
        lambda of, engines: (sharing.measure(new(), tuple(of.buyers), 3 * of.rounds) for new in engines),
    ),
    "labels": Part(
        "Labels, each with its texts and barcode", lambda of, engines: [labels.measure(of.drawn, of.rounds)]
    ),
    "pages": Part(
        "A page of the catalog, kept up to date lot by lot",
        lambda of, engines: (catalog_pages.measure(new, (1_000, of.lots, 5 * of.lots)) for new in engines),
    ),
    "others": Part(
        "The first page of another customer or date, lots of 20 vendors",
        lambda of, engines: [other_catalogs.measure(engines[0](), 5 * of.lots, of.rounds)],
    ),
    "week": Part(
        "A Valentine week of 300 companies, beside one of 30",
        lambda of, engines: (valentine_week.measure(new, of.companies, works=of.works) for new in engines),
    ),
    "growth": Part(
        "How each cost grows with lots and with companies: exponents",
        lambda of, engines: (scaling.measure(new, rounds=of.rounds) for new in engines),
    ),
    "counts": Part("Calls and bytes for each lot", lambda of, engines: [_in_a_folder(counts.measure)]),
    "lists": Part(
        "A page of each list",
        lambda of, engines: (lists.measure(new, of.long // 100, of.long, of.rounds) for new in engines),
    ),
    "console": Part(
        "A page of the console, with many rows in each list",
        lambda of, engines: (console_pages.measure(new, of.lots // 100, of.lots) for new in engines),
    ),
    "queries": Part(
        "Queries for a page of the catalog",
        lambda of, engines: [catalog_queries.measure(engines[0], tuple(of.sizes), tuple(of.vendors))],
    ),
}
"""The parts by name, in the order in which they run."""


def run(names: Sequence[str], sizes: Sizes = WHOLE, *, commit: bool = False) -> bool:
    """Measure parts, all without names, and say each figure as it comes, beside the committed one; in a process set up
    as `k2k serve` is. True if no target was missed."""
    collect_cycles_less_often()
    committed, missed = committed_figures.read(), False
    found: dict[str, float] = {}
    with ExitStack() as stack:
        engines = list(_engines(stack))
        for name in names or PARTS:
            part = PARTS[name]
            _say(part.title)
            for number, targets in enumerate(part.measure(sizes, engines), 1):
                named = committed_figures.Names(f"{name} {number}")
                for target in targets:
                    key = named.of(target)
                    _say(target.beside(committed.get(key or "")))
                    missed |= target.missed
                    found |= {key: target.measured} if key else {}
    if commit:
        committed_figures.write(found)
    return not missed


def _in_a_folder(measure: Callable[[Path], list[Target]]) -> list[Target]:
    with tempfile.TemporaryDirectory(prefix="k2k-bench-") as folder:
        return measure(Path(folder))


def _engines(stack: ExitStack) -> Iterator[NewDatabase]:
    yield stack.enter_context(_sqlite())
    if postgres.find_binaries() is None:
        _say(f"PostgreSQL is not measured. To measure it: {postgres.HOW_TO_PROVIDE}")
    else:
        yield stack.enter_context(_postgresql())


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


def _say(words: str) -> None:
    print(words, flush=True)  # noqa: T201 - a benchmark is there to be read


def _asked(arguments: Sequence[str]) -> Namespace:
    parser = ArgumentParser(prog="python -m tests.benchmarks", description=__doc__)
    parser.add_argument("parts", nargs="*", choices=[*PARTS, []], help="which parts; all of them without a name")
    parser.add_argument("--commit", action="store_true", help="commit the figures, for a release")
    return parser.parse_args(arguments)


if __name__ == "__main__":
    asked = _asked(sys.argv[1:])
    sys.exit(not run(asked.parts, commit=asked.commit))
