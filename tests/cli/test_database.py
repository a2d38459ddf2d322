"""`init`, `migrate` and `verify`."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from k2k_core.testing import postgres
from tests.damage import lose_a_box


def test_init_makes_the_folder_and_says_what_comes_next(k2k: Any, tmp_path: Path) -> None:
    ran = k2k("init")
    assert ran.status == 0
    assert (tmp_path / "var" / "k2k.db").is_file()
    assert "k2k user add" in ran.out
    assert k2k("verify").status == 0


def test_init_twice_changes_nothing(k2k: Any) -> None:
    k2k("init")
    again = k2k("init")
    assert again.status == 0
    assert "already" in again.out


def test_the_environment_names_the_database(k2k: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("K2K_DATABASE", f"sqlite:///{tmp_path / 'other' / 'place.db'}")
    assert k2k("init").status == 0
    assert (tmp_path / "other" / "place.db").is_file()
    assert k2k("verify").status == 0


def test_the_call_wins_over_the_environment_and_stands_before_or_after_the_command(
    k2k: Any, network: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("K2K_DATABASE", "sqlite:///nowhere.db")
    assert k2k("verify", "--database", network).status == 0
    assert k2k("--database", network, "verify").status == 0


def test_migrate_says_whether_there_was_something_to_do(k2k: Any, tmp_path: Path) -> None:
    (tmp_path / "empty.db").touch()
    assert "was brought up to date" in k2k("migrate", "--database", "sqlite:///empty.db").out
    assert "is up to date" in k2k("migrate", "--database", "sqlite:///empty.db").out


def test_the_commands_work_on_each_engine(k2k: Any, empty_database_url: str) -> None:
    assert k2k("init", "--database", empty_database_url).status == 0
    assert k2k("verify", "--database", empty_database_url).status == 0


def test_verify_is_clean_on_a_sound_network(k2k: Any, network: str) -> None:
    ran = k2k("verify", "--database", network)
    assert ran.status == 0
    assert ran.out.startswith("verify: clean")
    assert json.loads(k2k("verify", "--json", "--database", network).out) == {"clean": True, "faults": []}


def test_verify_names_what_does_not_agree_and_ends_with_1(k2k: Any, network: str, tmp_path: Path) -> None:
    lose_a_box(tmp_path / "network.db")
    ran = k2k("verify", "--database", network)
    assert ran.status == 1
    assert "10 boxes, but 9 box rows" in ran.out
    answer = json.loads(k2k("verify", "--json", "--database", network).out)
    assert answer["clean"] is False
    assert answer["faults"][0]["check"] == "boxes"


def test_verify_since_a_moment_looks_at_what_was_touched_and_says_so(k2k: Any, network: str, tmp_path: Path) -> None:
    lose_a_box(tmp_path / "network.db")
    early = k2k("verify", "--since", "2020-01-01T00:00:00Z", "--database", network)
    assert early.status == 1
    assert "Rows that were not touched since 2020-01-01T00:00:00Z were not read." in early.out
    late = k2k("verify", "--since", "2100-01-01T00:00:00Z", "--database", network)
    assert late.status == 0
    assert "were not read" in late.out
    assert "error[invalid]" in k2k("verify", "--since", "yesterday", "--database", network).err


@pytest.mark.needs("postgresql")
def test_production_refuses_a_user_of_the_database_whom_row_level_security_does_not_bind(
    k2k: Any, postgres_server: postgres.PrivatePostgres, postgres_template: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    administrator = postgres_server.superuser_url(postgres.name_in(postgres_server.create_database(postgres_template)))
    assert k2k("verify", "--database", administrator).status == 0
    monkeypatch.setenv("K2K_ENV", "production")
    ran = k2k("verify", "--database", administrator)
    assert (ran.status, ran.err.partition(":")[0]) == (2, "error[not_configured]")
    assert "row-level security" in ran.err
