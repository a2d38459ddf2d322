"""Invoices: both companies find theirs with whom they bill and the order that they bill, and read them as PDF."""

from __future__ import annotations

from typing import Any

import pytest

from k2k_core.api import K2K
from tests.console.conftest import Form, Seen
from tests.console.page_forms import chosen, dialog
from tests.console.staged_boxes import bill_at_once, stage

pytestmark = pytest.mark.parametrize("engine", ["sqlite"], indirect=True)


@pytest.fixture
def invoice(k2k: K2K) -> str:
    """An invoice of BLOOM to its customer, for three boxes of ANDES; its number."""
    bill_at_once(k2k)
    k2k.scan("BLOOM", stage(k2k, 3))
    return next(str(one["number"]) for one in k2k.orders("BLOOM", kind="invoice", limit=10)["items"])


def pdf_of(page: Seen, number: str) -> Form:
    """The form of the button PDF of a row."""
    cells = next(form for form in page.forms if "do" in form and form["do"] == "cells")
    return Form(cells.action, "post", [*cells.values, ("pressed", f"pdf:{number}")])


def test_an_invoice_says_whom_it_bills_and_for_which_order(visit: Any, invoice: str) -> None:
    page = visit("salesperson@bloom.test").get("/invoices/")
    for words in (invoice, "Corner Florist", "B-1001", "360.00", "1 invoice"):
        assert words in page.text, words


def test_it_is_a_file_for_managers(visit: Any, invoice: str) -> None:
    manager = visit("sales_manager@bloom.test")
    form = pdf_of(manager.get("/invoices/"), invoice)
    found = manager.client.post(form.action, data=dict(form.values))
    assert found.data.startswith(b"%PDF")
    assert f"{invoice}.pdf" in found.headers["Content-Disposition"]


def test_the_vendor_finds_its_own_invoice_and_not_that_of_its_buyer(visit: Any, k2k: K2K, invoice: str) -> None:
    page = visit("sales_manager@andes.test").get("/invoices/")
    assert "Bloom Wholesale" in page.text
    assert "Corner Florist" not in page.text


def test_it_is_sent_again_to_whoever_receives_it_and_they_are_said_before(visit: Any, k2k: K2K, invoice: str) -> None:
    manager = visit("sales_manager@bloom.test")
    refused = manager.send(chosen(manager.get("/invoices/"), invoice, do="send_invoice"))
    assert "Told by mail" not in refused.text
    assert "Nobody receives" in manager.send(dialog(refused)).text
    k2k.set("BLOOM", settings={"send_invoice_to": ["bills@bloom.test"]})
    step = manager.send(chosen(manager.get("/invoices/"), invoice, "I-0", do="send_invoice"))
    for words in ("Send 2 invoices again", "Told by mail: bills@bloom.test"):
        assert words in step.text, words
    pressed = manager.send(chosen(manager.get("/invoices/"), invoice, do="send_invoice", counted="1"))
    assert "Told by mail: bills@bloom.test" in pressed.text, "its effect is said, also where the button says the number"
    step = manager.send(chosen(manager.get("/invoices/"), invoice, do="send_invoice"))
    before = k2k.notifications("BLOOM", "invoice.issued")
    for _ in range(2):
        assert "1 invoice was sent again." in manager.send(dialog(step)).text
    sent = k2k.notifications("BLOOM", "invoice.issued")[len(before) :]
    assert [(one["to"], invoice in one["subject"]) for one in sent] == [("bills@bloom.test", True)]
    seller = visit("salesperson@bloom.test").get("/invoices/")
    assert "send_invoice" not in seller.html


def test_the_warehouse_has_no_invoices(visit: Any, invoice: str) -> None:
    assert visit("warehouse@bloom.test").get("/invoices/").status == 403
