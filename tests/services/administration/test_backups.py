"""A backup is consistent while others write, proved by a trial restore, never written over anything, and the same when
it is restored; a copy on the other engine is the same network."""

from __future__ import annotations

import datetime as dt
import json
import shutil
import sqlite3
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from k2k_core.api import K2K
from k2k_core.errors import AlreadyThere, BackupFailed, NotABackup, NotConfigured, StoreUnavailable
from k2k_core.services.administration import backups
from k2k_core.services.administration.backups import back_up, restore
from k2k_core.store.engine import Store
from k2k_core.store.tables import Box
from tests.conftest import OwnDatabase, sqlite_url

Trade = Any
NIGHT = dt.datetime(2026, 2, 14, 3, tzinfo=dt.UTC)
BACKUP = "k2k-20260214T030000Z"


@pytest.fixture
def trade(open_trade: Callable[..., Trade]) -> Trade:
    """An order that was shipped and received, one that stands in staging, and one in a cart."""
    made = open_trade()
    done = made.confirmed(2)
    made.net.ship("ANDES", done["awb"])
    made.net.scan("BLOOM", done["box_codes"])
    made.confirmed(2)
    made.ordered(1)
    return made


@pytest.fixture
def url(trade: Trade, database: OwnDatabase) -> str:
    """The address of the network's database."""
    return database.url


@pytest.fixture
def file(tmp_path: Path, sqlite_template: Path) -> Path:
    """A network in a SQLite file."""
    path = tmp_path / "network.db"
    shutil.copyfile(sqlite_template, path)
    return path


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    made = tmp_path / "backup"
    made.mkdir()
    return made


def documents(url: str) -> list[Any]:
    with K2K.open(url) as net:
        return [net.show("ANDES", "S-1001K"), net.show("BLOOM", "P-1001"), net.availability(["ANDES/L1"])]


def test_a_backup_restored_elsewhere_is_the_same_network(
    url: str, folder: Path, new_database: Callable[[], str]
) -> None:
    made = back_up(url, folder, NIGHT)
    assert sorted(path.stem for path in folder.iterdir() if path.suffix != "") == [BACKUP, BACKUP]
    assert (made.faults, made.manifest.faults) == ([], 0)
    assert made.manifest.contents is not None
    assert made.manifest.contents.counts["order_line"] == 3
    assert made.manifest.contents.audit.rows == made.manifest.contents.counts["audit"] > 0
    elsewhere = new_database()
    done = restore(made.path, elsewhere, NIGHT)
    assert (done.faults, done.moved) == ([], [])
    assert documents(elsewhere) == documents(url)


def test_a_backup_made_while_people_order_holds_each_order_whole(
    trade: Trade, url: str, folder: Path, new_database: Callable[[], str]
) -> None:
    trade.net.set("ANDES", lot="L2", values={"boxes": 2000})
    ended, orders = threading.Event(), 0

    def order() -> None:
        nonlocal orders
        while not ended.is_set():
            trade.ordered(1, lot="ANDES/L2")
            orders += 1

    person = threading.Thread(target=order)
    person.start()
    try:
        made = back_up(url, folder, NIGHT)
    finally:
        ended.set()
        person.join()
    assert (made.faults, orders > 0) == ([], True)
    assert restore(made.path, new_database(), NIGHT).faults == []


def test_nothing_is_written_over_a_backup_of_the_same_second(file: Path, folder: Path) -> None:
    data = back_up(sqlite_url(file), folder, NIGHT).path.read_bytes()
    with pytest.raises(AlreadyThere):
        back_up(sqlite_url(file), folder, NIGHT)
    assert (folder / f"{BACKUP}.json").read_bytes() == data
    assert not [path for path in folder.iterdir() if "partial" in path.name or "trial" in path.name]


def test_a_backup_that_has_faults_is_written_and_removes_no_older_one(
    open_unsound_trade: Callable[..., Trade], database: OwnDatabase, folder: Path
) -> None:
    made = open_unsound_trade()
    back_up(database.url, folder, NIGHT, keep=1)
    made.net.context.store.whole_network.transact(
        lambda session: session.change(Box.update(state="withdrawn").where(Box.code == "B1"))
    )
    unsound = back_up(database.url, folder, NIGHT + dt.timedelta(days=1), keep=1)
    assert (unsound.manifest.faults, unsound.removed) == (1, [])
    assert len(list(folder.glob("*.json"))) == 2


def test_a_restore_refuses_what_is_no_backup_or_not_all_of_it(url: str, folder: Path, tmp_path: Path) -> None:
    made = back_up(url, folder, NIGHT)
    data = folder / made.manifest.file
    elsewhere = sqlite_url(tmp_path / "elsewhere.db") if made.manifest.engine == "sqlite" else url
    with pytest.raises(NotABackup, match="cannot be read"):
        restore(folder / "other.json", elsewhere, NIGHT)
    (folder / "other.json").write_text("{}")
    with pytest.raises(NotABackup, match="is no manifest"):
        restore(folder / "other.json", elsewhere, NIGHT)
    data.write_bytes(data.read_bytes()[:-1])
    with pytest.raises(NotABackup, match="cut short or changed"):
        restore(made.path, elsewhere, NIGHT)
    data.unlink()
    with pytest.raises(NotABackup, match="is not there"):
        restore(data, elsewhere, NIGHT)
    assert not (tmp_path / "elsewhere.db").exists()


def test_a_restore_refuses_a_database_that_has_tables_and_the_other_engine(
    url: str, folder: Path, tmp_path: Path
) -> None:
    made = back_up(url, folder, NIGHT)
    with pytest.raises(AlreadyThere):
        restore(made.path, url, NIGHT)
    other = "postgresql://nobody@/nowhere" if made.manifest.engine == "sqlite" else sqlite_url(tmp_path / "other.db")
    with pytest.raises(NotABackup, match="k2k copy"):
        restore(made.path, other, NIGHT)


def test_what_was_restored_is_compared_with_the_manifest(file: Path, folder: Path) -> None:
    made = back_up(sqlite_url(file), folder, NIGHT)
    told = json.loads(made.path.read_text())
    told["contents"]["counts"]["box"] = 1
    made.path.write_text(json.dumps(told))
    with pytest.raises(BackupFailed, match="box"):
        restore(made.path, sqlite_url(file.with_name("restored.db")), NIGHT)


def test_the_nightly_command_keeps_the_newest_backups_of_its_own_network_for_a_month(file: Path, folder: Path) -> None:
    (folder / "holiday.json").write_text("[]")
    other = file.with_name("other.db")
    Store(sqlite_url(other)).migrate()
    back_up(sqlite_url(other), folder, NIGHT - dt.timedelta(days=9))
    nights = [NIGHT + dt.timedelta(days=day) for day in range(20)]
    made = [back_up(sqlite_url(file), folder, night, keep=14) for night in nights]
    kept = sorted(path.name for path in folder.iterdir())
    theirs = [f"k2k-{night:%Y%m%d}T030000Z{end}" for night in nights[-14:] for end in (".db", ".json")]
    assert kept == sorted([".lock", "holiday.json", "k2k-20260205T030000Z.db", "k2k-20260205T030000Z.json", *theirs])
    assert [one.removed for one in made[:15]] == [*[[]] * 14, [f"{BACKUP}.db"]]


def test_a_backup_that_was_killed_is_in_nobodys_way(file: Path, folder: Path) -> None:
    (folder / f"{BACKUP}.db.partial").write_bytes(b"half")
    (folder / ".trial-old").mkdir()
    back_up(sqlite_url(file), folder, NIGHT)
    assert sorted(path.name for path in folder.iterdir()) == [".lock", f"{BACKUP}.db", f"{BACKUP}.json"]


def test_a_write_ahead_log_that_was_left_over_is_moved_aside_and_not_played_into_what_is_restored(
    file: Path, folder: Path
) -> None:
    made = back_up(sqlite_url(file), folder, NIGHT)
    writer = sqlite3.connect(file)
    writer.execute("PRAGMA journal_mode = WAL")
    writer.execute("INSERT INTO event (type, data, at) VALUES ('later', '{}', 0)")
    writer.commit()
    log = file.with_name("network.db-wal").read_bytes()
    writer.close()
    for path in file.parent.glob("network.db*"):
        path.unlink()
    file.with_name("network.db-wal").write_bytes(log)
    done = restore(made.path, sqlite_url(file), NIGHT)
    assert [path.name for path in done.moved] == ["network.db.replaced-20260214T030000000000Z-wal"]
    assert done.moved[0].read_bytes() == log
    with sqlite3.connect(file) as restored:
        assert restored.execute("SELECT count(*) FROM event").fetchone() == (0,)


def test_a_restore_over_a_database_moves_it_aside_whole_and_refuses_one_that_is_in_use(
    file: Path, folder: Path
) -> None:
    made = back_up(sqlite_url(file), folder, NIGHT)
    writer = sqlite3.connect(file)
    writer.execute("PRAGMA journal_mode = WAL")
    writer.execute("INSERT INTO event (type, data, at) VALUES ('later', '{}', 0)")
    writer.commit()
    with pytest.raises(StoreUnavailable, match="in use"):
        restore(made.path, sqlite_url(file), NIGHT, over=True)
    assert writer.execute("SELECT count(*) FROM event").fetchone() == (1,)
    writer.close()
    done = restore(made.path, sqlite_url(file), NIGHT, over=True)
    with sqlite3.connect(done.moved[0]) as moved, sqlite3.connect(file) as restored:
        assert moved.execute("SELECT count(*) FROM event").fetchone() == (1,)
        assert restored.execute("SELECT count(*) FROM event").fetchone() == (0,)


def test_a_restore_over_a_damaged_database_moves_it_aside(file: Path, folder: Path) -> None:
    made = back_up(sqlite_url(file), folder, NIGHT)
    file.write_bytes(b"no database at all" * 1000)
    done = restore(made.path, sqlite_url(file), NIGHT, over=True)
    assert done.moved[0].read_bytes().startswith(b"no database")
    assert done.faults == []


def test_a_database_of_an_older_program_is_backed_up_and_not_verified(file: Path, folder: Path) -> None:
    with sqlite3.connect(file) as older:
        older.execute("DELETE FROM schema_version WHERE number = (SELECT max(number) FROM schema_version)")
    made = back_up(sqlite_url(file), folder, NIGHT, keep=1)
    assert made.manifest.faults is None
    assert restore(made.path, sqlite_url(file.with_name("restored.db")), NIGHT).older


def test_a_database_in_memory_has_no_backup(folder: Path) -> None:
    with pytest.raises(NotConfigured):
        back_up("sqlite://", folder, NIGHT)


@pytest.mark.needs("postgresql")
@pytest.mark.parametrize("engine", ["sqlite"], indirect=True)
def test_a_network_goes_from_sqlite_to_postgresql_and_back_with_its_numbers_and_ids(
    url: str, tmp_path: Path, postgres_server: Any, trade: Trade
) -> None:
    there, back = postgres_server.create_database(), sqlite_url(tmp_path / "back.db")
    told: dict[str, int] = {}
    assert backups.copy(url, there, told.__setitem__) == []
    assert backups.copy(there, back, told.__setitem__) == []
    assert told["order_line"] == 3
    assert documents(there) == documents(back) == documents(url)
    assert _rows(tmp_path / "back.db") == _rows(tmp_path / "network.db")
    with pytest.raises(AlreadyThere):
        backups.copy(url, there, told.__setitem__)
    with K2K.open(there, clock=lambda: trade.net.context.clock()) as net:
        assert net.verify() == []
        net.set("ANDES", lot="L2", values={"boxes": 9})
        assert net.verify() == []


def _rows(path: Path) -> dict[str, list[Any]]:
    """Every row, trigger and last id of a SQLite file; of migrations the numbers: each database has its own moments."""
    with sqlite3.connect(path) as database:
        tables = [name for (name,) in database.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
        found = {name: sorted(database.execute(f'SELECT * FROM "{name}"'), key=repr) for name in tables}
        found["triggers"] = sorted(database.execute("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'"))
    found["schema_version"] = [row[0] for row in found["schema_version"]]
    found["sqlite_sequence"] = [row for row in found["sqlite_sequence"] if row[1]]
    return found
