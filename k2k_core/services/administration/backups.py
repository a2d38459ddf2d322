"""Use cases: a backup that a trial restore has proved, and its restore (architecture section 3).

They work on databases by address, which need not be the one of a running network: a backup is made before a migration
and restored where nothing is.
"""

from __future__ import annotations

import datetime as dt
import logging
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from importlib.metadata import version
from pathlib import Path
from typing import NamedTuple
from urllib.parse import quote

from k2k_core.domain.answers.administration import StoredFault
from k2k_core.errors import BackupFailed, NotABackup, NotConfigured, NotMigrated, StoreUnavailable
from k2k_core.services.administration.audit_chain import seal_all
from k2k_core.store import verification
from k2k_core.store.backups import contents, copying, files, manifest, postgresql_dumps, rotation, sqlite_files
from k2k_core.store.backups.manifest import Contents, Manifest
from k2k_core.store.database.filelock import WriterLock
from k2k_core.store.database.sqlite import sqlite_path
from k2k_core.store.engine import Store

log = logging.getLogger("k2k.backup")

SQLITE, POSTGRESQL = "sqlite", "postgresql"
ENDS = {SQLITE: ".db", POSTGRESQL: ".dump"}
TRIAL = ".trial-"
WAIT = 60.0
"""Seconds to wait for another backup into the same folder."""


class Made(NamedTuple):
    """A backup: its manifest and the path of that, the faults of its trial restore, and which older were removed."""

    path: Path
    manifest: Manifest
    faults: list[StoredFault]
    removed: list[str]


class Restored(NamedTuple):
    """A restored backup: its manifest, the faults, whether tables are older than this program's, and where files are
    now that lay in its place."""

    manifest: Manifest
    faults: list[StoredFault]
    older: bool
    moved: list[Path]


def back_up(url: str, folder: Path, now: dt.datetime, keep: int | None = None, *, trial: bool = True) -> Made:
    """Write a backup of a database into a folder, restore it for trial, verify that, and only then remove the network's
    sound backups beyond the `keep` newest. One that has faults is written and removes none."""
    engine = engine_of(url)
    with WriterLock(folder / ".lock", WAIT).held():
        _clear(folder)
        name = f"k2k-{now.astimezone(dt.UTC):%Y%m%dT%H%M%SZ}"
        target = folder / f"{name}{ENDS[engine]}"
        written = files.partial(target)
        with _on_disk(written):
            _seal(url)
            _dump(url, engine, written)
            held, faults = _trial(written, url, engine) if trial else (None, None)
            described = Manifest(
                file=target.name,
                engine=engine,
                program=version("k2k"),
                made_at=now.astimezone(dt.UTC).isoformat(),
                bytes=written.stat().st_size,
                sha256=manifest.digest(written),
                contents=held,
                faults=None if faults is None else len(faults),
                sequence=rotation.next_sequence(folder),
            )
            files.publish(written, target)
        path = manifest.beside(target)
        files.write_text(path, described.as_text())
        removed = []
        if keep is not None and held is not None and faults == []:
            removed = rotation.rotate(folder, held.network, keep)
    return Made(path, described, faults or [], removed)


def restore(named: Path, url: str, now: dt.datetime, *, over: bool = False) -> Restored:
    """Restore a backup, named by its manifest or its data file, as a database that is not there yet, or is empty; a
    SQLite file may be put `over` another one, which is moved aside. It is compared with its manifest and verified."""
    path = manifest.beside(named)
    described = manifest.read(path)
    data = path.with_name(Path(described.file).name)
    manifest.require_whole(data, described)
    if engine_of(url) != described.engine:
        raise NotABackup(
            "This backup is of {engine}. Restore it there, and then `k2k copy` it to the other engine.",
            engine=described.engine,
        )
    if described.engine == POSTGRESQL:
        postgresql_dumps.require_empty(url)
        postgresql_dumps.restore(data, url)
        held, faults = _proved(url)
        _require_same(described, held)
        return Restored(described, faults or [], faults is None, [])
    return _restore_file(described, data, url, now, over)


def copy(source: str, target: str, progress: copying.Progress) -> list[StoredFault]:
    """Copy a network into a new database, or one that has none yet: every row with its id. The tables of both are
    compared and the copy is verified; returns its faults."""
    original, copied = Store(source), Store(target)
    try:
        if not original.migrated():
            raise NotMigrated("The network that is to be copied does not have the tables of this program.")
        copied.migrate()
        with original.whole_network.reading() as there, copied.whole_network.writing() as here:
            digests = copying.copy(there, here, progress)
        with copied.whole_network.reading() as session:
            copying.require_equal(session, digests)
        return verification.faults(copied)
    finally:
        original.close()
        copied.close()


def engine_of(url: str) -> str:
    """The engine of an address; NotConfigured for a database in memory, which nobody else can read."""
    if not url.startswith("sqlite"):
        return POSTGRESQL
    if sqlite_path(url) is None:
        raise NotConfigured("A database in memory has no backup.")
    return SQLITE


def _restore_file(described: Manifest, data: Path, url: str, now: dt.datetime, over: bool) -> Restored:
    target = sqlite_path(url)
    assert target is not None  # `engine_of` has refused a database in memory
    sqlite_files.require_replaceable(target, over)
    written = sqlite_files.staging_of(target)
    with _on_disk(written):
        sqlite_files.restore(data, written)
        held, faults = _proved(address_of(written))
        _require_same(described, held)
        moved = sqlite_files.place(written, target, now, over)
    return Restored(described, faults or [], faults is None, moved)


def _seal(url: str) -> None:
    """Seal the audit, so that the anchor in the manifest covers it; a database that cannot be written is backed up with
    what is sealed."""
    path = sqlite_path(url) if engine_of(url) == SQLITE else None
    if path is not None and not path.exists():
        return
    store = Store(url)
    try:
        if store.migrated():
            seal_all(store)
    except StoreUnavailable:
        log.warning("the audit was not sealed before the backup", exc_info=True)
    finally:
        store.close()


def _dump(url: str, engine: str, written: Path) -> None:
    if engine == POSTGRESQL:
        postgresql_dumps.dump(url, written)
        return
    database = sqlite_path(url)
    assert database is not None  # `engine_of` has refused a database in memory
    sqlite_files.dump(database, written)


def _trial(written: Path, url: str, engine: str) -> tuple[Contents, list[StoredFault] | None]:
    if engine == POSTGRESQL:
        with postgresql_dumps.trial_database(url) as trial:
            postgresql_dumps.restore(written, trial)
            return _proved(trial)
    with tempfile.TemporaryDirectory(prefix=TRIAL, dir=written.parent) as folder:
        restored = Path(folder) / "trial.db"
        sqlite_files.restore(written, restored)
        return _proved(address_of(restored))


def _proved(url: str) -> tuple[Contents, list[StoredFault] | None]:
    """What a restored database holds, and its faults; None where its tables are those of an older program."""
    store = Store(url)
    try:
        current = store.migrated()
        with store.whole_network.reading() as session:
            held = contents.held(session)
        return held, verification.faults(store) if current else None
    finally:
        store.close()


def _require_same(described: Manifest, held: Contents) -> None:
    if described.contents is None:
        return
    expected = described.contents
    if expected.audit.chains is None:  # made before there were any
        held = replace(held, audit=replace(held.audit, chains=None))
    if expected == held:
        return
    differ = {name for name in {**expected.counts, **held.counts} if expected.counts.get(name) != held.counts.get(name)}
    raise BackupFailed(
        "What was restored is not what the manifest says: {what}.", what=", ".join(sorted(differ)) or "audit"
    )


def _clear(folder: Path) -> None:
    """Remove what a killed backup left."""
    for path in folder.glob(f"*{files.PARTIAL}*"):
        path.unlink(missing_ok=True)
    for path in folder.glob(f"{TRIAL}*"):
        shutil.rmtree(path, ignore_errors=True)


@contextmanager
def _on_disk(written: Path) -> Iterator[None]:
    """What is being written is removed when something fails, and a failure of the disk is named."""
    try:
        yield
    except OSError as error:
        raise files.as_unavailable(error) from error
    finally:
        written.unlink(missing_ok=True)


def address_of(path: Path) -> str:
    """The address of a SQLite file."""
    return f"sqlite:///{quote(str(path))}"
