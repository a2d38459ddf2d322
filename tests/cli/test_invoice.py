"""`k2k invoice`: writes an invoice as a PDF file."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Any

import pytest

from k2k_core.api import K2K

NOW = dt.datetime(2026, 2, 2, 14, tzinfo=dt.UTC)


@pytest.fixture
def billed(network: str) -> str:
    """The small network, in which ANDES has confirmed an order of BLOOM."""
    with K2K.open(network, clock=lambda: NOW) as k2k:
        k2k.put("BLOOM", "categories", [{"code": "CUT"}])
        k2k.put("BLOOM", "products", [{"code": "RED", "description": "Rose Red Freedom 60cm", "category": "CUT"}])
        order = k2k.purchase_order(
            "BLOOM", "ANDES", [{"product": "RED", "boxes": 1, "unit_cost": "0.30"}], "2026-02-05"
        )
        k2k.transfer("BLOOM", order["number"])
        accepted = k2k.accept_order("ANDES", order["number"])
        k2k.fill("ANDES", order["number"], [{"line": order["lines"][0]["line"]}])
        k2k.confirm("ANDES", accepted["sales_order"])
    return network


def test_an_invoice_is_written_into_a_file_of_its_number(k2k: Any, billed: str) -> None:
    ran = k2k("invoice", "ANDES", "I-1001", "--database", billed)
    assert (ran.status, ran.err) == (0, "")
    assert ran.out.startswith("Invoice I-1001 of ANDES: I-1001.pdf (")
    assert Path("I-1001.pdf").read_bytes().startswith(b"%PDF")


def test_it_is_written_where_and_as_it_is_asked_for(k2k: Any, billed: str) -> None:
    options = ("--output", "other.pdf", "--paper", "a4", "--locale", "es", "--database", billed)
    assert k2k("invoice", "ANDES", "I-1001", *options).status == 0
    assert b"595.28" in Path("other.pdf").read_bytes()


def test_its_mail_is_sent_again(k2k: Any, billed: str) -> None:
    with K2K.open(billed, clock=lambda: NOW) as net:
        net.set("ANDES", settings={"send_invoice_to": ["bills@andes.example", "desk@andes.example"]})
    ran = k2k("invoice", "ANDES", "I-1001", "--send", "--database", billed)
    assert (ran.status, ran.out) == (0, "Invoice I-1001 was sent again: bills@andes.example, desk@andes.example\n")
    assert not Path("I-1001.pdf").exists()
    refused = k2k("invoice", "ANDES", "I-9", "--send", "--database", billed)
    assert (refused.status, "error[not_found]" in refused.err) == (2, True)


def test_what_cannot_be_done_is_said(k2k: Any, billed: str) -> None:
    unknown = k2k("invoice", "BLOOM", "I-1001", "--database", billed)
    assert (unknown.status, unknown.out) == (2, "")
    assert "error[not_found]: There is no invoice I-1001." in unknown.err
    nowhere = k2k("invoice", "ANDES", "I-1001", "--output", "no/such/folder.pdf", "--database", billed)
    assert nowhere.status == 2
    assert "cannot be written" in nowhere.err
    assert k2k("invoice", "ANDES", "I-1001", "--paper", "a5", "--database", billed).status == 2
