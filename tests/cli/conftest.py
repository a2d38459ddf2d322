"""Fixtures of the command-line tests: runs a command in this process; a small network in a database."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

import pytest

from k2k_core.cli import main

NETWORK = Path(__file__).with_name("small_network.yaml")


class Ran(NamedTuple):
    """What came of a command."""

    status: int
    out: str
    err: str


Run = Callable[..., Ran]


@pytest.fixture(autouse=True)
def _in_an_empty_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """So that no test finds, or leaves, a database in the folder of the project."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("K2K_DATABASE", raising=False)


@pytest.fixture(autouse=True)
def _in_english(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever the language of the machine is."""
    monkeypatch.setenv("LC_ALL", "C.UTF-8")


@pytest.fixture
def k2k(capsys: pytest.CaptureFixture[str]) -> Run:
    """Run `k2k` with these arguments."""

    def run(*arguments: str) -> Ran:
        status = main(list(arguments))
        return Ran(status, *capsys.readouterr())

    return run


@pytest.fixture
def network(k2k: Run, tmp_path: Path) -> str:
    """The address of a database with a small network: ANDES shares with BLOOM, who sells to C-100."""
    url = f"sqlite:///{tmp_path / 'network.db'}"
    assert k2k("init", "--database", url).status == 0
    assert k2k("run", str(NETWORK), "--database", url).status == 0
    return url
