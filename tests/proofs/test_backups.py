"""The short forms of the proofs of backups. `python -m tests.proofs backups copies` does them in full."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.conftest import OwnDatabase
from tests.proofs import backups


@pytest.mark.long
def test_backups_under_load_restored_elsewhere_have_every_acknowledged_order(
    new_database: Callable[[], str], tmp_path: Path
) -> None:
    found = backups.under_load(new_database, tmp_path, times=2)
    assert found.sound, found.faults


@pytest.mark.parametrize("engine", ["sqlite"], indirect=True)
def test_a_restore_beside_left_over_files_is_the_network_of_the_backup(database: OwnDatabase, tmp_path: Path) -> None:
    found = backups.beside_left_over_files(tmp_path / "restores")
    assert found.sound, found.faults


@pytest.mark.parametrize("engine", ["sqlite"], indirect=True)
def test_the_nightly_command_keeps_the_last_backups_though_the_clock_is_moved(
    new_database: Callable[[], str], tmp_path: Path
) -> None:
    found = backups.nights(new_database, tmp_path / "backup", nights=22)
    assert found.sound, found.faults


@pytest.mark.needs("postgresql")
@pytest.mark.parametrize("engine", ["postgresql"], indirect=True)
def test_a_network_is_copied_to_the_other_engine_and_back(new_database: Callable[[], str], tmp_path: Path) -> None:
    first, back = (f"sqlite:///{tmp_path / name}.db" for name in ("first", "back"))
    backups.large_network(first, lines=60)
    found = backups.copy_there_and_back(first, new_database(), back)
    assert found.sound, found.faults
    assert backups.verified(first, 60).faults == 0
