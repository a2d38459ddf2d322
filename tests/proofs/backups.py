"""Backups while people order, restored elsewhere; restores beside left-over files; copies between the engines; and the
nightly command for a month of nights."""

from __future__ import annotations

import datetime as dt
import json
import shutil
import sqlite3
import subprocess
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import NamedTuple

from k2k_core.errors import K2KError
from k2k_core.services.administration import backups
from k2k_core.store.backups import sqlite_files
from k2k_core.store.backups.contents import held
from k2k_core.store.engine import Store
from tests.proofs import network
from tests.proofs.network import BUYER, CUSTOMER, SHIP_DATE
from tests.proofs.processes import start

LOTS, BOXES, FEW, WRITERS = 20, 500, 5, 2
NIGHT = dt.datetime(2026, 2, 1, 3, tzinfo=dt.UTC)
KEPT = 14
LINES_OF_A_CART = 200


class Figures(NamedTuple):
    """What a proof came to."""

    words: str
    faults: list[str]

    @property
    def sound(self) -> bool:
        """Nothing was wrong."""
        return not self.faults

    def __str__(self) -> str:
        return f"{self.words}, {len(self.faults)} faults"


def under_load(new_database: Callable[[], str], folder: Path, times: int) -> Figures:
    """So many backups while two processes order, each restored elsewhere: it has every order that was acknowledged when
    it began, and no other one by halves."""
    url, faults, orders = new_database(), list[str](), 0
    with network.open_network(url) as k2k:
        k2k.load(network.network(LOTS, BOXES))
        engine = k2k.context.store.engine
    with _ordering(url) as acknowledged:
        for number in range(times):
            before = set(acknowledged)
            made = backups.back_up(url, folder, NIGHT + dt.timedelta(minutes=number))
            elsewhere = new_database()
            done = backups.restore(made.path, elsewhere, NIGHT)
            faults += [fault["message"] for fault in (*made.faults, *done.faults)]
            lost = before - _lines(elsewhere)
            faults += [f"backup {number}: {len(lost)} acknowledged lines are not in it"] if lost else []
        orders = len(acknowledged)
    faults += [] if orders > WRITERS + times else [f"only {orders} orders were placed meanwhile"]
    return Figures(f"{engine}: {times} backups during {orders:,} orders, each restored elsewhere", faults)


@contextmanager
def _ordering(url: str) -> Iterator[list[int]]:
    """Two processes that order; the lines that they have acknowledged so far."""
    lines: list[int] = []
    orders = {"url": url, "lots": network.refs(LOTS)}
    writers = [start("writing_process.py", {**orders, "name": f"w{number}"}) for number in range(WRITERS)]
    readers = [threading.Thread(target=_listen, args=(writer, lines)) for writer in writers]
    for reader in readers:
        reader.start()
    try:
        while len(lines) < WRITERS and all(writer.poll() is None for writer in writers):
            time.sleep(0.05)
        yield lines
    finally:
        for writer in writers:
            writer.kill()
        for reader, writer in zip(readers, writers, strict=True):
            reader.join()
            writer.communicate()


def _listen(writer: subprocess.Popen[str], lines: list[int]) -> None:
    assert writer.stdout is not None
    for said in writer.stdout:
        if said.endswith("\n"):
            lines.extend(int(line["line"]) for line in json.loads(said)[2]["lines"])


def _lines(url: str) -> set[int]:
    store = Store(url)
    try:
        with store.whole_network.reading() as session:
            return {row[0] for row in session.ready_rows("SELECT id FROM order_line", (), (None,))}
    finally:
        store.close()


def beside_left_over_files(folder: Path) -> Figures:
    """Restores of a SQLite file beside what a killed process left: each kind of file alone and together, of the same
    network and of another one, with and without a database. The restored network is the one of the backup."""
    folder.mkdir()
    source, faults = folder / "source.db", list[str]()
    expected = _filled(backups.address_of(source), orders=3)
    (folder / "backup").mkdir()
    made = backups.back_up(backups.address_of(source), folder / "backup", NIGHT)
    cases = [
        (kinds, foreign, there)
        for kinds in (("-wal",), ("-shm",), ("-journal",), ("-wal", "-shm"), sqlite_files.BESIDE)
        for foreign in (False, True)
        for there in (False, True)
    ]
    for number, (kinds, foreign, there) in enumerate(cases):
        target = folder / f"case{number}" / "k2k.db"
        target.parent.mkdir()
        _leave_over(target, kinds, foreign, there)
        done = backups.restore(made.path, backups.address_of(target), NIGHT, over=there)
        found = _filled(backups.address_of(target), orders=0)
        names = {path.name.rpartition("Z")[2] for path in done.moved}
        faults += [] if found == expected and not done.faults else [f"{kinds} {foreign} {there}: another network"]
        faults += [] if there or names >= set(kinds) else [f"{kinds} {foreign} {there}: not all of it was named"]
    return Figures(f"sqlite: {len(cases)} restores beside left-over files", faults)


def _filled(url: str, orders: int) -> tuple[int, ...]:
    """The lines of a network, after so many orders more."""
    with network.open_network(url) as k2k:
        if orders:
            k2k.load(network.network(LOTS, FEW))
        for number in range(orders):
            k2k.add(BUYER, CUSTOMER, lot=network.refs(LOTS)[number], boxes=1, ship_date=SHIP_DATE)
    return tuple(sorted(_lines(url)))


def _leave_over(target: Path, kinds: tuple[str, ...], foreign: bool, there: bool) -> None:
    """What a process that was killed leaves: a database in use, of which only some files are left."""
    living = target.with_name("living.db")
    with network.open_network(backups.address_of(living)) as k2k:
        k2k.load(network.network(LOTS if foreign else 1, 5))
        with closing(sqlite3.connect(living)) as reading:  # so that the log stays
            reading.execute("BEGIN")
            reading.execute("SELECT count(*) FROM company").fetchone()
            k2k.add(BUYER, CUSTOMER, lot=network.refs(1)[0], boxes=1, ship_date=SHIP_DATE)
            for kind in kinds:
                left = living.with_name(living.name + kind)
                if left.exists():
                    shutil.copyfile(left, target.with_name(target.name + kind))
                else:
                    target.with_name(target.name + kind).write_bytes(b"\xd9\xd5\x05\xf9 \xa1c\xd7" + bytes(504))
    if there:
        shutil.copyfile(living, target)


def copy_there_and_back(first: str, other: str, back: str) -> Figures:
    """Copy a network to the other engine and back: every table is the same, verified on both."""
    faults = []
    begun = time.monotonic()
    for source, target in ((first, other), (other, back)):
        faults += [fault["message"] for fault in backups.copy(source, target, lambda table, rows: None)]
    taken = time.monotonic() - begun
    stores = [Store(url) for url in (first, other, back)]
    found = []
    for store in stores:
        with store.whole_network.reading() as session:
            found.append(held(session))
        store.close()
    faults += [] if found[0] == found[1] == found[2] else ["the copies do not hold the same"]
    rows, lines = sum(found[0].counts.values()), found[0].counts["order_line"]
    return Figures(
        f"{lines:,} lines ({rows:,} rows) copied from SQLite to PostgreSQL and back in {taken:.0f} s", faults
    )


def large_network(url: str, lines: int) -> None:
    """A network with so many order lines, in carts of many."""
    at_once = min(lines, LINES_OF_A_CART)
    with network.open_network(url) as k2k:
        k2k.load(network.network(at_once, lines // at_once + 1))
        wanted = [{"lot": lot, "boxes": 1} for lot in network.refs(at_once)]
        for number in range(lines // at_once):
            cart = k2k.add(BUYER, CUSTOMER, lines=wanted, ship_date=SHIP_DATE, key=f"add {number}")["cart"]
            if number % 2:
                k2k.checkout(BUYER, cart=cart, key=f"check out {number}")
        k2k.seal_audit()


def nights(new_database: Callable[[], str], folder: Path, nights: int) -> Figures:
    """The nightly command for so many nights, with orders between: the clock is a day back on one, a year ahead on
    another, and a year back on a third. There are never more than what is kept, the last ones, each sound."""
    url, faults, made = new_database(), list[str](), list[str]()
    folder.mkdir()
    with network.open_network(url) as k2k:
        k2k.load(network.network(LOTS, FEW))
        for night in range(nights):
            k2k.add(BUYER, CUSTOMER, lot=network.refs(LOTS)[night % LOTS], boxes=1, ship_date=SHIP_DATE)
            done = backups.back_up(url, folder, _clock(night), KEPT)
            faults += [fault["message"] for fault in done.faults]
            made.append(done.path.name)
            there = {path.name for path in folder.glob("*.json")}
            faults += [] if there == set(made[-KEPT:]) else [f"night {night}: {sorted(there)} are there"]
        engine = k2k.context.store.engine
    for number, name in enumerate(made[-KEPT:]):
        faults += _restored(folder / name, new_database(), nights - KEPT + number + 1)
    faults += [] if len(list(folder.iterdir())) == 2 * min(KEPT, nights) + 1 else ["other files are left"]
    return Figures(f"{engine}: {nights} nights, the last {KEPT} kept and restored", faults)


def _clock(night: int) -> dt.datetime:
    moved = {10: dt.timedelta(hours=-26), 15: dt.timedelta(days=365), 20: dt.timedelta(days=-400)}
    return NIGHT + dt.timedelta(days=night) + moved.get(night, dt.timedelta())


def _restored(path: Path, url: str, orders: int) -> list[str]:
    """What is wrong with a backup of a night after so many orders."""
    try:
        done = backups.restore(path, url, NIGHT)
    except K2KError as error:
        return [f"{path.name}: {error.message}"]
    found = [fault["message"] for fault in done.faults]
    return found if len(_lines(url)) == orders else [*found, f"{path.name} holds {len(_lines(url))} orders"]


class Verified(NamedTuple):
    """What `verify` took of a network of so many lines in a process of its own."""

    lines: int
    seconds: float
    worked: float
    megabytes: float
    faults: int

    @property
    def rate(self) -> float:
        """Lines in a second of the processor: what others do on the machine meanwhile does not count."""
        return self.lines / self.worked

    def __str__(self) -> str:
        return (
            f"{self.lines:,} lines verified in {self.seconds:.0f} s: {self.rate:,.0f} in a second of the processor,"
            f" {self.megabytes:.0f} MB at the peak"
        )


def verified(url: str, lines: int) -> Verified:
    """Verify a network of so many lines."""
    process = start("verifying_process.py", {"url": url})
    said, complaints = process.communicate()
    assert process.returncode == 0, complaints
    found = json.loads(said)
    return Verified(lines, found["seconds"], found["worked"], found["megabytes"], found["faults"])
