"""Use cases: the quantities of lots, and the movements that changed them (`quantities` and `movements`)."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import replace
from typing import Any, cast

from k2k_core.clock import moment_text
from k2k_core.domain.answers.inventory import LotQuantities, LotQuantity, Movement, Movements
from k2k_core.domain.parsing import iso_text
from k2k_core.domain.roles import READING
from k2k_core.errors import NotFound
from k2k_core.services.context import ServiceContext
from k2k_core.services.lists import filters as of
from k2k_core.services.lists.page_request import PageRequest
from k2k_core.services.lists.pages import PagedList, Rows, page
from k2k_core.store.database import paging
from k2k_core.store.database.paging import Asked
from k2k_core.store.database.session import Session
from k2k_core.store.lists.quantities import MOVEMENTS, QUANTITIES
from k2k_core.store.master_data import companies


def quantities(
    context: ServiceContext, company: str, lots: Sequence[str] | None, request: PageRequest
) -> LotQuantities:
    """A page of the quantities of a company's lots, by code. Raises `NotFound` for an unknown lot."""
    context.actor.require(READING, company)
    codes = None if lots is None else [own_code(company, lot) for lot in lots]
    readers = {"lot": of.codes, "archived": of.switch}
    asked_of = PagedList("quantities", QUANTITIES, LotQuantity, as_quantities, readers)
    with context.store.reading() as session:
        company_id, _ = companies.found(session, company)
        if codes is not None:
            require_lots(company, codes, {row["lot"] for row in _rows(session, company_id, codes)})
        wanted = {"archived": False} if codes is None else {"lot": codes}
        asked = replace(request, filters=wanted)
        return cast(LotQuantities, page(context, session, company_id, asked_of, asked))


def movements(context: ServiceContext, company: str, lots: Sequence[str] | None, request: PageRequest) -> Movements:
    """A page of the movements of a company's lots, oldest first unless `-movement` sorts them."""
    context.actor.require(READING, company)
    codes = None if lots is None else [own_code(company, lot) for lot in lots]
    asked_of = PagedList("movements", MOVEMENTS, Movement, _as_movements, {"lot": of.codes})
    with context.store.reading() as session:
        company_id, _ = companies.found(session, company)
        if codes is not None:
            require_lots(company, codes, {row["lot"] for row in _rows(session, company_id, codes)})
        wanted = {} if codes is None else {"lot": codes}
        asked = replace(request, filters=wanted)
        return cast(Movements, page(context, session, company_id, asked_of, asked))


def of_lot(session: Session, company_id: int, code: str) -> LotQuantity:
    """The quantities of one existing lot."""
    (found,) = as_quantities(_rows(session, company_id, [code]))
    return cast(LotQuantity, found)


def own_code(company: str, lot: str) -> str:
    """The code of a company's own lot, which may be written with the company's code before it."""
    return lot.removeprefix(f"{company}/")


def require_lots(company: str, codes: Sequence[str], there: Collection[str]) -> None:
    """Raise `NotFound` unless all of these lots exist."""
    for code in codes:
        if code not in there:
            raise NotFound("There is no lot {lot} of {company}.", company=company, lot=code)


def as_quantities(rows: Rows) -> Rows:
    """Rows of the list as answers."""
    return [_quantity(row) for row in rows]


def _rows(session: Session, company_id: int, codes: Sequence[str]) -> Rows:
    return paging.page(session, QUANTITIES, company_id, Asked({"lot": codes}), None, max(1, len(codes))).rows


def _quantity(row: dict[str, Any]) -> dict[str, Any]:
    reserved, counted_at = int(row["reserved"]), row["counted_at"]
    staged = row["on_hand"] + row["short"] - row["available"] - reserved - row["allocated"]
    shipped = row["boxes"] - row["on_hand"]
    names = ("lot", "movement", "on_hand", "available", "allocated", "short", "boxes")
    return {
        **{name: row[name] for name in names},
        "reserved": reserved,
        "staged": staged,
        "shipped": shipped,
        "sold": reserved + staged + shipped,
        "counted_at": iso_text(counted_at),
    }


def _as_movements(rows: Rows) -> Rows:
    return [
        {**row, "line": None if row["line"] is None else str(row["line"]), "at": moment_text(row["at"])} for row in rows
    ]
