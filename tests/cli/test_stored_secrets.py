"""`k2k secrets`: makes keys, rotates them, and says how secrets are stored."""

from __future__ import annotations

import json
from typing import Any

import pytest

from k2k_core.api import K2K
from k2k_core.store.tables import Company

URL = "https://erp.example/hook"


def test_a_key_is_made_set_rotated_and_taken_away(k2k: Any, network: str, monkeypatch: pytest.MonkeyPatch) -> None:
    with K2K.open(network) as net:
        with net.context.store.whole_network.reading() as session:
            code = str(session.value(Company.select(Company.code).order_by(Company.id)))
        net.add_endpoint(code, "erp", URL)
    refused = k2k("secrets", "rotate", "--database", network)
    assert (refused.status, refused.err.partition(":")[0]) == (2, "error[encryption_key_missing]")
    assert "1 are not encrypted" in k2k("secrets", "check", "--database", network).out
    old, new = (k2k("secrets", "key").out.strip() for _ in range(2))
    monkeypatch.setenv("K2K_ENCRYPTION_KEYS", old)
    assert k2k("verify", "--database", network).status == 1
    assert "was brought up to date" in k2k("migrate", "--database", network).out
    assert k2k("verify", "--database", network).status == 0
    monkeypatch.setenv("K2K_ENCRYPTION_KEYS", f"{new},{old}")
    ran = k2k("secrets", "rotate", "--database", network)
    assert (ran.status, ran.out.splitlines()[0]) == (0, "1 secret was encrypted with the first key.")
    monkeypatch.setenv("K2K_ENCRYPTION_KEYS", old)
    lost = k2k("secrets", "check", "--json", "--database", network)
    expected = {
        "plain": 0,
        "current": 0,
        "older": 0,
        "unreadable": 1,
        "cannot_be_decrypted": [f"webhook erp of {code}"],
    }
    assert (lost.status, json.loads(lost.out)) == (1, expected)
    monkeypatch.setenv("K2K_ENCRYPTION_KEYS", new)
    assert k2k("secrets", "check", "--database", network).out == "1 have the first key.\n"


@pytest.mark.parametrize("keys", ["", "changeme", "of-the-documentation"])
def test_production_migrates_no_plain_secret_without_a_good_key(
    k2k: Any, network: str, monkeypatch: pytest.MonkeyPatch, keys: str
) -> None:
    with K2K.open(network) as net:
        with net.context.store.whole_network.reading() as session:
            code = str(session.value(Company.select(Company.code).order_by(Company.id)))
        net.add_endpoint(code, "erp", URL)
    monkeypatch.setenv("K2K_ENV", "production")
    monkeypatch.setenv("K2K_ENCRYPTION_KEYS", keys)
    ran = k2k("migrate", "--database", network)
    assert ran.status == 2
    assert "K2K_ENCRYPTION_KEYS" in ran.err
    assert ran.err.startswith("error[encryption_key_missing]" if not keys else "error[not_configured]")
