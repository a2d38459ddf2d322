"""Files of backups: written completely or not at all, and never over another one."""

from __future__ import annotations

import os
from pathlib import Path

from k2k_core.errors import AlreadyThere, StoreFull, StoreUnavailable
from k2k_core.store.database import private_files

PARTIAL = ".partial"
"""The end of the name of a file that is being written."""


def partial(target: Path) -> Path:
    """Where the file is written before it gets its name: empty, and for its owner only. What a killed process left
    there is removed."""
    path = target.with_name(target.name + PARTIAL)
    path.unlink(missing_ok=True)
    private_files.create(path)
    return path


def publish(written: Path, target: Path) -> None:
    """Give a written file its name, on the disk; AlreadyThere, and no change, when the name is taken."""
    _sync(written)
    try:
        os.link(written, target)
    except FileExistsError:
        raise AlreadyThere("{path} is there already.", path=target) from None
    written.unlink()
    _sync(target.parent)


def write_text(target: Path, text: str) -> None:
    """Write a text file as a whole."""
    path = partial(target)
    path.write_text(text, encoding="utf-8")
    publish(path, target)


def as_unavailable(error: OSError) -> StoreUnavailable:
    """An error of the file system as one of K2K."""
    kind = StoreFull if error.errno in (28, 122) else StoreUnavailable  # no space left, quota exceeded
    return kind("The database did not take the work: {why}.", why=str(error))


def _sync(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
