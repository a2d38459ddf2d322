"""Running a scenario: exit statuses, the exact JSON, references, refusals and the frozen clock."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from k2k_core.api import K2K
from k2k_core.scenario.report import run_files

NETWORK = """
clock: "2026-02-02T09:00:00-05:00"
companies:
  - code: BLOOM
    currency: USD
    timezone: America/New_York
    categories: [{code: ROSES}]
    products: [{code: ROSE, description: Rose, category: ROSES}]
    customers: [{code: C-1, type: A}]
    lots:
      - {code: L1, inventory_type: open_market_boxes, product: ROSE, box_type: HB, boxes: 4, units_per_box: 100,
         unit_type: stem, price_a: 0.30, arrival_date: 2026-02-01}
"""
PRICE = "  - price: {company: BLOOM, customer: C-1, lots: [L1]}\n"


@pytest.fixture
def file(tmp_path: Path) -> Any:
    def write(steps: str, name: str = "scenario.yaml") -> Path:
        path = tmp_path / name
        path.write_text(NETWORK + "steps:\n" + steps, "utf-8")
        return path

    return write


def test_a_scenario_that_holds_ends_with_0(file: Any, capsys: pytest.CaptureFixture[str]) -> None:
    assert run_files([file(PRICE + '    expect: [{lot: L1, price: "0.30"}]\n')]) == 0
    shown = capsys.readouterr()
    assert "ok     1  price company=BLOOM customer=C-1" in shown.out
    assert "1 step, none failed" in shown.out
    assert shown.err == ""


def test_an_expectation_that_does_not_hold_ends_with_1_and_is_told(
    file: Any, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run_files([file(PRICE + "    expect: [{price: 0.31}]\n")]) == 1
    shown = capsys.readouterr().out
    assert "FAIL   1  price" in shown
    assert "[0].price" in shown
    assert 'expected  "0.31"' in shown
    assert 'actual    "0.30"' in shown


def test_a_file_that_is_no_scenario_ends_with_2_and_the_others_are_run(
    file: Any, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    good, bad = file(PRICE), tmp_path / "bad.yaml"
    bad.write_text("steps: [{prcie: {}}]\ncolour: red", "utf-8")
    assert run_files([bad, tmp_path / "missing.yaml", good]) == 2
    shown = capsys.readouterr()
    assert "ok     1  price" in shown.out
    assert f"{bad}: steps[0].prcie: is not a verb" in shown.err
    assert f"{bad}: colour: is not known here" in shown.err
    assert f"{tmp_path / 'missing.yaml'}: cannot be read: No such file or directory" in shown.err
    assert "Traceback" not in shown.err


def test_json_has_a_line_for_each_file_with_exactly_these_keys(file: Any, capsys: pytest.CaptureFixture[str]) -> None:
    steps = PRICE + "    as: first\n    expect: [{price: 1}]\n" + PRICE.replace("L1", "L2") + "    fails: not_found\n"
    assert run_files([file(steps)], as_json=True) == 1
    answer = json.loads(capsys.readouterr().out)
    assert set(answer) == {"scenario", "passed", "steps"}
    assert (answer["scenario"], answer["passed"]) == ("scenario", False)
    first, second = answer["steps"]
    assert set(first) == {"verb", "as", "passed", "result", "differences"}
    assert (first["verb"], first["as"], first["passed"]) == ("price", "first", False)
    assert first["result"][0]["price"] == "0.30"
    assert first["differences"] == [{"path": "[0].price", "expected": 1, "actual": "0.30"}]
    assert set(second) == {"verb", "as", "passed", "error", "differences"}
    assert set(second["error"]) == {"code", "message"}
    assert (second["as"], second["passed"], second["error"]["code"]) == (None, True, "not_found")


@pytest.mark.parametrize(
    ("steps", "expected", "actual"),
    [
        (PRICE + "    fails: not_found\n", "not_found", None),
        (PRICE.replace("L1", "L2"), None, "not_found"),
        (PRICE.replace("L1", "L2") + "    fails: conflict\n", "conflict", "not_found"),
    ],
)
def test_a_refusal_is_as_expected_or_the_step_fails(
    file: Any, capsys: pytest.CaptureFixture[str], steps: str, expected: str | None, actual: str | None
) -> None:
    assert run_files([file(steps)], as_json=True) == 1
    (step,) = json.loads(capsys.readouterr().out)["steps"]
    assert step["differences"] == [{"path": "fails", "expected": expected, "actual": actual}]


def test_a_result_can_be_used_in_later_steps(file: Any, capsys: pytest.CaptureFixture[str]) -> None:
    steps = PRICE + "    as: first\n" + PRICE.replace("L1", "$first.0.lot") + "    expect: [{price: $first.0.price}]\n"
    assert run_files([file(steps)]) == 0
    steps = PRICE + "    as: first\n" + PRICE.replace("L1", "$first.1.lot")
    assert run_files([file(steps)], as_json=True) == 1
    step = json.loads(capsys.readouterr().out.splitlines()[-1])["steps"][1]
    assert step["error"]["code"] == "unresolved_reference"


def test_a_defect_is_one_failed_step_and_never_a_traceback(
    file: Any, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object, **__: object) -> None:
        raise ZeroDivisionError("boom")

    monkeypatch.setattr(K2K, "share", broken)
    assert run_files([file("  - share: {vendor: BLOOM, buyer: BLOOM}\n" + PRICE)], as_json=True) == 1
    shown = capsys.readouterr()
    first, second = json.loads(shown.out)["steps"]
    assert first["error"] == {"code": "internal", "message": "ZeroDivisionError: boom"}
    assert second["passed"]
    assert shown.err == ""


def test_the_clock_stands_still_until_it_is_moved(file: Any) -> None:
    steps = """
  - advance: {days: 1, hours: 2, minutes: 30}
    expect: {clock: "2026-02-03T11:30:00-05:00"}
  - advance: {to: "2026-02-03T17:00:00+00:00"}
    expect: {clock: "2026-02-03T12:00:00-05:00"}
  - advance: {to: "2026-02-03T11:59:59-05:00"}
    fails: invalid
  - advance: {minutes: -1}
    fails: invalid
  - advance: {to: tomorrow}
    fails: invalid
  - advance: {days: 99999999}
    fails: invalid
"""
    assert run_files([file(steps)]) == 0


def test_a_database_keeps_the_data(file: Any, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    url = f"sqlite:///{tmp_path / 'kept.db'}"
    path = file(PRICE)
    assert run_files([path], url) == 0
    with K2K.open(url) as k2k:
        assert k2k.price("BLOOM", "C-1", ["L1"])[0]["price"] == "0.30"
    capsys.readouterr()
    assert run_files([path], url) == 2
    assert "There is a company BLOOM in this network already." in capsys.readouterr().err
