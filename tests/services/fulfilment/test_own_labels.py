"""A buyer prints labels of its own design from its staging area, while the vendor's labels stay the standard ones."""

from __future__ import annotations

import copy
import datetime as dt
import io
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from k2k_core.api import K2K
from k2k_core.domain.labels import Label
from tests.proofs.labels import codes_in
from tests.services.conftest import NETWORK, Trade

NAME = "k2k_sample_own_label"
SAMPLE = Path(__file__).parents[2] / "sample_plugins" / NAME
NOW = dt.datetime(2026, 2, 2, 14, tzinfo=dt.UTC)


@pytest.fixture
def trade(database_url: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[Trade]:
    """The network with somebody else's label design beside the bundled plugins."""
    monkeypatch.syspath_prepend(SAMPLE)
    network: dict[str, Any] = copy.deepcopy(NETWORK)
    network["connections"][0]["hide_vendor"] = True
    with K2K.open(database_url, clock=lambda: NOW, plugins=[(NAME, NAME)]) as net:
        net.load(network)
        yield Trade(net, [NOW])


def label(trade: Trade, company: str, format: str = "png") -> Label:
    ((_, drawn),) = trade.net.label_files(company, box_codes=["B1"], format=format).labels
    assert isinstance(drawn, Label)
    return drawn


@pytest.mark.parametrize("format", ["pdf", "png", "zpl"])
def test_each_company_prints_its_own_design_of_the_same_box(trade: Trade, format: str) -> None:
    trade.confirmed(1)
    trade.net.set_plugin("BLOOM", NAME, {"brand": "Bloom & Sons", "motto": "Fresh every day"})
    vendors, buyers = label(trade, "ANDES", format), label(trade, "BLOOM", format)
    assert {"Bloom & Sons", "Fresh every day", "K2K", "B1", "C-100", "R"} <= set(buyers.text)
    assert {"K2K", "B1", "C-100"} <= set(vendors.text)
    assert "Bloom & Sons" not in vendors.text
    assert "andes" not in " ".join(buyers.text + vendors.text).lower()


def test_the_buyers_own_label_scans_as_the_vendors_box(trade: Trade) -> None:
    trade.confirmed(1)
    trade.net.set_plugin("BLOOM", NAME, {"brand": "Цветы Блум ^XZ"})
    with Image.open(io.BytesIO(label(trade, "BLOOM").content)) as picture:
        assert codes_in(picture) == ["B1"]
    assert [row["outcome"] for row in trade.net.scan("BLOOM", ["B1"])] == ["received"]


def test_without_a_brand_everybody_keeps_the_standard(trade: Trade) -> None:
    trade.confirmed(1)
    trade.net.set_plugin("BLOOM", NAME, {"brand": "Bloom & Sons"})
    trade.net.set_plugin("BLOOM", NAME, {})
    assert "Bloom & Sons" not in label(trade, "BLOOM").text
