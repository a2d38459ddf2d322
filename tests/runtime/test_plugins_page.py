"""docs/plugins.md is right: its first plugin is built from the page, installed, tested and called."""

from __future__ import annotations

import datetime as dt
import logging
import os
import re
import subprocess
import sys
import textwrap
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from k2k_core.api import K2K
from k2k_core.cli.program import main as run
from k2k_core.domain.money import Exact
from k2k_core.domain.pricing import price_lines
from k2k_core.hooks import PluginContext
from k2k_core.runtime import discover, load, read_hierarchies
from k2k_core.runtime.signature_lint import HOOKS
from k2k_core.testing import factories
from k2k_core.testing.plugin_installation import install_source
from k2k_core.testing.small_network import NETWORK

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "plugins.md").read_text("utf-8")


@pytest.fixture
def project(tmp_path: Path, site: Path) -> Iterator[Path]:
    """The files of the page, in a folder, installed."""
    folder = tmp_path / "project"
    for name, text in re.findall(r"^```\w+ file=(\S+)\n(.*?)^```$", PAGE, re.MULTILINE | re.DOTALL):
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text, encoding="utf-8")
    install_source(folder, site)
    yield folder
    sys.modules.pop("acme_friends", None)


def test_the_first_plugin_of_the_page_makes_the_price_that_the_page_says(project: Path) -> None:
    own = tomllib.loads((project / "hierarchies.toml").read_text("utf-8"))
    default = tomllib.loads((ROOT / "config" / "k2k_config" / "hierarchies.toml").read_text("utf-8"))
    settings = {"acme_friends": {"friends": ["C-100"]}}
    registry = load(discover(), "BLOOM", settings, read_hierarchies(default, own))
    assert (registry.broken, registry.problems) == ((), ())
    prices = []
    for code in ("C-100", "C-200"):
        terms = factories.price_terms(customer=factories.customer(code))
        steps = registry.price_steps("k2k", "B", "warehouse", terms.company.settings)
        requests = [factories.price_request(terms=terms, landed_cost=Exact(34, 100))]
        prices += [(quote.price, quote.step) for quote in price_lines(requests, steps, [])]
    assert prices == [(36, "friends_price"), (46, "k2k_gpm")]


def test_the_orders_of_the_page_are_read(project: Path) -> None:
    own = tomllib.loads((project / "hierarchies.toml").read_text("utf-8"))
    orders = tomllib.loads((ROOT / "config" / "k2k_config" / "hierarchies.toml").read_text("utf-8"))
    read = read_hierarchies(orders, own)
    settings = factories.company_settings()
    assert read.steps_for("k2k", "B", "grower", settings) == ("friends_price", "k2k_gpm", "company_gpm")
    assert read.steps_for("k2k", "B", "warehouse", settings) == ("va_price", "friends_price", "k2k_gpm", "company_gpm")
    assert read.steps_for("k2k", "B", "dock", settings) == ("va_price", "k2k_gpm", "company_gpm")


def test_the_commands_of_the_page_change_the_price_of_friends_and_of_nobody_else(
    project: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert project.is_dir()
    url = f"sqlite:///{tmp_path}/network.db"
    with K2K.open(url) as k2k:
        k2k.load(NETWORK)
        k2k.put("BLOOM", "customers", [{"code": "A-1", "type": "A", "ship_via": "choice"}])
        k2k.map("BLOOM", "ANDES/L2", va_price="0.77")
        k2k.set_plugin("BLOOM", "acme_friends", {"friends": ["C-100"]})
        before = everybodys_prices(k2k)
    look, do = re.findall(r"^k2k (steps insert .*)$", PAGE, re.MULTILINE)
    assert run([*look.split(), "--database", url]) == 0
    assert "would move" in capsys.readouterr().out
    with K2K.open(url) as k2k:
        assert everybodys_prices(k2k) == before
    assert run([*do.split(), "--database", url]) == 0
    with K2K.open(url) as k2k:
        after = everybodys_prices(k2k)
        moved = {line for line, price in after.items() if price != before[line]}
        assert moved == {("BLOOM", "C-100", "warehouse", "ANDES/L1"), *(
            ("BLOOM", "C-100", "grower", lot) for lot in ("ANDES/L1", "ANDES/L2")
        )}  # fmt: skip
        assert after["BLOOM", "C-100", "warehouse", "ANDES/L2"] == "0.77", "a price that was typed"
        assert k2k.verify() == []


def everybodys_prices(k2k: K2K) -> dict[tuple[str, str, str, str], str | None]:
    """The price of every lot for every customer of both companies, by each way."""
    asked = [("ANDES", "BLOOM", ["L1", "L2"])]
    asked += [("BLOOM", customer, ["ANDES/L1", "ANDES/L2"]) for customer in ("C-100", "C-200", "A-1")]
    return {
        (company, customer, via, lot): priced["price"]
        for company, customer, lots in asked
        for via in ("warehouse", "grower")
        for lot, priced in zip(lots, k2k.price(company, customer, lots, ship_via=via), strict=True)
    }


def test_pip_finds_in_the_folder_of_the_page_what_it_asks_for(project: Path) -> None:
    build = tomllib.loads((project / "pyproject.toml").read_text("utf-8"))["build-system"]
    assert build == {"requires": ["setuptools"], "build-backend": "setuptools.build_meta"}


def test_the_tests_on_the_page_pass(project: Path, site: Path) -> None:
    paths = [str(path) for path in (site, ROOT, ROOT / "plugins", ROOT / "config")]
    run = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "-W", "error", "-c", os.devnull,
         "--rootdir", project, project / "tests"],
        capture_output=True, text=True, check=False, env={**os.environ, "PYTHONPATH": os.pathsep.join(paths)},
    )  # fmt: skip
    assert run.returncode == 0, run.stdout + run.stderr


def test_the_page_names_every_hook() -> None:
    for hook in HOOKS:
        assert f"| `{hook}` |" in PAGE


def test_what_the_page_shows_of_the_samples_stands_in_them() -> None:
    """Line by line; how far a line is indented, and what is blank between two, is the formatter's."""
    shown = re.findall(r"^ *```python from=(\S+)\n(.*?)^ *```$", PAGE, re.MULTILINE | re.DOTALL)
    differing = [path for path, code in shown if _lines(code) not in _lines((ROOT / path).read_text("utf-8"))]
    assert differing == []
    assert {Path(path).parts[2] for path, _ in shown} == {path.name for path in (ROOT / "plugins/samples").iterdir()}


def _lines(code: str) -> str:
    return "".join(f"{line.strip()}\n" for line in code.splitlines() if line.strip())


def test_the_label_of_the_page_is_printed() -> None:
    example = _example("def label_renderers")
    names: dict[str, Any] = {}
    exec(example, names)
    context = PluginContext("acme", "BLOOM", {"brand": "Acme"}, logging.getLogger("test"))
    printed = {one.format: one.render(factories.label_request("B1")) for one in names["label_renderers"](context)}
    assert {form: label.text for form, label in printed.items()} == dict.fromkeys(
        ("pdf", "png", "zpl"), ("C-100", "B1")
    )
    assert names["label_renderers"](PluginContext("acme", "BLOOM", {"brand": ""})) == []


def test_the_rule_of_the_page_holds_large_lots_back() -> None:
    example = _example("def eligibility_rules")
    names: dict[str, Any] = {}
    exec(example, names)
    (rule,) = names["eligibility_rules"](PluginContext("acme", "ANDES", {"most_boxes": 9}))
    large, small = (factories.share_request(lot=factories.lot(boxes=boxes)) for boxes in (10, 9))
    denied = rule.check(large)
    assert (denied.code, str(denied.reason), denied.setting) == (rule.code, "10 boxes are over 9", "most_boxes")
    assert (rule.check(small), rule.reads, rule.side) == (None, ("boxes",), "vendor")


def _example(words: str) -> str:
    """The block of the page in Python that has these words."""
    blocks = re.findall(r"^```python\n(.*?)^```$", PAGE, re.MULTILINE | re.DOTALL)
    (found,) = (one for one in blocks if words in one)
    return str(found)


def test_the_formula_of_the_page_reads_the_facts_of_a_lot() -> None:
    names: dict[str, Any] = {}
    exec(textwrap.dedent(re.findall(r"^  ```python\n(.*?)^  ```$", PAGE, re.MULTILINE | re.DOTALL)[0]), names)
    old = dt.date(2026, 1, 28)
    lots = [factories.lot(arrival_date=old), factories.lot(arrival_date=old, sell_fast=True), factories.lot()]
    answers = names["old_lot"].resolve([factories.price_request(lot=lot) for lot in lots])
    assert [getattr(one, "amount", None) for one in answers] == [Exact(357, 1000), None, None]


def test_the_requests_of_the_page_are_made_by_factories() -> None:
    names: dict[str, Any] = {}
    exec(_example("def rule_requests"), names)
    few, named = names["rule_requests"](factories)
    assert (few.lot.available, named.share.customer.location) == (3, "MIA")


def test_the_lines_of_the_page_set_the_settings_of_the_first_plugin(
    project: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert project.is_dir()
    monkeypatch.chdir(tmp_path)
    (tmp_path / "var").mkdir()
    with K2K.open("sqlite:///var/k2k.db") as k2k:
        k2k.load(NETWORK)
    exec(_example("k2k.set_plugin("), {})
    with K2K.open("sqlite:///var/k2k.db") as k2k:
        (served,) = [one for one in k2k.company_plugins("BLOOM") if one["name"] == "acme_friends"]
        own = {setting["name"]: setting["own"] for setting in served["settings"] if setting["is_own"]}
        assert own == {"friends": ["C-100"]}
