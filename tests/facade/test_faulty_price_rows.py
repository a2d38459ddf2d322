"""An import of price lists names the code that was probably meant and prices that fall far; its faulty rows are left
out where that is asked for, and come back as a file."""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal

import pytest

from k2k_core.errors import Invalid
from k2k_core.schemas import table_files
from tests.facade.test_idempotency_of_every_method import everything
from tests.services.conftest import LOT, Trade

SEASON = {"name": "", "rows": [{"product": "FREEDOM", "price": "0.50"}]}
FILE = b"""\
list,season,product,box_type,price
MAIN,,FREEDOM,,0.24
MAIN,,FREDOM,HB,0.5
MAIN,,FREEDOM,HB,0.6
MAIN,,FREEDOM,QB,x
"""


@pytest.fixture
def listed(trade: Trade) -> Trade:
    trade.net.put("BLOOM", "price_lists", [{"code": "MAIN", "seasons": [SEASON]}])
    return trade


def test_a_dry_run_names_the_nearest_code_and_prices_that_fall(listed: Trade) -> None:
    there = everything(listed.net)
    answer = listed.net.import_price_lists("BLOOM", FILE, dry_run=True)
    assert [(one["row"], one["column"], one.get("nearest")) for one in answer["faults"]] == [
        (3, "product", "FREEDOM"),
        (5, "price", None),
    ]
    assert answer["left_out"] == 0
    (finding,) = answer["findings"]
    assert (finding["code"], finding["place"]) == ("price_fall", "price_lists.MAIN.FREEDOM")
    half = listed.net.import_price_lists("BLOOM", FILE.replace(b"0.24", b"0.25"), dry_run=True)
    assert half["findings"] == []
    assert everything(listed.net) == there


def test_faulty_rows_are_left_out_and_come_back_as_a_file(listed: Trade) -> None:
    net = listed.net
    with pytest.raises(Invalid):
        net.import_price_lists("BLOOM", FILE)
    with pytest.raises(Invalid, match="upsert only"):
        net.import_price_lists("BLOOM", FILE, mode="replace", atomic=False)
    tried = net.import_price_lists("BLOOM", FILE, dry_run=True, atomic=False)
    done = net.import_price_lists("BLOOM", FILE, atomic=False, key="spring")
    assert net.import_price_lists("BLOOM", FILE, atomic=False, key="spring") == done
    for answer in (tried, done):
        assert (answer["left_out"], len(answer["faults"])) == (2, 2)
        assert answer["counts"]["rows"] == {"added": 1, "changed": 1, "removed": 0, "unchanged": 0}
        assert [one["code"] for one in answer["findings"]] == ["price_fall"]
    prices = {row["box_type"]: row["price"] for row in net.price_rows("BLOOM")["items"]}
    assert prices == {None: "0.24", "HB": "0.6"}
    content = net.faulty_rows("BLOOM", "price_lists", FILE)
    header, *rows = [list(line.cells) for line in table_files.lines(content, "csv")]
    assert header == ["list", "season", "product", "box_type", "price", "fault"]
    assert [row[:5] for row in rows] == [["MAIN", "", "FREDOM", "HB", "0.5"], ["MAIN", "", "FREEDOM", "QB", "x"]]
    assert all(row[5] for row in rows)
    mended = content.replace(b"FREDOM", b"FREEDOM").replace(b",x,", b",0.7,")
    assert net.import_price_lists("BLOOM", mended)["counts"]["rows"]["added"] == 1


def test_a_dry_run_says_what_each_price_leaves_over_the_landed_cost(listed: Trade) -> None:
    listed.net.set("BLOOM", settings={"cube_rate": "3.6"})
    listed.net.put("BLOOM", "box_dimensions", [{"box_type": "HB", "length": 40, "width": 12, "height": 10}])
    own = {**LOT, "product": "FREEDOM", "boxes": 2, "box_type": "HB"}
    costs = {"CHEAP": "0.1", "DEAR": "0.3"}
    listed.net.put("BLOOM", "lots", [{**own, "code": code, "unit_cost": cost} for code, cost in costs.items()])
    file = FILE.replace(b"QB,x", b"QB,0.7").replace(b"FREDOM,HB,0.5", b"FREEDOM,EB,0")
    of_all, of_a_gift, of_boxes, without = listed.net.import_price_lists("BLOOM", file, dry_run=True)["margins"]
    (dear,) = listed.net.price("BLOOM", "C-100", lots=["DEAR"])
    assert of_all["landed_cost"] == dear["landed_cost"]
    landed = Decimal(of_all["landed_cost"] or 0)
    assert landed >= Decimal("0.3")
    margin = ((1 - landed / Decimal("0.6")) * 100).quantize(Decimal("0.1"), ROUND_HALF_UP)
    assert of_boxes == {"row": 4, "landed_cost": of_all["landed_cost"], "margin_percent": str(margin)}
    assert without == {"row": 5, "landed_cost": None, "margin_percent": None}
    assert of_a_gift["margin_percent"] is None
    assert "margins" not in listed.net.import_price_lists("BLOOM", file)
