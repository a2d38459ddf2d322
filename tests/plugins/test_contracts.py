"""Every bundled plugin passes the contract tests for plugins; so does a third-party sample, in a pytest run of its
own."""

from __future__ import annotations

import configparser
import os
import subprocess
import sys
from pathlib import Path

import pytest

from k2k_core.testing.contract import PluginContract
from k2k_core.testing.plugin_installation import install_source, write_metadata

ROOT = Path(__file__).parents[2]
SAMPLES = sorted(path.parent for path in (ROOT / "tests" / "sample_plugins").glob("*/tests"))
"""Those that are well bring their own tests."""


@pytest.fixture(autouse=True)
def k2k_is_installed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The entry points of this very tree, wherever the tests run."""
    config = configparser.ConfigParser(interpolation=None)
    config.read(ROOT / "setup.cfg", encoding="utf-8")
    site = tmp_path / "site"
    site.mkdir()
    write_metadata(config, site)
    for folder in (ROOT, ROOT / "plugins", ROOT / "config", site):
        monkeypatch.syspath_prepend(folder)
    return site


class TestOpenMarket(PluginContract):
    plugin = "k2k_open_market"


class TestFutureSales(PluginContract):
    plugin = "k2k_future_sales"


class TestVendorAvailability(PluginContract):
    plugin = "k2k_vendor_availability"


class TestNetwork(PluginContract):
    plugin = "k2k_network"


class TestPriceLists(PluginContract):
    plugin = "k2k_price_lists"


class TestSharingRules(PluginContract):
    plugin = "k2k_sharing_rules"


class TestShipVia(PluginContract):
    plugin = "k2k_ship_via"


class TestLabels(PluginContract):
    plugin = "k2k_labels"


def test_every_bundled_plugin_runs_the_contract() -> None:
    config = configparser.ConfigParser(interpolation=None)
    config.read(ROOT / "setup.cfg", encoding="utf-8")
    points = config["options.entry_points"]["k2k.plugins"].strip().splitlines()
    here = [kind.plugin for kind in PluginContract.__subclasses__() if kind.__module__ == __name__]
    assert sorted(here) == sorted(point.split("=")[0].strip() for point in points)


@pytest.mark.long
@pytest.mark.parametrize("sample", SAMPLES, ids=lambda path: str(path.name))
def test_a_sample_plugin_keeps_the_contract_where_it_is_installed(k2k_is_installed: Path, sample: Path) -> None:
    install_source(sample, k2k_is_installed)
    paths = [str(k2k_is_installed), str(ROOT), str(ROOT / "plugins"), str(ROOT / "config")]
    run = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "-W", "error", "--rootdir", sample, "-c",
         os.devnull, *sorted((sample / "tests").glob("*.py"))],
        capture_output=True, text=True, check=False, env={**os.environ, "PYTHONPATH": os.pathsep.join(paths)},
    )  # fmt: skip
    assert run.returncode == 0, run.stdout + run.stderr
    assert " passed" in run.stdout
