"""`k2k labels`: writes labels to a file."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Any

import pytest

from k2k_core.api import K2K

NOW = dt.datetime(2026, 2, 2, 14, tzinfo=dt.UTC)


@pytest.fixture
def confirmed(network: str) -> tuple[str, str]:
    """The small network, in which ANDES has confirmed an order of BLOOM; and the boxes of it, of which there is one."""
    with K2K.open(network, clock=lambda: NOW) as k2k:
        k2k.put("BLOOM", "categories", [{"code": "CUT"}])
        k2k.put("BLOOM", "products", [{"code": "RED", "description": "Rose Red Freedom 60cm", "category": "CUT"}])
        order = k2k.purchase_order(
            "BLOOM", "ANDES", [{"product": "RED", "boxes": 1, "unit_cost": "0.30"}], "2026-02-05"
        )
        k2k.transfer("BLOOM", order["number"])
        accepted = k2k.accept_order("ANDES", order["number"])
        k2k.fill("ANDES", order["number"], [{"line": order["lines"][0]["line"]}])
        done = k2k.confirm("ANDES", accepted["sales_order"], reference_number="729-55")
        return network, done["box_codes"][0]


def test_an_air_waybill_is_printed_as_a_sheet_of_the_format_that_the_file_names(
    k2k: Any, confirmed: tuple[str, str]
) -> None:
    ran = k2k("labels", "ANDES", "sheet.pdf", "--awb", "729-55", "--database", confirmed[0])
    assert (ran.status, ran.err) == (0, "")
    assert ran.out.startswith("Labels of ANDES: sheet.pdf (")
    assert Path("sheet.pdf").read_bytes().startswith(b"%PDF")
    assert k2k("labels", "BLOOM", "again.zpl", "--awb", "729-55", "--database", confirmed[0]).status == 0
    assert Path("again.zpl").read_bytes().count(b"^FR") == 2  # the K2K mark, and R: it is a reprint


def test_a_single_box_is_printed_as_a_picture(k2k: Any, confirmed: tuple[str, str]) -> None:
    assert k2k("labels", "ANDES", "box.PNG", "--box", confirmed[1], "--database", confirmed[0]).status == 0
    assert Path("box.PNG").read_bytes().startswith(b"\x89PNG")


@pytest.mark.parametrize(
    ("options", "words"),
    [
        (("sheet", "--awb", "729-55"), "does not say in which format"),
        (("sheet.gif", "--awb", "729-55"), "no label format 'gif'"),
        (("sheet.pdf",), "either an AWB or some boxes"),
        (("sheet.pdf", "--awb", "729-55", "--box", "B1"), "either an AWB or some boxes"),
        (("sheet.png", "--awb", "729-55"), "A picture is of one box"),
        (("sheet.pdf", "--box", "nonsense"), "error[not_found]"),
        (("no/such/sheet.pdf", "--awb", "729-55"), "cannot be written"),
    ],
)
def test_what_cannot_be_printed_is_said(
    k2k: Any, confirmed: tuple[str, str], options: tuple[str, ...], words: str
) -> None:
    ran = k2k("labels", "ANDES", *options, "--database", confirmed[0])
    assert ran.status == 2
    assert words in ran.err
    assert not list(Path().glob("sheet*"))
