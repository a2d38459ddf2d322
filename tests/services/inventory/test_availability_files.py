"""Vendor availability is imported whole or not at all, never below what is sold; a dry run runs the same code."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from k2k_core.domain.roles import Actor
from k2k_core.errors import IdempotencyMismatch, Invalid, NotAllowed, UnreadableFile
from tests.services.conftest import LOT, Trade

FARM = {
    **{name: value for name, value in LOT.items() if name != "price_a"},
    "inventory_type": "vendor_availability",
    "product": "FREEDOM",
    "va_price": "0.60",
    "code": "VA-1",
    "boxes": 10,
}
HEADER = "lot,boxes,product,box_type,units_per_box,unit_type,arrival_date,va_price\n"
NEW = "VA-2,7,FREEDOM,QB,100,stem,2026-02-09,0.55\n"


def with_farm(companies: dict[str, Any]) -> None:
    """Bloom sells what a farm can deliver, beside a lot of its own."""
    companies["BLOOM"]["lots"] = [FARM, {**LOT, "code": "OWN", "product": "FREEDOM", "boxes": 3}]
    companies["BLOOM"]["box_dimensions"] = [{"box_type": "HB", "length": 40, "width": 12, "height": "10.44"}]


@pytest.fixture
def bloom(open_trade: Callable[..., Trade]) -> Trade:
    return open_trade(with_farm)


def upload(trade: Trade, text: str, **more: Any) -> dict[str, Any]:
    return trade.net.import_availability("BLOOM", text.encode(), **more)


def left(trade: Trade, lot: str = "VA-1") -> int:
    return trade.available(f"BLOOM/{lot}")


def faults(answer: dict[str, Any]) -> list[tuple[int, str, str]]:
    return [(fault["row"], fault["column"], fault["message"]) for fault in answer["faults"]]


def test_overwrite_brings_a_lot_to_its_boxes_and_adds_new_lots(bloom: Trade) -> None:
    answer = upload(bloom, HEADER + "VA-1,4,,,,,,0.65\n" + NEW)
    assert answer["counts"] == {"added": 1, "changed": 1}
    movements = {one["lot"]: one["movement"] for one in bloom.net.quantities("BLOOM", ["VA-1", "VA-2"])["items"]}
    before = {"boxes": 10, "available": 10}
    assert answer["lots"] == [
        {"lot": "VA-1", "before": before, "after": {"boxes": 4, "available": 4}, "movement": movements["VA-1"]},
        {"lot": "VA-2", "before": None, "after": {"boxes": 7, "available": 7}, "movement": movements["VA-2"]},
    ]
    assert (left(bloom), left(bloom, "VA-2")) == (4, 7)
    prices = {row["lot"]: row["price"] for row in bloom.net.price("BLOOM", "C-100", ["VA-1", "VA-2"])}
    assert prices == {"VA-1": "0.65", "VA-2": "0.55"}


def test_increase_adds_boxes_to_what_is_there(bloom: Trade) -> None:
    bloom.ordered(4, lot="VA-1")
    answer = upload(bloom, "lot,boxes\nVA-1,5\n", mode="increase")
    assert answer["lots"][0]["after"] == {"boxes": 15, "available": 11}
    assert left(bloom) == 11


def test_what_is_sold_stays_sold(bloom: Trade) -> None:
    bloom.ordered(4, lot="VA-1")
    with pytest.raises(Invalid) as refused:
        upload(bloom, HEADER + "VA-1,3,,,,,,\n" + NEW)
    assert refused.value.faults == [{"path": "row 2, boxes", "message": "4 are sold: the lot cannot have 3"}]
    assert left(bloom) == 6
    assert upload(bloom, "lot,boxes\nVA-1,4\n")["lots"][0]["after"] == {"boxes": 4, "available": 0}
    assert left(bloom) == 0


def test_a_dry_run_answers_what_the_upload_does_and_writes_nothing(bloom: Trade) -> None:
    text = HEADER + "VA-1,4,,,,,,\n" + NEW
    tried = upload(bloom, text, dry_run=True)
    assert left(bloom) == 10
    done = upload(bloom, text)
    for lot in done["lots"]:
        assert lot.pop("movement") > 0
    assert {**tried, "dry_run": False, "written": True} == done


def test_every_fault_of_every_row_is_named(bloom: Trade) -> None:
    rows = [
        "VA-1,minus,,,,,,",
        "OWN,5,,,,,,",
        "VA-3,5,TULIP,HB,100,stem,2026-02-09,",
        "VA-4,5,FREEDOM,HB,0,stem,tomorrow,",
        ",5,,,,,,",
        "VA-5,,FREEDOM,HB,100,stem,2026-02-09,",
        "VA-6,1,FREEDOM,HB,100,stem,2026-02-09,",
        "VA-6,1,FREEDOM,HB,100,stem,2026-02-09,",
        "VA-7,1,,,,,,",
        "VA-8,100001,FREEDOM,HB,100,stem,2026-02-09,",
    ]
    found = faults(upload(bloom, HEADER + "\n".join(rows), dry_run=True))
    assert {(row, column) for row, column, _ in found} == {
        *((2, "boxes"), (3, "lot"), (4, "product"), (5, "units_per_box"), (5, "arrival_date"), (6, "lot")),
        *((7, "boxes"), (9, "lot"), (11, "boxes")),
        *((10, name) for name in ("product", "box_type", "units_per_box", "unit_type", "arrival_date")),
    }
    with pytest.raises(Invalid):
        upload(bloom, HEADER + "\n".join(rows))
    assert left(bloom) == 10


@pytest.mark.parametrize("header", ["lot", "lot,boxes,colour", "lot,boxes,boxes", "boxes,product"])
def test_a_header_that_is_not_known_is_refused(bloom: Trade, header: str) -> None:
    with pytest.raises(Invalid, match="header"):
        upload(bloom, f"{header}\n")


def test_what_is_no_file_is_refused(bloom: Trade) -> None:
    with pytest.raises(UnreadableFile):
        upload(bloom, "")
    with pytest.raises(Invalid):
        upload(bloom, "lot,boxes\n", mode="replace")


WRITTEN = {
    "with a byte order mark": b"\xef\xbb\xbf" + (HEADER + NEW).encode(),
    "between semicolons": (HEADER + NEW).replace(",", ";").encode(),
    "with the line ends of Windows": (HEADER + NEW).replace("\n", "\r\n").encode(),
    "with blank rows": (HEADER + "\n,,,,,,,\n" + NEW + "\n\n").encode(),
    "with capitals and blanks": (HEADER.upper().replace(",", " , ") + NEW.replace(",", " , ")).encode(),
}


@pytest.mark.parametrize("how", WRITTEN)
def test_a_file_is_read_however_a_spreadsheet_writes_it(bloom: Trade, how: str) -> None:
    tried = bloom.net.import_availability("BLOOM", WRITTEN[how], dry_run=True)
    assert (tried["counts"], tried["faults"]) == ({"added": 1, "changed": 0}, [])


def test_what_a_spreadsheet_of_another_country_writes_is_told_with_what_to_write(bloom: Trade) -> None:
    text = HEADER.replace(",", ";") + "VA-9;5;FREEDOM;HB;100;stem;09/02/2026;0,33\n"
    assert [found[1:] for found in faults(upload(bloom, text, dry_run=True))] == [
        ("arrival_date", "'09/02/2026' is not a day: write it as 2026-02-14"),
        ("va_price", "'0,33' is not a number: write it with a point, as 0.33"),
    ]


def test_a_row_that_comes_again_names_the_first_and_a_new_lot_what_it_lacks(bloom: Trade) -> None:
    told = faults(upload(bloom, "lot,boxes,product\nVA-1,5,\nVA-9,5,FREEDOM\nVA-1,6,\n", dry_run=True))
    assert (4, "lot", "VA-1 is in row 2 already") in told
    assert (3, "box_type", "is missing: the lot is new") in told


def test_a_file_in_another_encoding_is_refused_with_the_row(bloom: Trade) -> None:
    with pytest.raises(UnreadableFile, match="in row 2"):
        bloom.net.import_availability("BLOOM", (HEADER + "VÁ,5,,,,,,\n").encode("latin-1"))
    with pytest.raises(UnreadableFile):
        bloom.net.import_availability("BLOOM", (HEADER + NEW).encode("utf-16"))


def test_a_file_with_more_rows_than_are_read_is_refused_before_any_is_believed(bloom: Trade) -> None:
    with pytest.raises(UnreadableFile, match="rows"):
        bloom.net.import_availability("BLOOM", b"lot,boxes\n" + b"A,1\n" * 200_001)
    with pytest.raises(UnreadableFile, match="bytes"):
        bloom.net.import_availability("BLOOM", b"lot,boxes\n" + b"VA-000001,1,ROSES-OF-ALL\n" * 1_000_000)


def test_an_upload_that_is_sent_twice_is_done_once(bloom: Trade) -> None:
    first = upload(bloom, "lot,boxes\nVA-1,5\n", mode="increase", key="k")
    assert upload(bloom, "lot,boxes\nVA-1,5\n", mode="increase", key="k") == first
    assert left(bloom) == 15
    with pytest.raises(IdempotencyMismatch):
        upload(bloom, "lot,boxes\nVA-1,6\n", mode="increase", key="k")


def test_who_may_price_lots_may_upload_them(bloom: Trade) -> None:
    for person in (Actor("w@bloom.example", "BLOOM", frozenset(("warehouse",))), Actor("a@x.example", "ANDES")):
        with pytest.raises(NotAllowed):
            bloom.net.on_behalf_of(person).import_availability("BLOOM", b"lot,boxes\n")
