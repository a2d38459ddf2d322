"""Discovery of installed plugins: each is loaded in isolation, and a broken one becomes a report with its owner and the
next command."""

from __future__ import annotations

import importlib
import shutil
import sys
from collections.abc import Callable
from pathlib import Path
from types import ModuleType

import pytest

from k2k_core.hooks import hookimpl
from k2k_core.runtime import Broken, Plugin, discover
from k2k_core.testing.plugin_installation import install_source
from tests.raising_lines import raised_in

BUNDLED = [
    "k2k_future_sales",
    "k2k_labels",
    "k2k_network",
    "k2k_open_market",
    "k2k_price_lists",
    "k2k_sharing_rules",
    "k2k_ship_via",
    "k2k_vendor_availability",
]

BROKEN = {
    "k2k_sample_raises_on_import": ("import_failed", "raised RuntimeError: the licence server is asleep"),
    "k2k_sample_exits_on_import": ("import_failed", "called sys.exit(3)"),
    "k2k_sample_old_api": ("api_version", "it is written for API version 0; this K2K works with plugins of 1 to 1"),
    "k2k_sample_misspelt_hook": ("unknown_hook", "did you mean price_resolvers?"),
    "k2k_sample_keyword_only": ("bad_signature", "keyword-only parameter context would be ignored"),
}


def test_the_bundled_plugins_come_first_and_all_are_well(site: Path, install: Callable[..., None]) -> None:
    install("k2k_sample_contract_price")
    plugins = discover()
    assert [plugin.name for plugin in plugins] == [*BUNDLED, "k2k_sample_contract_price"]
    assert all(isinstance(plugin, Plugin) for plugin in plugins)
    assert [plugin.bundled for plugin in plugins if isinstance(plugin, Plugin)] == [True] * 8 + [False]


def test_a_plugin_carries_its_distribution_and_version(install: Callable[..., None]) -> None:
    install("k2k_sample_contract_price")
    plugin = discover()[-1]
    assert (plugin.distribution, plugin.version) == ("k2k-sample-contract-price", "1.2")
    assert plugin.owner == "Sample Flowers <plugins@flowers.example>"


@pytest.mark.parametrize("name", BROKEN)
def test_a_broken_plugin_is_a_value_with_an_owner_and_a_next_command(install: Callable[..., None], name: str) -> None:
    install(name)
    plugin = discover()[-1]
    code, words = BROKEN[name]
    assert isinstance(plugin, Broken)
    assert (plugin.name, plugin.code, plugin.owner) == (name, code, "Sample Flowers")
    assert words in plugin.problem
    assert plugin.next_step.startswith(("python -c", "pip ", "k2k plugin check"))


@pytest.mark.parametrize("name", sorted(BROKEN))
def test_what_is_run_next_shows_the_fault(install: Callable[..., None], name: str) -> None:
    """An import that succeeds would show nothing."""
    install(name)
    next_step = discover()[-1].next_step  # type: ignore[union-attr]  # the test before says that it is broken
    if next_step.startswith("python -c"):
        with pytest.raises((Exception, SystemExit)):
            importlib.import_module(name)
    elif next_step.startswith("k2k"):
        assert next_step == f"k2k plugin check {name}"
        importlib.import_module(name)


def test_one_broken_plugin_does_not_stop_the_others(install: Callable[..., None]) -> None:
    install(*BROKEN, "k2k_sample_contract_price")
    plugins = {plugin.name: plugin for plugin in discover()}
    assert {name for name, plugin in plugins.items() if isinstance(plugin, Broken)} == set(BROKEN)
    assert set(BUNDLED) | {"k2k_sample_contract_price"} < set(plugins)


def test_a_plugin_that_was_installed_or_removed_meanwhile_is_noticed(install: Callable[..., None], site: Path) -> None:
    name = "k2k_sample_contract_price"
    assert name not in {plugin.name for plugin in discover()}
    install(name)
    assert name in {plugin.name for plugin in discover()}
    (described,) = site.glob(f"{name}-*.dist-info")
    shutil.rmtree(described)
    assert name not in {plugin.name for plugin in discover()}


def test_an_entry_point_to_a_module_that_is_not_there_is_broken(site: Path, tmp_path: Path) -> None:
    source = tmp_path / "gone"
    source.mkdir()
    (source / "setup.cfg").write_text(
        "[metadata]\nname = gone\nversion = 1\n[options.entry_points]\nk2k.plugins =\n  gone = k2k_gone\n"
    )
    install_source(source, site)
    (broken,) = [plugin for plugin in discover() if isinstance(plugin, Broken)]
    assert broken.problem == "importing k2k_gone raised ModuleNotFoundError: No module named 'k2k_gone'"
    assert (broken.owner, broken.next_step) == ("gone", 'python -c "import k2k_gone"')


def test_an_import_that_never_ends_is_left_behind(site: Path) -> None:
    (site / "k2k_sample_endless.py").write_text("import threading\nthreading.Event().wait()\n")
    (broken,) = discover([("k2k_sample_endless", "k2k_sample_endless")], installed=False, seconds=0.2)
    assert isinstance(broken, Broken)
    assert (broken.code, broken.problem) == (
        "import_timeout",
        "importing k2k_sample_endless: no answer within 0.2 s",
    )


def test_a_stranger_cannot_take_the_name_of_a_bundled_plugin(site: Path, tmp_path: Path) -> None:
    source = tmp_path / "evil"
    source.mkdir()
    (source / "setup.cfg").write_text(
        "[metadata]\nname = a-evil\nversion = 1\n[options]\npy_modules = k2k_sample_evil\n"
        "[options.entry_points]\nk2k.plugins =\n  k2k_network = k2k_sample_evil\n"
    )
    (source / "k2k_sample_evil.py").write_text("raise SystemExit\n")
    install_source(source, site)
    ours, other = [plugin for plugin in discover() if plugin.name == "k2k_network"]
    assert isinstance(ours, Plugin)
    assert ours.bundled
    assert isinstance(other, Broken)
    assert other.problem == (
        "two plugins are named k2k_network: of distribution k2k, which is used, and of distribution a-evil"
    )
    assert "k2k_sample_evil" not in sys.modules


def test_a_host_may_list_modules_by_hand() -> None:
    module = ModuleType("acme")
    module.__dict__["price_resolvers"] = hookimpl(lambda context: [])
    (broken,) = discover([("acme", module)], installed=False)
    assert isinstance(broken, Broken)
    assert broken.code == "no_manifest"


def test_a_module_that_cannot_be_looked_at_is_broken() -> None:
    class Rude(ModuleType):
        def __getattr__(self, name: str) -> object:
            raise RuntimeError(f"no {name} for you")

    (broken,) = discover([("acme", Rude("acme"))], installed=False)
    assert isinstance(broken, Broken)
    assert (broken.code, broken.owner) == ("import_failed", "acme")
    place = raised_in(Rude.__getattr__)
    assert broken.problem == f"reading acme raised RuntimeError: no manifest for you, {place}"
