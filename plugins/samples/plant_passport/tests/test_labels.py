"""Which boxes bear a passport, and what stands in it."""

from collections.abc import Callable
from typing import Any

import pytest

PLUGIN = "k2k_sample_plant_passport"
SETTINGS = {
    PLUGIN: {
        "registration": "NL-123456789",
        "origin": "NL",
        "botanical_names": {"Lavender 12 cm": "Lavandula angustifolia"},
    }
}


@pytest.mark.parametrize("form", ["pdf", "png", "zpl"])
def test_a_product_with_a_botanical_name_has_a_passport(
    k2k_registry: Callable[..., Any], k2k_labels: Callable[..., Any], form: str
) -> None:
    registry = k2k_registry("k2k_labels", PLUGIN, settings=SETTINGS)
    label = k2k_labels(registry, form, box_code="B1", product="Lavender 12 cm", lot="L-77", reprint=True)
    passport = {"Plant Passport", "A Lavandula angustifolia", "B NL-123456789", "C L-77", "D NL"}
    assert passport | {"B1", "K2K", "R", "Lavender 12 cm"} <= set(label.text)
    assert label.text.count("★") == 12


def test_a_spanish_label_says_it_in_both_languages(
    k2k_registry: Callable[..., Any], k2k_labels: Callable[..., Any]
) -> None:
    registry = k2k_registry("k2k_labels", PLUGIN, settings=SETTINGS)
    label = k2k_labels(registry, "pdf", product="Lavender 12 cm", locale="es-ES")
    assert "Pasaporte fitosanitario / Plant Passport" in label.text


@pytest.mark.parametrize("form", ["pdf", "png", "zpl"])
@pytest.mark.parametrize("settings", [SETTINGS, {}], ids=["a product without a name", "a company without a number"])
def test_any_other_label_is_the_standard_one(
    k2k_registry: Callable[..., Any], k2k_labels: Callable[..., Any], form: str, settings: dict[str, Any]
) -> None:
    own = k2k_labels(k2k_registry("k2k_labels", PLUGIN, settings=settings), form, product="Rose")
    assert own == k2k_labels(k2k_registry("k2k_labels"), form, product="Rose")
