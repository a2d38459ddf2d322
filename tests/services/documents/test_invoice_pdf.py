"""Invoices as PDF: what is printed for each reader, read back from the file."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import pypdfium2
import pytest

from k2k_core.domain.roles import Actor
from k2k_core.errors import Invalid, NotAllowed, NotFound
from tests.services.conftest import Trade

OpenTrade = Callable[..., Trade]
LETTER, A4 = (612, 792), (595, 842)


def pages(content: bytes) -> list[str]:
    document = pypdfium2.PdfDocument(content)
    texts = [page.get_textpage().get_text_range() for page in document]
    document.close()
    return texts


def metadata(content: bytes) -> Mapping[str, str]:
    document = pypdfium2.PdfDocument(content)
    found: Mapping[str, str] = document.get_metadata_dict()
    document.close()
    return found


def size(content: bytes) -> tuple[int, int]:
    document = pypdfium2.PdfDocument(content)
    width, height = document[0].get_size()
    document.close()
    return round(width), round(height)


def trading(companies: dict[str, Any]) -> None:
    """Both sides synchronise, the buyer bills by itself and has customers with addresses; the vendor reads Spanish."""
    companies["ANDES"] |= {"locale": "es"}
    companies["ANDES"]["settings"]["sync_invoices"] = True
    companies["BLOOM"]["settings"] |= {"sync_invoices": True, "auto_billing": "both"}
    address = {"street": "12 Calle Ocho", "city": "Miami", "state": "FL", "postal_code": "33135", "country": "USA"}
    companies["BLOOM"]["customers"][0]["ship_to"] = address
    companies["ANDES"]["customers"][0]["ship_to"] = {"street": "8000 NW 25th St", "city": "Doral"}


def hidden(companies: dict[str, Any]) -> None:
    trading(companies)
    companies["connections"][0] |= {"hide_vendor": True, "bill_to_final_customer": True}


def talkative(companies: dict[str, Any]) -> None:
    """A vendor that hides, and whose name stands in whatever it typed itself."""
    hidden(companies)
    for company in ("ANDES", "BLOOM"):
        companies[company]["products"][0]["description"] = "Rose Red Freedom (Andes) 60cm"
    days = dict.fromkeys(("mon", "tue", "wed", "thu", "fri"), "ANDES-TRUCKS")
    companies["ANDES"]["carriers"] = [{"code": "ANDES-TRUCKS"}]
    companies["ANDES"]["customers"][0] |= {"days_of_service": days}


def said(text: str, words: Sequence[str]) -> list[str]:
    return [word for word in words if word not in text]


def test_the_vendors_invoice_says_what_its_document_says(open_trade: OpenTrade) -> None:
    trade = open_trade(trading)
    done = trade.confirmed()
    made = trade.net.invoice_file("ANDES", "I-1001")
    assert (made.number, made.media_type) == ("I-1001", "application/pdf")
    (text,) = pages(made.content)
    wanted = ["Invoice", "I-1001", "2026-02-02", "2026-02-05", done["sales_order"], done["awb"], "Warehouse", "USD"]
    wanted += ["Andes Flower Farms", "Bill to", "Bloom Wholesale", "8000 NW 25th St", "Doral"]
    wanted += ["Rose Red Freedom 60cm", "HB", "250", "500", "stem", "0.30", "150.00", "Mark C-100"]
    wanted += ["Subtotal", "Paperwork", "5.00", "155.00 USD", "Page 1 of 1"]
    assert said(text, wanted) == []
    assert metadata(made.content)["Title"] == "Invoice I-1001"


def test_the_same_invoice_gives_the_same_bytes(open_trade: OpenTrade) -> None:
    trade = open_trade(trading)
    trade.confirmed()
    first = trade.net.invoice_file("ANDES", "I-1001")
    trade.later(days=3)
    trade.net.put("ANDES", "products", [{"code": "R-RED-60", "description": "Renamed", "category": "ROSES"}])
    assert trade.net.invoice_file("ANDES", "I-1001") == first


def test_the_customers_invoice_names_neither_a_cost_nor_a_margin_nor_the_vendors_order(open_trade: OpenTrade) -> None:
    trade = open_trade(trading)
    done = trade.confirmed()
    trade.net.scan("BLOOM", done["box_codes"])
    made = trade.net.invoice_file("BLOOM", "I-1001")
    (text,) = pages(made.content)
    wanted = ["Corner Florist", "12 Calle Ocho", "Miami, FL 33135", done["prebook"], "0.48", "240.00", "6.00", "2.50"]
    assert said(text, [*wanted, "248.50 USD"]) == []
    costs = ["0.30", "0.34", "150.00", "28", "0.21", done["sales_order"], done["purchase_order"], "ANDES", "Andes"]
    assert [cost for cost in costs if cost in text] == []
    assert metadata(made.content)["Author"] == "Bloom Wholesale"


def test_a_vendor_that_hides_is_on_nothing_that_a_final_customer_receives(open_trade: OpenTrade) -> None:
    """Neither where the buyer billed as the vendor shipped, nor where it billed what it scanned."""
    trade = open_trade(talkative)
    trade.confirmed(1, ship_via="grower", reference_number="MY-Andes-1")
    trade.net.ship("ANDES", "MY-Andes-1")
    trade.net.scan("BLOOM", trade.confirmed(1, reference_number="MY-Andes-2")["box_codes"])
    for number in ("I-1001", "I-1002"):
        made = trade.net.invoice_file("BLOOM", number)
        everything = " ".join((*pages(made.content), *metadata(made.content).values())).casefold()
        assert "corner florist" in everything
        assert "andes" not in everything
        assert "0.30" not in everything
        assert b"ndes" not in made.content
        assert metadata(made.content)["Author"] == "Bloom Wholesale"


def test_the_vendors_invoice_of_a_direct_shipment_stays_with_the_buyer(open_trade: OpenTrade) -> None:
    trade = open_trade(hidden)
    trade.confirmed(1, ship_via="grower")
    made = trade.net.invoice_file("ANDES", "I-1001")
    (text,) = pages(made.content)
    wanted = ["Andes Flower Farms", "Bill to", "Bloom Wholesale", "8000 NW 25th St", "Corner Florist", "0.30", "Grower"]
    assert said(text, wanted) == []
    assert metadata(made.content)["Author"] == "Andes Flower Farms"


def test_the_copy_says_what_the_vendors_invoice_says(open_trade: OpenTrade) -> None:
    trade = open_trade(trading)
    done = trade.confirmed()
    trade.net.void("ANDES", sales_order=done["sales_order"], reason="frost", confirm="CONFIRM")
    for company, number in (("ANDES", "I-1001"), ("BLOOM", "ANDES/I-1001")):
        (text,) = pages(trade.net.invoice_file(company, number).content)
        assert said(text, ["Andes Flower Farms", "150.00", "-150.00", "Voided: Rose", "0.00 USD"]) == []
        assert "Subtotal" not in text


def test_it_is_in_the_language_of_its_receiver(open_trade: OpenTrade) -> None:
    def spanish(companies: dict[str, Any]) -> None:
        trading(companies)
        companies["BLOOM"]["locale"] = "es"

    trade = open_trade(spanish)
    trade.confirmed()
    words = ["Factura", "Fecha de envío", "0,30", "155,00 USD", "Página 1 de 1"]
    assert said(pages(trade.net.invoice_file("ANDES", "I-1001").content)[0], words) == []
    assert "Invoice" in pages(trade.net.invoice_file("ANDES", "I-1001", locale="en").content)[0]


def test_a_customer_that_is_a_company_reads_its_own_language(open_trade: OpenTrade) -> None:
    def abroad(companies: dict[str, Any]) -> None:
        trading(companies)
        companies["PETAL"]["locale"] = "es"
        companies["BLOOM"]["customers"][0]["company"] = "PETAL"

    trade = open_trade(abroad)
    trade.net.scan("BLOOM", trade.confirmed(1)["box_codes"])
    assert "Factura" in pages(trade.net.invoice_file("BLOOM", "I-1001").content)[0]


@pytest.mark.parametrize(("locale", "title"), [("es", "Factura"), (None, "Invoice")])
def test_a_customer_with_a_language_of_its_own_reads_it_on_its_invoice(
    open_trade: OpenTrade, locale: str | None, title: str
) -> None:
    trade = open_trade(trading)
    trade.net.set("BLOOM", customer="C-100", values={"locale": locale})
    trade.net.scan("BLOOM", trade.confirmed(1)["box_codes"])
    assert title in pages(trade.net.invoice_file("BLOOM", "I-1001").content)[0]


def test_it_is_on_the_paper_of_the_company_or_another_that_is_asked_for(open_trade: OpenTrade) -> None:
    trade = open_trade(trading)
    trade.confirmed()
    assert size(trade.net.invoice_file("ANDES", "I-1001").content) == LETTER
    assert size(trade.net.invoice_file("ANDES", "I-1001", paper="a4").content) == A4
    trade.net.set("ANDES", settings={"invoice_paper": "a4"})
    assert size(trade.net.invoice_file("ANDES", "I-1001").content) == A4
    for wrong in ({"paper": "a5"}, {"locale": "fr"}):
        with pytest.raises(Invalid):
            trade.net.invoice_file("ANDES", "I-1001", **wrong)


def test_what_is_no_invoice_of_the_company_is_not_found(open_trade: OpenTrade) -> None:
    trade = open_trade(trading)
    done = trade.confirmed()
    strange = [("PETAL", "ANDES/I-1001"), ("SIERRA", "I-1001"), ("BLOOM", "I-1001"), ("ANDES", done["sales_order"])]
    for company, number in strange:
        with pytest.raises(NotFound):
            trade.net.invoice_file(company, number)


def test_staff_of_the_company_prints_it_and_nobody_else(open_trade: OpenTrade) -> None:
    trade = open_trade(trading)
    trade.confirmed()
    own = Actor("w@andes.example", "ANDES", frozenset({"salesperson"}))
    assert trade.net.on_behalf_of(own).invoice_file("ANDES", "I-1001").content
    strangers = [
        Actor("b@bloom.example", "BLOOM", frozenset({"admin"})),
        Actor("operator@example", None),
        Actor("corner@florist.example", "BLOOM", customer="C-100"),
        Actor("nobody@andes.example", "ANDES"),
        Actor("w@andes.example", "ANDES", frozenset({"warehouse"})),
    ]
    for stranger in strangers:
        with pytest.raises(NotAllowed):
            trade.net.on_behalf_of(stranger).invoice_file("ANDES", "I-1001")


def test_an_agreed_price_is_printed_with_all_its_digits(open_trade: OpenTrade) -> None:
    trade = open_trade(trading)
    lines = [{"product": "FREEDOM", "boxes": 1, "unit_cost": "0.2575"}]
    order = trade.net.purchase_order("BLOOM", "ANDES", lines, ship_date="2026-02-05")
    trade.net.transfer("BLOOM", order["number"])
    accepted = trade.net.accept_order("ANDES", order["number"])
    trade.net.fill("ANDES", order["number"], [{"line": order["lines"][0]["line"]}])
    trade.net.confirm("ANDES", accepted["sales_order"])
    assert said(pages(trade.net.invoice_file("ANDES", "I-1001").content)[0], ["0.2575", "64.38"]) == []
