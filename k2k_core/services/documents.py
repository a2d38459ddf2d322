"""Finds the documents of a company, their lines and boxes. Everything is asked for by company: a stranger's number is
as unknown as one that was never given."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from typing import Any

from k2k_core.domain.items import OPEN_MARKET_UNITS
from k2k_core.domain.money import MICRO, line_total, minor_scale
from k2k_core.domain.orders import (
    CANCELLED,
    CHECKED_OUT,
    CONFIRMED,
    DROPPED,
    IN_CART,
    INVOICE_ORDER,
    NEEDED,
    OPEN_LINE_STATES,
    PREBOOK,
    PURCHASE_ORDER,
    SALES_ORDER,
    STAGED,
)
from k2k_core.errors import Conflict, NotFound
from k2k_core.store import tables
from k2k_core.store.orders import close_empty_documents
from k2k_core.store.work import Session

Row = dict[str, Any]

DOCUMENT: Any = tables.Document
LINE: Any = tables.OrderLine
BOX: Any = tables.Box
CLAIM: Any = tables.BoxClaim

LINE_COLUMN = {
    PREBOOK: "prebook_id",
    PURCHASE_ORDER: "purchase_order_id",
    SALES_ORDER: "sales_order_id",
    INVOICE_ORDER: "invoice_order_id",
}
"""Which column of an order line names its document of a kind."""

ENDED = (CANCELLED, DROPPED)
"""Lines in these states count for nothing any more."""


def find(session: Session, company_id: int, number: str, *kinds: str) -> Row:
    """The document of a company by number, of one of `kinds` when some are named; `NotFound`."""
    wanted = (DOCUMENT.company_id == company_id) & (DOCUMENT.number == str(number))
    if kinds:
        wanted &= DOCUMENT.kind.in_(kinds)
    found = session.dicts(DOCUMENT.select().where(wanted))
    if not found:
        what = " or ".join(kind.replace("_", " ") for kind in kinds) or "document"
        raise NotFound(f"There is no {what} {number}.", number=str(number))
    return found[0]


def reread(session: Session, document_id: int) -> Row:
    """A document as it stands now, after it was locked."""
    return session.dicts(DOCUMENT.select().where(DOCUMENT.id == document_id))[0]


def lines_of(session: Session, document: Row) -> list[Row]:
    """The lines of an order, in the order in which they were added."""
    return lines_by(session, LINE_COLUMN[document["kind"]], [document["id"]])


def lines_by(session: Session, column: str, ids: Iterable[int]) -> list[Row]:
    """Order lines whose `column` is one of `ids`, by id."""
    wanted = list(ids)
    if not wanted:
        return []
    return session.dicts(LINE.select().where(getattr(LINE, column).in_(wanted)).order_by(LINE.id))


def ids_in(lines: Iterable[Row], *columns: str) -> list[int]:
    """Every id that stands in some columns of lines, once, ascending."""
    return sorted({line[column] for line in lines for column in columns if line[column] is not None})


def move_lines(session: Session, lines: Iterable[Row], before: str, **changes: object) -> None:
    """One conditional UPDATE that takes lines out of the state `before`; `Conflict` unless all of them were in it."""
    ids = [line["id"] for line in lines]
    if not ids:
        return
    moved = session.change(LINE.update(**changes).where(LINE.id.in_(ids) & (LINE.state == before)))
    if moved != len(ids):
        raise Conflict("Somebody changed lines of this order at the same time. Nothing was done.")


def move_document(session: Session, document_id: int, before: str, after: str, **changes: object) -> None:
    """One conditional UPDATE of a document's status; `Conflict` when somebody was first."""
    wanted = (DOCUMENT.id == document_id) & (DOCUMENT.status == before)
    if session.change(DOCUMENT.update(status=after, **changes).where(wanted)) != 1:
        raise Conflict("Somebody changed this document at the same time. Nothing was done.")


def settle(session: Session, lines: Iterable[Row]) -> None:
    """Bring the buyer's documents of these lines to where their lines are now (domain section 5).

    Without an open line a document is cancelled; when every open line is confirmed, so is the document.
    """
    touched = list(lines)
    close_empty_documents(session, ids_in(touched, "prebook_id", "purchase_order_id", "sales_order_id"))
    for kind in (PREBOOK, PURCHASE_ORDER):
        column = LINE_COLUMN[kind]
        waiting: dict[int, int] = defaultdict(int)
        for line in lines_by(session, column, ids_in(touched, column)):
            if line["state"] in OPEN_LINE_STATES:
                waiting[line[column]] += line["state"] in (IN_CART, CHECKED_OUT, NEEDED)
        whole = [document for document, count in waiting.items() if count == 0]
        if whole:
            ready = DOCUMENT.id.in_(whole) & DOCUMENT.status.not_in((CONFIRMED, CANCELLED))
            session.change(DOCUMENT.update(status=CONFIRMED).where(ready))


def is_pending(line: Row, session: Session) -> bool:
    """Whether a line waits for its check-out. One whose cart has run out of time waits for nothing any more."""
    expires = line["expires_at"]
    return bool(line["state"] == IN_CART and (expires is None or expires > session.now))


def is_settled(line: Row) -> bool:
    """Whether a line has been confirmed by the vendor or gone further."""
    return bool(line["state"] in OPEN_LINE_STATES and line["state"] not in (IN_CART, CHECKED_OUT, NEEDED))


def is_waiting_for_boxes(line: Row) -> bool:
    """Whether the line's boxes stand, at least in part, in the buyer's staging area."""
    return bool(line["state"] == STAGED)


def units(line: Row) -> int:
    """How many price units a line counts: those in its boxes, or the loose units themselves."""
    if line["inventory_type"] == OPEN_MARKET_UNITS:
        return int(line["boxes"])
    return int(line["boxes"]) * int(line["units_per_box"])


def total(price: int | None, count: int, currency: str) -> int:
    """A line total in micros, half up to the currency's decimals; nothing without a price."""
    return 0 if price is None else line_total(price, count, currency)


def percent_of(amount: int, percent: int, currency: str) -> int:
    """A percentage (micros) of an amount (micros), half up to the currency's decimals."""
    minor = MICRO // minor_scale(currency)
    divisor = 100 * MICRO * minor
    return (2 * amount * percent + divisor) // (2 * divisor) * minor


def lot_codes(session: Session, lines: Iterable[Row]) -> dict[int, str]:
    """Plain lot codes by lot id."""
    lot: Any = tables.Lot
    wanted = ids_in(lines, "lot_id")
    return dict(session.rows(lot.select(lot.id, lot.code).where(lot.id.in_(wanted)))) if wanted else {}


def box_codes(session: Session, lines: Iterable[Row]) -> dict[int, list[str]]:
    """The boxes that lines got at their confirmation, by line, in the order of allocation."""
    wanted = [line["id"] for line in lines if is_settled(line)]
    found: dict[int, list[str]] = defaultdict(list)
    if wanted:
        query = CLAIM.select(CLAIM.line_id, BOX.code).join(BOX, on=BOX.id == CLAIM.box_id)
        for line_id, code in session.rows(query.where(CLAIM.line_id.in_(wanted)).order_by(CLAIM.id)):
            found[line_id].append(code)
    return found
