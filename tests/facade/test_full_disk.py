"""With a full disk orders are refused with a code that says so, reading goes on, and nothing needs a restart."""

from __future__ import annotations

import pytest

from k2k_core.errors import StoreFull
from k2k_core.store.database.session import Session
from k2k_core.store.events.journal import AuditEntry, add_audit
from tests.services.conftest import Trade

pytestmark = pytest.mark.parametrize("engine", ["sqlite"], indirect=True)


def make_room(trade: Trade, pages: int) -> None:
    """A disk on which so many more pages can be written than there are now."""
    with trade.net.context.store.whole_network.writing() as session:
        now = int(session.run("PRAGMA page_count").fetchone()[0])
        session.run(f"PRAGMA max_page_count = {now + pages}")


def fill_disk(trade: Trade) -> None:
    """Leave not even the room that the pages of the journals still have."""

    def write(session: Session) -> None:
        add_audit(session, None, AuditEntry("filler", "fill", "x" * 50, None, None))

    make_room(trade, pages=0)
    try:
        while True:
            trade.net.context.store.whole_network.transact(write)
    except StoreFull:
        return


def order_until_refused(trade: Trade) -> int:
    """Order box after box in the room that there is here and there; how many found some."""
    for taken in range(6):
        try:
            trade.ordered(1, key=f"order {taken}")
        except StoreFull:
            return taken
    raise AssertionError("the disk is not full")


def test_an_order_that_finds_no_room_is_refused_whole_and_taken_once_there_is_room(trade: Trade) -> None:
    fill_disk(trade)
    taken = order_until_refused(trade)
    with pytest.raises(StoreFull) as refusal:
        trade.ordered(1, key=f"order {taken}")
    assert refusal.value.as_dict()["code"] == "store_full"
    assert trade.available() == 6 - taken
    assert trade.net.catalog("BLOOM", "C-100", ship_date="2026-02-05")["total"] > 0
    assert trade.net.verify() == []
    make_room(trade, pages=1000)
    answer = trade.ordered(1, key=f"order {taken}")
    assert trade.ordered(1, key=f"order {taken}") == answer
    assert trade.available() == 5 - taken


def test_a_confirmation_that_finds_no_room_leaves_the_order_as_it_was(trade: Trade) -> None:
    order = trade.checked_out(6)["sales_order"]
    before = trade.net.show("ANDES", order)
    fill_disk(trade)
    with pytest.raises(StoreFull):
        trade.net.confirm("ANDES", order)
    assert trade.net.show("ANDES", order) == before
    make_room(trade, pages=1000)
    trade.net.confirm("ANDES", order)
    assert trade.net.show("ANDES", order) != before
