"""A database that may only be read: what writes is refused, and what has nothing to write is answered as ever."""

from __future__ import annotations

import pytest

from k2k_core.errors import IdempotencyMismatch, StoreReadOnly
from k2k_core.store.database.queries import execute
from tests.services.conftest import Trade


def let_only_read(trade: Trade) -> None:
    """From now on this thread's connection may write nothing."""
    store = trade.net.context.store
    with store.whole_network.reading() as session:
        database = session._database
        if store.engine == "postgresql":
            execute(database, "SET default_transaction_read_only = on")
    if store.engine == "sqlite":
        database.close()
        database.init(f"file:{database.database}?mode=ro", uri=True, check_same_thread=False)


def test_a_repeat_of_what_was_done_is_answered_and_everything_else_is_refused(trade: Trade) -> None:
    first = trade.ordered(1, key="k1")
    let_only_read(trade)
    assert trade.ordered(1, key="k1") == first
    with pytest.raises(IdempotencyMismatch):
        trade.ordered(2, key="k1")
    for key in ("k2", None):
        with pytest.raises(StoreReadOnly):
            trade.ordered(1, key=key)


def test_a_sweep_is_refused_only_when_something_is_due(trade: Trade) -> None:
    trade.ordered(1)
    let_only_read(trade)
    assert trade.net.sweep() == 0
    trade.later(hours=2)
    with pytest.raises(StoreReadOnly):
        trade.net.sweep()


def test_a_unit_of_work_that_writes_nothing_is_committed(trade: Trade) -> None:
    let_only_read(trade)
    with trade.net.context.store.whole_network.writing() as session:
        assert not session.wrote
