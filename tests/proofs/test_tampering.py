"""The short form of the tampering: some of the edits on each engine. `python -m tests.proofs tampering` does all."""

from __future__ import annotations

from pathlib import Path

import pytest

from k2k_core.testing.postgres import PrivatePostgres
from tests.proofs.tampering import TamperedFile, TamperedServer, edits, tamper
from tests.proofs.traded_network import fill


def test_edits_of_a_file_are_refused_or_named(tmp_path: Path) -> None:
    found = tamper(fill, TamperedFile(tmp_path), every=9)
    assert found.sound, f"{found}\n{found.silent}\n{found.failed}"
    assert found.named > 0
    assert found.refused > 0


@pytest.mark.needs("postgresql")
def test_edits_of_a_database_on_a_server_are_refused_or_named(postgres_server: PrivatePostgres) -> None:
    found = tamper(fill, TamperedServer(postgres_server), every=40)
    assert found.sound, f"{found}\n{found.silent}\n{found.failed}"


@pytest.mark.parametrize("engine", ["sqlite", "postgresql"])
def test_there_are_many_different_edits(engine: str) -> None:
    every = [edit.statement for edit in edits(engine)]
    assert len(set(every)) == len(every) > 450
