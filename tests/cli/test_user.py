"""`k2k user add`: passwords come from a prompt or from standard input, never from the command line."""

from __future__ import annotations

import io
from collections.abc import Callable
from typing import Any

import pytest

from k2k_core.api import K2K

PASSWORD = "a quiet cold room"
ANA = ("user", "add", "ana@bloom.example", "--company", "BLOOM", "--role", "sales_manager", "--role", "warehouse")


@pytest.fixture
def typed(monkeypatch: pytest.MonkeyPatch) -> Callable[[str], None]:
    """Standard input with one line."""

    def give(text: str) -> None:
        monkeypatch.setattr("sys.stdin", io.StringIO(text))

    return give


def _who(network: str, email: str, password: str = PASSWORD) -> Any:
    with K2K.open(network) as k2k:
        return k2k.authenticate(email, password)


def test_a_person_of_a_company_can_log_in(k2k: Any, network: str, typed: Any) -> None:
    typed(f"{PASSWORD}\n")
    ran = k2k(*ANA, "--password-stdin", "--database", network)
    assert (ran.status, ran.err) == (0, "")
    assert "ana@bloom.example can log in now and works for BLOOM (sales_manager, warehouse)." in ran.out
    actor = _who(network, "ana@bloom.example")
    assert actor.company == "BLOOM"
    assert actor.roles == {"sales_manager", "warehouse"}


def test_an_operator_can_log_in(k2k: Any, network: str, typed: Any) -> None:
    typed(PASSWORD)
    assert k2k("user", "add", "op@k2k.example", "--operator", "--password-stdin", "--database", network).status == 0
    assert _who(network, "op@k2k.example").operator


def test_the_password_is_asked_for_twice_on_a_terminal(k2k: Any, network: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.stdin.isatty", lambda: True, raising=False)
    monkeypatch.setattr("k2k_core.cli.commands.users.getpass", lambda prompt: PASSWORD)
    assert k2k(*ANA, "--database", network).status == 0
    assert _who(network, "ana@bloom.example") is not None


def test_two_different_passwords_are_refused(k2k: Any, network: str, monkeypatch: pytest.MonkeyPatch) -> None:
    answers = iter(("one long password", "another long password"))
    monkeypatch.setattr("sys.stdin.isatty", lambda: True, raising=False)
    monkeypatch.setattr("k2k_core.cli.commands.users.getpass", lambda prompt: next(answers))
    ran = k2k(*ANA, "--database", network)
    assert ran.status == 2
    assert ran.err.startswith("error[usage]: The two passwords are not the same.")


def test_without_a_terminal_the_password_must_come_on_standard_input(k2k: Any, network: str, typed: Any) -> None:
    typed("")
    ran = k2k(*ANA, "--database", network)
    assert ran.status == 2
    assert "--password-stdin" in ran.err


@pytest.mark.parametrize("password", ["", "short"])
def test_a_weak_password_is_refused(k2k: Any, network: str, typed: Any, password: str) -> None:
    typed(password)
    ran = k2k(*ANA, "--password-stdin", "--database", network)
    assert ran.status == 2
    assert ran.err.startswith("error[invalid]: ")
    assert "at least 12 characters" in ran.err


def test_an_address_has_one_account(k2k: Any, network: str, typed: Any) -> None:
    typed(PASSWORD)
    k2k(*ANA, "--password-stdin", "--database", network)
    typed(PASSWORD)
    again = k2k(*ANA, "--password-stdin", "--database", network)
    assert again.status == 2
    assert again.err.startswith("error[conflict]: ")


def test_an_unknown_company_is_refused(k2k: Any, network: str, typed: Any) -> None:
    typed(PASSWORD)
    ran = k2k(
        *("user", "add", "a@b.example", "--company", "NONE", "--role", "admin", "--password-stdin"),
        *("--database", network),
    )
    assert ran.status == 2
    assert ran.err.startswith("error[not_found]: ")
