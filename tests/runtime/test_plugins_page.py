"""docs/plugins.md is right: its first plugin is built from the page, installed, tested and called."""

from __future__ import annotations

import logging
import os
import re
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from k2k_core.domain.money import Exact
from k2k_core.domain.pricing import price_lines
from k2k_core.hooks import PluginContext
from k2k_core.runtime import discover, load, read_hierarchies
from k2k_core.runtime.signature_lint import HOOKS
from k2k_core.testing import factories
from k2k_core.testing.plugin_installation import install_source

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
    settings = {"acme_friends": {"friends": ["C-100"]}}
    registry = load(discover(), "BLOOM", settings, read_hierarchies({}, own))
    assert (registry.broken, registry.problems) == ((), ())
    prices = []
    for code in ("C-100", "C-200"):
        terms = factories.price_terms(customer=factories.customer(code))
        steps = registry.price_steps("k2k", "B", "warehouse", terms.company.settings)
        requests = [factories.price_request(terms=terms, landed_cost=Exact(34, 100))]
        prices += [(quote.price, quote.step) for quote in price_lines(requests, steps, [])]
    assert prices == [(36, "friends_price"), (46, "k2k_gpm")]


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
    (example,) = re.findall(r"^```python\n(.*?def label_renderers.*?)^```$", PAGE, re.MULTILINE | re.DOTALL)
    names: dict[str, Any] = {}
    exec(example, names)
    context = PluginContext("acme", "BLOOM", {"brand": "Acme"}, logging.getLogger("test"))
    printed = {one.format: one.render(factories.label_request("B1")) for one in names["label_renderers"](context)}
    assert {form: label.text for form, label in printed.items()} == dict.fromkeys(
        ("pdf", "png", "zpl"), ("C-100", "B1")
    )
    assert names["label_renderers"](PluginContext("acme", "BLOOM", {"brand": ""})) == []
