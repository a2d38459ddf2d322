"""Use case: boxes are put on the invoice of the buyer's customer (domain section 6): automatically on receipt or on
shipping, or with `bill`, which invoices boxes that are allocated to a prebook's lines."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence

from k2k_core.domain import parsing
from k2k_core.domain.answers.documents import Document
from k2k_core.domain.orders import BILLED, INVOICE, PREBOOK, RECEIVED
from k2k_core.domain.roles import PREBOOKS
from k2k_core.errors import Conflict, NotFound
from k2k_core.messages import Message
from k2k_core.services.company_snapshot import CompanySnapshot
from k2k_core.services.context import ServiceContext
from k2k_core.services.documents import document_view, invoices
from k2k_core.services.fulfilment.box_events import BoxEvents
from k2k_core.services.idempotency import IdempotentCommand
from k2k_core.services.journal import Change, audit, emit, of_document
from k2k_core.store.database.session import Session
from k2k_core.store.fields import Json
from k2k_core.store.fulfilment import allocation, boxes
from k2k_core.store.fulfilment.allocation import Allocated
from k2k_core.store.orders import documents
from k2k_core.store.orders.documents import get
from k2k_core.store.orders.rows import DocumentRow, LineRow

ON_DEMAND = "bill"
"""How boxes came onto an invoice that somebody asked for, in the data of `box.billed`."""


def bill(
    context: ServiceContext, company: str, prebook: str, lines: Sequence[str] | None = None, key: str | None = None
) -> Document:
    """Invoice the boxes that are allocated to a prebook, or to some of its lines; returns the invoice.

    Raises `Conflict` when nothing of it, or of a named line, is received and not billed.
    """
    context.actor.require(PREBOOKS, company)
    number = str(prebook)
    named = None if lines is None else sorted({parsing.row_id(line) for line in lines})

    def work(session: Session) -> Document:
        snapshot = context.snapshots.get(session, company)
        document, wanted, found = _held(session, snapshot.id, number, named)
        invoice = invoice_allocated(context, session, snapshot, wanted, found, ON_DEMAND)[document["id"]]
        billed = [str(line["id"]) for line in wanted if line["id"] in found]
        count = sum(map(len, found.values()))
        data: dict[str, Json] = {"prebook": number, "invoice": invoice, "lines": billed, "boxes": count}
        emit(session, "order.billed", data, [snapshot.id], of_document(document))
        audit(session, context.actor, snapshot.id, "bill", document["number"], Change(None, data))
        issued = documents.find(session, snapshot.id, invoice, INVOICE)
        return document_view.answer(context, session, snapshot, issued)

    request = {"prebook": number, "lines": named}
    billed = IdempotentCommand(context, company, "bill", key, request).transact(work)
    return document_view.for_reader(context, company, billed)


def may_bill(session: Session, buyer: CompanySnapshot, line: LineRow) -> bool:
    """Whether a line may be billed automatically: it has a customer, who is not on credit hold."""
    customer = buyer.customers_by_id(session).get(line["customer_id"])
    return line["prebook_id"] is not None and customer is not None and not customer.credit_hold


def bill_waiting(
    context: ServiceContext, session: Session, buyer: CompanySnapshot, lines: Sequence[int], how: str
) -> None:
    """Put what is allocated to lines onto their invoices automatically. The caller holds the prebooks and lines."""
    found = allocation.allocated_to(session, lines)
    waiting = documents.lines_by(session, "id", found)
    billed = [line for line in waiting if may_bill(session, buyer, line)]
    invoice_allocated(context, session, buyer, billed, found, how)


def put_on_invoices(session: Session, buyer: CompanySnapshot, counted: Sequence[tuple[LineRow, int]]) -> dict[int, str]:
    """Put boxes of prebooks' lines onto the invoices of their customers; returns the number of the invoice by prebook.
    The caller holds the prebooks."""
    by_prebook: dict[int, list[tuple[LineRow, int]]] = defaultdict(list)
    for line, count in counted:
        by_prebook[line["prebook_id"]].append((line, count))
    numbers = {}
    for prebook_id, mine in sorted(by_prebook.items()):
        customer = buyer.customers_by_id(session)[mine[0][0]["customer_id"]]
        numbers[prebook_id] = invoices.bill(session, buyer, get(session, prebook_id), customer, mine)
    return numbers


def invoice_allocated(
    context: ServiceContext,
    session: Session,
    buyer: CompanySnapshot,
    lines: Sequence[LineRow],
    found: dict[int, list[Allocated]],
    how: str,
) -> dict[int, str]:
    """Put the boxes `found` that are allocated to lines onto their invoices; returns the invoice's number by
    prebook."""
    billed = [line for line in lines if found.get(line["id"])]
    numbers = put_on_invoices(session, buyer, [(line, len(found[line["id"]])) for line in billed])
    allocation.end_allocation(session, [box for line in billed for box in found[line["id"]]], BILLED)
    finish(session, [line for line in billed if line["state"] == RECEIVED], RECEIVED)
    box_events = BoxEvents(context, session, buyer, billed, how)
    for line in billed:
        for box in found[line["id"]]:
            box_events.emit_for(BILLED, box.code, line["id"], invoice=numbers[line["prebook_id"]])
    return numbers


def finish(session: Session, lines: Sequence[LineRow], before: str) -> None:
    """Lines without outstanding boxes become billed if everything that was not released is on invoices, else
    received."""
    count = boxes.billed_of_lines(session, [line["id"] for line in lines])
    whole = [line for line in lines if 0 < count.get(line["id"], 0) == line["boxes"] - line["released"]]
    documents.move_lines(session, whole, before, state=BILLED)
    if before != RECEIVED:
        documents.move_lines(session, [line for line in lines if line not in whole], before, state=RECEIVED)


def _held(
    session: Session, company_id: int, number: str, named: Sequence[int] | None
) -> tuple[DocumentRow, list[LineRow], dict[int, list[Allocated]]]:
    """The prebook, those of its lines that are wanted, and their allocated boxes, all held."""
    document = documents.find(session, company_id, number, PREBOOK)
    documents.hold(session, [document["id"]])
    ids = [line["id"] for line in documents.lines_of(session, document)]
    wanted = ids if named is None else [line_id for line_id in ids if line_id in named]
    if named is not None and (unknown := sorted(set(named) - set(ids))):
        raise NotFound("Line {line} is not on {document}.", document=document["number"], line=str(unknown[0]))
    documents.hold(session, lines=wanted)
    lines = documents.lines_by(session, "id", wanted)
    found = allocation.allocated_to(session, wanted)
    missing = [line["id"] for line in lines if line["id"] not in found] if named is not None else []
    if missing or not found:
        order = document["number"]
        what = Message("line {line} of {document}", line=str(missing[0]), document=order) if missing else order
        raise Conflict("Nothing of {what} is received and waits to be billed.", what=what)
    return document, lines, dict(found)
