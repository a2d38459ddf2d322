"""A mistake of the user exits with 2 and a code, message and hint on standard error, never with a traceback."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from k2k_core.cli import program
from k2k_core.errors import StoreUnavailable

MISTAKES = [
    ("usage", ["bogus"]),
    ("usage", ["verify", "--bogus"]),
    ("usage", ["explain"]),
    ("usage", ["explain", "price", "BLOOM"]),
    ("usage", ["user"]),
    ("usage", ["user", "add", "a@b.example"]),
    ("usage", ["user", "add", "a@b.example", "--company", "BLOOM", "--operator"]),
    ("usage", ["user", "add", "a@b.example", "--company", "BLOOM", "--role", "king"]),
    ("usage", ["user", "add", "a@b.example", "--company", "BLOOM"]),
    ("usage", ["user", "add", "a@b.example", "--operator", "--role", "admin"]),
    ("usage", ["run"]),
    ("usage", ["serve", "--port", "99999"]),
    ("usage", ["serve", "--port", "eight"]),
    ("usage", ["serve", "--host", "no.such.host.invalid"]),
    ("usage", ["demo", "--database", "sqlite:///mine.db"]),
    ("usage", ["serve", "--demo", "--database", "sqlite:///mine.db"]),
    ("no_database", ["verify"]),
    ("no_database", ["migrate"]),
    ("no_database", ["serve", "--port", "0"]),
    ("no_database", ["plugins", "--database", "sqlite:///nowhere/at-all.db"]),
    ("no_database", ["explain", "sharing", "ANDES", "BLOOM"]),
    ("not_configured", ["verify", "--database", "mysql://somewhere/else"]),
    ("not_configured", ["init", "--database", "nothing"]),
    ("not_configured", ["init", "--database", "sqlite:////proc/nowhere/network.db"]),
    ("not_configured", ["demo", "--folder", "/proc/nowhere"]),
    ("store_unavailable", ["verify", "--database", "sqlite:////tmp"]),
    ("invalid", ["run", "missing.yaml"]),
]


@pytest.mark.parametrize(
    ("code", "arguments"), MISTAKES, ids=lambda value: value if isinstance(value, str) else " ".join(value)
)
def test_a_mistake_has_a_code_and_a_hint(k2k: Any, code: str, arguments: list[str]) -> None:
    ran = k2k(*arguments)
    assert ran.status == 2
    assert ran.out == ""
    assert ran.err.startswith(f"error[{code}]: ")
    assert "Traceback" not in ran.err
    assert "hint: " in ran.err or code == "invalid"


QUESTIONS = [
    ("not_found", ["price", "BLOOM", "NOBODY", "ANDES/L1"]),
    ("not_found", ["price", "NOWHERE", "C-100", "ANDES/L1"]),
    ("not_found", ["price", "BLOOM", "C-100", "ANDES/NONE"]),
    ("invalid", ["price", "BLOOM", "C-100", "ANDES/L1", "--ship-via", "rocket"]),
    ("invalid", ["price", "BLOOM", "C-100", "ANDES/L1", "--ship-date", "tomorrow"]),
    ("invalid", ["price", "BLOOM", "C-100", "ANDES/L1", "--at", "noon"]),
    ("not_found", ["sharing", "ANDES", "NOWHERE"]),
    ("not_found", ["sharing", "ANDES", "BLOOM", "NONE"]),
    ("not_found", ["visible", "BLOOM", "NOBODY"]),
]


@pytest.mark.parametrize(
    ("code", "arguments"), QUESTIONS, ids=lambda value: value if isinstance(value, str) else " ".join(value)
)
def test_a_question_about_what_is_not_there_is_refused(k2k: Any, network: str, code: str, arguments: list[str]) -> None:
    ran = k2k("explain", *arguments, "--database", network)
    assert (ran.status, ran.out) == (2, "")
    assert ran.err.startswith(f"error[{code}]: ")


def test_a_database_without_tables_is_not_used(k2k: Any, tmp_path: Path) -> None:
    (tmp_path / "empty.db").touch()
    ran = k2k("verify", "--database", "sqlite:///empty.db")
    assert ran.status == 2
    assert ran.err.startswith("error[not_migrated]: ")
    assert "k2k migrate" in ran.err


def test_no_password_is_shown(k2k: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("k2k_core.bootstrap.open_context", _refuses)
    for word in ("verify", "init"):
        ran = k2k(word, "--database", "postgresql://ana:open-sesame@db.example/k2k")
        assert "open-sesame" not in ran.out + ran.err


def test_a_defect_is_short_and_says_how_to_see_more(k2k: Any, network: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("k2k_core.services.administration.maintenance.verify", lambda *_: 1 // 0)
    ran = k2k("verify", "--database", network)
    assert ran.status == program.DEFECT
    assert ran.err.startswith("error[internal]: ZeroDivisionError")
    assert "--debug" in ran.err
    assert "Traceback" not in ran.err
    assert "Traceback" in k2k("verify", "--debug", "--database", network).err


def test_an_interrupt_is_quiet(k2k: Any, network: str, monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupt(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("k2k_core.services.administration.maintenance.verify", interrupt)
    assert k2k("verify", "--database", network) == (program.INTERRUPTED, "", "\n")


def test_a_reader_that_has_seen_enough_is_no_error(top_level_script: str) -> None:
    command = f"{top_level_script} --help | head -n 1"
    ran = subprocess.run(["sh", "-c", command], capture_output=True, text=True, timeout=60, check=False)
    assert ran.stderr == ""
    assert ran.returncode == 0


def test_an_alphabet_without_the_letters_is_no_error(top_level_script: str) -> None:
    environment = {**os.environ, "PYTHONIOENCODING": "ascii"}
    ran = subprocess.run(
        ["sh", "-c", f"{top_level_script} verify --database 'sqlite:///ñandú.db'"],
        env=environment, capture_output=True, text=True, timeout=60, check=False,
    )  # fmt: skip
    assert ran.returncode == 2
    assert ran.stderr.startswith("error[no_database]: ")


@pytest.fixture
def top_level_script() -> str:
    return f"'{Path(sys.executable)}' -m k2k_core.cli"


def _refuses(url: str, **more: object) -> None:
    raise StoreUnavailable("Nobody answers.")
