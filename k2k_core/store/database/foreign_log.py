"""A write-ahead log that lies beside a database file and is not its own: somebody copied a backup over the file of a
process that had been killed. SQLite plays whatever log has the right name into the file, which is damaged by it, or
mixes both.

Bytes 18 and 19 of a database say whether it has a write-ahead log (https://www.sqlite.org/fileformat2.html, 1.3.3).
SQLite writes them to the disk before the first byte of the log, and takes them back after it has removed the log. So a
log beside a file without that mark is the log of another file, and one that a crash left always has its mark. What
`VACUUM INTO` writes, and with it every backup of K2K, has no mark.
"""

from __future__ import annotations

import fcntl
import logging
import os
import struct
import sys
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path

from k2k_core.errors import StoreDamaged
from k2k_core.store.database.filelock import WriterLock

log = logging.getLogger("k2k.store")

MAGIC = b"SQLite format 3\0"
WITHOUT_A_LOG = b"\x01\x01"
"""The mark of a file that has a rollback journal."""

IN_USE = (0x4000_0002, 510)
"""The first of the bytes that every open connection has locked, and how many they are (SQLite's `os.h`)."""

_kept_open: dict[tuple[int, int], int] = {}
"""Descriptors by device and inode. They stay open: when a process closes any descriptor of a file, the system takes
away all locks that it has on it, those of its SQLite connections too."""


def set_aside(path: Path, lock: WriterLock) -> None:
    """Move a log that is not the file's, so that the file is what was put there; nothing is deleted.

    Raises StoreDamaged where that cannot be done: a process has the file open, or the folder cannot be written.
    """
    if not is_foreign(path):
        return
    with lock.held():
        if not is_foreign(path):  # another process was here first
            return
        if is_in_use(path):
            raise StoreDamaged(
                "The database file {path} was overwritten while a process had it open, and the write-ahead log "
                "{log} is of what was there before. Nothing was changed.",
                path=path,
                log=_beside(path, "-wal").name,
            )
        _move(path)


def is_foreign(path: Path) -> bool:
    """Whether a write-ahead log lies beside the file and is not its own."""
    try:
        if os.stat(_beside(path, "-wal")).st_size == 0:
            return False
        head = os.pread(_descriptor(path), 20, 0)
    except OSError:
        return False  # no log, or a file that cannot be read: SQLite says why
    return not head or (head.startswith(MAGIC) and head[18:20] == WITHOUT_A_LOG)


def is_in_use(path: Path) -> bool:
    """Whether any connection has the file open, of this process too where the system can tell."""
    if sys.platform != "linux":
        asked = struct.pack("qqihh", *IN_USE, 0, fcntl.F_WRLCK, os.SEEK_SET)
        return bool(struct.unpack("qqihh", fcntl.fcntl(_descriptor(path), fcntl.F_GETLK, asked))[3] != fcntl.F_UNLCK)
    asked = struct.pack("hhqqi4x", fcntl.F_WRLCK, os.SEEK_SET, *IN_USE, 0)
    found = fcntl.fcntl(_descriptor(path), fcntl.F_OFD_GETLK, asked)
    return bool(struct.unpack("hhqqi4x", found)[0] != fcntl.F_UNLCK)


def _move(path: Path) -> None:
    mark = f".not-its-own-{datetime.now(UTC):%Y%m%dT%H%M%S%fZ}"
    moved = path.with_name(path.name + mark + "-wal")
    try:
        os.rename(_beside(path, "-wal"), moved)
        with suppress(FileNotFoundError):
            os.unlink(_beside(path, "-shm"))  # the index of the log, which SQLite makes anew
    except OSError as error:
        raise StoreDamaged(
            "The write-ahead log {log} is not of the database file {path} that lies beside it, and cannot be moved: "
            "{why}. Remove it and {index}, or use `k2k restore`.",
            log=_beside(path, "-wal").name,
            path=path,
            why=error.strerror,
            index=_beside(path, "-shm").name,
        ) from error
    log.warning(
        "%s was not the write-ahead log of %s, which was put there without one: it is %s now, and was not used",
        _beside(path, "-wal").name,
        path,
        moved.name,
    )


def _descriptor(path: Path) -> int:
    found = os.stat(path)
    key = found.st_dev, found.st_ino
    if key not in _kept_open:
        _kept_open[key] = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
    return _kept_open[key]


def _beside(path: Path, end: str) -> Path:
    return path.with_name(path.name + end)
