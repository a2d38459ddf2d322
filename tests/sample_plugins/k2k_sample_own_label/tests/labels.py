"""Which companies' labels have the design, and what is printed on them."""

from __future__ import annotations

from collections.abc import Callable
from types import ModuleType
from typing import Any

import pytest

PLUGINS = ("k2k_labels", "k2k_sample_own_label")
SETTINGS = {"k2k_sample_own_label": {"brand": "Bloom Wholesale", "motto": "Fresh every day"}}


@pytest.mark.parametrize("form", ["pdf", "png", "zpl"])
def test_a_company_with_a_brand_prints_its_own_design(
    k2k_registry: Callable[..., Any], k2k_factories: ModuleType, form: str
) -> None:
    registry = k2k_registry(*PLUGINS, settings=SETTINGS)
    assert registry.broken == ()
    label = registry.renderer(form, "k2k").render(k2k_factories.label_request("B1", reprint=True))
    assert {"Bloom Wholesale", "Fresh every day", "K2K", "R", "B1"} <= set(label.text)


@pytest.mark.parametrize("form", ["pdf", "png", "zpl"])
def test_a_company_without_one_keeps_the_standard(
    k2k_registry: Callable[..., Any], k2k_factories: ModuleType, form: str
) -> None:
    request = k2k_factories.label_request("B1")
    with_it, without = (k2k_registry(*names).renderer(form, "k2k").render(request) for names in (PLUGINS, PLUGINS[:1]))
    assert with_it == without


def test_a_vendor_that_hides_is_not_on_it(k2k_registry: Callable[..., Any], k2k_factories: ModuleType) -> None:
    renderer = k2k_registry(*PLUGINS, settings=SETTINGS).renderer("zpl", "k2k")
    shown, hidden = (renderer.render(k2k_factories.label_request(vendor_name=name)) for name in ("Andes Farms", ""))
    assert "Andes Farms" in " ".join(shown.text)
    assert "Andes" not in " ".join(hidden.text)
