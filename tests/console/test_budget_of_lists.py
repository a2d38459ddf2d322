"""The budget of every page of the registry: at most eight queries for a list, whatever is asked of it, on a network in
which each list has several pages. A page that is added to `PAGES` is tested by it.

How many queries a page takes does not depend on how many rows there are, once they are more than a page. How long it
takes does, and is measured by `make bench` with 10,000 rows, of which no page may take over 100 ms of the processor.
Here what is the same on every machine is counted instead: calls of Python functions, and instructions of SQLite, on a
network and on one of several times its rows, which say how many they are with 10,000.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from k2k_console import frame
from k2k_console.pages import PAGES
from k2k_console.vocabulary import Page
from k2k_core.store.lists.searches import SEARCHED
from tests.benchmarks import traded_rows
from tests.benchmarks.console_pages import Asked, asked
from tests.benchmarks.page_questions import FIRST, OF_A_ROW, SEARCH

MOST_QUERIES = 8
ROWS, MORE_ROWS, MANY_ROWS = 120, 480, 10_000
"""Two pages of any list; several times as many; and those of which a page must still be quick."""

MOST_CALLS = 220_000
"""Of a page of fifty rows: about 100 ms of a processor of 2024."""

MOST_INSTRUCTIONS = 4_500_000
"""Of SQLite with `MANY_ROWS`: about 100 ms of a processor of 2024."""

MOST_OF_ONE_ROW = {("requests", "record"): 13, ("awbs", "drawer costs"): 16}
MOST_OF_A_RECORD = 11
"""A record has its document with its lines, what happened, and its neighbours in the list; of an AWB the
drawer of its landed costs alone takes more."""

MOST_OF_A_DIALOG = 9
"""The list that it is over, and before whom the action notifies."""

OF_THE_OVERVIEW = {FIRST: 2, "after a change": 12, "menu and clock": 8, "what a customer sees": 10, "margin by week": 5}
"""While nothing happens, where nothing of it is stored, and the parts that are fetched after it."""

PANELS = [page for page in PAGES if page.list is None]

LISTS = [page for page in PAGES if page.list is not None]


@pytest.fixture(scope="module")
def answers(tmp_path_factory: pytest.TempPathFactory) -> Iterator[list[Asked]]:
    """What was asked of every page. What stands around it is stored for longer than it takes on any machine."""
    path = tmp_path_factory.mktemp("budget") / "traded.db"
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(frame, "SECONDS", 3_600)
        yield from _answers(path)


@pytest.fixture(scope="module")
def answers_of_more(tmp_path_factory: pytest.TempPathFactory) -> Iterator[list[Asked]]:
    """The same where there are more rows."""
    path = tmp_path_factory.mktemp("budget") / "more.db"
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(frame, "SECONDS", 3_600)
        yield from _answers(path, MORE_ROWS)


def _answers(path: Path, rows: int = ROWS) -> Iterator[list[Asked]]:
    with traded_rows.opened(f"sqlite:///{path}", rows) as k2k:
        yield list(asked(k2k, rounds=1))


@pytest.mark.long
@pytest.mark.parametrize("page", LISTS, ids=lambda page: page.name)
def test_a_list_takes_at_most_eight_queries_whatever_is_asked(answers: list[Asked], page: Page) -> None:
    mine = [one for one in answers if one.page == page.name and not one.question.startswith(OF_A_ROW)]
    assert {one.question for one in mine} >= {FIRST, "count"}
    assert [one for one in mine if not 0 < one.statements <= MOST_QUERIES] == []


@pytest.mark.parametrize("page", LISTS, ids=lambda page: page.name)
def test_what_is_asked_of_one_row_takes_few_queries(answers: list[Asked], page: Page) -> None:
    mine = [one for one in answers if one.page == page.name and one.question.startswith(OF_A_ROW)]
    most = {one.question: MOST_OF_ONE_ROW.get((page.name, one.question), MOST_OF_A_RECORD) for one in mine}
    assert [one for one in mine if one.statements > most[one.question]] == []
    assert [one for one in mine if one.question.startswith("dialog") and one.statements > MOST_OF_A_DIALOG] == []
    assert (page.detail is None) or any(one.question == "record" for one in mine)


@pytest.mark.parametrize("page", PANELS, ids=lambda page: page.name)
def test_a_page_of_panels_takes_as_few(answers: list[Asked], page: Page) -> None:
    mine = [one for one in answers if one.page == page.name]
    assert mine != []
    assert [one for one in mine if one.statements > MOST_QUERIES] == []


def test_a_search_over_everything_takes_as_few(answers: list[Asked]) -> None:
    mine = [one for one in answers if one.page == SEARCH]
    assert len(mine) >= 2 * len(SEARCHED)
    assert [one for one in mine if one.statements > MOST_QUERIES] == []


def test_the_overview_keeps_to_its_queries_also_after_a_change(answers: list[Asked]) -> None:
    mine = [one for one in answers if one.page == "overview"]
    assert {one.question for one in mine} == set(OF_THE_OVERVIEW)
    assert [one for one in mine if one.statements > OF_THE_OVERVIEW[one.question]] == []


def test_no_page_calls_more_functions_than_it_has_time_for(answers: list[Asked]) -> None:
    assert [one for one in answers if one.calls > MOST_CALLS] == []
    assert max(one.calls for one in answers) > MOST_CALLS // 3


@pytest.mark.long
def test_no_page_of_10_000_rows_takes_more_of_the_database_than_it_has_time_for(
    answers: list[Asked], answers_of_more: list[Asked]
) -> None:
    few = {(one.page, one.company, one.question): one.instructions for one in answers}
    many = {(one.page, one.company, one.question): one.instructions for one in answers_of_more}
    assert len(few.keys() & many.keys()) > len(few) * 0.9
    expected = {
        asked: number + (number - few[asked]) * (MANY_ROWS - MORE_ROWS) // (MORE_ROWS - ROWS)
        for asked, number in many.items()
        if asked in few
    }
    assert {asked: number for asked, number in expected.items() if number > MOST_INSTRUCTIONS} == {}
    assert max(expected.values()) > MOST_INSTRUCTIONS // 3
