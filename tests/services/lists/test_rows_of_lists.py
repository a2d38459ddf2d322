"""What the proof and the benchmark of lists read: rows of every list, so that a new one is counted there too."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing

import pytest

from k2k_core.store.database import paging
from k2k_core.store.database.paging import Asked
from k2k_core.store.engine import Store
from tests.benchmarks import lists
from tests.benchmarks.list_questions import is_sort, questions
from tests.benchmarks.list_rows import BUYER, NOW
from tests.services.lists.declared_lists import listings

ROWS = 30


@pytest.fixture
def filled(empty_database_url: str) -> Iterator[Store]:
    with closing(lists.filled(empty_database_url, ROWS)) as store:
        yield store


def test_every_list_has_as_many_rows_as_the_proof_is_of(filled: Store) -> None:
    assert set(lists.names()) | lists.FEW == set(listings(BUYER, NOW))
    for name in lists.names():
        with filled.whole_network.reading() as session:
            found = paging.page(session, lists.listed(name), BUYER, Asked({}), None, 1000)
        assert len(found.rows) >= ROWS, name


def test_every_search_of_the_proof_finds_rows_and_not_all(filled: Store) -> None:
    for name in lists.names():
        listing = lists.listed(name)
        for _, asked in [one for one in questions(name, listing, ROWS) if not is_sort(one[0]) and one[1].search]:
            with filled.whole_network.reading() as session:
                found = paging.page(session, listing, BUYER, asked, None, 1000)
                assert 0 < len(found.rows) < paging.count(session, listing, BUYER, Asked({})), name
