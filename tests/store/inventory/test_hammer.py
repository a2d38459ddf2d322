"""Many processes at once: nothing is sold twice, and none gets an error that the database is locked."""

from __future__ import annotations

import json
import os
import random
import signal
import subprocess
import sys
import threading
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from peewee import SchemaManager

from k2k_core.errors import InsufficientStock
from k2k_core.store.database.queries import execute
from k2k_core.store.engine import Store
from k2k_core.store.inventory import stock_ledger
from k2k_core.store.tables import Event, Lot, LotLedger

NewLot = Callable[..., int]
HERE = Path(__file__).parent
TOP = HERE.parents[1]

PROCESSES = 4
LOTS = 20


def too_few(attempts: int) -> int:
    """Boxes for each lot: two are asked for on average, and there is a third of what all together want."""
    return PROCESSES * attempts * 2 // LOTS // 3


def start(script: str, order: dict[str, Any]) -> subprocess.Popen[str]:
    environment = {**os.environ, "PYTHONPATH": str(TOP)}
    command = [sys.executable, str(HERE / script), json.dumps(order)]
    pipe = subprocess.PIPE
    return subprocess.Popen(command, env=environment, stdin=pipe, stdout=pipe, stderr=pipe, text=True)


def hammer_together(attempts: int, order: dict[str, Any]) -> tuple[Counter[int], int, list[str]]:
    """What all processes took together, by lot; how many attempts were refused; every other error."""
    running = [start("hammer.py", {**order, "attempts": attempts, "seed": seed}) for seed in range(PROCESSES)]
    taken: Counter[int] = Counter()
    refused, errors = 0, []
    for process in running:
        assert process.stdout is not None
        assert process.stdout.readline() == "ready\n", process.communicate()[1]
    for process in running:
        assert process.stdin is not None
        process.stdin.write("go\n")
        process.stdin.flush()
    for process in running:
        output, complaints = process.communicate(timeout=200)
        assert process.returncode == 0, complaints
        answer = json.loads(output)
        taken.update({int(lot_id): boxes for lot_id, boxes in answer["taken"].items()})
        refused += answer["refused"]
        errors += answer["errors"]
    return taken, refused, errors


@pytest.mark.long
def test_processes_that_take_at_once_never_oversell(
    store: Store, database_url: str, vendor: int, new_lot: NewLot
) -> None:
    boxes = too_few(3000)
    lots = [new_lot(boxes) for _ in range(LOTS)]
    order = {"url": database_url, "way": "stock", "company": vendor, "lots": lots}
    taken, refused, errors = hammer_together(3000, order)
    assert errors == []
    assert refused > 0
    with store.whole_network.reading() as session:
        left = dict(session.rows(Lot.select(Lot.id, Lot.available)))
        assert stock_ledger.ledger_faults(session) == []
    assert {lot_id: taken[lot_id] + left[lot_id] for lot_id in lots} == dict.fromkeys(lots, boxes)


def test_the_same_hammer_oversells_a_program_that_reads_checks_and_writes(database_url: str) -> None:
    sys.path.insert(0, str(HERE))
    try:
        from hammer import NaiveLot
    finally:
        sys.path.remove(str(HERE))
    store, lots, boxes = Store(database_url), list(range(1, LOTS + 1)), too_few(500)
    with store.whole_network.writing() as session:
        SchemaManager(NaiveLot, session._database).create_table()
        session.insert_many(NaiveLot, [{"id": lot_id, "available": boxes} for lot_id in lots])
    taken, _, errors = hammer_together(500, {"url": database_url, "way": "naive", "company": 0, "lots": lots})
    assert errors == []
    assert taken.total() > boxes * LOTS
    store.close()


def test_threads_that_take_and_give_back_at_once_keep_the_ledger(store: Store, vendor: int, new_lot: NewLot) -> None:
    lot_id, failures = new_lot(7), []

    def work(seed: int) -> None:
        chance = random.Random(seed)
        for _ in range(15):
            boxes = chance.randint(1, 4)
            try:
                store.whole_network.transact(
                    lambda session, n=boxes: stock_ledger.take(session, vendor, lot_id, n, "cart")
                )
                store.whole_network.transact(
                    lambda session, n=boxes: stock_ledger.give_back(session, vendor, lot_id, n, "expired")
                )
            except InsufficientStock:
                pass
            except Exception as error:
                failures.append(error)

    threads = [threading.Thread(target=work, args=(seed,)) for seed in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(100)
    assert failures == []
    with store.whole_network.reading() as session:
        assert session.value(Lot.select(Lot.available)) == 7
        assert stock_ledger.ledger_faults(session) == []
        lowest = session.value(LotLedger.select(LotLedger.available_after).order_by(LotLedger.available_after))
    assert lowest >= 0


def test_orders_of_several_lots_do_not_deadlock_when_they_lock_them_first(
    store: Store, vendor: int, new_lot: NewLot
) -> None:
    lots, failures = [new_lot(1000) for _ in range(5)], []

    def work(seed: int) -> None:
        chance = random.Random(seed)
        for _ in range(15):
            wanted = chance.sample(lots, 5)
            try:
                with store.whole_network.writing() as session:
                    session.lock(Lot, wanted)
                    for lot_id in wanted:
                        stock_ledger.take(session, vendor, lot_id, 1, "order")
            except Exception as error:
                failures.append(error)

    threads = [threading.Thread(target=work, args=(seed,)) for seed in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(100)
    assert failures == []
    with store.whole_network.reading() as session:
        assert session.rows(Lot.select(Lot.available).distinct()) == [(1000 - 4 * 15,)]


def test_a_writer_that_is_killed_leaves_whole_units_of_work_and_no_lock(
    store: Store, database_url: str, vendor: int, new_lot: NewLot
) -> None:
    lots = [new_lot(100_000) for _ in range(2)]
    acknowledged = 0
    for seed in range(3):
        writer = start("acknowledging_writer.py", {"url": database_url, "company": vendor, "lots": lots, "seed": seed})
        assert writer.stdout is not None
        for _ in range(5 + seed):
            acknowledged = int(writer.stdout.readline())
        writer.send_signal(signal.SIGKILL)
        tail = writer.communicate()[0].split()
        acknowledged = int(tail[-1]) if tail else acknowledged
        with store.whole_network.reading() as session:
            orders = len(session.rows(Event.select().where(Event.type == "order")))
            numbers = session.rows(Lot.select(Lot.available))
            assert stock_ledger.ledger_faults(session) == []
        assert orders >= acknowledged
        assert numbers == [(100_000 - orders,)] * 2
    store.whole_network.transact(lambda session: execute(session._database, "SELECT 1"))
