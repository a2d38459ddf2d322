"""A database file, what SQLite makes beside it, and a backup can be read by their owner only."""

from __future__ import annotations

import datetime as dt
import logging
import stat
from pathlib import Path

import pytest

from k2k_core.api import K2K
from k2k_core.services.administration.backups import back_up


def rights(folder: Path) -> dict[str, int]:
    """The rights of the files of a folder, but for the lock, which is empty."""
    files = (path for path in folder.iterdir() if path.is_file() and not path.name.endswith(".lock"))
    return {path.name: stat.S_IMODE(path.stat().st_mode) for path in files}


def test_whatever_the_umask_only_its_owner_reads_a_database_and_its_backup(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    with K2K.open(f"sqlite:///{tmp_path}/network.db") as net:
        net.load({"companies": [{"code": "ANDES", "name": "Andes", "currency": "USD", "timezone": "America/Bogota"}]})
        assert rights(tmp_path).keys() == {"network.db", "network.db-wal", "network.db-shm"}
        assert set(rights(tmp_path).values()) == {0o600}
        (tmp_path / "backups").mkdir()
        back_up(f"sqlite:///{tmp_path}/network.db", tmp_path / "backups", dt.datetime.now(dt.UTC))
    made = rights(tmp_path / "backups")
    assert sorted(Path(name).suffix for name in made) == [".db", ".json"]
    assert set(made.values()) == {0o600}
    assert "can be read by others" not in caplog.text


def test_a_file_that_others_can_read_is_named_once(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    path = tmp_path / "network.db"
    path.touch(mode=0o644)
    path.chmod(0o640)
    with caplog.at_level(logging.WARNING), K2K.open(f"sqlite:///{path}") as net:
        net.companies()
    assert caplog.text.count("can be read by others than its owner (640): chmod 600") == 1
    assert stat.S_IMODE(path.stat().st_mode) == 0o640
