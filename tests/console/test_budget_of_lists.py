"""The budget of every page of the registry: at most eight queries for a list, whatever is asked of it, on a network in
which each list has several pages. A page that is added to `PAGES` is tested by it.

How many queries a page takes does not depend on how many rows there are, once they are more than a page; how long it
takes does, and is measured by `make bench` with 10,000 rows.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from k2k_console import frame
from k2k_console.pages import PAGES
from k2k_console.vocabulary import Page
from tests.benchmarks import traded_rows
from tests.benchmarks.console_pages import Asked, asked
from tests.benchmarks.page_questions import FIRST

MOST_QUERIES = 8
ROWS = 120
"""Two pages of any list."""

OF_PANELS = {"catalog": 31, "hidden_lots": 17, "staging": 50, "overview": 2}
"""Pages of several lists and panels, each with its own number; of the overview while nothing happens."""

LISTS = [page for page in PAGES if page.list is not None]


@pytest.fixture(scope="module")
def answers(tmp_path_factory: pytest.TempPathFactory) -> Iterator[list[Asked]]:
    """What was asked of every page. What stands around it is stored for longer than it takes on any machine."""
    path = tmp_path_factory.mktemp("budget") / "traded.db"
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(frame, "SECONDS", 3_600)
        yield from _answers(path)


def _answers(path: Path) -> Iterator[list[Asked]]:
    with traded_rows.opened(f"sqlite:///{path}", ROWS) as k2k:
        yield list(asked(k2k, rounds=1))


@pytest.mark.parametrize("page", LISTS, ids=lambda page: page.name)
def test_a_list_takes_at_most_eight_queries_whatever_is_asked(answers: list[Asked], page: Page) -> None:
    mine = [one for one in answers if one.page == page.name]
    assert {one.question for one in mine} >= {FIRST, "count"}
    assert [one for one in mine if not 0 < one.statements <= MOST_QUERIES] == []


@pytest.mark.parametrize("name", sorted(OF_PANELS))
def test_a_page_of_panels_keeps_to_its_queries(answers: list[Asked], name: str) -> None:
    mine = [one for one in answers if one.page == name]
    assert mine != []
    assert [one for one in mine if one.statements > OF_PANELS[name]] == []
