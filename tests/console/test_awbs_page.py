"""AWBs and labels: who sees what of an AWB, its labels in three formats, shipping, real costs and arrival."""

from __future__ import annotations

import io
import re
import zipfile
from typing import Any

import pytest

from k2k_core.api import K2K
from tests.console.conftest import Form
from tests.console.page_forms import chosen, dialog, file_of
from tests.console.staged_boxes import stage

pytestmark = pytest.mark.parametrize("engine", ["sqlite"], indirect=True)


def id_of(k2k: K2K, number: str = "729-88123456") -> str:
    return next(str(one["id"]) for one in k2k.awbs("BLOOM", limit=100)["items"] if one["number"] == number)


def test_the_vendor_and_the_buyer_see_it_from_their_own_side(visit: Any, k2k: K2K) -> None:
    stage(k2k, 3)
    sent = visit("sales_manager@andes.test").get("/awbs/")
    assert "729-88123456" in sent.text
    assert "Bloom Wholesale" in sent.text
    assert "To ship" in sent.text
    got = visit("procurement@bloom.test").get("/awbs/")
    assert "Andes Flower Farms" in got.text
    assert "Not shipped yet" in got.text
    assert "3 to scan" in got.text
    assert "estimate" in got.text


def test_full_box_equivalents_stand_beside_the_boxes(k2k: K2K) -> None:
    stage(k2k, 3)
    (awb,) = k2k.awbs("BLOOM", limit=10)["items"]
    assert (awb["boxes"], awb["fbe"]) == (3, "1.5")


@pytest.mark.parametrize("role", ["warehouse", "salesperson"])
def test_costs_are_not_for_everybody(visit: Any, k2k: K2K, role: str) -> None:
    stage(k2k, 1)
    k2k.awb("BLOOM", id_of(k2k), freight="77.5")
    browser = visit(f"{role}@bloom.test")
    for address in ("/awbs/", f"/awbs/{id_of(k2k)}", f"/awbs/?why=costs:{id_of(k2k)}"):
        page = browser.get(address)
        assert page.status == 200
        assert "77.5" not in page.text, address
    assert "estimate" not in browser.get("/awbs/").text


def test_the_drawer_says_what_each_line_costs(visit: Any, k2k: K2K) -> None:
    stage(k2k, 2)
    k2k.awb("BLOOM", id_of(k2k), freight="40")
    page = visit("procurement@bloom.test").get(f"/awbs/?why=costs:{id_of(k2k)}")
    assert "Landed costs" in page.text
    assert "40.00 real" in page.text


@pytest.mark.parametrize(("wanted", "media"), [("pdf", "application/pdf"), ("zpl", "application/zpl")])
def test_labels_are_one_sheet(visit: Any, k2k: K2K, wanted: str, media: str) -> None:
    stage(k2k, 2)
    browser = visit("warehouse@andes.test")
    asked = browser.send(chosen(browser.get("/awbs/"), id_of(k2k), do="print"))
    answer = file_of(browser, dialog(asked).put("format", wanted))
    assert answer.status_code == 200
    assert wanted in answer.headers["Content-Disposition"]
    assert answer.mimetype == media or wanted == "zpl"
    assert len(answer.data) > 100


def test_the_labels_of_one_awb_are_printed_from_its_row_as_a_sheet(visit: Any, k2k: K2K) -> None:
    stage(k2k, 2)
    browser = visit("warehouse@andes.test")
    form = next(form for form in browser.get("/awbs/").forms if "do" in form and form["do"] == "cells")
    answer = file_of(browser, Form(form.action, "post", [*form.values, ("pressed", f"print-sheet:{id_of(k2k)}")]))
    assert answer.status_code == 200
    assert answer.data.startswith(b"%PDF")
    assert "pressed" not in visit("salesperson@andes.test").get("/awbs/").html


def test_labels_as_pictures_are_an_archive_and_the_only_one_is_itself(visit: Any, k2k: K2K) -> None:
    codes = stage(k2k, 2)
    (alone,) = stage(k2k, 1, awb="729-1", customer="C-200")
    browser = visit("warehouse@andes.test")
    asked = browser.send(chosen(browser.get("/awbs/"), id_of(k2k), do="print"))
    answer = file_of(browser, dialog(asked).put("format", "png"))
    with zipfile.ZipFile(io.BytesIO(answer.data)) as archive:
        assert archive.namelist() == [f"{code}.png" for code in codes]
    asked = browser.send(chosen(browser.get("/awbs/"), id_of(k2k, "729-1"), do="print"))
    answer = file_of(browser, dialog(asked).put("format", "png"))
    assert answer.data.startswith(b"\x89PNG")
    assert answer.headers["Content-Disposition"] == f'attachment; filename="{alone}.png"'


def test_an_awb_is_shipped_after_its_effect_is_shown(visit: Any, k2k: K2K) -> None:
    stage(k2k, 1)
    browser = visit("sales_manager@andes.test")
    asked = browser.get(f"/awbs/{id_of(k2k)}?do=ship")
    assert "Its orders become shipped and the buyer is told." in asked.text
    assert not k2k.awb("BLOOM", id_of(k2k))["shipped"]
    assert "is shipped." in browser.send(dialog(asked)).text
    assert k2k.awb("BLOOM", id_of(k2k))["shipped"]


def test_real_freight_is_typed_and_taken_back(visit: Any, k2k: K2K) -> None:
    stage(k2k, 1)
    browser = visit("sales_manager@bloom.test")
    form = dialog(browser.get(f"/awbs/{id_of(k2k)}?do=freight")).put("freight", "41.25")
    assert "are saved." in browser.send(form).text
    assert k2k.awb("BLOOM", id_of(k2k))["freight"] == "41.25"
    assert "41.25, real" in browser.get("/awbs/").text
    form = dialog(browser.get(f"/awbs/{id_of(k2k)}?do=freight")).put("freight", "")
    browser.send(form)
    assert k2k.awb("BLOOM", id_of(k2k))["freight"] is None


def test_an_arrival_is_typed_by_procurement(visit: Any, k2k: K2K) -> None:
    stage(k2k, 1)
    browser = visit("procurement@bloom.test")
    browser.send(dialog(browser.get(f"/awbs/{id_of(k2k)}?do=arrival")).put("arrival_date", "2026-02-05"))
    assert k2k.awb("BLOOM", id_of(k2k))["arrival_date"] == "2026-02-05"
    assert "arrives Thu 5 Feb" in browser.get("/awbs/").text


@pytest.mark.parametrize("role", ["procurement", "warehouse"])
def test_procurement_and_the_warehouse_type_no_costs(visit: Any, k2k: K2K, role: str) -> None:
    stage(k2k, 1)
    browser = visit(f"{role}@bloom.test")
    assert browser.get(f"/awbs/{id_of(k2k)}?do=freight").status == 403
    assert "do=freight" not in browser.get(f"/awbs/{id_of(k2k)}").html


def test_an_awb_lists_what_its_boxes_are_for_whom_and_how_far_they_have_come(visit: Any, k2k: K2K) -> None:
    codes = stage(k2k, 3)
    k2k.scan("BLOOM", codes[:1])
    k2k.missing("BLOOM", codes[1:2], "not on the pallet")
    states = ("Received", "Reported missing not on the pallet", "Confirmed")
    for person, order in (("sales_manager@andes.test", "S-1001K"), ("procurement@bloom.test", "B-1001")):
        page = visit(person).get(f"/awbs/{id_of(k2k)}")
        assert f"Orders {order}" in page.text
        found = re.findall(rf"(\S+) Rose Red Freedom 60cm \S+ C-100 {order} ({'|'.join(states)})", page.text)
        assert found == list(zip(codes, states, strict=True))
    assert visit("procurement@bloom.test").get("/awbs/729-88123456").status == 200, "by its number too"


def test_an_awb_of_more_boxes_than_are_read_at_once_lists_all(
    visit: Any, k2k: K2K, monkeypatch: pytest.MonkeyPatch
) -> None:
    codes = stage(k2k, 5)
    monkeypatch.setattr("k2k_console.pages.awbs.MOST_BOXES", 2)
    page = visit("procurement@bloom.test").get(f"/awbs/{id_of(k2k)}")
    assert [code for code in codes if code in page.text] == codes


@pytest.mark.parametrize(("keep", "stays"), [("theirs", "2026-02-07"), ("yours", "2026-02-09")])
def test_two_people_who_change_one_value_see_both_and_choose(visit: Any, k2k: K2K, keep: str, stays: str) -> None:
    stage(k2k, 1)
    browser = visit("procurement@bloom.test")
    k2k.awb("BLOOM", id_of(k2k), arrival_date="2026-02-06")
    form = dialog(browser.get(f"/awbs/{id_of(k2k)}?do=arrival")).put("arrival_date", "2026-02-09")
    k2k.awb("BLOOM", id_of(k2k), arrival_date="2026-02-07")
    told = browser.send(form)
    assert told.status == 412
    assert "Arrives 2026-02-06 2026-02-07 2026-02-09" in told.text
    assert "is at version" not in told.text
    assert browser.send(dialog(told).put("keep.arrival_date", keep)).status == 200
    assert k2k.awb("BLOOM", id_of(k2k))["arrival_date"] == stays
