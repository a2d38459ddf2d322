"""A file is read as a scenario, or refused with every error and its path."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from k2k_core.scenario.reader import Step, check, read_scenario

COMPANY = {"code": "ANDES", "currency": "USD", "timezone": "America/Bogota"}


def faults_of(document: object) -> dict[str, str]:
    scenario, faults = check(document, "test")
    assert (scenario is None) == bool(faults)
    return {fault["path"]: fault["message"] for fault in faults}


def test_every_fault_comes_at_once_with_its_path() -> None:
    lot = {"code": "L1", "inventory_type": "open_market_boxes", "product": "NONE", "box_type": "HB", "boxes": -1}
    company = {**COMPANY, "settings": {"gpm": 100, "colour": 1}, "lots": [lot], "flowers": []}
    document = {
        "nmae": "a slip",
        "clock": "yesterday",
        "companies": [company],
        "connections": [{"vendor": "ANDES", "buyer": "NOBODY"}],
        "steps": [{"prcie": {}}, {"price": {"company": "ANDES", "colour": "red"}}],
    }
    assert set(faults_of(document)) == {
        "nmae",
        "clock",
        "companies[0].flowers",
        "companies[0].settings.gpm",
        "companies[0].settings.colour",
        "companies[0].lots[0].boxes",
        "companies[0].lots[0].product",
        "companies[0].lots[0].units_per_box",
        "companies[0].lots[0].unit_type",
        "companies[0].lots[0].arrival_date",
        "connections[0].buyer",
        "steps[0].prcie",
        "steps[1].price.colour",
        "steps[1].price.customer",
    }


@pytest.mark.parametrize("document", [None, [], "words", 3])
def test_what_is_no_mapping_is_no_scenario(document: object) -> None:
    assert "" in faults_of(document)


@pytest.mark.parametrize(
    ("step", "path"),
    [
        ("words", "steps[0]"),
        ({}, "steps[0]"),
        ({"share": {"vendor": "A", "buyer": "B"}, "readiness": {"vendor": "A", "buyer": "B"}}, "steps[0]"),
        ({"share": ["A", "B"]}, "steps[0].share"),
        ({"share": None}, "steps[0].share.vendor"),
        ({"share": {"vendor": "A", "buyer": None}}, "steps[0].share.buyer"),
        ({"share": {"vendor": "A", "buyer": "B"}, "expect": [], "fails": "invalid"}, "steps[0].expect"),
        ({"share": {"vendor": "A", "buyer": "B"}, "fails": 7}, "steps[0].fails"),
        ({"share": {"vendor": "A", "buyer": "B"}, "as": "two words"}, "steps[0].as"),
        ({"share": {"vendor": "A", "buyer": "B"}, "then": 1}, "steps[0].then"),
        ({"share": {"vendor": "$nobody.vendor", "buyer": "B"}}, "steps[0].share.vendor"),
        ({"availability": {"lots": ["A/1", "$nobody.lot"]}}, "steps[0].availability.lots[1]"),
        ({"set": {"company": "A"}}, "steps[0].set"),
        ({"set": {"company": "A", "settings": {}, "lot": "L"}}, "steps[0].set"),
        ({"set": {"company": "A", "lot": "L"}}, "steps[0].set.values"),
        ({"set": {"company": "A", "settings": {}, "values": {}}}, "steps[0].set.values"),
        ({"add": {"buyer": "A", "customer": "C", "boxes": 1}}, "steps[0].add"),
        ({"advance": {}}, "steps[0].advance"),
        ({"advance": {"to": "2026-02-03T09:00:00Z", "days": 1}}, "steps[0].advance"),
    ],
)
def test_a_step_that_cannot_be_done_is_a_fault_of_the_file(step: object, path: str) -> None:
    assert path in faults_of({"steps": [step]})


def test_a_wrong_value_is_for_the_facade_to_refuse() -> None:
    steps = [{"add": {"buyer": "NOBODY", "customer": "C", "lot": "V/L", "boxes": 0}, "fails": "invalid_quantity"}]
    assert faults_of({"steps": steps}) == {}


def test_a_step_may_refer_to_an_earlier_one_only() -> None:
    first = {"share": {"vendor": "A", "buyer": "B"}, "as": "shared"}
    later = {"availability": {"lots": ["$shared.0.lot"]}}
    assert faults_of({"steps": [first, later]}) == {}
    assert "steps[0].availability.lots[0]" in faults_of({"steps": [later, first]})


def test_names_are_text_whatever_they_look_like() -> None:
    arguments: dict[str, Any] = {"company": 100, "customer": 7, "lots": [1, "A/2"], "ship_via": None}
    scenario, faults = check({"name": 12, "steps": [{"price": arguments}]}, "test")
    assert faults == []
    assert scenario is not None
    assert scenario.name == "12"
    assert scenario.steps == (Step("price", {"company": "100", "customer": "7", "lots": ["1", "A/2"]}),)


def test_a_scenario_without_a_name_is_called_after_its_file(tmp_path: Path) -> None:
    path = tmp_path / "valentine.yaml"
    path.write_text("companies: []\nsteps: []\n", "utf-8")
    scenario, faults = read_scenario(path)
    assert faults == []
    assert scenario is not None
    assert (scenario.name, scenario.clock, scenario.steps) == ("valentine", None, ())
