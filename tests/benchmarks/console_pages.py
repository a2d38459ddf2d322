"""How long a page of the console takes on a network in which every list is long, to what it takes where each is short,
and how many statements and calls it runs.

The time is that of the processor in this process, so that other programs do not count; what a PostgreSQL server does
besides is not in it.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager
from typing import NamedTuple

from flask import Flask
from flask.testing import FlaskClient

from k2k_console.app import create_app
from k2k_console.pages import PAGES
from k2k_core.api import K2K
from k2k_core.store.database.session import Session
from tests.benchmarks import traded_rows
from tests.benchmarks.interleaved_timing import Target
from tests.benchmarks.page_questions import places, questions
from tests.benchmarks.traded_rows import BUYER, VENDOR
from tests.console.conftest import PASSWORD, Browser, add_person

ROUNDS = 3
MOST_STATEMENTS = 8
"""Of a page."""

OVERVIEW = {"overview": 2}
"""Of a page that says what a process stores for a moment."""

MOST_MILLISECONDS = 100.0
"""Of the processor, for any page whose lists have 10,000 rows."""

MOST_TIMES = 6.0
"""How many times as long the slowest page of a long list may take as the slowest of a short one: a search and the
number of rows look at every row in any case."""


class Asked(NamedTuple):
    """A question of a page: the milliseconds of its best answer once the process knows the company, those of the
    first, and the statements of the best one."""

    page: str
    company: str
    question: str
    milliseconds: float
    first: float
    statements: int


def measure(
    url: Callable[[], str], short: int, long: int, rounds: int = ROUNDS, only: Collection[str] = ()
) -> list[Target]:
    """For each page the milliseconds of each question in the long lists, and the ratio of the slowest ones; `url`
    answers an empty database each time. `only` names pages, if not all."""
    with traded_rows.opened(url(), short) as k2k:
        few = _by_page(asked(k2k, rounds, only))
    with traded_rows.opened(url(), long) as k2k:
        many = _by_page(asked(k2k, rounds, only))
    return [target for page, answers in many.items() for target in _of_page(page, answers, few[page])]


def _by_page(answers: Iterator[Asked]) -> dict[tuple[str, str], list[Asked]]:
    found: dict[tuple[str, str], list[Asked]] = {}
    for one in answers:
        found.setdefault((one.page, one.company), []).append(one)
    return found


def _of_page(page: tuple[str, str], many: list[Asked], few: list[Asked]) -> Iterator[Target]:
    name = f"{page[0]} of {page[1]}"
    slowest = max(one.milliseconds for one in many)
    of_lists = name.partition(" ")[0] in LISTS
    yield Target(
        f"{name}: the slowest page ({slowest:.0f} ms), to that of a short list",
        slowest / max(one.milliseconds for one in few),
        MOST_TIMES if of_lists else None,
    )
    most = max(one.statements for one in many)
    yield Target("       statements", most, MOST_STATEMENTS if of_lists else None)
    for one in many:
        yield Target(f"       {one.question}: ms", one.milliseconds)


LISTS = frozenset(page.name for page in PAGES if page.list is not None)


def asked(k2k: K2K, rounds: int = ROUNDS, only: Collection[str] = ()) -> Iterator[Asked]:
    """The answers to every question of every page, or of some by their names."""
    app = create_app(k2k, secret_key="only for benchmarks", testing=True)
    clients = {company: _client(app, k2k, company) for company in (VENDOR, BUYER)}
    with counted() as run:
        for page, company in places():
            name = page.name if page is not None else "overview"
            if only and name not in only:
                continue
            for question, address in questions(k2k, clients[company], page, company, both_ways=rounds > 1):
                took = [_get(clients[company], address, run) for _ in range(max(1, rounds))]
                best = min(took)
                yield Asked(name, company, question, best[0], took[0][0], best[1])


def _client(app: Flask, k2k: K2K, company: str) -> FlaskClient:
    email = f"admin@{company.lower()}.test"
    add_person(k2k, company, email, "admin")
    browser = Browser(app)
    assert browser.log_in(email, PASSWORD).status == 200
    return browser.client


def _get(client: FlaskClient, address: str, run: list[int]) -> tuple[float, int]:
    run.clear()
    start = time.process_time()
    answer = client.get(address)
    took = 1000 * (time.process_time() - start)
    assert answer.status_code == 200, (address, answer.status_code)
    return took, len(run)


@contextmanager
def counted() -> Iterator[list[int]]:
    """One entry for each statement that is run meanwhile."""
    run: list[int] = []
    begin = Session._begin_statement
    Session._begin_statement = lambda self: (run.append(1), begin(self))[1]
    try:
        yield run
    finally:
        Session._begin_statement = begin
