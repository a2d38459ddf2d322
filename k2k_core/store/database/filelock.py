"""The writer lock: one writer at a time on a SQLite file, across threads and processes.

SQLite's own wait for its write lock backs off by sleeping longer and longer and gives up with "database is locked"
under two busy writers. Waiting here first means that SQLite never has to.
"""

from __future__ import annotations

import fcntl
import os
import random
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from k2k_core.errors import StoreUnavailable

SHORTEST_PAUSE, LONGEST_PAUSE = 0.0002, 0.002
"""Seconds between two tries. A commit takes longer than that, so polling costs next to nothing."""


class WriterLock:
    """The right to write, held by one thread of one process. The system releases it when its process dies."""

    def __init__(self, path: Path, wait: float) -> None:
        self._path = path
        self._wait = wait
        self._turn = threading.Lock()

    @contextmanager
    def held(self) -> Iterator[None]:
        """Wait for the lock, at most `wait` seconds, then raise StoreUnavailable."""
        deadline = time.monotonic() + self._wait
        # Threads queue in memory; only the first of each process competes for the file.
        if not self._turn.acquire(timeout=self._wait):
            raise self._busy()
        try:
            descriptor = self._open()
            try:
                self._seize(descriptor, deadline)
                yield
            finally:
                os.close(descriptor)  # releases the lock as well
        finally:
            self._turn.release()

    def _open(self) -> int:
        try:
            return os.open(self._path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o660)
        except OSError as error:
            raise StoreUnavailable(
                "The lock file {path} cannot be opened: {why}.", path=self._path, why=error.strerror
            ) from error

    def _seize(self, descriptor: int, deadline: float) -> None:
        while True:
            try:
                fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
                return
            except BlockingIOError:
                if time.monotonic() >= deadline:
                    raise self._busy() from None
                time.sleep(random.uniform(SHORTEST_PAUSE, LONGEST_PAUSE))

    def _busy(self) -> StoreUnavailable:
        return StoreUnavailable(
            "Somebody else has been writing for {seconds:g} seconds ({path}).", seconds=self._wait, path=self._path
        )
