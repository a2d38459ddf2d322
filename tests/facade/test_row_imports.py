"""Every collection is exported to a file and imported from one. A dry run says of each row what it changes; the faulty
rows are left out where that is asked for, and come back as a file with their reasons."""

from __future__ import annotations

from typing import Any

import pytest

from k2k_core.api import K2K
from k2k_core.domain.roles import Actor
from k2k_core.errors import Conflict, Invalid, NotFound
from k2k_core.schemas import table_files
from tests.facade.test_idempotency_of_every_method import everything
from tests.facade.test_puts import RECORDS
from tests.services.conftest import LOT, Trade

Row = dict[str, Any]
PRODUCTS = b"code,description,category,color\nFREEDOM,Rose Freedom,ROSES,red\nLILY,Lily,RSES,\nTULIP,Tulip,ROSES,pink\n"


@pytest.fixture
def net(trade: Trade) -> K2K:
    return trade.net


def _table(content: bytes) -> list[list[Any]]:
    return [list(line.cells) for line in table_files.lines(content, table_files.format_of(content))]


def _rows(answer: Any, *names: str) -> list[tuple[Any, ...]]:
    return [tuple(row[name] for name in names) for row in answer["rows"]]


def test_every_collection_comes_back_from_its_file_the_same(net: K2K) -> None:
    rich = {
        "code": "C-9",
        "type": "B",
        "email": "nine@c.example",
        "ecommerce_markup": {"percent": "12.5"},
        "sell_fast_markup": {"amount": "-0.03"},
        "days_of_service": {"mon": "AM", "fri": "PM"},
        "ship_to": {"name": "=Nine", "city": "Miami; FL"},
        "additional_charges": [{"name": "Box, small", "per_box": "1.5"}],
        "send_invoice_to": ["a@c.example", "b@c.example"],
        "show_vendor": False,
    }
    for collection, (row, others) in RECORDS.items():
        net.put("BLOOM", collection, [{**row, **others}])
    net.put("BLOOM", "customers", [rich])
    for collection in RECORDS.keys() - {"price_lists"}:
        there = everything(net)
        for format in ("csv", "xlsx"):
            content = net.export_rows("BLOOM", collection, format)
            tried = net.import_rows("BLOOM", collection, content, dry_run=True)
            assert {row["outcome"] for row in tried["rows"]} == {"unchanged"}, (collection, tried["rows"])
            assert (tried["dry_run"], tried["written"], tried["records"]) == (True, False, len(tried["rows"]))
        assert everything(net) == there
        assert net.import_rows("BLOOM", collection, content)["counts"]["unchanged"] == len(tried["rows"])
    for call in (net.export_rows, net.import_rows):
        with pytest.raises(Invalid, match="price_lists"):
            call("BLOOM", "price_lists")
        with pytest.raises(NotFound):
            call("BLOOM", "colours")


def test_a_dry_run_says_of_each_row_what_it_changes_and_what_is_wrong_with_it(net: K2K) -> None:
    there = everything(net)
    answer = net.import_rows("BLOOM", "products", PRODUCTS, dry_run=True)
    assert everything(net) == there
    assert answer["counts"] == {"created": 1, "changed": 1, "unchanged": 0, "refused": 1}
    assert _rows(answer, "row", "code", "outcome") == [
        (2, "FREEDOM", "changed"),
        (3, "LILY", "refused"),
        (4, "TULIP", "created"),
    ]
    changed, refused, created = answer["rows"]
    assert (changed["before"]["color"], changed["after"]["color"]) == (None, "red")
    assert (created["before"], created["after"]["color"]) == (None, "pink")
    (fault,) = refused["faults"]
    assert (fault["column"], fault["nearest"], refused["before"]) == ("category", "ROSES", None)
    assert refused["values"] == {"code": "LILY", "description": "Lily", "category": "RSES", "color": None}


def test_rows_of_a_dry_run_are_corrected_and_imported(net: K2K) -> None:
    rows = [row["values"] for row in net.import_rows("BLOOM", "products", PRODUCTS, dry_run=True)["rows"]]
    rows[1]["category"] = "ROSES"
    again = net.import_rows("BLOOM", "products", rows=rows, dry_run=True)
    assert _rows(again, "row", "outcome") == [(2, "changed"), (3, "created"), (4, "created")]
    done = net.import_rows("BLOOM", "products", rows=rows, key="products")
    assert done["counts"] == again["counts"]
    assert done["written"]
    assert all("values" not in row for row in done["rows"])
    assert net.import_rows("BLOOM", "products", rows=rows, key="products") == done
    assert net.record("BLOOM", "products", "LILY")["category"] == "ROSES"
    (entry,) = [one for one in net.audit("BLOOM")["items"] if one["action"] == "products.imported"]
    assert entry["after"]["counts"] == {"created": 2, "changed": 1, "unchanged": 0, "refused": 0}
    net.undo("BLOOM", done["rows"][0]["audit"])
    assert net.record("BLOOM", "products", "FREEDOM")["color"] is None


def test_all_rows_are_imported_or_none_unless_faulty_ones_are_left_out(net: K2K) -> None:
    there = everything(net)
    with pytest.raises(Invalid) as refused:
        net.import_rows("BLOOM", "products", PRODUCTS)
    assert [fault["path"] for fault in refused.value.faults] == ["row 3, category"]
    assert everything(net) == there
    done = net.import_rows("BLOOM", "products", PRODUCTS, atomic=False)
    assert (done["records"], done["counts"]["refused"]) == (2, 1)
    with pytest.raises(NotFound):
        net.record("BLOOM", "products", "LILY")
    header, line = _table(net.faulty_rows("BLOOM", "products", PRODUCTS, format="xlsx"))
    assert header == ["code", "description", "category", "color", "fault"]
    assert line[:4] == ["LILY", "Lily", "RSES", ""]
    assert line[4].startswith("category: RSES is none of its categories")
    faulty = net.in_language("es").faulty_rows("BLOOM", "products", PRODUCTS)
    assert "RSES is none" not in faulty.decode("utf-8-sig")
    mended = faulty.replace(b"RSES,", b"ROSES,")
    assert net.import_rows("BLOOM", "products", mended)["counts"]["created"] == 1
    assert len(_table(net.faulty_rows("BLOOM", "products", rows=[{"code": "FREEDOM"}]))) == 1


def test_what_a_row_leaves_out_stays_and_a_blank_cell_takes_away(net: K2K) -> None:
    address = {"city": "Miami", "street": "1 Main St"}
    net.put("BLOOM", "customers", [{"code": "C-9", "type": "B", "name": "Nine", "max_age": 9, "ship_to": address}])
    net.import_rows("BLOOM", "customers", b"Code;max age;ship_to.city\nC-9;;Doral\n")
    found = net.record("BLOOM", "customers", "C-9")
    assert (found["name"], found["type"], found["max_age"]) == ("Nine", "B", None)
    assert found["ship_to"] == {"city": "Doral", "street": "1 Main St"}
    stale = {"code": "C-9", "name": "Ninth", "expected": {"name": "Eight"}}
    with pytest.raises(Conflict):
        net.import_rows("BLOOM", "customers", rows=[stale])
    (left,) = net.import_rows("BLOOM", "customers", rows=[stale], atomic=False)["rows"]
    assert (left["outcome"], left["faults"][0]["column"]) == ("refused", "")


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "empty"),
        (b"description\nRose\n", "code is missing"),
        (b"code,colour\nX,red\n", "no column 'colour'"),
        (b"code,code\nX,X\n", "occurs twice"),
    ],
)
def test_a_file_without_a_fitting_header_is_refused_as_a_whole(net: K2K, content: bytes, said: str) -> None:
    for call in (net.import_rows, net.faulty_rows):
        with pytest.raises(Invalid, match=said):
            call("BLOOM", "products", content)


def test_a_file_has_each_record_once_and_cells_only_below_a_name(net: K2K) -> None:
    content = b"code,name\nA,One\nA,Two\nB,Three,four\n"
    answer = net.import_rows("BLOOM", "categories", content, dry_run=True)
    assert _rows(answer, "row", "outcome") == [(2, "created"), (3, "refused"), (4, "refused")]
    assert [row["faults"][0]["column"] for row in answer["rows"][1:]] == ["code", "column 3"]
    with pytest.raises(Invalid):
        net.import_rows("BLOOM", "categories", content)
    with pytest.raises(Invalid, match="either"):
        net.import_rows("BLOOM", "categories")
    with pytest.raises(Invalid, match="10000"):
        net.import_rows("BLOOM", "categories", rows=[{"code": "A"}] * 10_001)


def test_more_rows_than_one_put_takes_are_tried_and_imported(net: K2K) -> None:
    rows = [{"code": f"N-{number}"} for number in range(1_001)]
    assert net.import_rows("BLOOM", "categories", rows=[*rows, rows[0]], dry_run=True)["counts"]["created"] == 1_001
    assert net.import_rows("BLOOM", "categories", rows=[*rows, rows[0]], atomic=False)["records"] == 1_001


def test_a_price_that_falls_to_less_than_half_is_found(net: K2K) -> None:
    net.put("BLOOM", "lots", [{**LOT, "code": "OWN", "product": "FREEDOM", "boxes": 2, "web_price": "0.50"}])
    for price, found in (("0.25", []), ("0.249", ["price_fall"])):
        answer = net.import_rows("BLOOM", "lots", f"code,web_price\nOWN,{price}\n".encode(), dry_run=True)
        assert [one["code"] for one in answer["findings"]] == found
        assert answer["rows"][0]["before"]["web_price"] == "0.5"


def test_what_a_reader_may_not_see_is_in_no_answer_and_in_no_file(net: K2K) -> None:
    net.put("BLOOM", "locations", [{"code": "MIA", "k2k_gpm": "31.7"}])
    net.put("BLOOM", "lots", [{**LOT, "code": "OWN", "product": "FREEDOM", "boxes": 2, "web_price": "0.50"}])
    operator = net.on_behalf_of(Actor("ops@k2k.example", None))
    (row,) = operator.import_rows("BLOOM", "locations", b"code,k2k_gpm\nMIA,32\n", dry_run=True)["rows"]
    assert (row["outcome"], row["before"], row["after"]) == ("changed", {}, {})
    clerk = net.on_behalf_of(Actor("person@bloom.example", "BLOOM", frozenset(["warehouse"])))
    header = _table(clerk.export_rows("BLOOM", "lots"))[0]
    assert "boxes" in header
    assert {"unit_cost", "web_price"}.isdisjoint(header)
