"""`backup`, `restore` and `copy`: what they print and their exit statuses."""

from __future__ import annotations

import datetime as dt
import re
from pathlib import Path
from typing import Any

import pytest

from k2k_core.cli.commands import backups
from tests.damage import lose_a_box

NIGHT = dt.datetime(2026, 2, 10, 3, tzinfo=dt.UTC)


def test_a_backup_is_restored_and_every_file_is_named(k2k: Any, network: str, tmp_path: Path) -> None:
    made = k2k("backup", "--keep", "1", "--database", network)
    assert made.status == 0
    manifest = next((tmp_path / "backup").glob("*.json"))
    assert made.out.startswith(f"Backup backup/{manifest.name}: ")
    assert "tables, as the manifest says.\nverify: clean." in made.out
    again = k2k("restore", str(manifest), "--database", network)
    assert (again.status, "error[already_there]" in again.err) == (2, True)
    over = k2k("restore", str(manifest), "--over", "--database", network)
    assert over.status == 0
    assert "What lay in its place is now " in over.out
    elsewhere = k2k("restore", str(manifest), "--database", "sqlite:///there/network.db")
    assert elsewhere.status == 0
    assert k2k("verify", "--database", "sqlite:///there/network.db").status == 0


def test_the_command_of_the_documents_works_every_night(
    k2k: Any, network: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    page = (Path(__file__).parents[2] / "docs" / "operating.md").read_text("utf-8")
    (command,) = set(re.findall(r"^k2k (backup \S+ --keep) 14$", page, re.MULTILINE))
    name, folder, keep = command.split()
    kept = []
    for night in range(4):
        monkeypatch.setattr(backups, "utc_now", lambda night=night: NIGHT + dt.timedelta(days=night))
        ran = k2k(name, str(tmp_path / Path(folder).name), keep, "2", "--database", network)
        assert (ran.status, ran.err) == (0, "")
        kept.append(len(list((tmp_path / Path(folder).name).glob("*.json"))))
    assert kept == [1, 2, 2, 2]


def test_a_backup_with_faults_ends_with_1_and_names_them(k2k: Any, network: str, tmp_path: Path) -> None:
    lose_a_box(tmp_path / "network.db")
    ran = k2k("backup", "--database", network)
    assert ran.status == 1
    assert "9 box rows" in ran.out


def test_what_cannot_be_backed_up_or_kept_is_refused(k2k: Any, network: str) -> None:
    assert "error[no_database]" in k2k("backup", "--database", "sqlite:///nowhere.db").err
    assert "error[not_a_backup]" in k2k("restore", "nothing.json", "--database", "sqlite:///new.db").err
    assert "0 is no number from 1 on" in k2k("backup", "--keep", "0", "--database", network).err


def test_a_network_is_copied_to_a_new_database_only(k2k: Any, network: str) -> None:
    ran = k2k("copy", "sqlite:///copy.db", "--database", network)
    assert ran.status == 0
    assert "every table is the same" in ran.out
    again = k2k("copy", "sqlite:///copy.db", "--database", network)
    assert (again.status, "error[already_there]" in again.err) == (2, True)
