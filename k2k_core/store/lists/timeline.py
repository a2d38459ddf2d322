"""The declaration of a document's timeline, and the documents that it is linked with."""

from __future__ import annotations

from typing import Any, NamedTuple

from peewee import JOIN

from k2k_core.domain.orders import INVOICE, PURCHASE_ORDER, SALES_ORDER
from k2k_core.domain.timeline import SUBJECTS
from k2k_core.store import tables
from k2k_core.store.database.paging import Listing
from k2k_core.store.database.queries import any_of
from k2k_core.store.database.searching import has
from k2k_core.store.database.session import Session
from k2k_core.store.orders import documents
from k2k_core.store.orders.rows import DocumentRow

_ENTRY: Any = tables.TimelineEntry
_LINE: Any = tables.OrderLine
_BILLED: Any = tables.InvoiceLine
_DOCUMENT: Any = tables.Document
_COMPANY: Any = tables.Company
_OF_LINE = (_LINE.prebook_id, _LINE.purchase_order_id, _LINE.sales_order_id, _LINE.invoice_order_id)


class Linked(NamedTuple):
    """A document and the code of the company whose number it is."""

    company: str
    kind: str
    number: str


class Parts(NamedTuple):
    """The ids of everything that a timeline is about, and the other documents that its lines are on, the company's own
    first: of the other company its order alone."""

    documents: tuple[int, ...]
    lines: tuple[int, ...]
    awbs: tuple[int, ...]
    linked: tuple[Linked, ...] = ()


def parts_of(session: Session, document: DocumentRow) -> Parts:
    """A document with its lines, the AWBs and the documents that these are on."""
    if document["kind"] == INVOICE:
        billed = _BILLED.select(_BILLED.line_id).where(_BILLED.invoice_id == document["id"])
        on_it = _LINE.id.in_(billed.where(_BILLED.line_id.is_null(False)))
    else:
        on_it = getattr(_LINE, documents.line_column(document)) == document["id"]
    rows = session.rows(_with_documents(document["company_id"]).where(on_it))
    lines, awbs = ({row[place] for row in rows} - {None} for place in (0, 1))
    found = {row[2]: row[3:] for row in rows if row[2] is not None}
    own = {one for one, (company_id, *_) in found.items() if company_id == document["company_id"]}
    others = sorted(found.keys() - {document["id"]}, key=lambda one: (one not in own, one))
    linked = tuple(Linked(*found[one][1:]) for one in others)
    return Parts(tuple(sorted({document["id"], *own})), tuple(sorted(lines)), tuple(sorted(awbs)), linked)


def _with_documents(company_id: int) -> Any:
    """Lines with their AWBs, each once for every document that it is on and that the company knows: its own ones, and
    the order of the other company. Each has its id, its company's id and code, its kind and its number."""
    known = (_DOCUMENT.company_id == company_id) | _DOCUMENT.kind.in_((PURCHASE_ORDER, SALES_ORDER))
    on_it = _DOCUMENT.id.in_((*_OF_LINE, _BILLED.invoice_id)) & known
    document = (_DOCUMENT.id, _DOCUMENT.company_id, _COMPANY.code, _DOCUMENT.kind, _DOCUMENT.number)
    return (
        _LINE.select(_LINE.id, _LINE.awb_id, *document)
        .join(_BILLED, JOIN.LEFT_OUTER, on=_BILLED.line_id == _LINE.id)
        .join(_DOCUMENT, JOIN.LEFT_OUTER, on=on_it)
        .join(_COMPANY, JOIN.LEFT_OUTER, on=_COMPANY.id == _DOCUMENT.company_id)
        .distinct()
    )


def timeline_of(parts: Parts, company: str) -> Listing:
    """What happened to all of these, oldest first. Who did it is found for the `company` that they acted for alone."""
    kinds = zip(SUBJECTS, parts[:3], strict=True)
    about = [(_ENTRY.kind == kind) & _ENTRY.row_id.in_(list(ids)) for kind, ids in kinds if ids]
    return Listing(
        source=_ENTRY.select()
        .join(_DOCUMENT, JOIN.LEFT_OUTER, on=(_ENTRY.kind == "document") & (_DOCUMENT.id == _ENTRY.row_id))
        .where(any_of(about)),
        owner=_ENTRY.company_id,
        columns={"document": _DOCUMENT.number}
        | {name: getattr(_ENTRY, name) for name in ("id", "at", "event", "facts", "person", "acted_for")},
        unique=(_ENTRY.id,),
        sorts={"id": ()},
        filters={"event": _ENTRY.event.in_},
        searched=(_ENTRY.event, _DOCUMENT.number, _DOCUMENT.search),
        marked=lambda word: (_ENTRY.acted_for == company) & has(_ENTRY.person, word),
    )
