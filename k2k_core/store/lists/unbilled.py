"""The declaration of the list of received lines of prebooks that nobody has billed."""

from __future__ import annotations

from typing import Any

from k2k_core.store import tables
from k2k_core.store.database.paging import Listing
from k2k_core.store.fulfilment.awbs import awbs_named
from k2k_core.store.orders.waiting_work import unbilled_lines

_LINE: Any = tables.OrderLine
_PREBOOK: Any = tables.Document
_CUSTOMER: Any = tables.Customer


def unbilled_of(company_id: int) -> Listing:
    """The received lines of a company's prebooks that nobody has billed, oldest first."""
    lines = unbilled_lines(company_id).join(_PREBOOK, on=_PREBOOK.id == _LINE.prebook_id).switch(_LINE)
    return Listing(
        source=lines.join(_CUSTOMER, on=_CUSTOMER.id == _LINE.customer_id),
        owner=None,
        columns={
            "line": _LINE.id,
            "prebook": _PREBOOK.number,
            "customer": _CUSTOMER.code,
            "customer_name": _CUSTOMER.name,
            "credit_hold": _CUSTOMER.credit_hold,
            "description": _LINE.description,
            "boxes": _LINE.boxes - _LINE.released,
        },
        unique=(_LINE.id,),
        sorts={"line": ()},
        filters={
            "prebook": lambda number: _PREBOOK.number == number,
            "customer": lambda code: _CUSTOMER.code == code,
            "awb": lambda awb: _LINE.awb_id.in_(awbs_named(company_id, awb)),
        },
        searched=(_PREBOOK.search, _CUSTOMER.search),
    )
