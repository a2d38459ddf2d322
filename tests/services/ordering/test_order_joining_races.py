"""Concurrent purchases without a cart that look for orders to join do not deadlock."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable

import psycopg
import pytest

from k2k_core.domain.orders import APPROVED, PENDING_APPROVAL, PURCHASE_ORDER
from k2k_core.errors import StoreUnavailable
from k2k_core.store import engine as store_engine
from k2k_core.store.database.errors import worth_repeating
from k2k_core.store.engine import Store
from k2k_core.store.orders.order_writes import serialize_joining
from k2k_core.store.tables import Company, Document
from tests.services.conftest import Trade

pytestmark = pytest.mark.parametrize(
    "engine", [pytest.param("postgresql", marks=pytest.mark.needs("postgresql"))], indirect=True
)
LONGEST = 60.0


@pytest.fixture
def deadlocks(monkeypatch: pytest.MonkeyPatch) -> list[StoreUnavailable]:
    """The deadlocks that were met, though the unit of work was repeated."""
    met: list[StoreUnavailable] = []

    def noted(error: StoreUnavailable) -> bool:
        met.append(error)
        return worth_repeating(error)

    monkeypatch.setattr(store_engine, "worth_repeating", noted)
    return met


def until_waiting(url: str, number: int) -> None:
    """Wait until so many connections wait for a lock."""
    question = "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'"
    deadline = time.monotonic() + LONGEST
    with psycopg.connect(url, autocommit=True) as connection:
        while connection.execute(question).fetchone() != (number,):
            assert time.monotonic() < deadline, "they do not wait"
            time.sleep(0.01)


def started(work: Callable[[], object]) -> threading.Thread:
    thread = threading.Thread(target=work)
    thread.start()
    return thread


def test_who_finds_no_order_and_who_finds_one_do_not_wait_for_each_other(
    trade: Trade, database_url: str, deadlocks: list[StoreUnavailable]
) -> None:
    answers: list[str] = []

    def purchase() -> None:
        lines = [{"lot": "ANDES/L1", "boxes": 1}]
        answers.append(trade.net.prebook("BLOOM", "C-100", lines, ship_date="2026-02-05")["purchase_order"])

    def set_status(status: str) -> None:
        with other.whole_network.writing() as session:
            session.change(Document.update(status=status).where(Document.kind == PURCHASE_ORDER))

    other = Store(database_url)
    purchase()
    set_status(APPROVED)
    holder = Store(database_url)
    with holder.whole_network.writing() as session:
        bloom = session.value(Company.select(Company.id).where(Company.code == "BLOOM"))
        serialize_joining(session, bloom)
        finds_none = started(purchase)
        until_waiting(database_url, 1)
        set_status(PENDING_APPROVAL)
        finds_one = started(purchase)
        until_waiting(database_url, 2)
    for thread in (finds_none, finds_one):
        thread.join(LONGEST)
    assert deadlocks == []
    assert len(set(answers)) == 1
    assert len(answers) == 3
    other.close()
    holder.close()
