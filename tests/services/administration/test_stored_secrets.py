"""Secrets in the database are encrypted with a key of the environment: webhook secrets and what a plugin declares as
secret. Keys are rotated; where a key is missing nothing is lost."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterable, Iterator
from contextlib import closing
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from marshmallow import Schema, fields

from k2k_core.api import K2K
from k2k_core.domain.retry_policy import RetryPolicy
from k2k_core.domain.secrets import MARK
from k2k_core.errors import EncryptionKeyMissing, Invalid, NotConfigured, SecretUnreadable
from k2k_core.hooks import EligibilityRule, Manifest, PluginContext, hookimpl
from k2k_core.services.administration import stored_secrets
from k2k_core.services.administration.backups import back_up, copy
from k2k_core.services.events.dispatcher import Dispatcher
from k2k_core.store.encryption import new_key
from k2k_core.store.events.journal import add_event
from k2k_core.store.tables import Company, Delivery, DeliveryTurn, Endpoint
from tests.conftest import OwnDatabase
from tests.delivery.receivers import receiving
from tests.services.conftest import BEGINNING, Trade

URL = "https://erp.andes.example/k2k"
TOKEN = "the token of the carrier"
NEW, OLD, OTHER = new_key(), new_key(), new_key()
met: list[object] = []
"""The tokens with which the plugin of these tests was loaded."""


class Settings(Schema):
    """The settings of that plugin."""

    token = fields.String(metadata={"secret": True})
    pin = fields.String(load_only=True)
    word = fields.String()


def carrier() -> ModuleType:
    """A plugin with a secret setting."""
    module = ModuleType("carrier")

    def eligibility_rules(context: PluginContext) -> Iterable[EligibilityRule]:
        met.append(context.settings.get("token"))
        return [EligibilityRule("carrier", lambda _: None, side="buyer")]

    vars(module)["eligibility_rules"] = hookimpl(eligibility_rules)
    vars(module)["manifest"] = Manifest("carrier", "Carrier", "c@example.com", settings_schema=Settings)
    return module


EVENT = {
    "id": "S-1",
    "version": 1,
    "sales_order": "S-1",
    "vendor": "ANDES",
    "buyer": "BLOOM",
    "awb": "awb 1",
    "boxes": 1,
}
EVENT |= {"lines": [], "dropped": []}


def sent(net: K2K) -> list[str]:
    """The states of the deliveries that were tried."""
    return sorted(Dispatcher(net.context, policy=RetryPolicy(), chance=lambda: 0).drain())


Process = Callable[..., K2K]


@pytest.fixture
def process(trade: Trade, database: OwnDatabase, monkeypatch: pytest.MonkeyPatch) -> Iterator[Process]:
    """Opens the network as another process, with these keys."""
    opened: list[K2K] = []
    met.clear()

    def make(*keys: str, **environment: str) -> K2K:
        monkeypatch.setenv("K2K_ENCRYPTION_KEYS", ",".join(keys))
        for name, value in environment.items():
            monkeypatch.setenv(name, value)
        opened.append(K2K.open(database.url, clock=lambda: BEGINNING, plugins=[("carrier", carrier())]))
        return opened[-1]

    yield make
    # With the keys of the last one everything is sound, and the fixture of the network verifies it without any.
    for net in opened:
        for code in ("ANDES", "BLOOM"):
            net.set_plugin(code, "carrier", {})
        with net.context.store.whole_network.writing() as session:
            for table in (DeliveryTurn, Delivery, Endpoint):
                session.change(table.delete())
        net.close()


def rows(net: K2K) -> str:
    """What the database holds of secrets."""
    with net.context.store.whole_network.reading() as session:
        endpoints = session.rows(Endpoint.select(Endpoint.secret, Endpoint.old_secret).order_by(Endpoint.id))
        return repr((endpoints, session.rows(Company.select(Company.plugin_settings))))


def states(net: K2K) -> dict[str, int]:
    return {state: count for state, count in stored_secrets.check(net.context).states.items() if count}


def used(net: K2K) -> list[object]:
    """The tokens that the plugin is loaded with for a catalog."""
    met.clear()
    net.catalog("BLOOM", "C-100")
    return met


def unreadable(net: K2K) -> list[str]:
    return [str(one["message"]) for one in net.verify() if one["check"] == "secrets"]


def test_a_secret_is_in_no_row_no_answer_and_no_audit_entry(process: Process) -> None:
    net = process(NEW)
    secrets = [net.add_endpoint("ANDES", "erp", URL)["secret"], net.rotate_secret("ANDES", "erp")["secret"]]
    given = {"token": TOKEN, "pin": "4711-0815", "word": "roses"}
    answer = net.set_plugin("BLOOM", "carrier", given)
    assert answer["settings"] == {"token": "***", "pin": "***", "word": "roses"}
    assert TOKEN in used(process(NEW))
    shown = repr((net.company_plugins("BLOOM"), net.try_plugin("BLOOM", "carrier", given), net.audit("BLOOM", limit=9)))
    held = rows(net)
    for secret in (*secrets, TOKEN, "4711-0815"):
        assert secret is not None
        assert secret not in held
        assert secret not in shown
    assert {one["name"]: one["secret"] for one in carriers_fields(net)} == {"token": True, "pin": True, "word": False}
    assert states(net) == {"current": 4}
    assert net.verify() == []


def carriers_fields(net: K2K) -> list[Any]:
    return next(list(one["settings"]) for one in net.company_plugins("BLOOM") if one["name"] == "carrier")


def test_a_mask_that_is_sent_back_leaves_the_secret_as_it_is(process: Process) -> None:
    net = process(NEW)
    net.set_plugin("BLOOM", "carrier", {"token": TOKEN})
    net.set_plugin("BLOOM", "carrier", {"token": "***", "word": "lilies"})
    assert TOKEN in used(process(NEW))
    net.set_plugin("BLOOM", "carrier", {"token": "another token", "word": "lilies"})
    last = net.audit("BLOOM", sort="-id", limit=1)["items"][0]
    assert (last["before"]["token"], last["after"]["token"]) == ("***", "*** (new)")
    with pytest.raises(Invalid):
        net.set_plugin("BLOOM", "carrier", {"word": "encrypted:roses"})


def test_keys_are_rotated_and_a_repeat_changes_nothing(process: Process, monkeypatch: pytest.MonkeyPatch) -> None:
    net = process(OLD)
    first = net.add_endpoint("ANDES", "erp", URL, key="once")["secret"]
    net.rotate_secret("ANDES", "erp")
    net.add_endpoint("BLOOM", "shop", URL)
    net.set_plugin("BLOOM", "carrier", {"token": TOKEN})
    both = process(NEW, OLD)
    monkeypatch.setattr(stored_secrets, "AT_ONCE", 1)
    assert states(both) == {"older": 4}
    assert stored_secrets.rotate(both.context).rotated == 4
    assert stored_secrets.rotate(both.context).rotated == 0
    assert states(both) == {"current": 4}
    entries = [one for code in ("ANDES", "BLOOM") for one in both.audit(code, limit=20)["items"]]
    assert len([one for one in entries if one["action"] == "secrets.rotated"]) == 3
    alone = process(NEW)
    assert alone.verify() == []
    assert alone.add_endpoint("ANDES", "erp", URL, key="once")["secret"] == first
    assert TOKEN in used(alone)


def test_an_interrupted_rotation_goes_on(process: Process, monkeypatch: pytest.MonkeyPatch) -> None:
    net = process(OLD)
    for code in ("one", "two", "three"):
        net.add_endpoint("ANDES", code, URL)
    both = process(NEW, OLD)
    monkeypatch.setattr(stored_secrets, "AT_ONCE", 1)
    walked, audit = [], stored_secrets.audit

    def interrupted(*given: Any) -> int:
        walked.append(1)
        if len(walked) == 2:
            raise KeyboardInterrupt
        return audit(*given)

    monkeypatch.setattr(stored_secrets, "audit", interrupted)
    with pytest.raises(KeyboardInterrupt):
        stored_secrets.rotate(both.context)
    assert states(both) == {"current": 1, "older": 2}
    assert stored_secrets.rotate(both.context).rotated == 2
    assert states(both) == {"current": 3}


@pytest.mark.parametrize("keys", [(), (OTHER,)], ids=["none", "another"])
def test_without_its_key_a_secret_is_refused_and_nothing_is_lost(
    process: Process, monkeypatch: pytest.MonkeyPatch, keys: tuple[str, ...]
) -> None:
    monkeypatch.setenv("K2K_WEBHOOK_LOCAL", "on")
    with receiving() as receiver:
        net = process(NEW)
        net.add_endpoint("ANDES", "erp", receiver.url)
        net.set_plugin("BLOOM", "carrier", {"token": TOKEN})
        held = rows(net)
        without = process(*keys)
        with pytest.raises(SecretUnreadable, match="K2K_ENCRYPTION_KEYS"):
            without.try_endpoint("ANDES", "erp")
        with without.context.store.whole_network.writing() as session:
            add_event(session, "order.confirmed", EVENT, [without.context.snapshots.get(session, "ANDES").id])
        assert sent(without) == []
        assert len(unreadable(without)) == 2
        assert all("cannot be decrypted" in one for one in unreadable(without))
        assert "rule_failed" in repr(without.hidden("BLOOM", "C-100", "2026-02-05"))
        with pytest.raises(EncryptionKeyMissing) if not keys else pytest.raises(AssertionError):
            assert stored_secrets.rotate(without.context).rotated
        assert rows(without) == held
        again = process(NEW)
        assert sent(again) == ["delivered"]
        assert len(receiver.accepted) == 1
        assert again.verify() == []


def test_what_is_plain_is_encrypted_as_soon_as_there_is_a_key(process: Process) -> None:
    net = process()
    secret = net.add_endpoint("ANDES", "erp", URL)["secret"]
    assert secret is not None
    assert secret in rows(net)
    net.set_plugin("BLOOM", "carrier", {"token": TOKEN})
    assert states(net) == {"plain": 2}
    with_key = process(NEW)
    assert len(unreadable(with_key)) == 1  # of a plugin's settings the tables do not say which are secret
    assert stored_secrets.encrypt_plain(with_key.context) == 2
    assert secret not in rows(with_key)
    assert TOKEN not in rows(with_key)
    assert with_key.verify() == []


@pytest.mark.parametrize("engine", ["sqlite"], indirect=True)
def test_neither_the_file_nor_its_backup_has_a_secret_that_was_plain(process: Process, tmp_path: Path) -> None:
    net = process()
    secret = str(net.add_endpoint("ANDES", "erp", URL)["secret"])
    with_key = process(NEW)
    stored_secrets.encrypt_plain(with_key.context)
    with closing(sqlite3.connect(tmp_path / "network.db")) as connection:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    back_up(f"sqlite:///{tmp_path}/network.db", tmp_path, BEGINNING)
    held = b"".join(path.read_bytes() for path in tmp_path.glob("*.db*"))
    assert MARK.encode() in held
    assert secret.encode() not in held


def test_production_stores_no_secret_without_a_key(process: Process) -> None:
    plain = process()
    plain.add_endpoint("ANDES", "erp", URL)
    net = process(K2K_ENV="production")
    before = rows(net)
    with pytest.raises(EncryptionKeyMissing):
        net.add_endpoint("BLOOM", "shop", URL)
    with pytest.raises(EncryptionKeyMissing):
        net.set_plugin("BLOOM", "carrier", {"token": TOKEN})
    with pytest.raises(EncryptionKeyMissing, match="1 secret is not encrypted"):
        stored_secrets.encrypt_plain(net.context)
    assert rows(net) == before


@pytest.mark.parametrize("engine", ["sqlite"], indirect=True)
@pytest.mark.parametrize(
    "keys",
    ["changeme", "A" * 43 + "=", NEW + ",short", "é" * 44],
    ids=["a placeholder", "one sign", "a short one", "no digits"],
)
def test_a_text_that_is_no_key_is_refused_without_being_said(process: Process, keys: str) -> None:
    with pytest.raises(NotConfigured, match="K2K_ENCRYPTION_KEYS") as refused:
        process(keys, K2K_ENV="production")
    assert keys not in refused.value.message


def test_a_copy_carries_what_is_encrypted(process: Process, new_database: Callable[[], str], database: Any) -> None:
    net = process(NEW)
    net.add_endpoint("ANDES", "erp", URL)
    target = new_database()
    assert copy(database.url, target, lambda *_: None) == []
    held = rows(net)
    copied = K2K.open(target, clock=lambda: BEGINNING)
    assert rows(copied) == held
    assert states(copied) == {"current": 1}
    copied.close()
