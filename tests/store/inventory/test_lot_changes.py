"""Which lots changed between two snapshots: all of them, whoever changed them and in whatever order they were
committed."""

from __future__ import annotations

import threading

from k2k_core.store.engine import Store
from k2k_core.store.inventory import lot_changes, stock_ledger
from k2k_core.store.inventory.lot_changes import Horizon, PostgresqlHorizon, RelatedLots, SqliteHorizon, related_rows
from k2k_core.store.tables import Lot
from tests.store.conftest import NewLot, add_lot


def seen(store: Store, *companies: int) -> Horizon:
    with store.whole_network.reading() as session:
        return lot_changes.horizon(session, companies)


def changed(store: Store, since: Horizon, *companies: int) -> list[int]:
    """Ids of the lots that changed since a snapshot."""
    with store.whole_network.reading() as session:
        now = lot_changes.horizon(session, companies)
        assert now.covers(since)
        return sorted(one.row[1] for one in lot_changes.changed_lots(session, companies, since, now))


def test_nothing_changed_in_a_network_at_rest(store: Store, vendor: int, new_lot: NewLot) -> None:
    new_lot()
    assert changed(store, seen(store, vendor), vendor) == []


def test_a_lot_that_is_added_edited_or_sold_from_has_changed(store: Store, vendor: int, new_lot: NewLot) -> None:
    new_lot()
    edited, sold = new_lot(), new_lot()
    before = seen(store, vendor)
    with store.whole_network.writing() as session:
        session.change(Lot.update(on_hold=True).where(Lot.id == edited), touches=vendor)
        stock_ledger.take(session, vendor, sold, 1, "sold")
    assert changed(store, before, vendor) == [edited, sold]
    assert changed(store, before, vendor) == [edited, sold], "however often it is asked"
    added = new_lot()
    assert changed(store, before, vendor) == [edited, sold, added]


def test_a_change_that_was_undone_is_none(store: Store, vendor: int, new_lot: NewLot) -> None:
    lot = new_lot()
    before = seen(store, vendor)
    try:
        with store.whole_network.writing() as session:
            stock_ledger.take(session, vendor, lot, 1, "sold")
            raise LookupError
    except LookupError:
        pass
    assert changed(store, before, vendor) == []


def test_lots_of_other_companies_are_not_asked_for(store: Store, vendor: int, stranger: int) -> None:
    before = seen(store, vendor)
    with store.whole_network.writing() as session:
        add_lot(session, stranger, "X", 1)
    assert changed(store, before, vendor) == []


def test_whoever_began_first_and_ends_last_is_not_missed(store: Store, vendor: int, new_lot: NewLot) -> None:
    """On PostgreSQL the first writer has the lower number, and its change is seen last."""
    slow, quick = new_lot(), new_lot()
    begun, go_on = threading.Event(), threading.Event()

    def write_slowly() -> None:
        with store.whole_network.writing() as session:
            stock_ledger.take(session, vendor, slow, 1, "sold")
            begun.set()
            assert go_on.wait(30)

    writer = threading.Thread(target=write_slowly)
    before = seen(store, vendor)
    writer.start()
    assert begun.wait(30)
    if store.engine == "postgresql":  # SQLite has one writer at a time
        with store.whole_network.writing() as session:
            stock_ledger.take(session, vendor, quick, 1, "sold")
        assert changed(store, before, vendor) == [quick]
        before = seen(store, vendor)
    go_on.set()
    writer.join(30)
    assert slow in changed(store, before, vendor)


def test_a_snapshot_covers_what_it_sees_and_no_more() -> None:
    assert SqliteHorizon({1: 5, 2: 7}).covers(SqliteHorizon({1: 5}))
    assert not SqliteHorizon({1: 5}).covers(SqliteHorizon({1: 6}))
    assert not SqliteHorizon({1: 5}).covers(SqliteHorizon({2: 0}))
    assert PostgresqlHorizon(10, 20, frozenset({10, 12})).covers(PostgresqlHorizon(10, 15, frozenset({10, 12, 14})))
    assert not PostgresqlHorizon(10, 20, frozenset({10, 12})).covers(PostgresqlHorizon(12, 15, frozenset({12})))
    assert not PostgresqlHorizon(10, 14, frozenset()).covers(PostgresqlHorizon(10, 15, frozenset()))
    assert PostgresqlHorizon(10, 20, frozenset({18})).covers(PostgresqlHorizon(10, 15, frozenset()))


def test_an_older_snapshot_does_not_cover_a_newer_one(store: Store, vendor: int, new_lot: NewLot) -> None:
    lot = new_lot()
    later: list[Horizon] = []
    with store.whole_network.reading() as session:
        before = lot_changes.horizon(session, [vendor])
        writer = threading.Thread(target=lambda: later.append(_sell(store, vendor, lot)))
        writer.start()
        writer.join(30)
        assert lot_changes.horizon(session, [vendor]) == before
    assert later[0].covers(before)
    assert not before.covers(later[0])


def _sell(store: Store, vendor: int, lot: int) -> Horizon:
    with store.whole_network.writing() as session:
        stock_ledger.take(session, vendor, lot, 1, "sold")
    return seen(store, vendor)


def test_kin_are_asked_for_by_thousands(store: Store, vendor: int, new_lot: NewLot) -> None:
    flown = new_lot(awb="176-999")
    on_awbs = {(vendor, f"176-{number}") for number in range(1_000)}
    with store.whole_network.reading() as session:
        rows = related_rows(session, [vendor], RelatedLots(on_awbs=on_awbs))
    assert [row[1] for row in rows] == [flown]
