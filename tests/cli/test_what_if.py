"""`k2k prices check`, `what-if`, `apply` and `drop`."""

from __future__ import annotations

import json
from pathlib import Path

from tests.cli.conftest import Run

CHANGES = "- settings: {k2k_gpm: 40}\n- {customer: C-100, values: {ecommerce_markup: {percent: 2.5}}}\n"


def test_a_sound_set_up_has_nothing_to_find_fault_with(k2k: Run, network: str) -> None:
    ran = k2k("prices", "check", "BLOOM", "--database", network)
    assert (ran.status, "nothing to find fault with" in ran.out) == (0, True)


def test_a_draft_is_shown_applied_and_then_checked(k2k: Run, network: str, tmp_path: Path) -> None:
    file = tmp_path / "changes.yaml"
    file.write_text(CHANGES)
    before = k2k("explain", "price", "BLOOM", "C-100", "ANDES/L1", "--json", "--database", network).out
    ran = k2k("prices", "what-if", "BLOOM", str(file), "--floor", "30", "--database", network)
    assert ran.status == 0, ran.err
    assert "nothing is changed yet" in ran.out
    assert "k2k prices apply BLOOM D-1001" in ran.out
    assert k2k("explain", "price", "BLOOM", "C-100", "ANDES/L1", "--json", "--database", network).out == before
    assert k2k("prices", "apply", "BLOOM", "D-1001", "--database", network).status == 0
    after = k2k("explain", "price", "BLOOM", "C-100", "ANDES/L1", "--json", "--database", network).out
    assert after != before
    again = k2k("prices", "drop", "BLOOM", "D-1001", "--database", network)
    assert (again.status, "error[conflict]" in again.err) == (2, True)


def test_every_price_that_a_draft_moves_is_written_into_a_file(k2k: Run, network: str, tmp_path: Path) -> None:
    file, moves, again = tmp_path / "changes.yaml", tmp_path / "moves.csv", tmp_path / "again.csv"
    file.write_text(CHANGES)
    ran = k2k("prices", "what-if", "BLOOM", str(file), "--csv", str(moves), "--json", "--database", network)
    answer = json.loads(ran.out)
    assert len(moves.read_text().splitlines()) == 1 + answer["moved"]
    ran = k2k("prices", "moves", "BLOOM", answer["draft"], str(again), "--database", network)
    assert (ran.status, again.read_bytes()) == (0, moves.read_bytes())
    for wrong in (tmp_path / "moves.pdf", tmp_path / "none" / "moves.csv"):
        ran = k2k("prices", "moves", "BLOOM", answer["draft"], str(wrong), "--database", network)
        assert (ran.status, "error[usage]" in ran.err) == (2, True)


def test_a_draft_whose_field_others_have_changed_is_applied_only_anyway(k2k: Run, network: str, tmp_path: Path) -> None:
    file = tmp_path / "changes.yaml"
    drafts = []
    for rate in (40, 31):
        file.write_text(f"settings: {{k2k_gpm: {rate}}}")
        ran = k2k("prices", "what-if", "BLOOM", str(file), "--json", "--database", network)
        drafts.append(json.loads(ran.out)["draft"])
    assert k2k("prices", "apply", "BLOOM", drafts[1], "--database", network).status == 0
    refused = k2k("prices", "apply", "BLOOM", drafts[0], "--database", network)
    assert (refused.status, "error[conflict]" in refused.err) == (2, True)
    (row,) = [line.split() for line in refused.out.splitlines() if "settings.k2k_gpm" in line]
    assert row[2:] == ['"31"', "host"]
    assert k2k("prices", "apply", "BLOOM", drafts[0], "--anyway", "--database", network).status == 0


def test_a_draft_for_programs_is_json(k2k: Run, network: str, tmp_path: Path) -> None:
    file = tmp_path / "changes.json"
    file.write_text('{"customer": "C-100", "values": {"ecommerce_markup": {"percent": "-100"}}}')
    ran = k2k("prices", "what-if", "BLOOM", str(file), "--json", "--database", network)
    answer = json.loads(ran.out)
    assert answer["lost_price"] == answer["moved"] > 0
    assert [one["code"] for one in answer["findings"]] == ["markup_never_positive"]
    assert k2k("prices", "drop", "BLOOM", answer["draft"], "--database", network).status == 0


def test_a_file_that_is_no_list_of_changes_is_refused_with_what_to_do(k2k: Run, network: str, tmp_path: Path) -> None:
    for content, code in (("moon", "usage"), ("- {moon: full}", "invalid"), ("- settings: {k2k_gpm: 100}", "invalid")):
        file = tmp_path / "changes.yaml"
        file.write_text(content)
        ran = k2k("prices", "what-if", "BLOOM", str(file), "--database", network)
        assert (ran.status, f"error[{code}]" in ran.err) == (2, True), ran
        assert "hint:" in ran.err
    assert k2k("prices", "what-if", "BLOOM", str(tmp_path / "none.yaml"), "--database", network).status == 2
