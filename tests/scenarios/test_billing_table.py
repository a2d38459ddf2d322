"""The table of automatic billing in the documentation (domain section 6), cell by cell, against the program."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from k2k_core import K2K
from k2k_core.scenario.document import parse

DOCS = Path(__file__).parents[2] / "docs"
NETWORK = DOCS / "rules" / "network.yaml"
MODES = ("off", "scan", "confirm", "both")
SHIP_DATE = "2026-02-05"


def _table(page: Path) -> list[list[str]]:
    rows = re.findall(r"^\| `(off|scan|confirm|both)`([^|]*)\|(.*)\|$", page.read_text("utf-8"), re.MULTILINE)
    return [[mode, *(cell.strip() for cell in cells.split("|"))] for mode, _, cells in rows]


def _cells() -> Iterator[tuple[str, str, bool, str]]:
    """Mode, how the boxes arrive, whether a prebook wants them, and what the page says of them."""
    for mode, *cells in _table(DOCS / "rules" / "domain.md"):
        scanned, by_hand, grower, without = cells
        for how, said in (("scan", scanned), ("receive", by_hand), ("grower", grower)):
            yield mode, how, True, said
            yield mode, how, False, without


def _bought(net: K2K, how: str, prebook: bool) -> tuple[str, str]:
    """The sales order of two boxes, and the purchase order."""
    ship_via = "grower" if how == "grower" else "warehouse"
    if prebook:
        added = net.add("BLOOM", "C-100", lot="ANDES/L1", boxes=2, ship_date=SHIP_DATE, ship_via=ship_via)
        net.checkout("BLOOM", cart=added["cart"])
        return str(added["sales_order"]), str(added["purchase_order"])
    lines = [{"lot": "ANDES/L1", "boxes": 2}]
    number = net.purchase_order("BLOOM", "ANDES", lines, ship_date=SHIP_DATE, ship_via=ship_via)["number"]
    net.approve("BLOOM", purchase_order=number)
    orders = [order["number"] for order in net.orders("ANDES") if order["kind"] == "sales_order"]
    return orders[0], number


def _came_of(net: K2K, purchase_order: str) -> str:
    """What became of the boxes: billed, allocated to their prebook, or free for anybody."""
    line = net.show("BLOOM", purchase_order)["lines"][0]
    if line["state"] == "billed":
        return "billed"
    assert line["state"] == "received"
    arrived = [event["data"]["own_lot"] for event in net.events("BLOOM") if event["type"] == "box.received"]
    [free] = {row["available"] for row in net.availability([f"BLOOM/{lot}" for lot in arrived])}
    return "free stock" if free == 2 else "allocated"


@pytest.mark.parametrize(("mode", "how", "prebook", "said"), list(_cells()))
def test_a_box_ends_where_the_table_says(database_url: str, mode: str, how: str, prebook: bool, said: str) -> None:
    now = [dt.datetime(2026, 2, 2, 14, tzinfo=dt.UTC)]
    network = parse(NETWORK.read_text("utf-8"))
    with closing(K2K.open(database_url, clock=lambda: now[0])) as net:
        net.load({"companies": network["companies"], "connections": network["connections"]})
        net.set("BLOOM", settings={"auto_billing": mode})
        sales_order, purchase_order = _bought(net, how, prebook)
        confirmed = net.confirm("ANDES", sales_order)
        net.ship("ANDES", str(confirmed["awb"]))
        now[0] += dt.timedelta(days=3)
        if how != "grower":
            (net.scan if how == "scan" else net.receive)("BLOOM", confirmed["box_codes"])
        assert _came_of(net, purchase_order) == said.removesuffix(" as it ships")
        assert net.verify() == []


def test_the_table_has_every_mode_and_admins_read_the_same_one() -> None:
    table = _table(DOCS / "rules" / "domain.md")
    assert [row[0] for row in table] == list(MODES)
    assert table == _table(DOCS / "admin.md")
