"""A plugin of the first API version goes on working; one that is too old or too new is refused in words."""

from __future__ import annotations

import hashlib
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from types import ModuleType

import pytest

from k2k_core.domain.parties import ShipTo
from k2k_core.hooks import Manifest, context
from k2k_core.runtime.manifests import read_manifest
from k2k_core.runtime.plugin import Refused
from k2k_core.testing import factories
from k2k_core.testing.explained import denials, journey, label, prices
from k2k_core.testing.plugin_installation import install_source
from k2k_core.testing.registries import registry_of

FROZEN = Path(__file__).parents[1] / "frozen_plugins" / "api_1"
NAME = "k2k_written_for_api_1"
DIGEST = "106f573011974b4cef1cc5613a55867c5cdf1bb2ab528106c4763784e696ccff"


@pytest.fixture(autouse=True)
def _installed(site: Path) -> Iterator[None]:
    install_source(FROZEN, site)
    yield
    sys.modules.pop(NAME, None)


def test_it_is_the_plugin_of_then() -> None:
    assert hashlib.sha256((FROZEN / NAME / "__init__.py").read_bytes()).hexdigest() == DIGEST, "it is never changed"


@pytest.mark.parametrize(
    ("step", "adjustments", "price"),
    [
        ("api_1_price", [], "0.36"),
        ("api_1_formula", [], "0.46"),
        ("api_1_price", ["api_1_change"], "0.35"),
        ("api_1_formula", ["api_1_formula_change"], "0.92"),
    ],
)
def test_it_prices_as_then(step: str, adjustments: list[str], price: str) -> None:
    registry = registry_of([NAME], [step], adjustments, {})
    assert prices(registry, [factories.lot()], {}) == [price]
    assert prices(registry, [factories.lot(sell_fast=True)], {}) == [None if step == "api_1_formula" else price]


def test_it_denies_prints_and_ships_as_then() -> None:
    registry = registry_of([NAME], [], [], {NAME: {"token": "secret"}})
    many = factories.share_request(lot=factories.lot(boxes=20, inventory_type="open_market_boxes"))
    assert denials(registry, [many, factories.share_request()]) == [{"api_1_vendor": "20 boxes are many"}, {}]
    assert label(registry, factories.label_request("B1"), "api_1_text").content == b"Rose Freedom Red 60 cm"
    assert label(registry, factories.label_request("B1"), "zpl").text == ("C-100", "B1")
    assert journey(registry, "api_1_way", factories.customer(), "k2k") == ShipTo("Corner Florist", city="Miami")


@pytest.mark.parametrize(
    ("version", "refusal"),
    [
        (1, "it is written for API version 1; this K2K works with plugins of 2 to 3"),
        (2, None),
        (3, None),
        (4, "it needs API version 4; this K2K has 3"),
    ],
    ids=["too old", "the oldest that works", "of today", "too new"],
)
def test_the_version_that_a_plugin_is_written_for_decides_whether_it_is_loaded(
    monkeypatch: pytest.MonkeyPatch, version: int, refusal: str | None
) -> None:
    monkeypatch.setattr(context, "OLDEST_API_VERSION", 2)
    monkeypatch.setattr(context, "API_VERSION", 3)
    module = ModuleType("acme")
    module.__dict__["manifest"] = replace(Manifest("acme", "Acme", "Acme"), api_version=version)
    if refusal is None:
        assert read_manifest("acme", module).api_version == version
        return
    with pytest.raises(Refused) as caught:
        read_manifest("acme", module)
    assert (caught.value.code, str(caught.value.problem)) == ("api_version", refusal)
    assert ("pip install --upgrade k2k" in caught.value.next_step) is (version == 4)


def test_a_new_plugin_states_the_version_that_it_is_written_for() -> None:
    template = Path(context.__file__).parents[1] / "cli" / "plugin_kit" / "templates" / "manifest.txt"
    assert f"api_version={context.API_VERSION}," in template.read_text("utf-8")
