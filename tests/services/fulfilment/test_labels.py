"""Labels as the vendor and the buyer print them."""

from __future__ import annotations

import importlib
from collections.abc import Callable
from types import ModuleType
from typing import Any

import pytest

from k2k_core.domain.answer_files import Printed
from k2k_core.domain.labels import Label
from k2k_core.domain.roles import Actor
from k2k_core.errors import Invalid, NotAllowed, NotFound

Trade = Any
OpenTrade = Callable[..., Any]


def test_a_label_says_what_the_trade_needs(trade: Trade) -> None:
    done = trade.confirmed(1, reference_number="729-55")
    (label,) = trade.net.labels("ANDES", awb="729-55")
    assert (label["box_code"], label["media_type"]) == ("B1", "application/zpl")
    assert label["size"] > 100
    words = label["text"].split("\n")
    for word in ("K2K", "B1", "Rose Red Freedom 60cm", "HB 250 stems", "L1", "Bloom Wholesale", "C-100", "2026-02-05"):
        assert word in words
    assert "729-55" in words
    assert done["sales_order"] in words
    assert "R" not in words


@pytest.mark.parametrize("format", ["pdf", "png", "zpl"])
def test_a_reprint_is_marked(trade: Trade, format: str) -> None:
    trade.confirmed(1)
    first, second = (
        trade.net.labels("ANDES", box_codes=["B1"], format=format),
        trade.net.labels("ANDES", box_codes=["B1"], format=format),
    )
    assert "R" not in first[0]["text"].split("\n")
    assert "R" in second[0]["text"].split("\n")


def test_the_buyer_prints_the_same_codes(trade: Trade) -> None:
    done = trade.confirmed(3)
    vendor, buyer = trade.net.labels("ANDES", awb=done["awb"]), trade.net.labels("BLOOM", awb=done["awb"])
    assert [row["box_code"] for row in vendor] == [row["box_code"] for row in buyer] == ["B1", "B2", "B3"]


def test_via_grower_the_label_goes_to_the_customer(trade: Trade) -> None:
    trade.confirmed(1, ship_via="grower")
    assert "Corner Florist" in trade.net.labels("ANDES", box_codes=["B1"])[0]["text"].split("\n")


def test_a_vendor_that_hides_is_on_no_label(open_trade: OpenTrade) -> None:
    trade = open_trade(lambda companies: companies["connections"][0].update(hide_vendor=True))
    done = trade.confirmed(1)
    for company in ("ANDES", "BLOOM"):
        for format in ("pdf", "zpl"):
            printed = trade.net.label_files(company, awb=done["awb"], format=format)
            label = printed.labels[0][1]
            assert isinstance(label, Label)
            assert "andes" not in " ".join(label.text).lower()
            assert b"andes" not in label.content.lower()


def test_a_vendor_that_hides_is_neither_in_its_own_words(open_trade: OpenTrade) -> None:
    def change(companies: dict[str, Any]) -> None:
        companies["connections"][0].update(hide_vendor=True)
        (rose,) = companies["ANDES"]["products"]
        companies["ANDES"]["products"] = [rose | {"description": "Andes Flower Farms Rose Red"}]
        companies["ANDES"]["lots"][0]["code"] = "ANDES-L1"

    trade = open_trade(change)
    cart = trade.net.add("BLOOM", "C-100", lot="ANDES/ANDES-L1", boxes=1, ship_date="2026-02-05")
    trade.net.checkout("BLOOM", cart["cart"])
    done = trade.net.confirm("ANDES", cart["sales_order"], reference_number="andes 729-55")
    for company in ("ANDES", "BLOOM"):
        (label,) = trade.net.labels(company, awb=done["awb"])
        assert "andes" not in label["text"].lower()
        assert {"…-L1", "… 729-55"} <= set(label["text"].split("\n"))


def test_a_spanish_printer_counts_tallos(open_trade: OpenTrade) -> None:
    trade = open_trade(lambda companies: companies["ANDES"].update(locale="es"))
    done = trade.confirmed(1)
    assert "HB 250 tallos" in trade.net.labels("ANDES", awb=done["awb"])[0]["text"].split("\n")
    assert "HB 250 stems" in trade.net.labels("BLOOM", awb=done["awb"])[0]["text"].split("\n")


def test_a_sheet_alone_holds_every_box_and_the_next_one_is_a_reprint(trade: Trade) -> None:
    done = trade.confirmed(3)
    first, second = (trade.net.label_sheet("ANDES", awb=done["awb"], format="zpl") for _ in range(2))
    assert (first.labels, first.media_type) == ((), "application/zpl")
    assert first.sheet.count(b"^XA") == second.sheet.count(b"^XA") == 3
    assert second.sheet.count(b"^FR") == 2 * first.sheet.count(b"^FR")
    with pytest.raises(Invalid, match="png has no sheets"):
        trade.net.label_sheet("ANDES", awb=done["awb"], format="png")
    with pytest.raises(NotFound):
        trade.net.label_sheet("PETAL", awb=done["awb"])


def test_a_sheet_leaves_out_the_labels_that_fail(open_trade: OpenTrade, monkeypatch: pytest.MonkeyPatch) -> None:
    layout: ModuleType = importlib.import_module("k2k_labels.layout")
    placed = layout.barcode

    def barcode(box_code: str, top: int, height: int) -> Any:
        if box_code == "B2":
            raise RuntimeError("out of ink")
        return placed(box_code, top, height)

    monkeypatch.setattr(layout, "barcode", barcode)
    trade = open_trade()
    done = trade.confirmed(3)
    printed = trade.net.label_sheet("ANDES", awb=done["awb"], format="zpl")
    assert printed.sheet.count(b"^XA") == 2
    assert [code for code, _ in printed.labels] == ["B2"]


def test_files_and_their_sheet_come_as_bytes(trade: Trade) -> None:
    done = trade.confirmed(2)
    printed = trade.net.label_files("ANDES", awb=done["awb"])
    assert isinstance(printed, Printed)
    assert printed.sheet is not None
    assert printed.sheet.startswith(b"%PDF")
    assert all(isinstance(label, Label) and label.content.startswith(b"%PDF") for _, label in printed.labels)


def test_boxes_on_no_order_of_the_company_have_no_label(trade: Trade) -> None:
    done = trade.confirmed(1)
    for company, codes in (("ANDES", ["B5"]), ("PETAL", ["B1"]), ("ANDES", ["B1", "nonsense"])):
        with pytest.raises(NotFound):
            trade.net.labels(company, box_codes=codes)
    with pytest.raises(NotFound):
        trade.net.labels("PETAL", awb=done["awb"])


def test_one_asks_for_an_awb_or_for_boxes(trade: Trade) -> None:
    done = trade.confirmed(1)
    for asked in ({}, {"awb": done["awb"], "box_codes": ["B1"]}):
        with pytest.raises(Invalid):
            trade.net.labels("ANDES", **asked)


def test_an_unknown_format_is_named(trade: Trade) -> None:
    trade.confirmed(1)
    with pytest.raises(NotFound, match="epl"):
        trade.net.labels("ANDES", box_codes=["B1"], format="epl")


def test_the_warehouse_prints_and_setup_does_not(trade: Trade) -> None:
    trade.confirmed(1)
    assert trade.net.on_behalf_of(Actor("w", "ANDES", frozenset({"warehouse"}))).labels("ANDES", box_codes=["B1"])
    with pytest.raises(NotAllowed):
        trade.net.on_behalf_of(Actor("s", "ANDES", frozenset({"setup"}))).labels("ANDES", box_codes=["B1"])


def test_one_label_that_fails_does_not_stop_the_others(open_trade: OpenTrade, monkeypatch: pytest.MonkeyPatch) -> None:
    pdf: ModuleType = importlib.import_module("k2k_labels.pdf")
    drawn = pdf.PdfRenderer.render

    def render(renderer: Any, request: Any) -> Label:
        if request.box_code == "B2":
            raise RuntimeError("out of ink")
        found: Label = drawn(renderer, request)
        return found

    monkeypatch.setattr(pdf.PdfRenderer, "render", render)
    trade = open_trade()
    done = trade.confirmed(3)
    rows = trade.net.labels("ANDES", awb=done["awb"], format="pdf")
    assert [row["box_code"] for row in rows if row["size"]] == ["B1", "B3"]
    assert rows[1]["error"]["code"] == "plugin_problem"
    assert "out of ink" in rows[1]["error"]["message"]
    assert "R" not in trade.net.labels("ANDES", box_codes=["B2"], format="zpl")[0]["text"].split("\n")


@pytest.mark.parametrize("company", ["ANDES", "BLOOM"])
def test_a_vendor_that_was_hidden_stays_off_the_labels_of_that_order(open_trade: OpenTrade, company: str) -> None:
    """Only the mark of a reprint comes to them when the terms change."""
    trade = open_trade(lambda companies: companies["connections"][0].update(hide_vendor=True))
    done = trade.confirmed(1)
    (first,) = trade.net.labels(company, awb=done["awb"])
    (second,) = trade.net.labels(company, awb=done["awb"])
    trade.net.change_terms("ANDES", "BLOOM", "ANDES", {"hide_vendor": False})
    (third,) = trade.net.labels(company, awb=done["awb"])
    assert "andes" not in third["text"].lower()
    assert third["text"] == second["text"] != first["text"]
    later = trade.confirmed(1, ship_date="2026-02-06")
    (shown,) = trade.net.labels(company, awb=later["awb"])
    assert "andes" in shown["text"].lower()
