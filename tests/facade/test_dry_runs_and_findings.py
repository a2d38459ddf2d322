"""Before saving: every write of the set-up has a dry run that writes nothing, names what it causes, and can be held for
errors.

The methods are read from the facade, so that a new one must stand here, or among those that write no set-up.
"""

from __future__ import annotations

import copy
import inspect
from collections.abc import Callable
from typing import Any

import pytest

from k2k_core.api import K2K
from k2k_core.domain import price_checks
from k2k_core.errors import Conflict, Invalid
from tests.facade.test_idempotency_of_every_method import everything, keyed
from tests.services.conftest import LOT, Trade

Named = dict[str, Any]
SHIP = "2026-02-05"
FERN: Named = {"code": "FERN", "name": "Fern", "currency": "USD", "timezone": "UTC"}
FOREIGN: Named = {"settings": {"multicurrency": True}, "vendors": [{"code": "FARM", "currency": "EUR"}]}
PRICES = b"list,type,season,start,end,product,price\nMAIN,all,S,2026-01-01,2026-12-31,FREEDOM,1\n"
OVERLAPPING = PRICES + b"MAIN,all,T,2026-06-01,2026-07-31,FREEDOM,2\n"
LOT_FILE = b"lot,boxes,product,box_type,units_per_box,unit_type,arrival_date\nVA-1,5,FREEDOM,HB,100,stem,2026-02-10\n"

OTHER_COMMANDS = {
    *("add", "checkout", "cancel", "prebook", "approve", "deliver", "purchase_order", "transfer", "accept_order"),
    *("fill", "reject", "confirm", "ship", "awb", "scan", "receive", "release", "bill", "void", "missing"),
    *("set_reference", "send_invoice"),
    *("decline_missing", "credit", "attach", "state_quantity", "adjust", "submit", "cancel_job", "watch", "remind"),
    *("add_user", "set_active", "set_roles", "change_password", "end_sessions", "set_preferences", "save_view"),
    *("drop_view", "add_endpoint", "change_endpoint", "rotate_secret", "try_endpoint", "replay"),
    *("add_api_key", "rotate_api_key", "revoke_api_key", "customer_token"),
    *("propose", "accept", "accept_plugin", "lift_quarantine", "suspend", "resume", "end", "what_if", "drop_draft"),
}
"""Commands that write no set-up which a price or a date depends on, decide on a connection or a plugin, or are dry runs
themselves."""


class Write:
    """A write of the set-up: a request, and another that causes an error, if a check depends on what it writes."""

    def __init__(self, method: str, request: Named, error: Named | None = None) -> None:
        self.method, self.request, self.error = method, request, error


def writes(net: K2K) -> list[Write]:
    """Every write of the set-up."""
    bloom, pair = {"company": "BLOOM"}, {"buyer": "BLOOM", "vendor": "ANDES"}
    net.set("BLOOM", settings={"multicurrency": True})
    net.put("BLOOM", "vendors", [{"code": "LOCAL"}, {"code": "EURO", "currency": "EUR", "exchange_rate": "1.1"}])
    net.put("BLOOM", "vendors", [{"code": "RATE", "currency": "EUR"}])
    rated = net.set("BLOOM", vendor="RATE", values={"exchange_rate": "1.2"})["audit"]
    moved = net.set("BLOOM", settings={"k2k_gpm": "31"})["audit"]
    net.put("ANDES", "lots", [{**LOT, "code": "BARE", "boxes": 2, "price_a": None}])
    euro = {"code": "NEW", "currency": "EUR"}
    net.set("BLOOM", settings={"price_lists_for_k2k": True})
    replaced = {"hierarchy": [{"inventory_type": "k2k", "steps": ["va_price", "k2k_gpm"]}]}
    bad = {**FERN, **FOREIGN}
    lone = {"companies": [FERN], "connections": []}
    abroad = {"vendor": "LOCAL", "values": {"currency": "EUR", "exchange_rate": None}}
    fine, wrong = (net.what_if("BLOOM", [change])["draft"] for change in ({"settings": {"cube_rate": "3.6"}}, abroad))
    return [
        Write("undo", {**bloom, "audit_id": moved}, {**bloom, "audit_id": rated}),
        Write("set", {**bloom, "settings": {"k2k_gpm": "30"}}, {**bloom, **abroad}),
        Write(
            "set_all",
            {**bloom, "changes_": [{"settings": {"k2k_gpm": "29"}}]},
            {**bloom, "changes_": [{"settings": {"k2k_gpm": "29"}}, abroad]},
        ),
        Write(
            "put",
            {**bloom, "collection": "categories", "rows": [{"code": "LILIES"}]},
            {**bloom, "collection": "vendors", "rows": [euro]},
        ),
        Write(
            "import_rows",
            {**bloom, "collection": "categories", "content": b"code\nTULIPS\n"},
            {**bloom, "collection": "vendors", "rows": [euro]},
        ),
        Write("suggest_prices", {"company": "ANDES", "lots": ["BARE", "NO-SUCH"]}),
        Write("archive", {**bloom, "collection": "vendors", "code": "LOCAL"}),
        Write("set_hierarchies", {**bloom, "rows": {}}, {**bloom, "rows": replaced}),
        Write(
            "insert_step",
            {**bloom, "step": "master_price_list", "before": "k2k_gpm"},
            {"company": "ANDES", "step": "price_list", "before": "price_a"},
        ),
        Write("remove_step", {**bloom, "step": "master_price_list"}),
        Write("apply_draft", {**bloom, "draft": fine}, {**bloom, "draft": wrong}),
        Write("set_plugin", {**bloom, "plugin": "k2k_labels", "settings": {}}),
        Write("change_terms", {**pair, "by": "BLOOM", "terms": {"hide_vendor": True}}),
        Write("map", {"buyer": "BLOOM", "lot": "ANDES/L1", "va_price": "0.5"}),
        Write("map", {"buyer": "BLOOM", "rows": [{"lot": "ANDES/L1", "confirmed": False}, {"lot": "ANDES/L0"}]}),
        Write("add_product_from", {"buyer": "BLOOM", "lot": "ANDES/L1", "category": "ROSES", "code": "N-1"}),
        Write("map_box_type", {**pair, "box_type": "HB", "own": "QB"}),
        Write("map_carrier", {**pair, "carrier": "DHL", "own": "Express"}),
        Write("import_price_lists", {**bloom, "content": PRICES}),
        Write("import_availability", {**bloom, "content": LOT_FILE}),
        Write("add_company", {"company": {**FERN, "code": "MOSS"}}, {"company": {**bad, "code": "IVY"}}),
        Write("load", {"network": lone}, {"network": {**lone, "companies": [{**bad, "code": "REED"}]}}),
    ]


@pytest.fixture
def net(open_trade: Callable[..., Trade]) -> K2K:
    return open_trade().net


def done(net: K2K, method: str, request: Named, **options: Any) -> Any:
    return getattr(net, method)(**copy.deepcopy(request), **options)


def findings(answer: Any) -> list[Named]:
    """What an answer says that it causes."""
    return [one for part in (answer if isinstance(answer, list) else [answer]) for one in part["findings"]]


def codes(answer: Any) -> list[str]:
    return [one["code"] for one in findings(answer) if one["severity"] == "error"]


def test_every_command_writes_set_up_with_a_dry_run_or_no_set_up(net: K2K) -> None:
    named = {one.method for one in writes(net)}
    assert named | OTHER_COMMANDS == keyed()
    assert named & OTHER_COMMANDS == set()
    for method in named:
        assert {"dry_run", "hold", "key"} <= set(inspect.signature(getattr(K2K, method)).parameters), method


def test_a_dry_run_writes_nothing_and_says_what_the_write_then_says(net: K2K) -> None:
    for write in writes(net):
        before = everything(net)
        tried = done(net, write.method, write.request, dry_run=True, key="tried")
        assert everything(net) == before, write.method
        written = done(net, write.method, write.request, hold="error")
        assert findings(tried) == findings(written), write.method
        assert everything(net) != before, write.method
        marked = tried if isinstance(tried, list) else [tried]
        assert all(one["dry_run"] for one in marked), write.method
        assert not any(one.get("dry_run") for one in (written if isinstance(written, list) else [written]))


def test_a_write_that_would_cause_an_error_is_held_and_changes_nothing(net: K2K) -> None:
    with_errors = [write for write in writes(net) if write.error is not None]
    assert {one.method for one in with_errors} == {
        "set",
        "set_all",
        "undo",
        "put",
        "import_rows",
        "set_hierarchies",
        "insert_step",
        "apply_draft",
        "add_company",
        "load",
    }
    for number, write in enumerate(with_errors):
        assert write.error is not None
        before = everything(net)
        tried = done(net, write.method, write.error, dry_run=True)
        assert codes(tried), write.method
        with pytest.raises(Conflict) as held:
            done(net, write.method, write.error, hold="error", key=f"held {number}")
        assert held.value.facts["findings"] == findings(tried), write.method
        assert everything(net) == before, write.method


@pytest.mark.parametrize("with_key", [False, True])
def test_without_hold_it_is_written_and_the_answer_names_the_same_errors(net: K2K, with_key: bool) -> None:
    for number, write in enumerate(one for one in writes(net) if one.error is not None):
        assert write.error is not None
        tried = done(net, write.method, write.error, dry_run=True)
        key = {"key": f"all the same {number}"} if with_key else {}
        written = done(net, write.method, write.error, **key)
        assert findings(written) == findings(tried), write.method
        if with_key:
            assert done(net, write.method, write.error, **key) == written
    assert net.verify() == []


def test_another_word_than_error_holds_nothing_and_is_refused(net: K2K) -> None:
    for write in writes(net):
        before = everything(net)
        for dry_run in (False, True):
            with pytest.raises(Invalid) as refused:
                done(net, write.method, write.request, hold="warning", dry_run=dry_run)
            assert [one["path"] for one in refused.value.faults] == ["hold"], write.method
        assert everything(net) == before, write.method


def test_an_import_says_what_it_causes_and_is_held_for_an_error(net: K2K, monkeypatch: pytest.MonkeyPatch) -> None:
    writes(net)
    tried = net.import_price_lists("BLOOM", OVERLAPPING, dry_run=True)
    assert [one["code"] for one in tried["findings"]] == ["list_of_nobody", "overlapping_seasons"]
    before = everything(net)
    monkeypatch.setattr(price_checks, "WARNING", "error")  # no error can come of a list today
    for key in (None, "monday"):
        with pytest.raises(Conflict) as held:
            net.import_price_lists("BLOOM", OVERLAPPING, hold="error", key=key)
        assert {one["severity"] for one in held.value.facts["findings"]} == {"error"}
        assert everything(net) == before
    monkeypatch.undo()
    with_key = net.import_price_lists("BLOOM", OVERLAPPING, hold="error", key="monday")
    assert with_key["findings"] == tried["findings"]
    assert net.import_price_lists("BLOOM", OVERLAPPING, hold="error", key="monday") == with_key


def test_a_dry_run_of_an_import_with_faults_names_them_and_no_finding(net: K2K) -> None:
    writes(net)
    answer = net.import_price_lists("BLOOM", OVERLAPPING + b"MAIN,all,S,,,NO-SUCH,1\n", dry_run=True)
    assert answer["faults"]
    assert answer["findings"] == []


def test_findings_of_a_network_name_their_company(net: K2K) -> None:
    companies = [{**FERN, **FOREIGN}, {**FERN, "code": "MOSS"}, {**FERN, **FOREIGN, "code": "IVY"}]
    answer = net.load({"companies": companies, "connections": []})
    assert answer["companies"] == ["FERN", "MOSS", "IVY"]
    assert [(one["company"], one["code"]) for one in answer["findings"]] == [
        ("FERN", "missing_exchange_rate"),
        ("IVY", "missing_exchange_rate"),
    ]


def test_a_network_is_checked_with_its_own_connections_in_a_dry_run(net: K2K) -> None:
    grower = {
        **FERN,
        "code": "GROW",
        "customers": [{"code": "SHOP", "type": "A", "company": "SHOP"}],
        "categories": [{"code": "ROSES"}],
        "products": [{"code": "R-RED-60", "description": "Rose", "category": "ROSES"}],
        "lots": [{**LOT, "code": "G1", "boxes": 3}],
    }
    shop = {**FERN, "code": "SHOP", "vendors": [{"code": "GROW", "company": "GROW", "currency": "USD"}]}
    network = {"companies": [shop, grower], "connections": [{"vendor": "GROW", "buyer": "SHOP", "state": "active"}]}
    tried = net.load(network, dry_run=True)
    assert {one["code"] for one in tried["findings"] if one["company"] == "SHOP"} >= {"no_gpm"}
    assert net.load(network)["findings"] == tried["findings"]
