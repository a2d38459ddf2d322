"""A `put_*` answers with an outcome for each row. It writes all rows or none, or only the valid ones; a dry run writes
nothing."""

from __future__ import annotations

import copy
from collections.abc import Callable
from typing import Any

import pytest

from k2k_core.api import K2K
from k2k_core.errors import Conflict, InsufficientStock, Invalid, VersionMismatch
from k2k_core.services.setup import checked_writes
from tests.facade.test_idempotency_of_every_method import everything
from tests.services.conftest import LOT, Trade

Row = dict[str, Any]
SEASON = {"name": "spring", "start": "2026-01-01", "end": "2026-12-31"}
PRICE = {"product": "FREEDOM", "price": "0.5"}

RECORDS: dict[str, tuple[Row, dict[str, Any]]] = {
    "locations": ({"code": "MIA"}, {"name": "Miami", "k2k_gpm": "21", "connected": False}),
    "users": ({"email": "ann@bloom.example", "name": "Ann"}, {"name": "Anna", "roles": ["admin"], "locale": "es"}),
    "categories": ({"code": "LILIES"}, {"name": "Lilies", "local_after": 3}),
    "products": (
        {"code": "LILY", "description": "Lily", "category": "ROSES"},
        {"description": "Lily white", "variety": "Siberia", "color": "white", "grade": "1", "local_after": 2},
    ),
    "box_types": ({"code": "XB", "name": "Box", "fbe": "0.5"}, {"name": "Extra", "fbe": "0.25"}),
    "box_dimensions": (
        {"box_type": "HB", "length": 40, "width": 12, "height": 10},
        {"length": 41, "width": 13, "height": "10.5"},
    ),
    "customers": (
        {"code": "C-9", "type": "A"},
        {"name": "Nine", "type": "B", "max_age": 9, "email": "nine@c.example", "credit_hold": True},
    ),
    "vendors": ({"code": "FARM"}, {"name": "Farm", "currency": "EUR", "exchange_rate": "1.1", "transit_days": 2}),
    "carriers": ({"code": "DHL"}, {"name": "DHL Express", "cut_offs": {"mon": "1000"}}),
    "price_lists": (
        {"code": "SPRING", "type": "prebook", "seasons": [{**SEASON, "rows": [PRICE]}]},
        {
            "name": "Spring",
            "type": "season",
            "active": False,
            "seasons": [{**SEASON, "rows": [{**PRICE, "price": "0.51"}]}],
        },
    ),
    "lots": (
        {**LOT, "code": "OWN", "product": "FREEDOM", "boxes": 2},
        {"boxes": 3, "units_per_box": 200, "on_hold": True, "web_price": "0.5", "awb": "AWB-7", "sell_fast": True},
    ),
}
"""Collection → a record, and other values of its fields."""


def _only(net: K2K, collection: str, row: Row, **named: Any) -> Row:
    answer = net.put("BLOOM", collection, [row], **named)
    (result,) = answer["results"]
    assert answer["counts"][result["outcome"]] == 1
    return result


@pytest.mark.parametrize("collection", RECORDS)
def test_the_version_moves_when_a_field_does_and_at_no_other_time(trade: Trade, collection: str) -> None:
    row, others = RECORDS[collection]
    net = trade.net
    first = _only(net, collection, row)
    assert first["outcome"] == "created"
    for name, value in others.items():
        same = _only(net, collection, row, key=f"same {name}")
        assert (same["outcome"], same["version"]) == ("unchanged", first["version"]), name
        before = everything(net)
        with pytest.raises(VersionMismatch):
            net.put("BLOOM", collection, [{**row, name: value, "version": first["version"] + 1}])
        assert everything(net) == before, name
        row = {**row, name: value}
        moved = _only(net, collection, {**row, "version": first["version"]})
        assert moved["outcome"] == "changed", name
        assert moved["version"] > first["version"], name
        first = moved


@pytest.mark.parametrize("collection", RECORDS)
def test_a_dry_run_answers_the_outcomes_and_writes_nothing(trade: Trade, collection: str) -> None:
    row, others = RECORDS[collection]
    net = trade.net
    before = everything(net)
    assert _only(net, collection, row, dry_run=True)["outcome"] == "created"
    assert everything(net) == before
    net.put("BLOOM", collection, [row])
    before = everything(net)
    assert _only(net, collection, row, dry_run=True)["outcome"] == "unchanged"
    assert _only(net, collection, {**row, **others}, dry_run=True)["outcome"] == "changed"
    refused = _only(net, collection, {**row, "colour of the box": "red"}, dry_run=True)
    assert (refused["outcome"], refused["error"]["code"]) == ("refused", "invalid")
    assert everything(net) == before


def test_rows_that_need_not_be_together_are_refused_alone(trade: Trade) -> None:
    net = trade.net
    trade.checked_out(3)
    lot = {**LOT, "boxes": 5}
    rows = [
        {**lot, "code": "N1"},
        {**lot, "code": "N2", "boxs": 3},
        {**lot, "code": "L1", "boxes": 2},
        {**lot, "code": "L2", "version": 99},
        {**lot, "code": "N3", "product": "TULIP"},
        {**lot, "code": "N4"},
        {**lot, "code": "N4"},
    ]
    answer = net.put("ANDES", "lots", rows, atomic=False, key="partly")
    told = [(one["code"], one["outcome"], one.get("error", {}).get("code")) for one in answer["results"]]
    assert told[:5] == [
        ("N1", "created", None),
        ("N2", "refused", "invalid"),
        ("L1", "refused", "insufficient_stock"),
        ("L2", "refused", "version_mismatch"),
        ("N3", "refused", "invalid"),
    ]
    assert answer["results"][1]["error"]["facts"]["faults"][0]["path"] == "lots[1].boxs"
    assert told[5:] == [("N4", "created", None), ("N4", "refused", "invalid")], "the second of one code"
    assert answer["counts"] == {"created": 2, "changed": 0, "unchanged": 0, "refused": 5}
    assert net.put("ANDES", "lots", rows, atomic=False, key="partly") == answer
    assert net.availability(["ANDES/N1"])[0]["available"] == 5
    before = everything(net)
    with pytest.raises(InsufficientStock):
        net.put("ANDES", "lots", [rows[0], rows[2]])
    with pytest.raises(Invalid, match="1000"):
        net.put("ANDES", "lots", rows[:1] * 1001, atomic=False)
    assert everything(net) == before


@pytest.mark.parametrize("collection", RECORDS)
def test_a_row_beside_a_wrong_one_is_written_as_it_is_alone(trade: Trade, collection: str) -> None:
    row = RECORDS[collection][0]
    least = {name: value for name, value in row.items() if name != "name"}
    for change in ({"dry_run": True}, {"atomic": False}):
        answer = trade.net.put("BLOOM", collection, [{"colour": "red"}, least], **change)
        assert [one["outcome"] for one in answer["results"]] == ["refused", "created"], answer
    answer = trade.net.put("BLOOM", collection, [least])
    assert [one["outcome"] for one in answer["results"]] == ["unchanged"]


def test_impossible_customers_are_refused_alone(trade: Trade) -> None:
    rows = [{"code": "C-1", "type": "A", "min_age": 9, "max_age": 2}, {"code": "C-2", "type": "A"}]
    answer = trade.net.put("BLOOM", "customers", rows, atomic=False)
    assert [one["outcome"] for one in answer["results"]] == ["refused", "created"]


def _writes(net: K2K) -> list[tuple[str, dict[str, Any]]]:
    euro = {"code": "SIE-01", "company": "SIERRA", "currency": "EUR", "transit_days": 1}
    steps = {"hierarchy": [{"inventory_type": "k2k", "steps": ["k2k_gpm"]}]}
    lists = [{"code": name, "type": "prebook", "master": False, "seasons": []} for name in ("L1", "L2")]
    return [
        ("set", {"company": "BLOOM", "vendor": "LOCAL", "values": {"currency": "EUR"}}),
        ("set_all", {"company": "BLOOM", "changes_": [{"vendor": "OTHER", "values": {"currency": "EUR"}}]}),
        ("put", {"company": "BLOOM", "collection": "vendors", "rows": [{**euro, "code": "NEW", "company": None}]}),
        ("set_hierarchies", {"company": "BLOOM", "rows": steps}),
        ("put", {"company": "BLOOM", "collection": "price_lists", "rows": lists}),
    ]


@pytest.fixture
def multicurrency(trade: Trade) -> Trade:
    trade.net.set("BLOOM", settings={"multicurrency": True})
    trade.net.put("BLOOM", "vendors", [{"code": "LOCAL"}, {"code": "OTHER"}])
    return trade


def _findings(answer: Any) -> list[Row]:
    return [one for part in (answer if isinstance(answer, list) else [answer]) for one in part.get("findings", ())]


def test_every_write_of_the_set_up_tells_what_it_brings_and_a_dry_run_writes_nothing(multicurrency: Trade) -> None:
    net = multicurrency.net
    for method, arguments in _writes(net):
        before = everything(net)
        tried = getattr(net, method)(**copy.deepcopy(arguments), dry_run=True)
        assert everything(net) == before, method
        found = _findings(tried)
        assert found, method
        if any(one["severity"] == "error" for one in found):
            with pytest.raises(Conflict) as refused:
                getattr(net, method)(**arguments, hold="error")
            assert refused.value.facts["findings"] == found
            assert everything(net) == before, method
        first = getattr(net, method)(**arguments, key=f"{method} {arguments}")
        assert _findings(first) == found, method
        assert getattr(net, method)(**arguments, key=f"{method} {arguments}") == first


def test_a_write_that_is_held_for_errors_is_done_without_one(multicurrency: Trade) -> None:
    answer = multicurrency.net.set("BLOOM", settings={"k2k_gpm": "30"}, hold="error")
    assert answer["settings"] == {"k2k_gpm": "30"}
    with pytest.raises(Invalid, match="hold"):
        multicurrency.net.set("BLOOM", settings={"k2k_gpm": "30"}, hold="warning")


def meanwhile(monkeypatch: pytest.MonkeyPatch, change: Callable[[], object], times: int = 1) -> None:
    """Let somebody change the set-up between the draft of a write and its transaction."""
    drafted, left = checked_writes.drafted, [times]

    def then_changed(*arguments: Any) -> Any:
        found = drafted(*arguments)
        if left[0]:
            left[0] -= 1
            change()
        return found

    monkeypatch.setattr(checked_writes, "drafted", then_changed)


def test_a_held_write_is_decided_by_the_set_up_that_it_is_written_into(
    multicurrency: Trade, monkeypatch: pytest.MonkeyPatch
) -> None:
    net = multicurrency.net
    on: dict[str, Any] = {"settings": {"multicurrency": True}}
    net.set("BLOOM", settings={"multicurrency": False})
    assert _findings(net.set("BLOOM", **on, dry_run=True)) == []
    meanwhile(monkeypatch, lambda: net.set("BLOOM", vendor="LOCAL", values={"currency": "EUR"}))
    with pytest.raises(Conflict) as refused:
        net.set("BLOOM", **on, hold="error")
    assert [one["code"] for one in refused.value.facts["findings"]] == ["missing_exchange_rate"]
    assert net.settings("BLOOM")["multicurrency"]["value"] is False


def test_a_held_write_that_others_keep_overtaking_is_refused_in_the_end(
    multicurrency: Trade, monkeypatch: pytest.MonkeyPatch
) -> None:
    net, gpms = multicurrency.net, iter(range(20, 40))
    meanwhile(monkeypatch, lambda: net.set("BLOOM", settings={"gpm": str(next(gpms))}), times=4)
    assert net.set("BLOOM", settings={"k2k_gpm": "30"}, hold="error")["settings"] == {"k2k_gpm": "30"}
    meanwhile(monkeypatch, lambda: net.set("BLOOM", settings={"gpm": str(next(gpms))}), times=5)
    with pytest.raises(Conflict, match="same time"):
        net.set("BLOOM", settings={"k2k_gpm": "31"}, hold="error")
    assert net.settings("BLOOM")["k2k_gpm"]["own"] == "30"


def test_the_findings_of_a_write_are_stored_with_its_key_in_its_transaction(
    multicurrency: Trade, monkeypatch: pytest.MonkeyPatch
) -> None:
    net = multicurrency.net
    monkeypatch.setattr(checked_writes.connections, "recheck", _killed)
    with pytest.raises(KeyboardInterrupt):
        net.set("BLOOM", vendor="LOCAL", values={"currency": "EUR"}, key="once")
    again = net.set("BLOOM", vendor="LOCAL", values={"currency": "EUR"}, key="once")
    assert _findings(again) != []


def _killed(*_: object) -> None:
    """What comes after the commit is not reached."""
    raise KeyboardInterrupt


@pytest.mark.parametrize(("gpm", "jumps"), [("64", False), ("64.1", True), ("95", True), ("0", False)])
def test_a_margin_that_moves_prices_more_than_twofold_is_remarked_on(trade: Trade, gpm: str, jumps: bool) -> None:
    answer = trade.net.set("BLOOM", settings={"k2k_gpm": gpm})
    assert [one["code"] for one in answer.get("findings", ())] == ["price_jump"] * jumps


def test_who_buys_and_has_no_margin_is_told(open_trade: Callable[..., Trade]) -> None:
    net = open_trade().net
    answer = net.set("BLOOM", settings={"k2k_gpm": None})
    assert [(one["code"], one["place"]) for one in answer["findings"]] == [("no_gpm", "settings.k2k_gpm")]
    assert net.set("BLOOM", settings={"gpm": "30"})["findings"] == []
    assert "no_gpm" not in [one["code"] for one in net.check_prices("BLOOM")]


def test_companies_and_plugins_are_tried_and_nothing_is_written(trade: Trade) -> None:
    net = trade.net
    fern = {"code": "FERN", "currency": "USD", "timezone": "UTC", "categories": [{"code": "ROSES"}]}
    network = {"companies": [fern], "connections": []}
    before = everything(net)
    assert net.add_company(fern, dry_run=True)["code"] == "FERN"
    net.load(network, dry_run=True, key="once")
    assert net.set_plugin("BLOOM", "k2k_labels", {}, dry_run=True, key="once")["settings"] == {}
    with pytest.raises(Conflict):
        net.load({"companies": [{**fern, "code": "BLOOM"}], "connections": []}, dry_run=True)
    with pytest.raises(Invalid):
        net.add_company({**fern, "currency": "moons"}, dry_run=True)
    with pytest.raises(Invalid):
        net.set_plugin("BLOOM", "k2k_labels", {"font": "none.ttf"}, dry_run=True)
    assert everything(net) == before
    net.load(network, key="once")
    assert net.company("FERN")["currency"] == "USD"


def test_a_row_whose_fields_are_not_as_expected_is_refused_with_both_values(trade: Trade) -> None:
    net = trade.net
    net.set("BLOOM", customer="C-100", values={"name": "Corner Flowers", "max_age": 9})
    row = {"code": "C-100", "type": "B", "ship_via": "choice", "name": "Corner"}
    for expected in ({"name": "Corner Florist"}, {"max_age": 8, "name": "Corner Flowers"}):
        with pytest.raises(Conflict) as refused:
            net.put("BLOOM", "customers", [{**row, "expected": expected}])
        fields: Any = refused.value.facts["fields"]
        assert [(one["field"], one["who"]) for one in fields] == [(next(iter(expected)), "host")]
    rows = [
        {**row, "expected": {"name": "Corner Florist"}},
        {"code": "C-9", "type": "A", "expected": {"name": "Nine"}},
        {"code": "C-200", "type": "B", "expected": {"name": "Held Florist", "credit_hold": True}},
    ]
    done = net.put("BLOOM", "customers", rows, atomic=False)["results"]
    assert [one["outcome"] for one in done] == ["refused", "refused", "changed"]
    assert [one["error"]["code"] for one in done[:2]] == ["conflict", "conflict"]
    with pytest.raises(Invalid) as wrong:
        net.put("BLOOM", "customers", [{**row, "expected": {"nome": "x"}}])
    assert [one["path"] for one in wrong.value.faults] == ["customers[0].expected.nome"]
    net.put("BLOOM", "customers", [{**row, "expected": {"name": "Corner Flowers", "max_age": 9}}])
    found: Any = net.record("BLOOM", "customers", "C-100")
    assert (found["name"], found["max_age"]) == ("Corner", None)
