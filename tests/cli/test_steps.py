"""`k2k steps show`, `insert`, `remove` and `replace`."""

from __future__ import annotations

import json
from pathlib import Path

from tests.cli.conftest import Run

INSERT = ("steps", "insert", "BLOOM", "master_price_list", "--before", "k2k_gpm", "--ship-via", "grower")
FILE = """
[[hierarchy]]
inventory_type = "k2k"
ship_via = "grower"
steps = ["company_gpm"]

[[insert]]
step = "price_list"
before = "company_gpm"
inventory_types = ["k2k"]
"""


def orders(k2k: Run, network: str) -> list[str]:
    """The lines of the orders by grower."""
    ran = k2k("steps", "show", "BLOOM", "--database", network)
    assert ran.status == 0, ran.err
    return [" ".join(line.split()) for line in ran.out.splitlines() if line.startswith("k2k grower")]


def test_a_step_is_inserted_shown_and_taken_out(k2k: Run, network: str) -> None:
    default = orders(k2k, network)
    assert default[-1] == "k2k grower k2k_gpm, company_gpm"
    ran = k2k(*INSERT, "--database", network)
    assert (ran.status, ran.out) == (0, "The orders of BLOOM are changed.\n"), ran
    assert orders(k2k, network)[-1] == "k2k grower +master_price_list, k2k_gpm, company_gpm"
    assert k2k("steps", "remove", "BLOOM", "master_price_list", "--database", network).status == 0
    assert orders(k2k, network) == default


def test_what_an_insertion_would_move_is_seen_and_kept_as_a_draft(k2k: Run, network: str) -> None:
    default = orders(k2k, network)
    ran = k2k(*INSERT, "--what-if", "--database", network)
    assert (ran.status, "would move" in ran.out) == (0, True), ran
    assert orders(k2k, network) == default
    assert k2k("prices", "apply", "BLOOM", "D-1001", "--database", network).status == 0
    assert orders(k2k, network)[-1] == "k2k grower +master_price_list, k2k_gpm, company_gpm"
    as_json = k2k(*INSERT, "--what-if", "--json", "--database", network)
    assert json.loads(as_json.out)["moved"] == 0


def test_a_misspelt_step_is_refused_with_the_nearest(k2k: Run, network: str) -> None:
    ran = k2k("steps", "insert", "BLOOM", "master_price_lst", "--before", "k2k_gpm", "--database", network)
    assert (ran.status, "did you mean master_price_list?" in ran.err) == (2, True), ran
    assert ran.err.count("nothing here is called") == 1, "said once"
    for wrong in (("--before", "a", "--after", "b"), ()):
        ran = k2k("steps", "insert", "BLOOM", "master_price_list", *wrong, "--database", network)
        assert (ran.status, "error[usage]" in ran.err) == (2, True), ran


def test_what_a_change_shadows_is_said_and_can_hold_it(k2k: Run, network: str) -> None:
    change = ("steps", "insert", "ANDES", "price_list", "--before", "price_a", "--inventory-type", "open_market_boxes")
    held = k2k(*change, "--hold", "--database", network)
    assert (held.status, "error[conflict]" in held.err) == (2, True), held
    done = k2k(*change, "--database", network)
    assert (done.status, "error typed_price_shadowed: hierarchies.open_market_boxes.price_a" in done.out) == (0, True)
    assert "it is typed on 2 lots (COMING, L1)" in done.out


def test_orders_are_replaced_from_a_file_and_the_default_comes_back(k2k: Run, network: str, tmp_path: Path) -> None:
    default = orders(k2k, network)
    file, empty = tmp_path / "orders.toml", tmp_path / "default.yaml"
    file.write_text(FILE)
    empty.write_text("")
    ran = k2k("steps", "replace", "BLOOM", str(file), "--database", network)
    assert (ran.status, "switch_shadowed" in ran.out) == (0, True), ran
    assert orders(k2k, network)[0] == "k2k grower * +price_list, company_gpm"
    as_json = json.loads(k2k("steps", "show", "BLOOM", "--json", "--database", network).out)
    assert as_json["own"]["insert"][0]["step"] == "price_list"
    assert k2k("steps", "replace", "BLOOM", str(empty), "--json", "--database", network).status == 0
    assert orders(k2k, network) == default


def test_a_file_that_cannot_be_read_is_refused_with_what_to_do(k2k: Run, network: str, tmp_path: Path) -> None:
    broken, listed = tmp_path / "orders.toml", tmp_path / "orders.yaml"
    broken.write_text("[[hierarchy")
    listed.write_text("- a\n- b\n")
    for file in (broken, listed, tmp_path / "none.toml"):
        ran = k2k("steps", "replace", "BLOOM", str(file), "--database", network)
        assert (ran.status, "error[usage]" in ran.err, "hint:" in ran.err) == (2, True, True), ran
