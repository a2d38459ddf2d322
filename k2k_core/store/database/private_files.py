"""Files that only their owner can read: databases and backups hold everything that a network knows."""

from __future__ import annotations

import logging
import os
import stat
from contextlib import suppress
from pathlib import Path

log = logging.getLogger("k2k.store")

OWNER_ONLY = 0o600
OTHERS = stat.S_IRWXG | stat.S_IRWXO


def create(path: Path) -> bool:
    """Create an empty file that only its owner can read; False if it is there, or cannot be created: whoever writes
    it says why. What SQLite makes beside a database has the rights of the database."""
    with suppress(OSError):
        os.close(os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY | os.O_CLOEXEC, OWNER_ONLY))
        return True
    return False


def warn_of_others(path: Path) -> None:
    """Warn of a file that others than its owner can read or write."""
    with suppress(OSError):
        rights = stat.S_IMODE(path.stat().st_mode)
        if rights & OTHERS:
            log.warning("%s can be read by others than its owner (%o): chmod 600", path, rights)
