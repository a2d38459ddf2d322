"""Facade methods for documents: orders, invoices, and the addresses attached to them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any, overload

from k2k_core.api.arguments import validated
from k2k_core.domain.answer_files import InvoiceFile
from k2k_core.domain.answers.documents import Document, InvoiceSent, Link, OrderLine
from k2k_core.domain.answers.documents import Documents as DocumentPage
from k2k_core.domain.answers.timeline import Timeline, ToldRole, WatchedDocument
from k2k_core.services import documents
from k2k_core.services.lists.page_request import LIMIT, PageRequest, page_request

if TYPE_CHECKING:
    from k2k_core.services.context import ServiceContext


@validated
class Documents:
    """A company's documents, their files and attachments."""

    context: ServiceContext

    @overload
    def orders(self, company: str, search: str | None = None) -> list[Document]: ...

    @overload
    def orders(
        self,
        company: str,
        search: str | None = None,
        filters: Mapping[str, Any] | None = None,
        q: str | None = None,
        sort: str | None = None,
        cursor: str | None = None,
        *,
        limit: int,
        count: bool = False,
        fields: Sequence[str] | None = None,
        lines: bool = False,
        totals: bool = False,
        **named: Any,
    ) -> DocumentPage: ...

    def orders(
        self,
        company: str,
        search: str | None = None,
        filters: Mapping[str, Any] | None = None,
        q: str | None = None,
        sort: str | None = None,
        cursor: str | None = None,
        limit: int | None = None,
        count: bool = False,
        fields: Sequence[str] | None = None,
        lines: bool = False,
        totals: bool = False,
        **named: Any,
    ) -> list[Document] | DocumentPage:
        """A company's documents, oldest first; `search` is part of a number or of a company's or customer's name or
        code, or `k2k`.

        With `limit`, or any argument but `search`, a page: headers with the names of the companies and the customer
        and counts of the lines; `lines` adds the lines, `totals` the sums over all pages by kind and currency.
        Filters: `number`, `kind`, `status` and `transfer` (several, with commas), `k2k`, `overdue`, `customer`,
        `partner`, `awb`, `reference_number`, `ship_via` (several), `ship_date_from` and `ship_date_to`,
        `vendor_ship_date_from` and `vendor_ship_date_to`, `pending_lines` (in a cart). `q` searches numbers, reference
        numbers, AWBs and names; the words `k2k` and `overdue` also match by mark. A customer reads its own orders and
        invoices, by their numbers and not by words.
        """
        asked = {**(filters or {}), **named}
        request = page_request(
            LIMIT if limit is None and (lines or totals) else limit,
            filters=asked,
            q=q,
            sort=sort,
            cursor=cursor,
            count=count,
            fields=fields,
        )
        if request is None:
            return documents.document_list.orders(self.context, company, search)
        words = replace(request, q=request.q or search)
        return documents.document_list.page_of_documents(
            self.context, company, words, documents.document_list.Extras(lines, totals)
        )

    def show(self, company: str, document: str) -> Document:
        """One document by its number, with its lines, as this company may see it."""
        return documents.document_list.show(self.context, company, document)

    def timeline(
        self,
        company: str,
        document: str,
        filters: Mapping[str, Any] | None = None,
        q: str | None = None,
        sort: str | None = None,
        cursor: str | None = None,
        limit: int = LIMIT,
        count: bool = False,
        fields: Sequence[str] | None = None,
    ) -> Timeline:
        """A page of what happened to a document and to its lines and boxes, as this company may see it, oldest first,
        with the numbers of the documents that it is linked with; `-id` sorts the latest first. Filter: `event`
        (several, with commas); `q` searches events, numbers of documents and the company's own people, whom alone `by`
        names. Raises `NotFound`."""
        asked = PageRequest(filters or {}, q, sort, cursor, limit, count, fields)
        return documents.timeline.timeline(self.context, company, document, asked)

    def who_is_told(self, company: str, verb: str, document: str) -> list[ToldRole]:
        """Whom both companies would notify by mail of a command (`verb`, such as `void`) on a document as it stands
        now: of this company the addresses, of the other one the roles alone. Raises `NotFound`, and `Invalid` for a
        verb that is none of a document's."""
        return documents.who_is_told.who_is_told(self.context, company, verb, document)

    def watch(
        self,
        company: str,
        document: str,
        watching: bool = True,
        email: str | None = None,
        key: str | None = None,
    ) -> WatchedDocument:
        """Tell the person who asks, once, when no line of a document waits in a cart or for its approval any more; with
        `watching` False no longer. The host says the `email` of the person.

        Raises `NotFound`; `Conflict` when nothing of the document waits.
        """
        return documents.watches.watch(self.context, company, document, watching, email, key)

    def line(self, company: str, line: str) -> OrderLine:
        """One order line by its id, as this company may see it, with the numbers of its documents of it. Raises
        `NotFound`."""
        return documents.line_view.line(self.context, company, line)

    def invoice_file(
        self, company: str, invoice: str, paper: str | None = None, locale: str | None = None
    ) -> InvoiceFile:
        """One invoice of a company as PDF, on `letter` or `a4` paper, in `en` or `es`. Without them the company's
        setting `invoice_paper` and the receiver's language apply."""
        return documents.invoice_pdf.invoice_file(self.context, company, invoice, paper, locale)

    def send_invoice(self, company: str, invoice: str, key: str | None = None) -> InvoiceSent:
        """Send the mail of an invoice that the company issued again; returns to whom. Raises `NotAllowed` for one that
        another company issued, `Conflict` where nobody receives it."""
        return documents.invoice_mails.send_invoice(self.context, company, invoice, key)

    def attach(
        self,
        company: str,
        url: str,
        title: str = "",
        document: str | None = None,
        box_codes: Sequence[str] | None = None,
        key: str | None = None,
    ) -> list[Link]:
        """Attach a web address to a document, or to boxes on the company's orders: a photo, a quality report, a claim
        in the host's own program. Attaching the same address again changes nothing.

        Raises `Invalid` for anything but an http or https address.
        """
        return documents.attachments.attach(
            self.context, company, documents.attachments.AttachRequest(url, title, document, box_codes), key
        )

    def links(self, company: str, document: str | None = None, box_codes: Sequence[str] | None = None) -> list[Link]:
        """The addresses that the company has attached to a document, or to some boxes, oldest first."""
        return documents.attachments.links(self.context, company, document, box_codes)
