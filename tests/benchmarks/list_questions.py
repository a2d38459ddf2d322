"""What the benchmark asks of each list: every sort, every filter, and a search for a word that one row has."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from typing import Any

from k2k_core.store.database.paging import Asked, Listing
from tests.benchmarks.list_rows import DAY, NOW, VENDOR, code_of, name_of

DEFAULT = "the default order"
Values = dict[str, Any]


def questions(name: str, listing: Listing, rows: int) -> Iterator[tuple[str, Asked]]:
    """The questions of a list by what they are called, the default order first. The values of the filters and the word
    that is searched are those of a row in the middle of `rows`."""
    yield DEFAULT, Asked({})
    for sort in [one for one, keys in listing.sorts.items() if keys]:
        yield f"sort {sort}", Asked({}, sort=sort)
        yield f"sort -{sort}", Asked({}, sort=sort, descending=True)
    known = _values(rows // 2) | _OF_LIST.get(name, lambda _: {})(rows // 2)
    for one in listing.filters:
        yield f"filter {one}", Asked({one: known[one]})
    if listing.searched:
        yield "search", Asked({}, search=_word(name, rows // 2))


def questioned_filters() -> list[str]:
    """The names of all filters of all lists."""
    return sorted({*_values(1), *(name for values in _OF_LIST.values() for name in values(1))})


def is_sort(question: str) -> bool:
    """Whether a question is asked of all the rows, so that it has a middle and a last page."""
    return question == DEFAULT or question.startswith("sort")


_ON = frozenset(
    (
        *("active", "everyone", "on_hold", "mapped", "confirmed", "sellable"),
        *("typed", "k2k", "overdue", "pending_lines"),
    )
)
_OFF = frozenset(("archived", "connected", "credit_hold", "master", "short", "shipped", "missing", "pack_known"))
"""Filters that are on or off, and which of both is asked."""


def _values(row: int) -> Values:
    day, code = DAY + dt.timedelta(days=300), code_of(row)
    return {
        **dict.fromkeys(_ON, True),
        **dict.fromkeys(_OFF, False),
        **dict.fromkeys(("ship_date_from", "vendor_ship_date_from"), day),
        **dict.fromkeys(("ship_date_to", "vendor_ship_date_to"), DAY),
        **dict.fromkeys(("since", "until"), NOW),
        "code": [code],
        "email": [f"u{row:06}@x.example"],
        "type": "B",
        "company": code_of(row | 1),
        "ship_via": "warehouse",
        "currency": "EUR",
        "timezone": "UTC",
        "category": code_of(1),
        "box_type": code,
        "product": code,
        "inventory_type": "future_sales",
        "location": code,
        "awb": f"AWB {row:06}",
        "vendor": code_of(2),
        "list": code_of(1),
        "season": "S",
        "on": DAY,
        "cart": [f"C-{row}"],
        "prebook": f"B-{row}",
        "state": "open",
        "customer": code,
        "number": [f"B-{row}"],
        "kind": ["prebook"],
        "status": ["draft"],
        "transfer": ["none"],
        "partner": code_of(VENDOR),
        "reference_number": f"Réf {row}",
        "role": "buyer",
        "line": row,
        "mark_code": code_of(3),
        "lot": [(None, code)],
        "event": "order.checked_out",
        "to": f"n{row}@x.example",
        "endpoint": code,
        "person": "p@x.example",
        "page_name": "orders",
        "action": "void",
        "subject": f"lots/{row}",
    }


_OF_LIST: dict[str, Any] = {
    "scans": lambda row: {"outcome": ["received"], "box_code": [f"K{row:07}"]},
    "timeline timeline_of": lambda _: {"event": ["order.checked_out"]},
    "documents documents_of": lambda _: {"ship_via": ["warehouse"]},
    "accounts keys_of": lambda row: {
        "id": f"{row:016x}",
        "state": "active",
        "customer": code_of(row),
        "name": f"Key {row}",
    },
    "jobs listed": lambda _: {"kind": "what_if", "state": "waiting"},
    "fulfilment boxes_of": lambda row: {"code": [f"K{row:07}"], "state": ["staged"], "lot": (None, code_of(row))},
    "deliveries": lambda _: {"state": "failed"},
    "endpoints": lambda _: {"state": "active"},
    "offers offers_of": lambda row: {"lot": [(code_of(VENDOR), code_of(row))], "vendor": code_of(VENDOR)},
    "quantities": lambda row: {"lot": [code_of(row)]},
    "movements": lambda row: {"lot": [code_of(row)]},
    "lots lots_of": lambda row: {"lot": [(code_of(VENDOR), code_of(row)), (None, code_of(row))]},
    "price_rows": lambda row: {"vendor": code_of(row)},
    "served_customers served_customers": lambda row: {"customer": [code_of(row)]},
    "carts carts_of": lambda row: {"document": f"B-{row}"},
    "requests requests_of": lambda row: {
        "document": [f"R-{row}"],
        "purchase_order": [f"P-{row}"],
        "state": ["transferred"],
        "unknown": True,
        "waiting": True,
        "buyer": code_of(VENDOR),
    },
}
"""Filters that a list has otherwise."""


def _word(name: str, row: int) -> str:
    if name in _WORDS:
        return _WORDS[name].format(row=row)
    return name_of(row).split()[1]


_WORDS = {
    "scans": "k{row:07}",
    "staged_awbs": "awb {row:06}",
    "unbilled unbilled_of": "ref {row}",
    "jobs listed": "p{row}@x what",
    "carts carts_of": "c-{row}",
    "documents documents_of": "ref {row}",
    "fulfilment awbs_of": "awb {row:06}",
    "fulfilment staging_of": "k{row:07}",
    "fulfilment boxes_of": "k{row:07}",
    "lots lots_of": "x{row:06}",
    "notifications": "pedido {row}",
    "requests requests_of": "r-{row}",
    "deliveries": "msg_{row}",
    "endpoints": "x{row:06}",
    "drafts": "d-{row}",
    "audit": "lots/{row}",
    "offers offers_of": "x{row:06}",
    "price_lists": "x{row:06}",
    "lots": "x{row:06}",
    "quantities": "x{row:06}",
    "movements": "x{row:06}",
    "accounts keys_of": "{row:016x}",
}
