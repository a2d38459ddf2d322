"""A network in which every list has so many rows: written into the tables, since so many orders would take hours.

Their names, days, prices and states differ, and are in another order than the rows.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator
from typing import Any

from k2k_core.store import tables
from k2k_core.store.engine import Store

NOW = dt.datetime(2026, 2, 2, 14, tzinfo=dt.UTC)
DAY = dt.date(2026, 2, 5)
DAYS, KINDS = 365, 8
"""How many days and how many of everything else that is not different in each row."""

BUYER, VENDOR = 1, 2
AT_ONCE = 5_000

MAIL, POST = {"endpoint_id": None}, {"notification_id": None}

Row = Callable[[int], dict[str, Any]]
"""The row of a number, from 1 on: its id too, since the tables are empty before."""


def fill(store: Store, rows: int) -> None:
    """So many rows in every list of company 1, and so many lots of company 2, which sells to it."""
    for table, count, row in parts(rows):
        for start in range(1, count + 1, AT_ONCE):
            numbers = range(start, min(start + AT_ONCE, count + 1))
            with store.whole_network.writing() as session:
                session.insert_many(table, [row(number) for number in numbers])


def parts(rows: int) -> Iterator[tuple[Any, int, Row]]:
    yield tables.Company, rows, lambda n: {**_named(n), "currency": "USD", "timezone": "UTC"}
    yield from ((table, rows, _owned) for table in (tables.Location, tables.Category, tables.Carrier))
    yield tables.Category, 1, lambda n: {**_named(n), "company_id": VENDOR}
    yield tables.User, rows, lambda n: {"company_id": BUYER, "email": f"u{n:06}@x.example", "name": name_of(n)}
    yield (
        tables.Vendor,
        rows,
        lambda n: {**_owned(n), "currency": _one_of(n, "USD", "EUR"), "company": _one_of(n, None, code_of(n))},
    )
    yield (
        tables.Customer,
        rows,
        lambda n: {**_owned(n), "type": _one_of(n, *"AB"), "company": _one_of(n, None, code_of(n))},
    )
    yield tables.BoxType, rows, lambda n: {**_owned(n), "fbe": 500_000}
    yield tables.BoxType, 1, lambda n: {**_named(n), "company_id": VENDOR, "fbe": 500_000}
    yield tables.Product, rows, lambda n: {**_product(n), "company_id": BUYER, "category_id": n}
    yield (
        tables.Product,
        rows,
        # All of one description: a sort by it has nothing else to go by.
        lambda n: {"code": code_of(n), "description": "Rose", "company_id": VENDOR, "category_id": rows + 1},
    )
    yield tables.BoxDimensions, rows, lambda n: {"company_id": BUYER, "box_type_id": n, **_SIZE}
    yield tables.PriceList, rows, lambda n: {**_owned(n), "type": "all"}
    yield tables.PriceSeason, 1, lambda _: {"company_id": BUYER, "price_list_id": 1, "name": "S", **_SEASON}
    yield tables.PriceRow, rows, lambda n: {"company_id": BUYER, "season_id": 1, "product_id": n, "price": _price(n)}
    yield tables.Connection, 1, lambda _: {"vendor_id": VENDOR, "buyer_id": BUYER, "state": "active"}
    yield from _stock(rows)
    yield from _orders(rows)
    yield from _requests(rows)
    yield from _messages(rows)


_SIZE = {"length": 40_000_000, "width": 12_000_000, "height": 10_000_000}
_SEASON = {"start": dt.date(2026, 1, 1), "end": dt.date(2026, 12, 31)}
_GOODS = {"inventory_type": "open_market_boxes", "units_per_box": 100, "unit_type": "stem"}


def _lot(number: int) -> dict[str, Any]:
    return {
        **_GOODS,
        **dict.fromkeys(("boxes", "available"), 0),
        "code": code_of(number),
        "arrival_date": _day(number),
        "web_price": _one_of(number, None, _price(number)),
        "price_a": _price(number),
        "unit_cost": _price(number + 1),
        "vendor": _one_of(number, *(code_of(one) for one in range(1, KINDS))),
        "awb": f"AWB {number:06}",
    }


def _stock(rows: int) -> Iterator[tuple[Any, int, Row]]:
    yield tables.Lot, rows, lambda n: {**_lot(n), "company_id": BUYER, "product_id": n, "box_type_id": 1}
    yield (
        tables.Lot,
        rows,
        lambda n: {**_lot(n), "company_id": VENDOR, "product_id": rows + n, "box_type_id": rows + 1},
    )
    yield (
        tables.LotLedger,
        rows,
        lambda n: {"company_id": BUYER, "lot_id": n, "delta": 0, "available_after": 0, "reason": "counted", "at": NOW},
    )


def _orders(rows: int) -> Iterator[tuple[Any, int, Row]]:
    pair = {"vendor_id": VENDOR, "buyer_id": BUYER}
    yield (
        tables.Awb,
        rows,
        lambda n: {**pair, "number": f"AWB {n:06}", "ship_date": _day(n), "arrival_date": _day(n + 3)},
    )
    yield (
        tables.Cart,
        rows,
        lambda n: {
            "company_id": BUYER,
            "number": f"C-{n}",
            "customer_id": n,
            "ship_date": _day(n),
            "ship_via": "warehouse",
            "opened_at": NOW,
            "expires_at": NOW + dt.timedelta(minutes=n % DAYS),
        },
    )
    yield (
        tables.Document,
        rows,
        lambda n: {
            "company_id": BUYER,
            "kind": "prebook",
            "number": f"B-{n}",
            "status": _one_of(n, "confirmed", "draft", "open", "billed"),
            "buyer_id": BUYER,
            "customer_id": n,
            "ship_date": _day(n),
            "vendor_ship_date": _one_of(n, None, _day(n)),
            "currency": "USD",
            "created_at": NOW,
            "reference_number": f"Réf {n}",
        },
    )
    yield from _lines(rows)
    scanned = {"company_id": BUYER, "person": "p@x.example", "how": "scan", "at": NOW}
    yield tables.ScanEntry, rows, lambda n: {**scanned, "box_code": f"K{n:07}", "outcome": "received", "line_id": n}


def _unbilled(number: int) -> dict[str, Any]:
    """A line of the company's own goods for a prebook that was received, and waits for its invoice."""
    named = dict.fromkeys(("prebook_id", "customer_id", "product_id"), number)
    goods = {**_GOODS, "description": "Rose", "box_type": "HB", "boxes": 1, "price": 480_000}
    return {"buyer_id": BUYER, **named, **goods, "state": "received", "created_at": NOW}


def _lines(rows: int) -> Iterator[tuple[Any, int, Row]]:
    pair = {"vendor_id": VENDOR, "buyer_id": BUYER}
    yield (
        tables.OrderLine,
        rows,
        lambda n: {
            **pair,
            **_GOODS,
            "lot_company_id": VENDOR,
            "lot_id": rows + n,
            "prebook_id": n,
            "cart_id": n,
            "customer_id": n,
            "product_id": n,
            "vendor_product_id": rows + n,
            "description": "Rose",
            "box_type": "HB",
            "boxes": 1,
            "price": 480_000,
            "state": "staged",
            "awb_id": n,
            "mark_code": code_of(n % KINDS),
            "created_at": NOW,
        },
    )
    yield tables.OrderLine, rows, lambda n: _unbilled(n)
    yield (
        tables.Box,
        rows,
        lambda n: {"company_id": VENDOR, "lot_id": rows + n, "code": f"K{n:07}", "position": 1, "state": "staged"},
    )
    yield tables.BoxClaim, rows, lambda n: {**pair, "box_id": n, "box_code": f"K{n:07}", "line_id": n}


_MADE = {"currency": "USD", "created_at": NOW}


def _requests(rows: int) -> Iterator[tuple[Any, int, Row]]:
    """What company 2 wants of company 1: what its orders became there and, each behind that, the orders themselves; all
    of them behind the documents and lines of `_orders`."""
    pair = {"vendor_id": BUYER, "buyer_id": VENDOR}
    yield tables.Document, 2 * rows, lambda n: {**pair, **_MADE, **(_request if n % 2 else _order)((n + 1) // 2)}
    line = {**pair, **_GOODS, "description": "Rose", "box_type": "HB", "boxes": 1, "price": 0, "created_at": NOW}
    yield (
        tables.OrderLine,
        rows,
        lambda n: {
            **line,
            "sales_order_id": rows + 2 * n - 1,
            "purchase_order_id": rows + 2 * n,
            "vendor_product_id": _one_of(n, None, n),
            "state": "needed",
        },
    )


def _request(number: int) -> dict[str, Any]:
    days = {
        "ship_date": _one_of(number, None, _day(number)),
        "vendor_ship_date": _one_of(number + 1, None, _day(number)),
    }
    named = {"company_id": BUYER, "kind": "prebook", "number": f"R-{number}", "transfer": "none"}
    return {**named, **days, "status": "open"}


def _order(number: int) -> dict[str, Any]:
    named = {"company_id": VENDOR, "kind": "purchase_order", "number": f"P-{number}"}
    transfer = _one_of(number, "transferred", "accepted", "rejected")
    return {**named, "ship_date": None, "vendor_ship_date": None, "status": "open", "transfer": transfer}


def _messages(rows: int) -> Iterator[tuple[Any, int, Row]]:
    said = {"event": "order.checked_out", "body": "Your order", "at": NOW}
    yield (
        tables.Notification,
        rows,
        lambda n: {"company_id": BUYER, "to": f"n{n}@x.example", "subject": f"Pedido {n}", **said},
    )
    yield (
        tables.Delivery,
        rows,
        lambda n: {
            "company_id": BUYER,
            "notification_id": n,
            "message_id": f"msg_{n}",
            "next_at": NOW,
            "since": NOW,
        },
    )
    made = {"company_id": BUYER, "person": "p@x.example", "at": NOW}
    actions = ("set", "map", "confirm", "void")
    yield tables.Audit, rows, lambda n: {**made, "action": _one_of(n, *actions), "subject": f"lots/{n}"}
    yield tables.Draft, rows, lambda n: {**made, "number": f"D-{n}", "changes": []}
    yield (
        tables.Endpoint,
        rows,
        lambda n: {"company_id": BUYER, "code": code_of(n), "url": "https://x.example", "secret": "s", "at": NOW},
    )
    yield (
        tables.ApiKey,
        rows,
        lambda n: {
            "company_id": BUYER,
            "key_id": f"{n:016x}",
            "name": f"Key {n}",
            "customer": _one_of(n, None, code_of(n)),
            "scopes": ["reading"],
            "digest": "0",
            "made_by": "p@x.example",
            "made_at": NOW,
            "last_address": "",
        },
    )
    yield (
        tables.Job,
        rows,
        lambda n: {
            **made,
            "person": f"p{n}@x.example",
            "kind": "what_if",
            "arguments": {},
            "run_key": str(n),
            "actor": {},
            "locale": "en",
        },
    )


def code_of(number: int) -> str:
    return f"X{number:06}"


def _named(number: int) -> dict[str, Any]:
    return {"code": code_of(number), "name": name_of(number)}


def name_of(number: int) -> str:
    """A name in another order than the numbers."""
    return f"Ñame {number * 7_919 % 1_000_003:07}"


def _day(number: int) -> dt.date:
    return DAY + dt.timedelta(days=number * 7 % DAYS)


def _price(number: int) -> int:
    return 10_000 * (1 + number * 7_919 % 997)


def _one_of(number: int, *values: Any) -> Any:
    return values[number % len(values)]


def _owned(number: int) -> dict[str, Any]:
    return {**_named(number), "company_id": BUYER}


def _product(number: int) -> dict[str, Any]:
    return {"code": code_of(number), "description": f"Rose {name_of(number)}"}
