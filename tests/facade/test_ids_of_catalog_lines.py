"""The id of a catalog line: the same in every process, and not computable from the codes that it stands for."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Any

from k2k_core.api import K2K
from tests.properties.catalog_changes.network import DAYS, NOW, lot

WEDNESDAY = dt.date(2026, 3, 11)


def _network() -> dict[str, Any]:
    vendor = {
        "code": "ANDES",
        "currency": "USD",
        "timezone": "America/Bogota",
        "categories": [{"code": "R"}],
        "products": [{"code": "ROSE", "description": "Rose", "category": "R"}],
        "box_dimensions": [{"box_type": "HB", "length": 40, "width": 12, "height": 10}],
        "customers": [{"code": "B", "type": "A", "company": "BLOOM", "days_of_service": dict.fromkeys(DAYS, "")}],
        "lots": [lot("L")],
    }
    buyer = {
        "code": "BLOOM",
        "currency": "USD",
        "timezone": "America/New_York",
        "settings": {"gpm": 30, "k2k_gpm": 30, "auto_map_products": True, "autoconfirm": True},
        "vendors": [{"code": "ANDES", "company": "ANDES", "currency": "USD", "transit_days": 1}],
        "customers": [{"code": "SHOP", "type": "A"}],
    }
    connection = {"vendor": "ANDES", "buyer": "BLOOM", "state": "active", "hide_vendor": True}
    return {"companies": [vendor, buyer], "connections": [connection]}


def _open(url: str) -> K2K:
    return K2K.open(url, clock=lambda: NOW)


def _line_of_the_hidden_vendor(net: K2K) -> str:
    (line,) = net.catalog("BLOOM", "SHOP", ship_date=WEDNESDAY)["lines"]
    assert line["vendor"] is None
    return line["line"]


def test_a_line_keeps_its_id_after_a_restart_and_is_ordered_by_it(database_url: str) -> None:
    with _open(database_url) as net:
        net.load(_network())
        named = _line_of_the_hidden_vendor(net)
    with _open(database_url) as again:
        assert _line_of_the_hidden_vendor(again) == named
        again.set("ANDES", lot="L", values={"boxes": 5})
        assert _line_of_the_hidden_vendor(again) == named
        bought = again.add("BLOOM", "SHOP", line=named, boxes=1, ship_date=WEDNESDAY, key="k")
        assert [line["boxes"] for line in bought["lines"]] == [1]


def test_networks_with_the_same_codes_and_prices_have_other_ids(database_url: str, tmp_path: Path) -> None:
    with _open(database_url) as net, _open(f"sqlite:///{tmp_path / 'other.db'}") as other:
        net.load(_network())
        other.load(_network())
        assert _line_of_the_hidden_vendor(net) != _line_of_the_hidden_vendor(other)
