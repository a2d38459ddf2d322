"""What still needs a record, so that it cannot be archived: a company's lots, open order lines and other records."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

from k2k_core.domain.orders import CHECKED_OUT, IN_CART, NEEDED, RECEIVED, STAGED
from k2k_core.store import tables
from k2k_core.store.database.session import Session

_LOT: Any = tables.Lot
_LINE: Any = tables.OrderLine
_CUSTOMER: Any = tables.Customer
_PRODUCT: Any = tables.Product
_CONNECTION: Any = tables.Connection
_COMPANY: Any = tables.Company

OPEN = (IN_CART, CHECKED_OUT, STAGED, NEEDED)
ENDED = "ended"


class Archived(NamedTuple):
    """A record that is to be archived."""

    company_id: int
    id: int
    code: str


Use = Callable[[Session, Archived], bool]


def uses(session: Session, collection: str, record: Archived) -> list[str]:
    """What needs the record: `lots`, `order_lines`, `customers`, `products` or `connections`."""
    return [name for name, is_used in USES.get(collection, {}).items() if is_used(session, record)]


def _lots(condition: Callable[[Archived], Any]) -> Use:
    """Lots of the company that are not archived."""

    def found(session: Session, record: Archived) -> bool:
        mine = (_LOT.company_id == record.company_id) & ~_LOT.archived
        return session.first(_LOT.select(_LOT.id).where(mine & condition(record))) is not None

    return found


def _lines(condition: Callable[[Archived], Any]) -> Use:
    """Order lines that are open."""

    def found(session: Session, record: Archived) -> bool:
        return session.first(_LINE.select(_LINE.id).where(condition(record) & _LINE.state.in_(OPEN))) is not None

    return found


def _lines_of_customer(session: Session, record: Archived) -> bool:
    unbilled = (_LINE.state == RECEIVED) & (_LINE.released < _LINE.boxes)
    theirs = (_LINE.buyer_id == record.company_id) & (_LINE.customer_id == record.id)
    return session.first(_LINE.select(_LINE.id).where(theirs & (_LINE.state.in_(OPEN) | unbilled))) is not None


def _customers(names: Callable[[Mapping[str, Any], str], bool]) -> Use:
    """Customers that are not archived and refer to the record."""

    def found(session: Session, record: Archived) -> bool:
        mine = (_CUSTOMER.company_id == record.company_id) & ~_CUSTOMER.archived
        columns = (_CUSTOMER.price_lists, _CUSTOMER.days_of_service, _CUSTOMER.location)
        return any(names(row, record.code) for row in session.dicts(_CUSTOMER.select(*columns).where(mine)))

    return found


def _products(session: Session, record: Archived) -> bool:
    mine = (_PRODUCT.company_id == record.company_id) & ~_PRODUCT.archived & (_PRODUCT.category_id == record.id)
    return session.first(_PRODUCT.select(_PRODUCT.id).where(mine)) is not None


def _connections(table: Any, mine: Any, theirs: Any) -> Use:
    """A connection with the company that the record stands for, unless it has ended."""

    def found(session: Session, record: Archived) -> bool:
        query = (
            _CONNECTION.select(_CONNECTION.id)
            .join(_COMPANY, on=_COMPANY.id == theirs)
            .switch(_CONNECTION)
            .join(table, on=(table.company_id == mine) & (table.company == _COMPANY.code))
        )
        return session.first(query.where((table.id == record.id) & (_CONNECTION.state != ENDED))) is not None

    return found


USES: Mapping[str, Mapping[str, Use]] = {
    "lots": {
        "order_lines": _lines(lambda one: _LINE.lot_id == one.id),
        "boxes": _lots(lambda one: (_LOT.id == one.id) & (_LOT.allocated > 0)),
    },
    "products": {
        "lots": _lots(lambda one: _LOT.product_id == one.id),
        "order_lines": _lines(lambda one: (_LINE.product_id == one.id) | (_LINE.vendor_product_id == one.id)),
    },
    "categories": {"products": _products},
    "box_types": {"lots": _lots(lambda one: _LOT.box_type_id == one.id)},
    "locations": {
        "lots": _lots(lambda one: _LOT.location_id == one.id),
        "customers": _customers(lambda row, code: row["location"] == code),
    },
    "customers": {
        "order_lines": _lines_of_customer,
        "connections": _connections(_CUSTOMER, _CONNECTION.vendor_id, _CONNECTION.buyer_id),
    },
    "vendors": {
        "lots": _lots(lambda one: _LOT.vendor == one.code),
        "connections": _connections(tables.Vendor, _CONNECTION.buyer_id, _CONNECTION.vendor_id),
    },
    "carriers": {"customers": _customers(lambda row, code: code in row["days_of_service"].values())},
    "price_lists": {"customers": _customers(lambda row, code: code in row["price_lists"])},
}
"""Collection → what may need its records, by name."""
