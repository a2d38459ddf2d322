"""`k2k run` has exact exit statuses; `k2k plugins` lists the installed plugins with their state."""

from __future__ import annotations

import json
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from k2k_core.api import K2K
from k2k_core.bootstrap import open_context
from k2k_core.runtime.quarantines import Quarantine
from k2k_core.store.database.session import Session
from k2k_core.store.master_data import companies

NETWORK = Path(__file__).with_name("small_network.yaml")
BROKEN = "k2k_broken_for_this_test"


@pytest.fixture
def failing(tmp_path: Path) -> Path:
    """The small network, with an expectation that does not hold."""
    path = tmp_path / "failing.yaml"
    path.write_text(NETWORK.read_text("utf-8").replace('"0.48"', '"0.47"'), "utf-8")
    return path


def test_what_holds_ends_with_0(k2k: Any) -> None:
    ran = k2k("run", str(NETWORK))
    assert (ran.status, ran.err) == (0, "")


def test_what_does_not_hold_ends_with_1_and_shows_both_values(k2k: Any, failing: Path) -> None:
    ran = k2k("run", str(NETWORK), str(failing))
    assert ran.status == 1
    assert "0.47" in ran.out
    assert "0.48" in ran.out


def test_what_is_no_scenario_ends_with_2_and_a_code(k2k: Any, tmp_path: Path) -> None:
    (tmp_path / "odd.yaml").write_text("companies: [{code: X, colour: red}]", "utf-8")
    ran = k2k("run", "odd.yaml")
    assert ran.status == 2
    assert ran.err.startswith("error[invalid]: odd.yaml: companies[0]")


def test_json_is_for_programs(k2k: Any, failing: Path) -> None:
    answer = json.loads(k2k("run", "--json", str(failing)).out)
    assert answer["passed"] is False
    assert answer["steps"][0]["differences"][0]["actual"] == "0.48"


def test_the_environment_does_not_say_where_scenarios_run(
    k2k: Any, network: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("K2K_DATABASE", network)
    assert k2k("run", str(NETWORK)).status == 0


def test_every_bundled_plugin_is_listed_and_well(k2k: Any) -> None:
    ran = k2k("plugins")
    assert ran.status == 0
    for name in ("k2k_network", "k2k_sharing_rules", "k2k_labels", "k2k_ship_via"):
        assert name in ran.out
    assert "no database here" in ran.out


def test_with_a_database_the_plugins_are_tried_with_every_company(k2k: Any, network: str) -> None:
    ran = k2k("plugins", "--json", "--database", network)
    answer = json.loads(ran.out)
    assert ran.status == 0
    assert answer["companies"] == []
    found = {one["name"]: one for one in answer["plugins"]}
    assert found["k2k_network"]["state"] == "ok"
    assert found["k2k_network"]["contributions"]


def test_a_broken_plugin_is_named_with_the_next_step_and_ends_with_1(k2k: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    def with_a_broken_one(url: str, **more: Any) -> Any:
        return open_context(url, plugins=[(BROKEN, "k2k_core.no_such_module")], **more)

    monkeypatch.setattr("k2k_core.bootstrap.open_context", with_a_broken_one)
    ran = k2k("plugins")
    assert ran.status == 1
    assert BROKEN in ran.out
    assert "broken" in ran.out
    assert "next: " in ran.out


def test_a_plugin_is_put_on_the_record_of_a_company_or_of_all_that_rely_on_it(k2k: Any, network: str) -> None:
    ran = k2k("plugin", "accept", "k2k_labels", "--database", network)
    assert ran.status == 0
    assert [line.partition(" relies on k2k_labels ")[0] for line in ran.out.splitlines()] == ["ANDES", "BLOOM"]
    one = k2k("plugin", "accept", "k2k_labels", "--company", "BLOOM", "--database", network)
    assert (one.status, len(one.out.splitlines())) == (0, 1)
    none = k2k("plugin", "accept", "k2k_moon", "--database", network)
    assert none.status == 2
    assert "No company relies on k2k_moon" in none.err


def test_a_quarantine_of_another_process_is_listed_and_lifted_for_all(k2k: Any, network: str) -> None:
    with K2K.open(network) as net:
        label = net.company_plugins("ANDES")[0]["contributions"][0]["contribution"]
        for code in ("ANDES", "BLOOM"):
            net.context.store.whole_network.transact(partial(_stop, code, label))
    listed = k2k("plugins", "--database", network)
    assert (listed.status, "is in quarantine: raised ValueError" in listed.out) == (1, True)
    one = k2k("plugin", "lift", label, "--company", "BLOOM", "--database", network)
    assert (one.status, one.out) == (0, f"{label} is called again for BLOOM.\n")
    again = k2k("plugin", "lift", label, "--company", "BLOOM", "--database", network)
    assert again.out == f"{label} is not in quarantine for BLOOM.\n"
    assert k2k("plugin", "lift", label, "--database", network).out == f"{label} is called again for ANDES.\n"
    none = k2k("plugin", "lift", label, "--database", network)
    assert (none.status, "is not in quarantine" in none.err) == (2, True)
    assert k2k("plugins", "--database", network).status == 0


def _stop(code: str, label: str, session: Session) -> None:
    """Store a quarantine, as a process does in which the contribution kept failing."""
    (company_id,) = companies.ids(session, [code]).values()
    began = Quarantine("k2k", label, session.now, "in quarantine", "raised ValueError", 3, 3, "elsewhere:1")
    companies.change(session, company_id, {"quarantines": {label: began.stored()}})


def test_a_host_hears_the_same_of_plugins() -> None:
    with K2K.open("sqlite://") as network:
        assert {one["state"] for one in network.plugins()} == {"ok"}


def test_a_plugin_is_shown_as_it_serves_a_company(k2k: Any, network: str) -> None:
    ran = k2k("plugin", "show", "k2k_network", "--company", "BLOOM", "--database", network)
    assert (ran.status, ran.err) == (0, "")
    assert ran.out.startswith("k2k_network ")
    lines = [line.split() for line in ran.out.splitlines()]
    with K2K.open(network) as net:
        (plugin,) = [one for one in net.company_plugins("BLOOM") if one["name"] == "k2k_network"]
        orders = [order for order in net.hierarchies("BLOOM")["hierarchy"] if order["inventory_type"] == "k2k"]
    for one in plugin["contributions"]:
        assert one["contribution"] in [line[0] for line in lines if line]
    expected = {
        (step["step"], f"step {number} of {len(order['steps'])}")
        for order in orders
        for number, step in enumerate(order["steps"], 1)
        if step["plugin"] == "k2k_network"
    }
    assert expected
    assert all(any(step in line and place in line for line in ran.out.splitlines()) for step, place in expected)


def test_the_settings_of_a_plugin_are_shown_with_where_they_come_from(
    k2k: Any, network: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def with_an_own_label(url: str, **more: Any) -> Any:
        return open_context(url, **{**more, "plugins": [("k2k_sample_own_label", "k2k_sample_own_label")]})

    monkeypatch.syspath_prepend(Path(__file__).parents[1] / "sample_plugins" / "k2k_sample_own_label")
    monkeypatch.setattr("k2k_core.bootstrap.open_context", with_an_own_label)
    with K2K.open(network) as net:
        net.set_plugin("BLOOM", "k2k_sample_own_label", {"brand": "Bloom Ñandú"})
    ran = k2k("plugin", "show", "k2k_sample_own_label", "--company", "BLOOM", "--database", network)
    assert ran.status == 0
    (brand,) = [line for line in ran.out.splitlines() if line.startswith("brand")]
    (motto,) = [line for line in ran.out.splitlines() if line.startswith("motto")]
    assert '"Bloom Ñandú"' in brand
    assert "the company, by " in brand
    assert "the plugin's default" in motto
    shown = json.loads(
        k2k("plugin", "show", "k2k_sample_own_label", "--company", "BLOOM", "--json", "--database", network).out
    )
    assert [one["own"] for one in shown["settings"] if one["is_own"]] == ["Bloom Ñandú"]


def test_a_plugin_in_quarantine_is_shown_with_its_process_and_one_that_is_not_there_with_the_nearest(
    k2k: Any, network: str
) -> None:
    with K2K.open(network) as net:
        (plugin,) = [one for one in net.company_plugins("BLOOM") if one["name"] == "k2k_network"]
        label = plugin["contributions"][0]["contribution"]
        net.context.store.whole_network.transact(partial(_stop, "BLOOM", label))
    ran = k2k("plugin", "show", "k2k_network", "--company", "BLOOM", "--database", network)
    assert ran.status == 1
    assert "3 of 3 calls failed in process elsewhere:1" in ran.out
    assert k2k("plugin", "show", "k2k_network", "--company", "ANDES", "--database", network).status == 0
    misspelt = k2k("plugin", "show", "k2k_netwerk", "--company", "BLOOM", "--database", network)
    assert "did you mean k2k_network?" in misspelt.err
