"""How long a page of the console takes on a network in which every list is long, and how many statements it runs."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import NamedTuple

from flask import Flask
from flask.testing import FlaskClient

from k2k_console.app import create_app
from k2k_core.api import K2K
from k2k_core.store.database.session import Session
from tests.benchmarks.page_questions import places, questions
from tests.benchmarks.traded_rows import BUYER, VENDOR
from tests.console.conftest import PASSWORD, Browser, add_person

ROUNDS = 3
EXTENSION = "statements"


class Asked(NamedTuple):
    """A question of a page: the milliseconds of its best answer once the process knows the company, those of the
    first, and the statements of the best one."""

    page: str
    company: str
    question: str
    milliseconds: float
    first: float
    statements: int


def asked(k2k: K2K, rounds: int = ROUNDS) -> Iterator[Asked]:
    """The answers to every question of every page."""
    app = create_app(k2k, secret_key="only for benchmarks", testing=True)
    clients = {company: _client(app, k2k, company) for company in (VENDOR, BUYER)}
    with counted() as run:
        for page, company in places():
            name = page.name if page is not None else "overview"
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
