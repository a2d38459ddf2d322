"""The staging area by AWB: what is expected, scanned and missing; boxes are received by hand, labels printed again."""

from __future__ import annotations

from typing import Any

import pytest

from k2k_core.api import K2K
from tests.console.conftest import Form, add_person
from tests.console.page_forms import chosen, dialog, file_of
from tests.console.staged_boxes import grow, stage, states
from tests.console.trading import order

pytestmark = pytest.mark.parametrize("engine", ["sqlite"], indirect=True)


def test_it_says_what_is_expected_scanned_and_missing_and_whose_each_box_is(visit: Any, k2k: K2K) -> None:
    codes = stage(k2k, 3)
    k2k.scan("BLOOM", codes[:1])
    page = visit("procurement@bloom.test").get("/staging/")
    assert "AWB 729-88123456" in page.text
    assert "1 of 3 boxes" in page.text
    assert "missing 2" in page.text
    assert f"{codes[1]} Rose Red Freedom 60cm Corner Florist ANDES/L1" in page.text
    assert codes[0] not in page.text


def test_the_chosen_boxes_are_received_by_hand_after_their_number_is_confirmed(visit: Any, k2k: K2K) -> None:
    codes = stage(k2k, 3)
    browser = visit("procurement@bloom.test")
    asked = browser.send(chosen(browser.get("/staging/"), *codes[:2], do="receive"))
    assert "Receive 2 boxes" in asked.text
    assert states(k2k, codes) == {"staged"}
    page = browser.send(dialog(asked))
    assert "2 boxes are received." in page.text
    assert states(k2k, codes[:2]) == {"received"}
    assert states(k2k, codes[2:]) == {"staged"}


def test_a_box_that_was_voided_meanwhile_is_refused_alone(visit: Any, k2k: K2K) -> None:
    codes = stage(k2k, 2)
    browser = visit("procurement@bloom.test")
    asked = browser.send(chosen(browser.get("/staging/"), *codes, do="receive"))
    number = k2k.orders("ANDES", kind="sales_order", limit=1)["items"][0]["number"]
    k2k.void("ANDES", sales_order=number, box_codes=[codes[1]], reason="frost", confirm="CONFIRM")
    page = browser.send(dialog(asked))
    assert "1 done, 1 refused" in page.text
    assert "its order was voided: keep the box aside" in page.text
    assert states(k2k, codes[:1]) == {"received"}


def test_labels_are_printed_again(visit: Any, k2k: K2K) -> None:
    codes = stage(k2k, 2)
    browser = visit("admin@bloom.test")
    asked = browser.send(chosen(browser.get("/staging/"), *codes, do="reprint"))
    assert "A label that was printed before says R." in asked.text
    answer = file_of(browser, dialog(asked).put("format", "pdf"))
    assert answer.data.startswith(b"%PDF")


@pytest.mark.parametrize("role", ["warehouse", "setup"])
def test_who_only_looks_chooses_nothing(visit: Any, k2k: K2K, role: str) -> None:
    codes = stage(k2k, 1)
    page = visit(f"{role}@bloom.test").get("/staging/")
    assert codes[0] in page.text
    assert 'type="checkbox"' not in page.html.split("<main", 1)[1]


def test_an_empty_staging_area_says_when_the_next_awb_leaves(visit: Any, k2k: K2K) -> None:
    browser = visit("procurement@bloom.test")
    assert "Nothing is on its way" in browser.get("/staging/").text
    order(k2k, day="2026-02-06")
    assert "Next AWB: Thu 5 Feb." in browser.get("/staging/").text


def test_one_awb_alone(visit: Any, k2k: K2K) -> None:
    codes = stage(k2k, 1)
    others = stage(k2k, 1, awb="729-2", customer="C-200")
    page = visit("procurement@bloom.test").get("/staging/?awb=729-2")
    assert others[0] in page.text
    assert codes[0] not in page.text


def test_it_speaks_spanish(visit: Any, k2k: K2K) -> None:
    add_person(k2k, "BLOOM", "compras@bloom.test", "procurement", locale="es")
    stage(k2k, 1)
    page = visit("compras@bloom.test").get("/staging/")
    assert "Guía 729-88123456" in page.text
    assert "0 de 1 caja" in page.text
    assert "Recibir a mano" in page.text


def lines_of(k2k: K2K, customer: str) -> list[str]:
    found: Any = k2k.orders("BLOOM", kind="prebook", lines=True, limit=100)
    return [line["line"] for one in found["items"] if one["customer"] == customer for line in one["lines"]]


def choose(browser: Any, do: str, *lines: str) -> Any:
    form = next(one for one in browser.get("/staging/").forms[::-1] if "counted" in one)
    return browser.send(Form(form.action, "post", [*form.values, *(("id", line) for line in lines), ("do", do)]))


def test_received_boxes_that_nobody_billed_stand_below_with_the_reason_and_are_billed(visit: Any, k2k: K2K) -> None:
    k2k.scan("BLOOM", [*stage(k2k, 2), *stage(k2k, 1, awb="729-2", customer="C-200")])
    browser = visit("procurement@bloom.test")
    text = browser.get("/staging/").text
    assert "Received, not billed 3 boxes" in text
    assert "Automatic billing is off." in text
    lines = [*lines_of(k2k, "C-100"), *lines_of(k2k, "C-200")]
    asked = choose(browser, "bill", *lines)
    assert "Bill 2 lines" in asked.text
    page = browser.send(dialog(asked))
    assert "2 lines are billed." in page.text
    assert "Received, not billed" not in page.text
    assert len(k2k.orders("BLOOM", kind="invoice", limit=10)["items"]) == 2


def test_a_line_is_released_with_a_typed_word_and_a_reason_by_a_manager_alone(visit: Any, k2k: K2K) -> None:
    k2k.scan("BLOOM", stage(k2k, 2))
    (line,) = lines_of(k2k, "C-100")
    assert 'value="release"' not in visit("procurement@bloom.test").get("/staging/").html
    browser = visit("sales_manager@bloom.test")
    form = dialog(choose(browser, "release", line))
    assert browser.send(form.put("confirm", "").put("reason", "gone")).status == 422
    page = browser.send(form.put("confirm", "CONFIRM").put("reason", "gone"))
    assert "1 line is released." in page.text
    assert k2k.line("BLOOM", line)["released"] == 2


def test_a_large_awb_leads_to_a_page_of_all_its_boxes(visit: Any, k2k: K2K) -> None:
    grow(k2k, 400)
    codes = stage(k2k, 210)
    browser = visit("procurement@bloom.test")
    page = browser.get("/staging/")
    assert "See its 210 boxes" in page.text
    assert codes[-1] not in page.text
    assert codes[-1] in browser.get(f"/staging/?awb={k2k.awbs('BLOOM', limit=1)['items'][0]['id']}").text
