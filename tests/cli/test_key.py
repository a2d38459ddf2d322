"""`k2k key`: a secret is shown once, when it is made."""

from __future__ import annotations

import json
from typing import Any

from k2k_core.api import K2K


def _secret(out: str) -> str:
    return out.splitlines()[-1].removeprefix("Its secret, shown once: ")


def _acts(network: str, secret: str) -> bool:
    with K2K.open(network) as k2k:
        return k2k.key_actor(secret) is not None


def test_a_key_is_made_listed_rotated_and_revoked(k2k: Any, network: str) -> None:
    made = k2k("key", "add", "BLOOM", "erp", "--preset", "buyer_erp", "--scope", "setup", "--database", network)
    assert (made.status, made.err) == (0, "")
    assert "reading, costs, orders, purchasing, boxes, setup" in made.out
    first = _secret(made.out)
    assert _acts(network, first)
    (one,) = json.loads(k2k("key", "list", "BLOOM", "--json", "--database", network).out)
    assert (one["name"], one["state"], "secret" in one) == ("erp", "active", False)
    listed = k2k("key", "list", "BLOOM", "--database", network).out
    assert one["id"] in listed
    assert first not in listed
    second = _secret(k2k("key", "rotate", "BLOOM", one["id"], "--database", network).out)
    assert second != first
    assert _acts(network, first)
    assert _acts(network, second)
    ended = k2k("key", "revoke", "BLOOM", one["id"], "--database", network)
    assert ended.out == f"Key {one['id']} (erp) is revoked.\n"
    assert not _acts(network, first)
    assert not _acts(network, second)
    again = k2k("key", "revoke", "BLOOM", one["id"], "--database", network)
    assert (again.status, again.err.startswith("error[conflict]: ")) == (2, True)
