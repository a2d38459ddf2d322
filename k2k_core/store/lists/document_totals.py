"""The sums over all documents of a list, whatever page of it is read: one statement, computed by the database.

The goods of an order are its lines as they are shown, each rounded to the currency's decimals. Its charges depend on
terms that no query reads, so only those of invoices, which are stored, are summed.
"""

from __future__ import annotations

from collections.abc import Iterator, Set
from typing import Any, NamedTuple

from peewee import JOIN, SQL, Case, Select, Value, fn

from k2k_core.domain.items import OPEN_MARKET_UNITS
from k2k_core.domain.money import MICRO, currencies_of
from k2k_core.domain.orders import CONFIRMED, INVOICE, INVOICE_ORDER, PREBOOK, PURCHASE_ORDER, SALES_ORDER
from k2k_core.store import tables
from k2k_core.store.database import paging
from k2k_core.store.database.paging import Asked, Listing
from k2k_core.store.database.session import Session
from k2k_core.store.orders.documents import ENDED

_DOCUMENT: Any = tables.Document
_LINE: Any = tables.OrderLine
_BILLED: Any = tables.InvoiceLine

KINDS = (PREBOOK, INVOICE_ORDER, PURCHASE_ORDER, SALES_ORDER, INVOICE)
_COLUMNS = ("id", "kind", "company_id", "vendor_id", "currency", "transfer")


class Total(NamedTuple):
    """The sums of the documents of one kind in one currency, apart for those that are about what the company buys.
    Amounts are micros."""

    kind: str
    bought: bool
    currency: str
    documents: int
    boxes: int
    goods: int
    charges: int


def totals(session: Session, listing: Listing, company_id: int, asked: Asked) -> list[Total]:
    """The sums over every row of a company's list of documents."""
    matching = paging.matching(listing, company_id, asked)
    found_once = {"step": _step(_DOCUMENT.currency), "bought": _bought(_DOCUMENT), "sold": _sold(_DOCUMENT)}
    columns = [*(getattr(_DOCUMENT, name) for name in _COLUMNS), *(one.alias(name) for name, one in found_once.items())]
    # What a document says is found once for it, and not for each of its lines.
    chosen = matching.select(*columns).cte("chosen", columns=(*_COLUMNS, *found_once))
    kinds = set(asked.filters.get("kind") or KINDS)
    parts = [_number(chosen), *_parts(chosen, kinds)]
    together = parts[0]
    for one in parts[1:]:
        together = together.union_all(one)
    found = together.alias("sums")
    keys = [getattr(found.c, name) for name in ("kind", "bought", "currency")]
    sums = [fn.SUM(getattr(found.c, name)) for name in Total._fields[3:]]
    query = Select([found], [*keys, *sums]).group_by(*keys).order_by(*keys).with_cte(chosen)
    return [
        Total(kind, bool(bought), currency, *(int(each or 0) for each in each_sum))
        for kind, bought, currency, *each_sum in session.rows(query)
    ]


def _parts(chosen: Any, kinds: Set[str]) -> Iterator[Any]:
    """The lines of documents of some kinds. They are grouped once, all together: grouping sorts them."""
    for column, of, are in _lines_of(chosen.c):
        if not kinds.isdisjoint(of):
            yield _of_lines(chosen, column, are)
    if INVOICE in kinds:
        yield _of_invoices(chosen)


def _constant(value: object) -> Any:
    return Value(value, converter=False)


def _keys(c: Any) -> list[Any]:
    return [c.kind.alias("kind"), c.bought.alias("bought"), c.currency.alias("currency")]


def _bought(document: Any) -> Any:
    """1 where it is about what the company buys."""
    other = document.vendor_id.is_null(False) & (document.vendor_id != document.company_id)
    bought = ((document.kind == INVOICE) & other) | (document.kind == PURCHASE_ORDER)
    return Case(None, [(bought, SQL("1"))], SQL("0"))


def _sold(document: Any) -> Any:
    """1 where the price of a line counts, of the boxes that were not released; elsewhere its cost does."""
    own = document.vendor_id.is_null() | (document.vendor_id != document.company_id)
    return Case(None, [(document.kind.in_((PREBOOK, INVOICE_ORDER)) & own, SQL("1"))], SQL("0"))


def _row(c: Any, **sums: Any) -> list[Any]:
    named = [sums.get(name, SQL("0")).alias(name) for name in Total._fields[3:]]
    return [*_keys(c), *named]


def _number(chosen: Any) -> Any:
    return Select([chosen], _row(chosen.c, documents=SQL("1")))


def _lines_of(c: Any) -> list[tuple[Any, tuple[str, ...], Any]]:
    """The column of the lines of each kind of order, of which kinds and which documents it is. The prebook of a buyer
    at its vendor has the lines of the sales order that it becomes."""
    at_vendor = (c.kind == PREBOOK) & c.vendor_id.is_null(False) & (c.vendor_id == c.company_id)
    own = (c.kind == PREBOOK) & (c.vendor_id.is_null() | (c.vendor_id != c.company_id))
    return [
        (_LINE.prebook_id, (PREBOOK,), own),
        (_LINE.invoice_order_id, (INVOICE_ORDER,), c.kind == INVOICE_ORDER),
        (_LINE.purchase_order_id, (PURCHASE_ORDER,), c.kind == PURCHASE_ORDER),
        (_LINE.sales_order_id, (SALES_ORDER, PREBOOK), (c.kind == SALES_ORDER) | at_vendor),
    ]


def _of_lines(chosen: Any, column: Any, are: Any) -> Any:
    c = chosen.c
    counts = _LINE.state.not_in(ENDED)
    nobodys = (c.kind == PURCHASE_ORDER) & (c.transfer == CONFIRMED) & _LINE.vendor_id.is_null()
    goods = Case(None, [(counts & ~nobodys, _amount(c))], SQL("0"))
    boxes = Case(None, [(counts, _LINE.boxes)], SQL("0"))
    return Select([chosen], _row(c, boxes=boxes, goods=goods)).join(_LINE, on=column == c.id).where(are)


def _amount(c: Any) -> Any:
    """The amount of a line, rounded half up to the decimals of the currency (pricing section 7)."""
    sold = c.sold == SQL("1")
    price = fn.COALESCE(Case(None, [(sold, _LINE.price)], _LINE.cost), _constant(0))
    boxes = Case(None, [(sold, _LINE.boxes - _LINE.released)], _LINE.boxes)
    loose = _LINE.inventory_type == OPEN_MARKET_UNITS
    units = Case(None, [(loose, boxes)], boxes * _LINE.units_per_box)
    return (price * units + c.step / SQL("2")) / c.step * c.step


def _step(currency: Any) -> Any:
    """The smallest amount of a currency, in micros."""
    rare = [(currency.in_(currencies_of(scale)), SQL(str(MICRO // scale))) for scale in (1, 1000)]
    return Case(None, rare, SQL(str(MICRO // 100)))


def _of_invoices(chosen: Any) -> Any:
    c = chosen.c
    charge = _BILLED.line_id.is_null()
    counts = ~charge & _LINE.state.not_in(ENDED)
    sums = {
        "boxes": Case(None, [(counts, _BILLED.boxes)], SQL("0")),
        "goods": Case(None, [(charge, SQL("0"))], _BILLED.total),
        "charges": Case(None, [(charge, _BILLED.total)], SQL("0")),
    }
    mine = (_BILLED.invoice_id == c.id) & (_BILLED.company_id == c.company_id)
    query = Select([chosen], _row(c, **sums)).join(_BILLED, on=mine)
    return query.join(_LINE, JOIN.LEFT_OUTER, on=_LINE.id == _BILLED.line_id).where(c.kind == INVOICE)
