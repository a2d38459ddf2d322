"""How long a page of the console takes on a network in which every list is long, to what it takes where each is short,
and how many statements and calls it runs.

The time is that of the processor in this process, so that other programs do not count; what a PostgreSQL server does
besides is not in it.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass
from types import FrameType
from typing import NamedTuple
from urllib.parse import parse_qs, urlsplit

from flask import Flask
from flask.testing import FlaskClient

from k2k_console.app import create_app
from k2k_console.frame import EXTENSION
from k2k_console.pages import PAGES
from k2k_core.api import K2K
from k2k_core.store.database.session import Session
from tests.benchmarks import traded_rows
from tests.benchmarks.interleaved_timing import Target
from tests.benchmarks.page_questions import FIRST, OF_A_ROW, OVERVIEW, places, questions
from tests.benchmarks.traded_rows import BUYER, VENDOR
from tests.console.conftest import PASSWORD, Browser, add_person

ROUNDS = 4
CALLED = frozenset((FIRST, "next page", "search"))
"""Questions of which the calls of functions are counted, which takes twice their time."""

OVER_THE_PAGE = {"HX-Request": "true", "HX-Target": "#over"}
"""A dialog and a drawer are fetched by the page that they open over."""

STEPS = 100
"""Of how many instructions of SQLite one is counted."""

MOST_STATEMENTS = 8
"""Of a page."""

MOST_MILLISECONDS = 100.0
"""Of the processor, for any page whose lists have 10,000 rows."""

MOST_TIMES = 6.0
"""How many times as long the slowest page of a long list may take as the slowest of a short one: a search and the
number of rows look at every row in any case."""


class Asked(NamedTuple):
    """A question of a page: the milliseconds of its best answer once the process knows the company, those of the
    first, the statements of the best one, the calls of Python functions in the last one, which takes longer for it, and
    the instructions of SQLite in the best one: these say of the time what is the same on every machine."""

    page: str
    company: str
    question: str
    milliseconds: float
    first: float
    statements: int
    calls: int
    instructions: int


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
    most = max(one.statements for one in many if not one.question.startswith(OF_A_ROW))
    yield Target("       statements", most, MOST_STATEMENTS if of_lists else None)
    for one in many:
        yield Target(f"       {one.question}: ms", one.milliseconds, MOST_MILLISECONDS)


LISTS = frozenset(page.name for page in PAGES if page.list is not None)


def asked(k2k: K2K, rounds: int = ROUNDS, only: Collection[str] = ()) -> Iterator[Asked]:
    """The answers to every question of every page, or of some by their names."""
    for company in (VENDOR, BUYER):
        add_person(k2k, company, _admin(company), "admin")
    app = _app(k2k)
    clients = {company: _client(app, company) for company in (VENDOR, BUYER)}
    with counted() as run:
        for page, company in places():
            name = page if isinstance(page, str) else page.name
            if only and name not in only:
                continue
            if page == OVERVIEW:
                took, statements, instructions = _new_overview(k2k, company, run)
                yield Asked(name, company, "after a change", took, took, statements, 0, instructions)
            for question, address in questions(k2k, clients[company], page, company, both_ways=rounds > 1):
                took = [_get(clients[company], address, run) for _ in range(rounds - 1)]
                with calls() if question in CALLED else nullcontext([0]) as made:
                    took.append(_get(clients[company], address, run))
                best = min(took)
                yield Asked(name, company, question, best[0], took[0][0], best[1], sum(made), best[2])


def _admin(company: str) -> str:
    return f"admin@{company.lower()}.test"


def _app(k2k: K2K) -> Flask:
    return create_app(k2k, secret_key="only for benchmarks", testing=True)


def _client(app: Flask, company: str) -> FlaskClient:
    browser = Browser(app)
    assert browser.log_in(_admin(company), PASSWORD).status == 200
    return browser.client


def _new_overview(k2k: K2K, company: str, run: Work) -> tuple[float, int, int]:
    """The overview where nothing that is stored for a moment is there."""
    app = _app(k2k)
    client = _client(app, company)
    app.extensions[EXTENSION].stored.clear()
    return _get(client, "/", run)


def _get(client: FlaskClient, address: str, run: Work) -> tuple[float, int, int]:
    run.statements = run.instructions = 0
    start = time.process_time()
    answer = client.get(
        address, headers=OVER_THE_PAGE if {"why", "do"} & parse_qs(urlsplit(address).query).keys() else {}
    )
    took = 1000 * (time.process_time() - start)
    assert answer.status_code in (200, 302), (address, answer.status_code)  # an exact number opens its page
    return took, run.statements, run.instructions


@contextmanager
def calls() -> Iterator[list[int]]:
    """How many Python functions are called meanwhile."""
    made = [0]

    def note(_frame: FrameType, event: str, _argument: object) -> None:
        made[0] += event == "call"

    before = sys.getprofile()
    sys.setprofile(note)
    try:
        yield made
    finally:
        sys.setprofile(before)


@dataclass
class Work:
    """How many statements have been run, and in how many instructions of SQLite."""

    statements: int = 0
    instructions: int = 0

    def step(self) -> int:
        """Count some instructions; SQLite goes on after 0."""
        self.instructions += STEPS
        return 0


@contextmanager
def counted() -> Iterator[Work]:
    """The work of the database meanwhile."""
    work = Work()
    begin = Session._begin_statement

    def counting(session: Session) -> None:
        work.statements += 1
        begin(session)
        if session.engine == "sqlite":
            session._database.connection().set_progress_handler(work.step, STEPS)

    Session._begin_statement = counting
    try:
        yield work
    finally:
        Session._begin_statement = begin
