"""Invoices: both companies find theirs with whom they bill and the order that they bill, and read them as PDF."""

from __future__ import annotations

from typing import Any

import pytest

from k2k_core.api import K2K
from tests.console.conftest import Form, Seen
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


def test_the_warehouse_has_no_invoices(visit: Any, invoice: str) -> None:
    assert visit("warehouse@bloom.test").get("/invoices/").status == 403
