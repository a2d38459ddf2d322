"""The declarations of the lists of companies, of a company's connections and drafts, and of its audit."""

from __future__ import annotations

from typing import Any

from k2k_core.store import tables
from k2k_core.store.database.paging import Listing
from k2k_core.store.database.session import Session
from k2k_core.store.master_data.connections import TERMS

_COMPANY: Any = tables.Company
_CONNECTION: Any = tables.Connection
_STEP: Any = tables.ConnectionStep
_DRAFT: Any = tables.Draft
_AUDIT: Any = tables.Audit
_VENDOR: Any = tables.Company.alias("vendor_company")
_BUYER: Any = tables.Company.alias("buyer_company")

COMPANIES = Listing(
    source=_COMPANY.select(),
    owner=None,
    columns={name: getattr(_COMPANY, name) for name in ("code", "name", "currency", "timezone", "locale")},
    unique=(_COMPANY.code,),
    sorts={"name": (_COMPANY.name,)},
    filters={
        "code": lambda codes: _COMPANY.code.in_(codes),
        "currency": lambda currency: _COMPANY.currency == currency,
        "timezone": lambda zone: _COMPANY.timezone == zone,
    },
    searched=(_COMPANY.search,),
)

DRAFTS = Listing(
    source=_DRAFT.select(),
    owner=_DRAFT.company_id,
    columns={"draft": _DRAFT.number, **{name: getattr(_DRAFT, name) for name in ("state", "person", "at", "changes")}},
    unique=(_DRAFT.id,),
    sorts={"at": ()},
    filters={"state": lambda state: _DRAFT.state == state, "person": lambda person: _DRAFT.person == person},
    searched=(_DRAFT.number, _DRAFT.person),
)

AUDIT = Listing(
    source=_AUDIT.select(),
    owner=_AUDIT.company_id,
    columns={name: getattr(_AUDIT, name) for name in ("id", "at", "person", "action", "subject", "before", "after")},
    unique=(_AUDIT.id,),
    sorts={"id": ()},
    filters={
        "person": lambda person: _AUDIT.person == person,
        "action": lambda action: _AUDIT.action == action,
        "subject": lambda subject: _AUDIT.subject == subject,
        "since": lambda moment: _AUDIT.at >= moment,
        "until": lambda moment: _AUDIT.at < moment,
    },
    searched=(_AUDIT.person, _AUDIT.action, _AUDIT.subject),
)


def connections_of(company_id: int) -> Listing:
    """The connections of a company, whichever of the two it is."""
    is_vendor = _CONNECTION.vendor_id == company_id
    either = is_vendor | (_CONNECTION.buyer_id == company_id)
    return Listing(
        source=_CONNECTION.select()
        .join(_VENDOR, on=_VENDOR.id == _CONNECTION.vendor_id)
        .switch(_CONNECTION)
        .join(_BUYER, on=_BUYER.id == _CONNECTION.buyer_id)
        .where(either),
        owner=None,
        columns={
            **{name: getattr(_CONNECTION, name) for name in ("vendor_id", "buyer_id")},
            "vendor": _VENDOR.code,
            "buyer": _BUYER.code,
            **{name: getattr(_CONNECTION, name) for name in ("version", "state", *TERMS)},
        },
        unique=(_CONNECTION.id,),
        sorts={"vendor": (_VENDOR.code,), "buyer": (_BUYER.code,), "state": (_CONNECTION.state,)},
        filters={
            "role": lambda role: is_vendor if role == "vendor" else _CONNECTION.buyer_id == company_id,
            "partner": lambda code: (is_vendor & (_BUYER.code == code)) | (~is_vendor & (_VENDOR.code == code)),
            "state": lambda state: _CONNECTION.state == state,
        },
        searched=(_VENDOR.search, _BUYER.search),
    )


def steps_of(session: Session, pairs: list[tuple[int, int]]) -> list[tuple[Any, ...]]:
    """The history of connections, oldest first: ids of vendor and buyer, state, the company, when, and who
    of it."""
    vendors, buyers = sorted({vendor for vendor, _ in pairs}), sorted({buyer for _, buyer in pairs})
    columns = (_STEP.vendor_id, _STEP.buyer_id, _STEP.state, _COMPANY.code, _STEP.at, _STEP.by_person)
    query = _STEP.select(*columns).join(_COMPANY, on=_COMPANY.id == _STEP.by_company_id).order_by(_STEP.id)
    return session.rows(query.where(_STEP.vendor_id.in_(vendors) & _STEP.buyer_id.in_(buyers)))
