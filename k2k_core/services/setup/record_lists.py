"""Use cases: the records of a company, in the form in which they are written (`records`, `record` and `price_rows`).

The answers can be passed to `put` unchanged, which then changes nothing.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from k2k_core.domain.answers import records as shapes
from k2k_core.domain.disclosure import disclosed, reader_of, rules_of
from k2k_core.domain.parsing import number_text
from k2k_core.domain.roles import PEOPLE, READING
from k2k_core.errors import NotFound
from k2k_core.schemas.network import COLLECTIONS, shown
from k2k_core.services.context import ServiceContext
from k2k_core.services.lists import filters as of
from k2k_core.services.lists.page_request import PageRequest
from k2k_core.services.lists.pages import PagedList, Rows, page
from k2k_core.store.database import paging
from k2k_core.store.database.paging import Asked, Listing
from k2k_core.store.database.session import Session
from k2k_core.store.lists.records import LISTINGS, PRICE_ROWS, whole_records
from k2k_core.store.master_data import companies

SHAPES: Mapping[str, type] = {
    "locations": shapes.LocationRecord,
    "users": shapes.UserRecord,
    "categories": shapes.CategoryRecord,
    "products": shapes.ProductRecord,
    "box_types": shapes.BoxTypeRecord,
    "box_dimensions": shapes.BoxDimensionsRecord,
    "customers": shapes.CustomerRecord,
    "vendors": shapes.VendorRecord,
    "carriers": shapes.CarrierRecord,
    "price_lists": shapes.PriceListRecord,
    "lots": shapes.LotRecord,
}

SEVERAL = frozenset(("code", "email"))
SWITCHES = frozenset(("active", "archived", "connected", "on_hold", "short", "credit_hold", "master", "everyone"))
DAYS = frozenset(("on",))

PARTS = frozenset(("seasons", "box_codes"))
"""Fields that stand in tables of their own."""


def records(context: ServiceContext, company: str, collection: str, request: PageRequest) -> dict[str, Any]:
    """A page of the records of a collection, by code. Archived ones are included if `archived` or `active` asks for
    them."""
    _require(context, company, collection)
    with context.store.reading() as session:
        company_id = companies.id_of(session, company)
        return page(context, session, company_id, _list_of(session, collection, request), _present(collection, request))


def record(context: ServiceContext, company: str, collection: str, code: str) -> dict[str, Any]:
    """One record by its code, archived or not: of a user the address, of dimensions `BOX_TYPE` or `BOX_TYPE:PRODUCT`.

    Raises `NotFound`.
    """
    _require(context, company, collection)
    with context.store.reading() as session:
        company_id = companies.id_of(session, company)
        asked = Asked(_named(collection, code))
        found = paging.page(session, LISTINGS[collection], company_id, asked, None, 1).rows
        if not found:
            raise NotFound(
                "There is no {code} among the {collection} of {company}.",
                code=code,
                company=company,
                collection=collection,
                kind=collection,
            )
        (row,) = _as_records(session, collection, found)
        return disclosed(row, rules_of(SHAPES[collection]), reader_of(context.actor))


def price_rows(context: ServiceContext, company: str, request: PageRequest) -> dict[str, Any]:
    """A page of the rows of a company's price lists."""
    context.actor.require(READING, company)
    asked_of = PagedList("price_rows", PRICE_ROWS, shapes.ListedPrice, _as_price_rows, _readers(PRICE_ROWS))
    with context.store.reading() as session:
        return page(context, session, companies.id_of(session, company), asked_of, request)


def _require(context: ServiceContext, company: str, collection: str) -> None:
    context.actor.require(PEOPLE if collection == "users" else READING, company)
    if collection not in COLLECTIONS:
        raise NotFound(
            "There is no collection {collection}; there are {known}.", collection=collection, known=list(COLLECTIONS)
        )


def _list_of(session: Session, collection: str, request: PageRequest) -> PagedList:
    with_parts = request.fields is None or not PARTS.isdisjoint(request.fields)
    return PagedList(
        collection,
        LISTINGS[collection],
        SHAPES[collection],
        lambda rows: _as_records(session, collection, rows, with_parts=with_parts),
        _readers(LISTINGS[collection]),
    )


def _present(collection: str, request: PageRequest) -> PageRequest:
    """The request with the filter `active`, unless it says otherwise."""
    known, given = LISTINGS[collection].filters, request.filters
    about_archived = {"archived"} if collection == "price_lists" else {"archived", "active"}
    if "archived" not in known or not about_archived.isdisjoint(given):
        return request
    return replace(request, filters={**given, "archived": False})


def _named(collection: str, code: str) -> dict[str, Any]:
    if collection == "box_dimensions":
        box_type, _, product = code.partition(":")
        return {"box_type": box_type, "product": product or None}
    return {"email" if collection == "users" else "code": [code]}


def _readers(listing: Listing) -> Mapping[str, Any]:
    return {name: _reader(name) for name in listing.filters}


def _reader(name: str) -> Any:
    if name in SEVERAL:
        return of.codes
    if name in SWITCHES:
        return of.switch
    return of.day if name in DAYS else of.word


def _as_records(session: Session, collection: str, rows: Rows, *, with_parts: bool = True) -> Rows:
    whole = whole_records(session, collection, rows, with_parts=with_parts)
    return [_shown(collection, row) for row in whole]


def _shown(collection: str, row: dict[str, Any]) -> dict[str, Any]:
    """A record as JSON, with its version beside its fields."""
    version = {"version": row["version"]} if "version" in row else {}
    return {**shown(collection, {name: value for name, value in row.items() if name != "version"}), **version}


def _as_price_rows(rows: Rows) -> Rows:
    return [
        {
            **row,
            "start": row["start"].isoformat(),
            "end": row["end"].isoformat(),
            "price": number_text(row["price"]),
            "cost": None if row["cost"] is None else number_text(row["cost"]),
        }
        for row in rows
    ]
