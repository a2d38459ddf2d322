"""The declaration of the list of customers with their days of service, age limits and connections."""

from __future__ import annotations

from typing import Any

from peewee import JOIN

from k2k_core.domain.connection_states import ENDED
from k2k_core.store import tables
from k2k_core.store.database.paging import Listing

_CUSTOMER: Any = tables.Customer
_CONNECTION: Any = tables.Connection
_BUYER: Any = tables.Company.alias("buyer_company")
_FIELDS = ("code", "name", "company", "days_of_service", "min_age", "max_age")


def served_customers(company_id: int) -> Listing:
    """The customers of a company that are not archived, with the state of the connection of those that are companies of
    the network."""
    linked = (_CONNECTION.buyer_id == _BUYER.id) & (_CONNECTION.vendor_id == company_id)
    return Listing(
        source=_CUSTOMER.select()
        .join(_BUYER, JOIN.LEFT_OUTER, on=_BUYER.code == _CUSTOMER.company)
        .join(_CONNECTION, JOIN.LEFT_OUTER, on=linked)
        .where(~_CUSTOMER.archived),
        owner=_CUSTOMER.company_id,
        columns={**{name: getattr(_CUSTOMER, name) for name in _FIELDS}, "connection": _CONNECTION.state},
        unique=(_CUSTOMER.code,),
        sorts={"name": (_CUSTOMER.name,)},
        filters={
            "customer": lambda codes: _CUSTOMER.code.in_(codes),
            "company": lambda code: _CUSTOMER.company == code,
            "connected": _connected,
        },
        searched=(_CUSTOMER.search,),
        ranked=_CUSTOMER.search,
    )


def _connected(wanted: bool) -> Any:
    """Customers that are companies with a connection that has not ended, or those that are not."""
    if wanted:
        return _CONNECTION.state != ENDED
    return _CONNECTION.state.is_null() | (_CONNECTION.state == ENDED)
