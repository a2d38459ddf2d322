"""Use case: an invoice as a PDF file (domain section 6).

It is in the receiver's language, on the paper of the company that prints it. A final customer gets the buyer's own
invoice: it contains no hidden vendor, not even in the file's metadata, and no price of a vendor.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from functools import cached_property
from typing import Any
from zoneinfo import ZoneInfo

from k2k_core.domain import languages, parsing
from k2k_core.domain.answer_files import InvoiceFile
from k2k_core.domain.invoice_document import PAPERS, Party, PrintedInvoice, PrintedLine, address_of, written
from k2k_core.domain.items import OPEN_MARKET_UNITS
from k2k_core.domain.labels import without_names
from k2k_core.domain.money import MICRO, minor_scale, money
from k2k_core.domain.orders import INVOICE
from k2k_core.domain.parties import Customer
from k2k_core.domain.roles import READING, SEEING_COSTS, SEEING_PRICES
from k2k_core.errors import Invalid, NotAllowed
from k2k_core.messages import Message
from k2k_core.services.company_snapshot import CompanySnapshot
from k2k_core.services.context import ServiceContext
from k2k_core.services.documents.hidden_vendors import hides_on
from k2k_core.services.documents.invoice_parties import parties_at_issue
from k2k_core.store.database.session import Session
from k2k_core.store.fulfilment import awbs
from k2k_core.store.orders import documents, invoices, order_writes
from k2k_core.store.orders.rows import DocumentRow, InvoiceLineRow, LineRow
from k2k_core.texts import texts


def invoice_file(
    context: ServiceContext, company: str, invoice: str, paper: str | None = None, locale: str | None = None
) -> InvoiceFile:
    """One invoice of a company, by number, as PDF. The same invoice gives the same bytes.

    `paper` is `letter` or `a4`, by default the company's setting; `locale` is the receiver's by default. Raises
    `NotFound`, `Invalid`.
    """
    # Imported here: loading the fonts is slow, and most processes print nothing.
    from k2k_core.printing import invoice_pdf

    context.actor.require(READING, company)
    if context.actor.operator:
        raise NotAllowed("An operator of the network reads no invoices of its companies.")
    context.actor.require(SEEING_PRICES, company)
    _require_one_of("paper", paper, PAPERS)
    _require_one_of("locale", locale, languages.codes())
    with context.store.reading() as session:
        snapshot = context.snapshots.get(session, company)
        found = documents.find(session, snapshot.id, str(invoice), INVOICE)
        if found["vendor_id"] not in (None, snapshot.id):
            context.actor.require(SEEING_COSTS, company)
        printed = _Writer(context, session, snapshot, found, locale).written(
            paper or snapshot.company.settings.invoice_paper
        )
    return InvoiceFile(str(found["number"]), invoice_pdf.MEDIA_TYPE, invoice_pdf.draw(printed))


def _require_one_of(name: str, value: str | None, allowed: Sequence[str]) -> None:
    if value is not None and value not in allowed:
        fault = Message("{value!r} is none of {known}", value=value, known=list(allowed))
        raise Invalid("{path}: {problem}.", path=name, problem=fault, faults=[{"path": name, "message": fault}])


class _Writer:
    """The contents of one invoice of a company for its receiver."""

    def __init__(
        self,
        context: ServiceContext,
        session: Session,
        company: CompanySnapshot,
        invoice: DocumentRow,
        locale: str | None,
    ) -> None:
        self.context, self.session, self.snapshot, self.invoice = context, session, company, invoice
        self.rows = invoices.shown_lines(session, company.id, [invoice])[invoice["id"]]
        self.lines = [line for _, line in self.rows if line is not None]
        ids = documents.ids_in([invoice, *self.lines], "vendor_id", "buyer_id")
        self.companies = context.snapshots.by_id(session, ids)
        self.buyer = self.companies.get(invoice["buyer_id"], company)
        self.customer: Customer | None = company.customers_by_id(session).get(invoice["customer_id"])
        self.currency = invoice["currency"]
        self.parties = invoice["parties"] or self._parties_of_today()
        self.locale = locale or self.parties["locale"]
        self.words = texts("invoice", self.locale)

    def written(self, paper: str) -> PrintedInvoice:
        """The complete content of the invoice."""
        goods = [row for row, line in self.rows if line is not None]
        charges = [row for row, line in self.rows if line is None]
        bill_to = self._bill_to()
        return PrintedInvoice(
            number=self.invoice["number"],
            locale=self.locale,
            paper=paper,
            seller=self._name_of(self._seller()),
            bill_to=bill_to,
            ship_to=self._ship_to(bill_to),
            facts=tuple((self.words[name], text) for name, text in self._facts() if text),
            lines=tuple(self._line(row, line) for row, line in self.rows if line is not None),
            subtotal=self._amount(sum(row["total"] for row in goods)),
            charges=tuple(
                (self._without_hidden_names(row["description"]), self._amount(row["total"])) for row in charges
            ),
            total=f"{self._amount(sum(row['total'] for row, _ in self.rows))} {self.currency}",
            words=self.words,
        )

    @property
    def _is_for_final_customer(self) -> bool:
        """Whether a customer of the buyer gets it; a vendor's invoice is for the buyer, whoever received the boxes."""
        return self.invoice["vendor_id"] is None

    def _parties_of_today(self) -> dict[str, Any]:
        """The parties of an invoice for which none were stored when it was issued."""
        others = () if self._is_for_final_customer else (self._seller(), self.buyer)
        issued = self.invoice["created_at"].astimezone(ZoneInfo(self.snapshot.company.timezone)).date()
        return parties_at_issue(self.session, self.snapshot, self.customer, *others) | {"issued_on": issued.isoformat()}

    def _name_of(self, company: CompanySnapshot) -> str:
        """The name of a company when the invoice was issued."""
        return str(self.parties["names"].get(company.code, company.company.name))

    def _seller(self) -> CompanySnapshot:
        return self.snapshot if self._is_for_final_customer else self.companies[self.invoice["vendor_id"]]

    def _hides(self, vendor: CompanySnapshot) -> bool:
        """Whether a vendor hides its name on one of the billed orders."""
        theirs = [order for order in self._orders if order["vendor_id"] == vendor.id]
        return any(hides_on(self.session, order, vendor, self.buyer) for order in theirs)

    def _bill_to(self) -> Party:
        bill_to = self.parties["bill_to"]
        return Party(self._name_of(self.buyer)) if bill_to is None else _party(bill_to["ship_to"], bill_to["name"])

    def _ship_to(self, bill_to: Party) -> Party | None:
        """The delivery address, unless it is the billing address."""
        ship_to = _party(self.invoice["ship_to"], "")
        same = ship_to.name in ("", bill_to.name) and ship_to.address in ((), bill_to.address)
        return None if same else ship_to

    def _facts(self) -> Iterator[tuple[str, str]]:
        invoice = self.invoice
        yield "date", self.parties["issued_on"]
        yield "ship_date", invoice["ship_date"].isoformat() if invoice["ship_date"] else ""
        yield "order", invoice["reference_number"]
        yield "awb", ", ".join(self._awbs())
        yield "ship_via", self._ship_via(invoice["ship_via"])
        yield "carrier", self._without_hidden_names(invoice["carrier"])
        yield "currency", self.currency

    def _awbs(self) -> Sequence[str]:
        """The AWBs of its boxes, without those that contain the name of a hidden vendor."""
        numbers = awbs.numbers(self.session, documents.ids_in([self.invoice, *self.lines], "awb_id"))
        names = [name.casefold() for name in self._hidden_names]
        return [number for _, number in sorted(numbers.items()) if not any(name in number.casefold() for name in names)]

    @cached_property
    def _hidden_names(self) -> tuple[str, ...]:
        """The names of vendors that are hidden from the reader: they are removed from texts that these vendors
        entered."""
        if not self._is_for_final_customer:
            return ()
        ids = documents.ids_in([self.invoice, *self.lines], "vendor_id")
        hidden = [self.companies[one] for one in ids if one != self.buyer.id and self._hides(self.companies[one])]
        return tuple(
            name for vendor in hidden for name in (vendor.company.name, vendor.code, *self._names_before(vendor))
        )

    @cached_property
    def _orders(self) -> list[DocumentRow]:
        """The vendors' orders of the billed lines."""
        found = order_writes.documents_by_id(self.session, documents.ids_in(self.lines, "sales_order_id"))
        return list(found.values())

    def _names_before(self, vendor: CompanySnapshot) -> set[str]:
        """The name of a vendor at the time of the order, which texts of that time may contain."""
        parties = [order["parties"] or {} for order in self._orders]
        return {one["names"][vendor.code] for one in parties if vendor.code in one.get("names", {})}

    def _without_hidden_names(self, text: str) -> str:
        return without_names(text, self._hidden_names)

    def _ship_via(self, code: str) -> str:
        known = texts("invoice_ship_via", self.locale)
        if code in known:
            return known[code]
        try:
            return self.context.plugins.registry(self.snapshot.company).ship_via(code).title
        except Invalid:  # a way that no plugin offers any more
            return code

    def _line(self, row: InvoiceLineRow, line: LineRow) -> PrintedLine:
        loose = line["inventory_type"] == OPEN_MARKET_UNITS
        taken_back = row["boxes"] < 0
        text = self._without_hidden_names(row["description"])
        return PrintedLine(
            description=self.words["voided"].format(description=text) if taken_back else text,
            box_type="" if loose else self._without_hidden_names(line["box_type"]),
            boxes="" if loose else self._count(row["boxes"]),
            pack="" if loose else self._count(line["units_per_box"]),
            unit=self.words[line["unit_type"]],
            units=self._count(row["units"]),
            price=self._price(row["price"]),
            total=self._amount(row["total"]),
            mark="" if self._is_for_final_customer else line["mark_code"],
        )

    def _count(self, number: int) -> str:
        return written(str(number), self.locale)

    def _amount(self, micros: int) -> str:
        return written(money(micros, self.currency), self.locale)

    def _price(self, micros: int) -> str:
        """A price with at least the currency's decimals; an agreed one with as many as it has."""
        whole = micros % (MICRO // minor_scale(self.currency)) == 0
        return self._amount(micros) if whole else written(parsing.number_text(micros), self.locale)


def _party(ship_to: Mapping[str, Any], name: str) -> Party:
    return Party(name or ship_to.get("name", ""), address_of(ship_to))
