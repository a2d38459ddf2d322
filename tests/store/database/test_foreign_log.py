"""A backup that is copied to the place of a file whose write-ahead log a killed process left is what it was when it was
made; what a crash leaves beside its own file is always recovered."""

from __future__ import annotations

import logging
import os
import shutil
import sqlite3
import subprocess
import sys
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import pytest

from k2k_core.errors import StoreDamaged, StoreUnavailable
from k2k_core.services.administration import backups
from k2k_core.store.database import foreign_log
from k2k_core.store.engine import Store
from k2k_core.store.tables import Event
from tests.conftest import sqlite_url

NIGHT = datetime(2026, 2, 14, 3, tzinfo=UTC)


def add_event(store: Store, kind: str = "kept", size: int = 1) -> None:
    with store.whole_network.writing() as session:
        session.insert(Event, type=kind, data={"x": "x" * size}, at=session.now)


def events(file: Path) -> list[str]:
    """The kinds of events in a network that is opened anew."""
    store = Store(sqlite_url(file))
    try:
        with store.whole_network.reading() as session:
            return [str(kind) for (kind,) in session.rows(Event.select(Event.type).order_by(Event.id))]
    finally:
        store.close()


def vacuumed(file: Path, copy: Path) -> None:
    with closing(sqlite3.connect(file)) as connection:
        connection.execute("VACUUM INTO ?", (str(copy),))


def leftover_logs(file: Path) -> list[Path]:
    return sorted(file.parent.glob(f"{file.name}.not-its-own-*-wal"))


@pytest.fixture
def file(tmp_path: Path, sqlite_template: Path) -> Path:
    """A network in a file with one event, which no process has open."""
    path = tmp_path / "network.db"
    shutil.copyfile(sqlite_template, path)
    path.chmod(0o600)
    store = Store(sqlite_url(path))
    add_event(store)
    store.close()
    return path


def killed_after(file: Path, count: int, size: int = 1) -> None:
    """Leave what a process leaves that writes so many more events and is killed."""
    store = Store(sqlite_url(file))
    for _ in range(count):
        add_event(store, "later", size)
    left = {end: file.with_name(file.name + end).read_bytes() for end in ("", "-wal", "-shm")}
    store.close()
    for end, content in left.items():
        file.with_name(file.name + end).write_bytes(content)


@pytest.mark.parametrize(("count", "size"), [(1, 1), (3, 50_000), (30, 200_000)])
def test_a_backup_copied_over_a_file_with_a_left_over_log_is_the_backup(
    file: Path, tmp_path: Path, count: int, size: int, caplog: pytest.LogCaptureFixture
) -> None:
    vacuumed(file, tmp_path / "backup.db")
    killed_after(file, count, size)
    log = file.with_name("network.db-wal").read_bytes()
    shutil.copyfile(tmp_path / "backup.db", file)
    with caplog.at_level(logging.WARNING, "k2k.store"):
        assert events(file) == ["kept"]
    [moved] = leftover_logs(file)
    assert moved.read_bytes() == log  # nothing is deleted
    assert moved.name in caplog.text
    store = Store(sqlite_url(file))
    add_event(store, "afterwards")
    store.close()
    assert events(file) == ["kept", "afterwards"]
    assert len(leftover_logs(file)) == 1


def test_a_backup_of_k2k_that_is_copied_by_hand_is_the_backup(file: Path, tmp_path: Path) -> None:
    folder = tmp_path / "backups"
    folder.mkdir()
    made = backups.back_up(sqlite_url(file), folder, NIGHT)
    killed_after(file, 3)
    shutil.copyfile(made.path.with_name(made.manifest.file), file)
    assert events(file) == ["kept"]


def test_a_backup_is_not_made_of_a_file_mixed_with_the_log_of_another(file: Path, tmp_path: Path) -> None:
    vacuumed(file, tmp_path / "backup.db")
    killed_after(file, 3, 50_000)
    shutil.copyfile(tmp_path / "backup.db", file)
    folder = tmp_path / "backups"
    folder.mkdir()
    made = backups.back_up(sqlite_url(file), folder, NIGHT)
    assert made.faults == []
    assert events(made.path.with_name(made.manifest.file)) == ["kept"]


def test_a_restore_over_such_a_file_moves_both_aside_as_they_are(file: Path, tmp_path: Path) -> None:
    folder = tmp_path / "backups"
    folder.mkdir()
    made = backups.back_up(sqlite_url(file), folder, NIGHT)
    killed_after(file, 3)
    data = made.path.with_name(made.manifest.file)
    shutil.copyfile(data, file)
    log = file.with_name("network.db-wal").read_bytes()
    done = backups.restore(made.path, sqlite_url(file), NIGHT, over=True)
    assert [path.read_bytes() for path in done.moved[:2]] == [data.read_bytes(), log]
    assert events(file) == ["kept"]


def test_a_log_whose_file_is_gone_is_kept_where_a_new_network_is_made(file: Path) -> None:
    killed_after(file, 3)
    file.unlink()
    store = Store(sqlite_url(file))
    store.migrate()
    add_event(store, "new")
    store.close()
    assert events(file) == ["new"]
    assert len(leftover_logs(file)) == 1


@pytest.mark.parametrize("count", [1, 30])
def test_what_a_killed_process_left_is_recovered(file: Path, count: int) -> None:
    killed_after(file, count, 50_000)
    assert file.with_name("network.db-wal").stat().st_size > 0
    assert events(file) == ["kept", *["later"] * count]
    assert leftover_logs(file) == []


def test_what_a_killed_process_left_is_recovered_in_another_place_and_without_its_index(
    file: Path, tmp_path: Path
) -> None:
    killed_after(file, 3)
    place = tmp_path / "moved"
    place.mkdir()
    for end in ("", "-wal"):
        shutil.copyfile(file.with_name(file.name + end), place / (file.name + end))
    assert events(place / file.name) == ["kept", *["later"] * 3]


def test_an_index_without_a_log_is_in_nobodys_way(file: Path, tmp_path: Path) -> None:
    vacuumed(file, tmp_path / "backup.db")
    killed_after(file, 3)
    file.with_name("network.db-wal").unlink()
    shutil.copyfile(tmp_path / "backup.db", file)
    assert events(file) == ["kept"]


def test_a_file_overwritten_under_a_process_is_refused_in_words_until_that_has_ended(
    file: Path, tmp_path: Path
) -> None:
    vacuumed(file, tmp_path / "backup.db")
    holder = subprocess.Popen(
        [sys.executable, "-c", HOLDER, str(file)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    assert holder.stdout is not None
    assert holder.stdout.readline() == "open\n"
    log = file.with_name("network.db-wal")
    before = log.read_bytes()
    shutil.copyfile(tmp_path / "backup.db", file)
    with pytest.raises(StoreDamaged, match="overwritten while a process had it open") as refusal:
        events(file)
    assert "End every K2K process" in refusal.value.hint
    assert (log.read_bytes(), leftover_logs(file)) == (before, [])
    holder.kill()
    holder.communicate()
    assert events(file) == ["kept"]


HOLDER = """
import sqlite3, sys
connection = sqlite3.connect(sys.argv[1], isolation_level=None)
connection.execute("PRAGMA journal_mode = WAL")
connection.execute("INSERT INTO event (type, data, at) VALUES ('later', '{}', 0)")
print("open", flush=True)
sys.stdin.read()
"""


def test_a_file_overwritten_under_this_process_is_refused_too(file: Path, tmp_path: Path) -> None:
    vacuumed(file, tmp_path / "backup.db")
    store = Store(sqlite_url(file))
    add_event(store, "later")
    # By another process: when this one closes the file, it loses its locks.
    subprocess.run(["cp", file, tmp_path / "original.db"], check=True)
    subprocess.run(["cp", tmp_path / "backup.db", file], check=True)
    with pytest.raises(StoreDamaged, match="overwritten while a process had it open"):
        events(file)
    assert file.with_name("network.db-wal").exists()
    subprocess.run(["cp", tmp_path / "original.db", file], check=True)
    store.close()
    assert events(file) == ["kept", "later"]


def test_a_log_that_cannot_be_moved_is_named_with_what_to_do(
    file: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    vacuumed(file, tmp_path / "backup.db")
    killed_after(file, 1)
    shutil.copyfile(tmp_path / "backup.db", file)

    def refuse(*_: object) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(os, "rename", refuse)
    with pytest.raises(StoreDamaged, match=r"Remove it and network\.db-shm, or use `k2k restore`"):
        events(file)
    monkeypatch.undo()
    assert events(file) == ["kept"]


def test_a_file_that_is_no_database_is_left_to_its_own_error(file: Path) -> None:
    killed_after(file, 1)
    file.write_bytes(b"no database at all" * 1000)
    with pytest.raises(StoreUnavailable):
        events(file)
    assert leftover_logs(file) == []


def test_reading_the_mark_takes_no_lock_of_this_process_away(file: Path) -> None:
    store = Store(sqlite_url(file))
    add_event(store, "later")
    assert not foreign_log.is_foreign(file)
    assert foreign_log.is_in_use(file)
    other = (
        "import sqlite3, sys; print(*sqlite3.connect(sys.argv[1]).execute('PRAGMA journal_mode = DELETE').fetchone())"
    )
    done = subprocess.run([sys.executable, "-c", other, str(file)], capture_output=True, text=True, check=False)
    assert "locked" in done.stderr
    store.close()
    assert not foreign_log.is_in_use(file)


SWITCHING = """
import os, random, signal, sqlite3, sys, time
from contextlib import suppress
from pathlib import Path
from k2k_core.store.database import foreign_log

def write_for_ever(file):
    connection = sqlite3.connect(file, isolation_level=None)
    connection.execute("PRAGMA synchronous = FULL")
    while True:
        connection.execute("PRAGMA journal_mode = WAL")
        for _ in range(random.randrange(4)):
            connection.execute("INSERT INTO t VALUES (zeroblob(9000))")
        if random.randrange(2):
            connection.close()
            connection = sqlite3.connect(file, isolation_level=None)
        connection.execute("PRAGMA journal_mode = DELETE")

file, logs = Path(sys.argv[1]), 0
random.seed(1)
sqlite3.connect(file).execute("CREATE TABLE t (x)")
for _ in range(300):
    child = os.fork()
    if not child:
        write_for_ever(file)
    time.sleep(random.uniform(0.001, 0.02))
    os.kill(child, signal.SIGKILL)
    os.waitpid(child, 0)
    with suppress(FileNotFoundError):
        logs += os.stat(f"{file}-wal").st_size > 0
    assert not foreign_log.is_foreign(file)
print(logs)
"""


def test_a_log_always_has_its_mark_whenever_its_writer_is_killed(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-c", SWITCHING, str(tmp_path / "marked.db")], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    assert int(done.stdout) > 20  # that many times a log was there
