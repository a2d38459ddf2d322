"""Invoices: those that the company issued, and those of its vendors for what it bought (domain section 6)."""

from __future__ import annotations

from k2k_console.translations import later, later_of
from k2k_console.vocabulary import Action, Call, Column, Download, Empty, Filter, List, Page, Row, View
from k2k_core.domain.orders import INVOICE


def billed_to(invoice: Row) -> str:
    """Who pays: a customer, or a company that it is sold to."""
    return str(invoice["customer_name"] or invoice["buyer_name"] or "")


def invoice_pdf(call: Call, number: str) -> Download:
    """An invoice as PDF."""
    file = call.k2k.invoice_file(call.company, number)
    return Download(file.content, file.media_type, f"{number}.pdf")


FILE = Action(
    "invoice_file",
    later("PDF"),
    "invoice",
    "",
    name="pdf",
    icon="receipt",
    file=True,
    call=lambda call: invoice_pdf(call, call.keys[0]),
)


def issued_here(invoice: Row) -> bool:
    """Whether the company issued it: the number of a copy begins with its vendor, as `ANDES/I-1001`."""
    return "/" not in invoice["number"]


SEND = Action(
    "send_invoice",
    later("Send again"),
    "invoice",
    later("%(name)s was sent again."),
    many=(later("Send %(count)d invoice again"), later("Send %(count)d invoices again")),
    many_done=(later("%(count)d invoice was sent again."), later("%(count)d invoices were sent again.")),
    confirm="effect",
    told=True,
    bulk=True,
    when=issued_here,
)

LIST = List(
    read="orders",
    totals=True,
    given={"kind": INVOICE},
    key="number",
    counted=(later("%(count)d invoice"), later("%(count)d invoices")),
    search=later("Number, AWB, customer"),
    columns=(
        Column("number", later("Invoice"), "k2k", sort="number", phone="title"),
        Column("customer_name", later("Billed to"), show=billed_to, phone="under"),
        Column("reference_number", later("Order"), "code", phone="hide"),
        Column("awb", later("AWB"), phone="hide"),
        Column("created_at", later_of("invoice", "Issued"), "moment", sort="created_at"),
        Column("total", later("Total"), "money", total=True),
    ),
    filters=(
        Filter("k2k", later("K2K only"), "flag"),
        Filter("customer", later("Customer"), "text"),
        Filter("partner", later("Partner"), "text"),
        Filter("awb", later("AWB"), "text"),
    ),
    views=(
        View("all", later_of("invoices", "All"), sort="-created_at"),
        View("k2k", later_of("invoices", "All K2K"), {"k2k": "true"}, sort="-created_at"),
    ),
    actions=(SEND,),
    row_actions=(FILE,),
    empty=Empty(
        later("No invoice yet"),
        later("An invoice is issued as boxes are billed or an order is confirmed."),
        "orders",
        later("See orders"),
    ),
)

INVOICES = Page("invoices", (LIST,))
