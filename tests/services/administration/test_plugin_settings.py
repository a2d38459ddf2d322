"""What a company sets for a plugin is validated by the plugin before it is stored."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import pytest
import reportlab

from k2k_core.domain.labels import Label
from k2k_core.domain.roles import Actor
from k2k_core.errors import Invalid, NotAllowed, NotFound
from k2k_core.store.tables import Audit
from tests.services.conftest import Trade

FONTS = Path(reportlab.__file__).parent / "fonts"


@pytest.fixture
def fonts(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder of this installation's fonts, with one in it."""
    folder = tmp_path / "fonts"
    folder.mkdir()
    shutil.copyfile(FONTS / "Vera.ttf", folder / "House.ttf")
    monkeypatch.setenv("K2K_FONTS", str(folder))
    return folder


def pdf(trade: Trade, company: str = "ANDES") -> bytes:
    ((_, label),) = trade.net.label_files(company, box_codes=["B1"], format="pdf").labels
    assert isinstance(label, Label)
    return label.content


def audited(trade: Trade) -> list[tuple[Any, ...]]:
    with trade.net.context.store.whole_network.reading() as session:
        rows = Audit.select(Audit.person, Audit.subject, Audit.before, Audit.after)
        return list(session.rows(rows.where(Audit.action == "plugin.changed").order_by(Audit.id)))


def test_a_company_names_a_font_and_its_labels_wear_it(trade: Trade, fonts: Path) -> None:
    trade.confirmed(1)
    assert b"BitstreamVera" not in pdf(trade)
    admin = trade.net.on_behalf_of(Actor("ana@andes.example", "ANDES", frozenset({"admin"})))
    answer = admin.set_plugin("ANDES", "k2k_labels", {"font": "House.ttf"})
    assert answer == {"company": "ANDES", "plugin": "k2k_labels", "settings": {"font": "House.ttf"}, "findings": []}
    assert b"BitstreamVera" in pdf(trade)
    assert b"BitstreamVera" not in pdf(trade, "BLOOM")
    admin.set_plugin("ANDES", "k2k_labels", {})
    assert b"BitstreamVera" not in pdf(trade)
    assert audited(trade) == [
        ("ana@andes.example", "k2k_labels", {}, {"font": "House.ttf"}),
        ("ana@andes.example", "k2k_labels", {"font": "House.ttf"}, {}),
    ]


def test_settings_are_tried_and_nothing_is_stored(trade: Trade, fonts: Path) -> None:
    trade.net.set_plugin("ANDES", "k2k_labels", {"font": "House.ttf"})
    tried = trade.net.try_plugin("ANDES", "k2k_labels", {"font": "Gone.ttf"})
    assert (tried["accepted"], tried["own"], tried["settings"]) == (False, {"font": "House.ttf"}, {"font": "Gone.ttf"})
    assert [one["plugin"] for one in tried["problems"]] == ["k2k_labels"]
    with pytest.raises(Invalid) as refused:
        trade.net.set_plugin("ANDES", "k2k_labels", {"font": "Gone.ttf"})
    assert tried["problems"][0]["problem"] in str(refused.value)
    assert trade.net.try_plugin("ANDES", "k2k_labels", {})["accepted"] is True
    assert len(audited(trade)) == 1
    with pytest.raises(NotFound):
        trade.net.try_plugin("ANDES", "k2k_moon", {})
    with pytest.raises(NotAllowed):
        trade.net.on_behalf_of(Actor("s@andes.example", "ANDES", frozenset(("warehouse",)))).try_plugin(
            "ANDES", "k2k_labels", {}
        )


UNUSABLE = ("Gone.ttf", "../House.ttf", "/etc/passwd", "House.ttf\x00", "..\\House.ttf", "a/b.ttf")


@pytest.mark.parametrize("name", UNUSABLE)
def test_a_font_that_cannot_be_used_is_refused_and_nothing_changes(trade: Trade, fonts: Path, name: str) -> None:
    trade.confirmed(1)
    shutil.copyfile(FONTS / "Vera.ttf", fonts.parent / "House.ttf")
    with pytest.raises(Invalid, match=r"k2k_labels|settings\.font"):
        trade.net.set_plugin("ANDES", "k2k_labels", {"font": name})
    assert pdf(trade)
    assert audited(trade) == []


def test_without_a_folder_of_the_host_there_is_no_font(trade: Trade, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("K2K_FONTS", raising=False)
    with pytest.raises(Invalid, match="K2K_FONTS"):
        trade.net.set_plugin("ANDES", "k2k_labels", {"font": "House.ttf"})


@pytest.mark.parametrize("settings", [{"colour": "red"}, {"font": 7}, {"font": 0.5}, {"font": None}, ["font"], "font"])
def test_settings_that_the_plugin_does_not_take_are_refused(trade: Trade, settings: Any) -> None:
    with pytest.raises(Invalid):
        trade.net.set_plugin("ANDES", "k2k_labels", settings)
    with pytest.raises(Invalid, match="it has no settings"):
        trade.net.set_plugin("ANDES", "k2k_ship_via", {"anything": "at all"})


def test_a_float_in_settings_is_refused_with_its_place_and_what_to_write(trade: Trade) -> None:
    with pytest.raises(Invalid, match="write the number as a text, such as") as caught:
        trade.net.set_plugin("ANDES", "k2k_labels", {"font": 0.5, "tiers": [{"gpm": "1"}, {"gpm": 2.5}]})
    assert [fault["path"] for fault in caught.value.faults] == ["settings.font", "settings.tiers[1].gpm"]


def test_a_plugin_that_is_not_installed_is_not_found(trade: Trade) -> None:
    with pytest.raises(NotFound, match="acme"):
        trade.net.set_plugin("ANDES", "acme", {})


def test_who_sets_plugins(trade: Trade) -> None:
    for role, may in (("admin", True), ("setup", True), ("sales_manager", False), ("warehouse", False)):
        net = trade.net.on_behalf_of(Actor("p", "ANDES", frozenset({role})))
        if may:
            net.set_plugin("ANDES", "k2k_labels", {})
        else:
            with pytest.raises(NotAllowed):
                net.set_plugin("ANDES", "k2k_labels", {})
    with pytest.raises(NotAllowed):
        trade.net.on_behalf_of(Actor("p", "ANDES", frozenset({"admin"}))).set_plugin("BLOOM", "k2k_labels", {})


def test_settings_of_several_plugins_stand_side_by_side(trade: Trade, fonts: Path) -> None:
    trade.net.set_plugin("ANDES", "k2k_labels", {"font": "House.ttf"})
    trade.net.set_plugin("ANDES", "k2k_ship_via", {})
    trade.confirmed(1)
    assert b"BitstreamVera" in pdf(trade)
