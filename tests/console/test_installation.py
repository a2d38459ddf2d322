"""The key of an installation, `/health`, and the overview."""

from __future__ import annotations

import stat
from pathlib import Path
from typing import Any

import pytest

from k2k_console.app import create_app
from k2k_console.serving.secret_key import secret_key
from k2k_console.serving.visitors import warn_without_proxy
from k2k_core.api import K2K
from k2k_core.errors import NotConfigured
from k2k_core.store import sweep_failures
from tests.damage import past_the_guards

GOOD = "Zk3vJp7xQm2wRt9yLb5nHc8fDs1gAe4u"


def test_a_key_is_made_once_and_only_its_owner_can_read_it(tmp_path: Path) -> None:
    first = secret_key(tmp_path / "data", {})
    assert len(first) >= 48
    assert secret_key(tmp_path / "data", {}) == first
    assert stat.S_IMODE((tmp_path / "data" / "secret.key").stat().st_mode) == 0o600


def test_the_environment_comes_before_the_file(tmp_path: Path) -> None:
    assert secret_key(tmp_path, {"K2K_SECRET_KEY": GOOD}) == GOOD
    assert not (tmp_path / "secret.key").exists()


@pytest.mark.parametrize("engine", ["sqlite"], indirect=True)
@pytest.mark.parametrize(
    "key", ["", "short", "a" * 64, "ab" * 32, "changeme", "my-long-secret-key-for-production-2026", GOOD[:31]]
)
def test_production_refuses_a_key_that_is_missing_or_can_be_guessed(k2k: K2K, tmp_path: Path, key: str) -> None:
    with pytest.raises(NotConfigured, match="K2K_SECRET_KEY"):
        secret_key(tmp_path, {"K2K_ENV": "production", "K2K_SECRET_KEY": key})
    with pytest.raises(NotConfigured, match="K2K_SECRET_KEY"):
        create_app(k2k, secret_key=key, production=True)
    assert not (tmp_path / "secret.key").exists()


def test_production_starts_with_a_good_key(k2k: K2K, tmp_path: Path) -> None:
    key = secret_key(tmp_path, {"K2K_ENV": "production", "K2K_SECRET_KEY": GOOD})
    assert create_app(k2k, secret_key=key, production=True).config["SESSION_COOKIE_SECURE"]


def test_health_says_that_all_is_well_and_names_no_company(visit: Any, engine: str) -> None:
    answer = visit("").client.get("/health")
    assert answer.status_code == 200
    assert answer.json["status"] == "ok"
    expected = {"engine": engine, "migrated": True} | ({"row_security": True} if engine == "postgresql" else {})
    assert answer.json["store"] == expected
    assert answer.json["plugins"]["broken"] == []
    assert "BLOOM" not in answer.get_data(as_text=True)


def test_health_is_degraded_by_a_broken_plugin_and_names_it(tmp_path: Path) -> None:
    with K2K.open(f"sqlite:///{tmp_path}/network.db", plugins=[("broken_one", "no_such_module_anywhere")]) as k2k:
        answer = create_app(k2k, secret_key="only for these tests").test_client().get("/health")
    assert answer.status_code == 200
    assert answer.json["status"] == "degraded"
    assert answer.json["plugins"]["broken"] == [{"plugin": "broken_one", "state": "broken"}]


def test_health_is_degraded_by_an_order_that_cannot_be_ended_and_does_not_say_whose(k2k: K2K, visit: Any) -> None:
    assert visit("").client.get("/health").json["sweep"] == {"failing": 0}
    with k2k.context.store.whole_network.writing() as session:
        bloom = k2k.context.snapshots.get(session, "BLOOM").id
        sweep_failures.record(session, "end", sweep_failures.Subject(bloom, "P-1001"), "conflict")
    answer = visit("").client.get("/health")
    assert (answer.status_code, answer.json["status"], answer.json["sweep"]) == (200, "degraded", {"failing": 1})
    assert "P-1001" not in answer.get_data(as_text=True)


def test_an_audit_that_was_cut_off_degrades_health_and_stands_on_the_overview(k2k: K2K, visit: Any) -> None:
    k2k.set("BLOOM", settings={"cart_minutes": 20})
    k2k.seal_audit()
    assert visit("").client.get("/health").json["audit"]["broken"] == 0
    with k2k.context.store.whole_network.writing() as session, past_the_guards(session):
        session.run("DELETE FROM audit WHERE company_id IS NOT NULL AND place > 0")
    answer = visit("").client.get("/health")
    assert (answer.json["status"], answer.json["audit"]["broken"] > 0) == ("degraded", True)
    assert "BLOOM" not in answer.get_data(as_text=True)
    overview = visit("operator@k2k.test").get("/").text
    assert "does not end as it was sealed" in overview


def test_health_is_down_when_the_database_does_not_answer(k2k: K2K, visit: Any, monkeypatch: Any) -> None:
    monkeypatch.setattr(type(k2k.context.store), "migrated", lambda self: False)
    answer = visit("").client.get("/health")
    assert answer.status_code == 503
    assert answer.json["status"] == "down"


def test_the_overview_of_an_operator_shows_companies_connections_and_plugins(visit: Any) -> None:
    text = visit("operator@k2k.test").get("/").text
    assert "Currency Time zone Lots Customers Places" in text
    assert "Bloom Wholesale BLOOM USD New York 0 3 2" in text
    assert "Andes Flower Farms ANDES USD Bogotá 1 1 0" in text
    assert "ANDES BLOOM active" in text
    assert "Plugins" in text


def test_the_overview_of_a_company_knows_its_partners_alone(visit: Any) -> None:
    text = visit("admin@bloom.test").get("/").text
    assert "Andes Flower Farms" in text
    assert "TULIP" not in text
    assert "Tulip" not in text


def test_production_without_a_trusted_proxy_is_warned_about(caplog: pytest.LogCaptureFixture) -> None:
    warn_without_proxy({"K2K_ENV": "production", "K2K_TRUSTED_PROXY": "10.0.0.1"})
    warn_without_proxy({})
    assert not caplog.records
    warn_without_proxy({"K2K_ENV": "production"})
    assert "K2K_TRUSTED_PROXY" in caplog.text
