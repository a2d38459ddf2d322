"""Use case: a company credits boxes, or an amount, of an invoice that it has issued (domain section 6)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from k2k_core.domain import parsing
from k2k_core.domain.answers.documents import Document
from k2k_core.domain.labels import without_names
from k2k_core.domain.money import MICRO, minor_scale, money
from k2k_core.domain.orders import INVOICE
from k2k_core.domain.roles import CONFIRMING
from k2k_core.domain.typed_confirmation import require_typed, required_reason
from k2k_core.errors import Invalid, InvalidQuantity, NotAllowed, NotFound
from k2k_core.messages import Message
from k2k_core.services.company_snapshot import CompanySnapshot
from k2k_core.services.context import ServiceContext
from k2k_core.services.documents import document_view
from k2k_core.services.documents.hidden_vendors import hidden_names
from k2k_core.services.documents.invoices import charge, credit_amount, credit_boxes, credited, emit_credited
from k2k_core.services.idempotency import IdempotentCommand
from k2k_core.services.journal import Change, audit
from k2k_core.store.database.session import Session
from k2k_core.store.orders import documents, invoices
from k2k_core.store.orders.documents import get
from k2k_core.store.orders.rows import DocumentRow, LineRow


@dataclass(frozen=True, slots=True)
class CreditRequest:
    """The credited line and invoice: a number of `boxes`, or an `amount`; with a reason and the typed confirmation."""

    invoice: str
    line: str
    boxes: int | None = None
    amount: Any = None
    reason: str = ""
    confirm: str = ""


def credit(context: ServiceContext, company: str, asked: CreditRequest, key: str | None = None) -> Document:
    """Add a credit line to an issued invoice; returns the invoice. Its charges follow the boxes that remain; a credit
    of an amount does not change them.

    Raises `ConfirmationRequired` unless `confirm` is CONFIRM; `NotAllowed` for an invoice that another company issued;
    `InvalidQuantity` or `Invalid` for more than the invoice bills for that line.
    """
    context.actor.require(CONFIRMING, company)
    request = _checked(asked)
    amount = None if request.amount is None else parsing.argument("amount", parsing.positive, request.amount)
    plain = {"invoice": request.invoice, "line": request.line, "boxes": request.boxes, "amount": amount}

    command = IdempotentCommand(context, company, "credit", key, {**plain, "reason": request.reason})

    def work(session: Session) -> Document:
        snapshot = context.snapshots.get(session, company)
        invoice = _issued(session, snapshot, request.invoice)
        line = _line(session, invoice, request.line)
        given = _credit(session, invoice, line, request, amount)
        charge(session, snapshot, invoice)
        _credit_copy(context, session, invoice, line, request, amount)
        facts = credited(invoice, line["id"], request.boxes or 0, given, request.reason)
        emit_credited(
            session, snapshot, invoice, facts, _without_hidden(context, session, snapshot, line, request.reason)
        )
        audit(session, context.actor, snapshot.id, "credit", invoice["number"], Change(None, facts))
        return document_view.answer(context, session, snapshot, get(session, invoice["id"]))

    return command.transact(work)


def _without_hidden(
    context: ServiceContext, session: Session, company: CompanySnapshot, line: LineRow, reason: str
) -> str:
    """The reason for the receiver of the invoice: without the names of vendors that the company's customers may not
    see."""
    return without_names(
        reason, hidden_names(context, session, company, line) if line["buyer_id"] == company.id else ()
    )


def _checked(asked: CreditRequest) -> CreditRequest:
    require_typed(asked.confirm, "A credit needs a typed confirmation: nothing was credited.")
    if (asked.boxes is None) == (asked.amount is None):
        raise Invalid("Name either how many boxes are credited, or an amount.").at("boxes")
    if asked.boxes is not None:
        parsing.box_count(asked.boxes)
    why = required_reason(asked.reason, "A credit needs a reason.")
    return CreditRequest(str(asked.invoice), str(asked.line), asked.boxes, asked.amount, why)


def _issued(session: Session, company: CompanySnapshot, number: str) -> DocumentRow:
    invoice = documents.find(session, company.id, number, INVOICE)
    if invoice["vendor_id"] not in (None, company.id):
        raise NotAllowed("{invoice} was issued by the vendor: only its issuer credits it.", invoice=number)
    documents.hold(session, [invoice["id"]])
    return invoice


def _line(session: Session, invoice: DocumentRow, named: str) -> LineRow:
    line_id = parsing.row_id(named)
    if not invoices.rows_of_line(session, invoice["id"], line_id):
        raise NotFound("There is no line {line} on {invoice}.", invoice=invoice["number"], line=named)
    return documents.lines_by(session, "id", [line_id])[0]


def _credit(session: Session, invoice: DocumentRow, line: LineRow, request: CreditRequest, amount: int | None) -> int:
    rows = invoices.rows_of_line(session, invoice["id"], line["id"])
    if amount is not None:
        _require_payable(amount, invoice["currency"])
        _require_left(invoice, line, amount, left=sum(row["total"] for row in rows))
        return credit_amount(session, invoice, line["id"], amount, request.reason)
    billed, boxes = sum(row["boxes"] for row in rows), request.boxes or 0
    if not 1 <= boxes <= billed:
        raise InvalidQuantity(
            "{invoice} bills {boxes} {boxes:box|boxes} of line {line}, {asked} {asked:was|were} named.",
            invoice=request.invoice,
            boxes=billed,
            line=line["id"],
            asked=boxes,
        )
    return credit_boxes(session, invoice, line, boxes, request.reason)


def _require_left(invoice: DocumentRow, line: LineRow, amount: int, left: int) -> None:
    if amount > left:
        problem = Message(
            "{invoice} bills {amount} for line {line}",
            invoice=invoice["number"],
            amount=money(left, invoice["currency"]),
            line=line["id"],
        )
        raise Invalid(
            "{path}: {problem}.", path="amount", problem=problem, faults=[{"path": "amount", "message": problem}]
        )


def _require_payable(amount: int, currency: str) -> None:
    if amount % (MICRO // minor_scale(currency)):
        problem = Message("has more decimals than {currency}", currency=currency)
        raise Invalid(
            "{path}: {problem}.", path="amount", problem=problem, faults=[{"path": "amount", "message": problem}]
        )


def _credit_copy(
    context: ServiceContext,
    session: Session,
    invoice: DocumentRow,
    line: LineRow,
    request: CreditRequest,
    amount: int | None,
) -> None:
    """The same credit on the buyer's copy of the invoice, if there is one."""
    found = invoices.copy_of(session, invoice)
    if found is None:
        return
    buyer = context.snapshots.by_id(session, [found["company_id"]])[found["company_id"]]
    _credit(session, found, line, request, amount)
    charge(session, buyer, found)
