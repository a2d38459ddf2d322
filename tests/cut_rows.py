"""Finds statements that row-level security cuts: `pytest -p tests.cut_rows -k postgresql ...`.

The code names a company in every statement, so the policies have nothing to cut: what they do cut is a unit of work
that did not say whose rows it needs, and answers with less than there is. With this plugin every SELECT of a company's
unit of work is run for the whole network too, and a test in which the two differ fails at its end with the statements.
Tests that count statements fail with it as well.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from typing import Any

import pytest

from k2k_core.store.database.session import Session

_cut: list[str] = []


def _compared(read: Callable[..., Any], text_of: Callable[..., str]) -> Callable[..., Any]:
    def compared(session: Session, *arguments: Any) -> Any:
        found = read(session, *arguments)
        if session.engine != "postgresql" or session._transaction.whole_network:
            return found
        with session.of_whole_network():
            whole = read(session, *arguments)
        if _as_bag(found) != _as_bag(whole):
            _cut.append(f"{len(found)} of {len(whole)} rows: {text_of(*arguments)}")
        return found

    return compared


def _as_bag(rows: Sequence[Any]) -> Counter[str]:
    return Counter(map(repr, rows))


def _text(query: Any) -> str:
    return str(query.sql()[0])


@pytest.fixture(autouse=True)
def nothing_is_cut(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """No statement of the test lacks a row of another company."""
    _cut.clear()
    monkeypatch.setattr(Session, "_ready_rows", _compared(Session._ready_rows, lambda statement, *_: str(statement)))
    monkeypatch.setattr(Session, "rows", _compared(Session.rows, _text))
    monkeypatch.setattr(Session, "dicts", _compared(Session.dicts, _text))
    yield
    assert _cut == []
