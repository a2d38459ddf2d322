"""Settings: the catalogue is complete, values are read exactly, and the layers override each other in their order."""

from __future__ import annotations

import dataclasses
import tomllib
from importlib.resources import files
from pathlib import Path
from typing import Any

import pytest

from k2k_core.domain.roles import ALLOWED, PEOPLE, PRICES
from k2k_core.domain.settings import CompanySettings, Duty
from k2k_core.errors import NotConfigured
from k2k_core.settings.catalogue import BY_NAME, GROUPS, SETTINGS, read_own
from k2k_core.settings.layers import Layers

NAMES = [setting.name for setting in SETTINGS]


def test_the_catalogue_has_exactly_the_settings_of_a_company() -> None:
    assert sorted(NAMES) == sorted(field.name for field in dataclasses.fields(CompanySettings))


def test_the_defaults_give_every_setting_or_leave_it_unset_by_name_in_its_group() -> None:
    given = tomllib.loads(files("k2k_config").joinpath("defaults.toml").read_text("utf-8"))
    for group in GROUPS:
        names = [name for name in given[group] if name != "unset"] + given[group].get("unset", [])
        assert sorted(names) == sorted(setting.name for setting in SETTINGS if setting.group == group)


@pytest.mark.parametrize("setting", SETTINGS, ids=NAMES)
def test_every_setting_says_in_a_sentence_what_it_means_and_who_may_change_it(setting: Any) -> None:
    assert setting.meaning.endswith(".")
    assert setting.kind.unit
    assert setting.kind.type
    assert setting.action in ALLOWED


def test_addresses_are_for_admins_and_margins_for_sales_managers_too() -> None:
    assert {setting.action for setting in SETTINGS if setting.name.endswith("_to")} == {PEOPLE, "setup"}
    assert BY_NAME["k2k_cancel_notification_to"].action == PEOPLE
    assert BY_NAME["k2k_gpm"].action == PRICES


def test_a_company_that_sets_nothing_has_the_documented_defaults() -> None:
    found = Layers().company("ANDES", {})
    assert (found.gpm, found.k2k_gpm, found.rounding, found.freight_per_fbe) == (None, None, "up", 0)
    assert (found.cart_minutes, found.grouping, found.vendor_in_group) == (60, "merged", "always")
    assert (found.ecommerce_enabled, found.show_future_inventory, found.hide_on_hand) == (True, True, False)
    assert (found.auto_billing, found.ship_days_offset, found.duties, dict(found.cut_offs)) == ("off", 0, (), {})


def test_the_layers_have_the_last_word_in_their_order(tmp_path: Path) -> None:
    config = tmp_path / "k2k.toml"
    config.write_text("[pricing]\ngpm = 25.5\n[ecommerce]\ncart_minutes = 45\nmax_age = 8\n", "utf-8")
    own = {"cart_minutes": 30, "max_age": 7}
    assert Layers(config).company("ANDES", {}).gpm == 25_500_000
    assert Layers(config).company("ANDES", own).cart_minutes == 30
    layers = Layers(config, {"K2K_SETTING_CART_MINUTES": "15", "PATH": "/bin"})
    found = layers.company("ANDES", own)
    assert (found.gpm, found.cart_minutes, found.max_age) == (25_500_000, 15, 7)
    assert [layers.source(name, own) for name in ("cart_minutes", "max_age", "gpm")] == [
        "environment",
        "company",
        "installation",
    ]


def test_the_environment_gives_structured_settings_as_json_and_unsets_with_nothing() -> None:
    duty = '[{"category": "ROSES", "port": "MIA", "percent": 6.8}]'
    layers = Layers(environ={"K2K_SETTING_DUTIES": duty, "K2K_SETTING_MAX_AGE": ""})
    found = layers.company("ANDES", {"max_age": 7})
    assert [(row.category, row.percent) for row in found.duties] == [("ROSES", 6_800_000)]
    assert found.max_age is None


@pytest.mark.parametrize(
    "environ",
    [{"K2K_SETTING_COLOUR": "red"}, {"K2K_SETTING_GPM": "100"}, {"K2K_SETTING_DUTIES": "none"}],
)
def test_an_environment_that_makes_no_sense_is_refused_at_the_start(environ: dict[str, str]) -> None:
    with pytest.raises(NotConfigured, match=next(iter(environ))):
        Layers(environ=environ)


@pytest.mark.parametrize("text", ["gpm = 30", "[colours]\nred = 1", "[pricing]\ngpm = 100", "[pricing]\nred = 1", "["])
def test_a_configuration_that_makes_no_sense_is_refused_at_the_start(tmp_path: Path, text: str) -> None:
    config = tmp_path / "k2k.toml"
    config.write_text(text, "utf-8")
    with pytest.raises(NotConfigured, match=r"k2k\.toml"):
        Layers(config)
    with pytest.raises(NotConfigured, match="cannot be read"):
        Layers(tmp_path / "missing.toml")


def test_what_a_company_sets_is_kept_as_plain_json() -> None:
    given = {
        "gpm": "30.50",
        "cut_offs": {"mon": 930, "tue": "no_shipping", "wed": None},
        "duties": [{"category": "ROSES", "port": "MIA", "percent": 6, "from": "2026-01-01"}],
        "auto_billing": False,
        "price_reminder": "on",
        "max_age": None,
    }
    own, faults = read_own(given)
    assert faults == []
    assert own == {
        "gpm": "30.5",
        "cut_offs": {"mon": "0930", "tue": "no_shipping"},
        "duties": [{"category": "ROSES", "port": "MIA", "percent": "6", "from": "2026-01-01"}],
        "auto_billing": "off",
        "price_reminder": True,
        "max_age": None,
    }
    found = Layers().company("ANDES", own)
    assert isinstance(found.duties[0], Duty)
    assert (found.gpm, found.price_reminder, found.max_age) == (30_500_000, True, None)


def test_every_fault_of_the_settings_is_told_with_its_path() -> None:
    given = {
        "gpm": 100,
        "k2k_gpm": -1,
        "colour": "red",
        "cart_minutes": 0,
        "auto_billing": "sometimes",
        "cut_offs": {"mon": "25:00", "someday": "0900"},
        "duties": [{"category": "ROSES", "percent": "much"}, 7],
        "send_invoice_to": ["nobody"],
        "cube_rate": 0.5,
    }
    _, faults = read_own(given)
    assert [fault["path"] for fault in faults] == [
        "gpm",
        "k2k_gpm",
        "colour",
        "cart_minutes",
        "auto_billing",
        "cut_offs.mon",
        "cut_offs.someday",
        "duties[0].port",
        "duties[0].percent",
        "duties[1]",
        "send_invoice_to[0]",
        "cube_rate",
    ]
