"""Facade methods from the vendor's confirmation to the buyer's receipt: AWBs, labels, staging, scans, billing."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any, overload

from k2k_core.api.arguments import argument_fault, require_alone, validated
from k2k_core.domain.answer_files import Printed
from k2k_core.domain.answers.documents import Document
from k2k_core.domain.answers.fulfilment import (
    Awb,
    Awbs,
    Boxes,
    BoxOutcome,
    Confirmation,
    ListedBox,
    OrdersConfirmed,
    PrintedLabel,
    ScannedBox,
    Scans,
    StagedAwbs,
    StagedBox,
    StagedBoxes,
    UnbilledLines,
)
from k2k_core.domain.orders import INVOICE, PREBOOK, SALES_ORDER
from k2k_core.domain.parsing import UNCHANGED
from k2k_core.services import documents, fulfilment
from k2k_core.services.lists.page_request import LIMIT, PageRequest, page_request

if TYPE_CHECKING:
    from k2k_core.services.context import ServiceContext


@validated
class Fulfilment:
    """Boxes from the vendor's confirmation to the buyer's receipt."""

    context: ServiceContext

    @overload
    def confirm(
        self,
        vendor: str,
        sales_order: str,
        drop_pending: bool = ...,
        reference_number: str | None = ...,
        late: bool = ...,
        key: str | None = ...,
        version: int | None = ...,
    ) -> Confirmation: ...

    @overload
    def confirm(
        self,
        vendor: str,
        *,
        rows: Sequence[Mapping[str, Any]],
        key: str | None = ...,
        progress: Callable[[int, int], None] | None = ...,
    ) -> OrdersConfirmed: ...

    def confirm(
        self,
        vendor: str,
        sales_order: str | None = None,
        drop_pending: bool = False,
        reference_number: str | None = None,
        late: bool = False,
        key: str | None = None,
        version: int | None = None,
        rows: Sequence[Mapping[str, Any]] | None = None,
        progress: Callable[[int, int], None] | None = None,
    ) -> Confirmation | OrdersConfirmed:
        """Confirm a sales order: its boxes are allocated and go on an AWB (domain section 5).

        Lines that are not checked out are dropped with `drop_pending`; without it `PendingLines` names them. An overdue
        order is confirmed `late`: it leaves today. Raises `Conflict` for an order that was confirmed or voided before,
        has ended, or is overdue and not confirmed late, and for boxes that arrive later (`arrives_later`).

        `rows`: up to 1,000 orders, each with these arguments, a transaction and an outcome of its own; `progress` is
        called with the number of those that are through, and of all.
        """
        if rows is not None:
            alone = (sales_order, drop_pending, reference_number, late, version) == (None, False, None, False, None)
            require_alone("rows", alone)
            return fulfilment.confirmation_rows.confirm_orders(self.context, vendor, rows, key, progress)
        if sales_order is None:
            raise argument_fault("sales_order", "is missing")
        request = fulfilment.confirmation.ConfirmationRequest(sales_order, drop_pending, reference_number, late)
        return fulfilment.confirmation.confirm(
            documents.preconditions.at_version(self.context, vendor, sales_order, version, SALES_ORDER),
            vendor,
            request,
            key,
        )

    def set_reference(
        self,
        vendor: str,
        sales_order: str,
        reference_number: str | None,
        key: str | None = None,
        version: int | None = None,
    ) -> Document:
        """Give a sales order the reference number that becomes its AWB when it is confirmed; None takes it away.
        Returns the order. Raises `Conflict` for an order that was confirmed or voided, or has ended."""
        context = documents.preconditions.at_version(self.context, vendor, sales_order, version, SALES_ORDER)
        return fulfilment.order_reference.set_reference(context, vendor, sales_order, reference_number, key)

    def void(
        self,
        vendor: str,
        sales_order: str | None = None,
        line: str | None = None,
        boxes: int | None = None,
        box_codes: Sequence[str] | None = None,
        returned: Sequence[str] = (),
        reason: str = "",
        confirm: str = "",
        key: str | None = None,
        version: int | None = None,
    ) -> Document:
        """Void an order of the vendor's, a line, or some boxes of one, with `confirm="CONFIRM"` and a reason.

        Before shipping the boxes return at once. After shipping those in `returned` come back on hold, and the rest is
        written off. Raises `ConfirmationRequired`, and `Conflict` when boxes of it have been received.
        """
        asked = fulfilment.voiding.VoidRequest(sales_order, line, boxes, box_codes, returned, reason, confirm)
        return fulfilment.voiding.void(
            documents.preconditions.at_version(self.context, vendor, sales_order, version, SALES_ORDER),
            vendor,
            asked,
            key,
        )

    def missing(
        self, company: str, box_codes: Sequence[str], reason: str = "", key: str | None = None
    ) -> list[BoxOutcome]:
        """Report boxes that never came: an outcome for each code."""
        return fulfilment.missing_boxes.missing(self.context, company, box_codes, reason, key)

    def decline_missing(
        self, vendor: str, box_codes: Sequence[str], reason: str = "", key: str | None = None
    ) -> list[BoxOutcome]:
        """Decline, as the vendor, that boxes are missing: their state before the report is restored."""
        return fulfilment.missing_boxes.decline_missing(self.context, vendor, box_codes, reason, key)

    def credit(
        self,
        company: str,
        invoice: str,
        line: str,
        boxes: int | None = None,
        amount: Any = None,
        reason: str = "",
        confirm: str = "",
        key: str | None = None,
        version: int | None = None,
    ) -> Document:
        """Credit some boxes, or an amount, of a line of an issued invoice, with `confirm="CONFIRM"` and a reason."""
        context = documents.preconditions.at_version(self.context, company, invoice, version, INVOICE)
        return documents.credits.credit(
            context, company, documents.credits.CreditRequest(invoice, line, boxes, amount, reason, confirm), key
        )

    def labels(
        self,
        company: str,
        awb: str | None = None,
        box_codes: Sequence[str] | None = None,
        format: str = "zpl",
        partner: str | None = None,
    ) -> list[PrintedLabel]:
        """Print the labels of an AWB or of some boxes: the text of each label and the size of its file.

        A number that several AWBs have means all of them, or those with `partner`.
        """
        return fulfilment.labels.labels(
            self.context, company, fulfilment.labels.LabelSelection(awb, box_codes, partner), format
        )

    def label_files(
        self,
        company: str,
        awb: str | None = None,
        box_codes: Sequence[str] | None = None,
        format: str = "pdf",
        partner: str | None = None,
    ) -> Printed:
        """The same labels as files, and the sheet with all of them if the format has one."""
        return fulfilment.labels.print_labels(
            self.context, company, fulfilment.labels.LabelSelection(awb, box_codes, partner), format
        )

    def label_sheet(
        self,
        company: str,
        awb: str | None = None,
        box_codes: Sequence[str] | None = None,
        format: str = "pdf",
        partner: str | None = None,
    ) -> Printed:
        """The sheet only, for many boxes at once; its `labels` are those that failed."""
        return fulfilment.labels.print_sheet(
            self.context, company, fulfilment.labels.LabelSelection(awb, box_codes, partner), format
        )

    def ship(
        self,
        vendor: str,
        awb: str,
        partner: str | None = None,
        key: str | None = None,
        version: int | None = None,
    ) -> Awb:
        """Ship an AWB: its orders become shipped; boxes of ship vias without scanning are received at once.

        Raises `Conflict` when it has nothing to ship, and `Ambiguous` for a number that the AWBs of several buyers
        have: name the buyer as `partner`, or the AWB's id.
        """
        return fulfilment.shipping.ship(
            fulfilment.air_waybills.at_version(self.context, vendor, awb, partner, version), vendor, awb, partner, key
        )

    @overload
    def awbs(self, company: str, awb: str, partner: str | None = None) -> list[Awb]: ...

    @overload
    def awbs(
        self,
        company: str,
        awb: None = None,
        partner: str | None = None,
        filters: Mapping[str, Any] | None = None,
        q: str | None = None,
        sort: str | None = None,
        cursor: str | None = None,
        limit: int | None = None,
        count: bool = False,
        fields: Sequence[str] | None = None,
        **named: Any,
    ) -> Awbs: ...

    def awbs(
        self,
        company: str,
        awb: str | None = None,
        partner: str | None = None,
        filters: Mapping[str, Any] | None = None,
        q: str | None = None,
        sort: str | None = None,
        cursor: str | None = None,
        limit: int | None = None,
        count: bool = False,
        fields: Sequence[str] | None = None,
        **named: Any,
    ) -> list[Awb] | Awbs:
        """Every AWB with a number, or the one with an id; with `partner` only those with that company.

        Without `awb`, or with arguments of pages: a page of the AWBs that the company sends or gets, oldest first.
        Filters: `awb`, `partner`, `role` (`vendor` or `buyer`), `shipped`, `ship_date_from`, `ship_date_to`; sorts:
        `id`, `number`, `ship_date`, `arrival_date`.
        """
        asked = {**(filters or {}), **named}
        request = page_request(limit, filters=asked, q=q, sort=sort, cursor=cursor, count=count, fields=fields)
        if request is None and awb is not None:
            return fulfilment.air_waybills.named(self.context, company, awb, partner)
        whole = request or PageRequest()
        given = {"awb": awb, "partner": partner, **whole.filters}
        return fulfilment.fulfilment_lists.awbs(self.context, company, replace(whole, filters=given))

    def awb(
        self,
        company: str,
        awb: str,
        arrival_date: Any = UNCHANGED,
        freight: Any = UNCHANGED,
        handling: Any = UNCHANGED,
        partner: str | None = None,
        key: str | None = None,
        version: int | None = None,
    ) -> Awb:
        """Set the arrival date or the real costs of an AWB: a real amount, 0 included, replaces the estimate, None
        restores it. Returns the AWB, for its buyer with the landed cost of each line (domain section 6).

        Raises `NotAllowed` for costs of an AWB whose buyer is another company, and `Ambiguous` for a number that
        several AWBs have: name the `partner`, or the AWB's id; `awbs` returns all of them.
        """
        typed = fulfilment.air_waybills.AwbChange(arrival_date, freight, handling)
        context = fulfilment.air_waybills.at_version(self.context, company, awb, partner, version)
        return fulfilment.air_waybills.change(context, company, awb, typed, partner, key)

    @overload
    def staging(self, buyer: str, awb: str | None = None, partner: str | None = None) -> list[StagedBox]: ...

    @overload
    def staging(
        self,
        buyer: str,
        awb: str | None = None,
        partner: str | None = None,
        filters: Mapping[str, Any] | None = None,
        q: str | None = None,
        sort: str | None = None,
        cursor: str | None = None,
        *,
        limit: int,
        count: bool = False,
        fields: Sequence[str] | None = None,
        **named: Any,
    ) -> StagedBoxes: ...

    def staging(
        self,
        buyer: str,
        awb: str | None = None,
        partner: str | None = None,
        filters: Mapping[str, Any] | None = None,
        q: str | None = None,
        sort: str | None = None,
        cursor: str | None = None,
        limit: int | None = None,
        count: bool = False,
        fields: Sequence[str] | None = None,
        **named: Any,
    ) -> list[StagedBox] | StagedBoxes:
        """The boxes in the buyer's staging area: all of them, or those of AWBs by number or id, and of one vendor.

        With `limit`, or any argument but `awb` and `partner`, a page in the order of confirmation. Filters: `awb`,
        `partner`, `line`, `mark_code`, `shipped`; sort: `awb`. The boxes of a vendor or of a mark code are those that
        its filter finds.
        """
        asked = {**(filters or {}), **named}
        request = page_request(limit, filters=asked, q=q, sort=sort, cursor=cursor, count=count, fields=fields)
        if request is None:
            return fulfilment.staging.staging(self.context, buyer, awb, partner)
        given = {"awb": awb, "partner": partner, **request.filters}
        return fulfilment.fulfilment_lists.staging(self.context, buyer, replace(request, filters=given))

    def boxes(
        self,
        company: str,
        filters: Mapping[str, Any] | None = None,
        q: str | None = None,
        sort: str | None = None,
        cursor: str | None = None,
        limit: int = LIMIT,
        count: bool = False,
        fields: Sequence[str] | None = None,
        **named: Any,
    ) -> Boxes:
        """A page of the boxes in a company's lots and of those that it has bought and sold. Filters: `code` and
        `state` (several, with commas), `lot`, `line`, `awb`, `missing`; sort: `code`. `q` searches codes and AWBs."""
        asked = PageRequest({**(filters or {}), **named}, q, sort, cursor, limit, count, fields)
        return fulfilment.fulfilment_lists.boxes(self.context, company, asked)

    def box(self, company: str, code: str) -> ListedBox:
        """One of these boxes, by its code. Raises `NotFound`."""
        return fulfilment.fulfilment_lists.box(self.context, company, code)

    def staged_awbs(
        self,
        buyer: str,
        filters: Mapping[str, Any] | None = None,
        q: str | None = None,
        sort: str | None = None,
        cursor: str | None = None,
        limit: int = LIMIT,
        count: bool = False,
        fields: Sequence[str] | None = None,
    ) -> StagedAwbs:
        """A page of the AWBs with boxes in the buyer's staging area, oldest first: how many boxes were scanned of those
        expected, which have not come, and what waits for whom. Filters: `awb`, `partner`, `shipped`; sorts: `id`,
        `ship_date`, `arrival_date`."""
        asked = PageRequest(filters or {}, q, sort, cursor, limit, count, fields)
        return fulfilment.scan_lists.staged_awbs(self.context, buyer, asked)

    def unbilled(
        self,
        buyer: str,
        filters: Mapping[str, Any] | None = None,
        q: str | None = None,
        sort: str | None = None,
        cursor: str | None = None,
        limit: int = LIMIT,
        count: bool = False,
        fields: Sequence[str] | None = None,
    ) -> UnbilledLines:
        """A page of the received lines of the buyer's prebooks that nobody has billed, oldest first, with the reason.
        Filters: `prebook`, `customer`, `awb`; sort: `line`."""
        asked = PageRequest(filters or {}, q, sort, cursor, limit, count, fields)
        return fulfilment.scan_lists.unbilled(self.context, buyer, asked)

    def scans(
        self,
        company: str,
        filters: Mapping[str, Any] | None = None,
        q: str | None = None,
        sort: str | None = None,
        cursor: str | None = None,
        limit: int = LIMIT,
        count: bool = False,
        fields: Sequence[str] | None = None,
    ) -> Scans:
        """A page of the codes that a company's people have scanned, with their outcomes; `-id` sorts the latest first.
        Whoever may only scan sees their own. Filters: `person`, `outcome` and `box_code` (several, with commas), `awb`,
        `since`, `until`."""
        asked = PageRequest(filters or {}, q, sort, cursor, limit, count, fields)
        return fulfilment.scan_lists.scans(self.context, company, asked)

    def scan(self, company: str, box_codes: Sequence[str], key: str | None = None) -> list[ScannedBox]:
        """Receive scanned boxes: one outcome for each code, in order, with what the box is, whose it is, and how far
        its AWB has come; a bad code is an outcome, not an error."""
        return fulfilment.scanning.scan(self.context, company, box_codes, key)

    def receive(self, company: str, box_codes: Sequence[str], key: str | None = None) -> list[ScannedBox]:
        """Receive staged boxes by hand, with the same outcomes."""
        return fulfilment.scanning.receive(self.context, company, box_codes, key)

    def bill(
        self,
        company: str,
        prebook: str,
        lines: Sequence[str] | None = None,
        key: str | None = None,
        version: int | None = None,
    ) -> Document:
        """Invoice the received boxes that are allocated to a prebook, or to some of its lines; returns the invoice."""
        return fulfilment.billing.bill(
            documents.preconditions.at_version(self.context, company, prebook, version, PREBOOK),
            company,
            prebook,
            lines,
            key,
        )

    def release(
        self,
        company: str,
        line: str,
        boxes: int | None = None,
        reason: str = "",
        confirm: str = "",
        key: str | None = None,
        version: int | None = None,
    ) -> Document:
        """Take boxes from a prebook's line, with `confirm="CONFIRM"` and a reason: they become the company's free
        stock, at once or on arrival. Without `boxes`, all that are not billed. `version` is that of the prebook.
        Returns the prebook."""
        context = documents.preconditions.prebook_at_version(self.context, company, line, version)
        return fulfilment.releasing.release(
            context, company, fulfilment.releasing.ReleaseRequest(line, boxes, reason, confirm), key
        )
