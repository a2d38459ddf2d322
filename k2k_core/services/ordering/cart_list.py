"""Use case: the carts of a company, page by page (`carts`)."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import replace
from typing import Any, cast

from k2k_core.clock import moment_text
from k2k_core.domain import parsing
from k2k_core.domain.answers import ordering as shapes
from k2k_core.domain.money import money
from k2k_core.domain.orders import CART_STATES, OPEN_LINE_STATES
from k2k_core.services import customer_access
from k2k_core.services.context import ServiceContext
from k2k_core.services.lists import filters as of
from k2k_core.services.lists.page_request import PageRequest
from k2k_core.services.lists.pages import PagedList, Rows, page
from k2k_core.store.database.session import Session
from k2k_core.store.lists.carts import CartLine, carts_of, lines_of

FILTERS = {
    "cart": of.codes,
    "state": lambda value: parsing.choice(value, CART_STATES),
    "customer": of.word,
    "document": of.word,
    "ship_date_from": of.day,
    "ship_date_to": of.day,
}
LINES = "lines"


def carts(context: ServiceContext, company: str, request: PageRequest, lines: bool) -> shapes.Carts:
    """A page of a company's carts, oldest first, with counts of their lines, and on request with the lines. A customer
    reads its own."""
    request = replace(request, filters=customer_access.own_filters(context.actor, company, request.filters))
    whole = lines or LINES in (request.fields or ())
    with context.store.reading() as session:
        snapshot = context.snapshots.get(session, company)
        currency = snapshot.company.currency

        def as_rows(rows: Rows) -> Rows:
            return _carts(session, snapshot.id, rows, currency, whole)

        listed = PagedList("carts", carts_of(snapshot.id, session.now), shapes.ListedCart, as_rows, FILTERS)
        return cast(shapes.Carts, page(context, session, snapshot.id, listed, request))


def _carts(session: Session, company_id: int, rows: Rows, currency: str, whole: bool) -> Rows:
    by_cart: dict[int, list[CartLine]] = defaultdict(list)
    for line in lines_of(session, company_id, [row["id"] for row in rows]):
        by_cart[line["cart_id"]].append(line)
    return [_cart(row, by_cart[row["id"]], currency, whole) for row in rows]


def _cart(row: dict[str, Any], lines: Sequence[CartLine], currency: str, whole: bool) -> dict[str, Any]:
    shown = {
        **{name: row[name] for name in ("state", "customer", "customer_name", "ship_via", "location", "carrier")},
        "cart": row["number"],
        "ship_date": row["ship_date"].isoformat(),
        "opened_at": moment_text(row["opened_at"]),
        "expires_at": moment_text(row["expires_at"]),
        "boxes": sum(line["boxes"] for line in lines if line["state"] in OPEN_LINE_STATES),
        "line_counts": dict(Counter(line["state"] for line in lines)),
        "documents": sorted(
            {number for line in lines for number in (line["prebook"], line["invoice_order"]) if number}
        ),
    }
    return shown | ({LINES: [_line(line, currency) for line in lines]} if whole else {})


def _line(line: CartLine, currency: str) -> dict[str, Any]:
    lot = line["lot"]
    return {
        "description": line["description"],
        "boxes": line["boxes"],
        "units_per_box": line["units_per_box"],
        "unit_type": line["unit_type"],
        "state": line["state"],
        "line": str(line["line"]),
        "lot": f"{line['vendor']}/{lot}" if lot is not None and line["vendor"] is not None else lot,
        "box_type": line["box_type"] or None,
        "price": None if line["price"] is None else money(line["price"], currency),
    }
