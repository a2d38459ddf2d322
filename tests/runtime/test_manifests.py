"""The manifest and the settings of a plugin."""

from __future__ import annotations

from dataclasses import replace
from types import ModuleType
from typing import Any

import pytest
from marshmallow import Schema, fields

from k2k_core.hooks import API_VERSION, Manifest
from k2k_core.runtime.manifests import read_manifest, read_settings
from k2k_core.runtime.plugin import Refused

GOOD = Manifest(name="acme", title="Acme", owner="Acme Flowers")


class Schemed(Schema):
    days = fields.Integer(required=True, strict=True)


def module_with(manifest: object) -> ModuleType:
    module = ModuleType("acme")
    module.__dict__["manifest"] = manifest
    return module


def test_a_good_manifest_is_read() -> None:
    assert read_manifest("acme", module_with(GOOD)) == GOOD


@pytest.mark.parametrize(
    ("manifest", "code", "words"),
    [
        (None, "no_manifest", "is not a k2k_core.hooks.Manifest"),
        (replace(GOOD, owner=" "), "bad_manifest", "manifest.owner is empty"),
        (replace(GOOD, name="other"), "bad_manifest", "the entry point says 'acme'"),
        (replace(GOOD, api_version=API_VERSION - 1), "api_version", "is written for API version"),
        (replace(GOOD, api_version=API_VERSION + 1), "api_version", "it needs API version"),
        (replace(GOOD, api_version="1"), "bad_manifest", "not a whole number"),
        (replace(GOOD, settings_schema=dict), "bad_manifest", "not a marshmallow Schema"),
        (replace(GOOD, defaults={"days": 3}), "bad_settings", "it has no settings, and got days"),
        (replace(GOOD, settings_schema=Schemed), "bad_settings", "its own defaults do not load: days: is missing"),
        (
            replace(GOOD, settings_schema=Schemed, defaults={"days": "3"}),
            "bad_settings",
            "days: must be a whole number",
        ),
    ],
)
def test_a_manifest_that_is_not_right_is_refused(manifest: Any, code: str, words: str) -> None:
    with pytest.raises(Refused) as caught:
        read_manifest("acme", module_with(manifest))
    assert caught.value.code == code
    assert words in caught.value.problem


def test_a_newer_api_version_says_to_upgrade_k2k() -> None:
    with pytest.raises(Refused) as caught:
        read_manifest("acme", module_with(replace(GOOD, api_version=API_VERSION + 1)))
    assert caught.value.next_step == "pip install --upgrade k2k"


def test_the_settings_of_a_company_go_over_the_defaults() -> None:
    manifest = replace(GOOD, settings_schema=Schemed, defaults={"days": 3})
    assert read_settings(manifest, {}) == {"days": 3}
    assert read_settings(manifest, {"days": 5}) == {"days": 5}


def test_settings_cannot_be_changed_by_the_plugin() -> None:
    settings: Any = read_settings(replace(GOOD, settings_schema=Schemed, defaults={"days": 3}), {})
    with pytest.raises(TypeError):
        settings["days"] = 9


def test_an_unknown_setting_is_refused() -> None:
    manifest = replace(GOOD, settings_schema=Schemed, defaults={"days": 3})
    with pytest.raises(Refused, match="its settings do not load: dais: is not known here"):
        read_settings(manifest, {"dais": 5})
