"""Price lists with the ids of their seasons and rows, and the writing of many changes at once (pricing section 5)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Mapping, Sequence
from typing import Any

from k2k_core.domain.items import Product
from k2k_core.domain.price_list_imports import Known, ListFields, Plan, Span, Stored, StoredRow, StoredSeason
from k2k_core.domain.price_lists import PriceList, PriceListRow, Season
from k2k_core.store import tables
from k2k_core.store.database.queries import ByCompany, by_company, in_chunks
from k2k_core.store.database.session import Session

_LIST: Any = tables.PriceList
_SEASON: Any = tables.PriceSeason
_ROW: Any = tables.PriceRow


AT_ONCE = 5_000
"""Rows in one statement."""

_MOST_NAMED = 1_000

_CHANGE_ROWS = (
    "UPDATE price_row SET price = CAST(fresh.column2 AS BIGINT), cost = CAST(fresh.column3 AS BIGINT) "
    "FROM (VALUES {places}) AS fresh WHERE price_row.id = CAST(fresh.column1 AS BIGINT) AND price_row.company_id = ?"
)
"""Gives many rows other prices. `VALUES` names its columns alike on both engines."""


def stored(session: Session, company_id: int, codes: Collection[str]) -> Stored:
    """All lists and seasons of a company, and the rows of the named lists."""
    columns = (_LIST.id, _LIST.code, _LIST.name, _LIST.type, _LIST.master, _LIST.active, _LIST.everyone)
    found = session.rows(_LIST.select(*columns).where(_LIST.company_id == company_id).order_by(_LIST.code))
    code_of = {list_id: code for list_id, code, *_ in found}
    span = (_SEASON.id, _SEASON.price_list_id, _SEASON.name, _SEASON.start, _SEASON.end)
    seasons = session.rows(
        _SEASON.select(*span).where(_SEASON.company_id == company_id).order_by(_SEASON.start, _SEASON.id)
    )
    named = [list_id for list_id, code in code_of.items() if code in codes]
    return Stored(
        {row[1]: ListFields._make(row[1:]) for row in found},
        [StoredSeason(row[0], Span(code_of[row[1]], *row[2:])) for row in seasons],
        _rows(session, company_id, named) if named else {},
    )


def known(session: Session, company_id: int) -> Known:
    """The codes that rows may refer to. A vendor that a row of the company already names remains valid."""
    used = _codes(session, _ROW.select(_ROW.vendor).where(_ROW.company_id == company_id).distinct())
    return Known(
        _codes(session, _own(tables.Product, company_id)),
        _codes(session, _own(tables.BoxType, company_id)),
        _codes(session, _own(tables.Vendor, company_id)) | used,
    )


def write(session: Session, company_id: int, plan: Plan, progress: Callable[[int], None]) -> None:
    """Write the changes of a plan. `progress` is called with the number of rows done."""
    if plan.empty:
        return
    _write_lists(session, company_id, plan)
    seasons = _write_seasons(session, company_id, plan)
    removed = [change.before.id for change in plan.rows if change.before and change.after is None]
    changed = [(change.before.id, change.after) for change in plan.rows if change.before and change.after]
    added = [(seasons[change.season], change.after) for change in plan.rows if not change.before and change.after]
    done = 0
    for ids in in_chunks(removed, AT_ONCE):
        gone = (_ROW.company_id == company_id) & _ROW.id.in_(ids)
        session.change(_ROW.delete().where(gone), touches=company_id)
        progress(done := done + len(ids))
    for rows in in_chunks(changed, AT_ONCE):
        _change_rows(session, company_id, rows)
        progress(done := done + len(rows))
    for fresh in in_chunks(_added(session, company_id, added), AT_ONCE):
        session.insert_many(_ROW, fresh)
        progress(done := done + len(fresh))


def _write_lists(session: Session, company_id: int, plan: Plan) -> None:
    """Lists that are no longer the master are written first: there is never more than one."""
    for change in sorted(plan.lists, key=lambda change: change.after.master):
        if change.before is None:
            session.insert(_LIST, company_id=company_id, **change.after._asdict())
        else:
            mine = (_LIST.company_id == company_id) & (_LIST.code == change.after.code)
            values = {name: value for name, value in change.after._asdict().items() if name != "code"}
            session.change(_LIST.update(values).where(mine), touches=company_id)


def _write_seasons(session: Session, company_id: int, plan: Plan) -> dict[Span, int]:
    """Write the seasons; returns the ids of all seasons of the plan."""
    list_ids = _ids(session, tables.PriceList, company_id)
    ids = dict(plan.season_ids)
    for change in plan.seasons:
        span = change.after
        if change.before is None:
            ids[span] = session.insert(
                _SEASON,
                company_id=company_id,
                price_list_id=list_ids[span.list],
                name=span.name,
                start=span.start,
                end=span.end,
            )
        else:
            mine = (_SEASON.company_id == company_id) & (_SEASON.id == change.before.id)
            session.change(_SEASON.update({"start": span.start, "end": span.end}).where(mine), touches=company_id)
    return ids


def _change_rows(session: Session, company_id: int, rows: Sequence[tuple[int, PriceListRow]]) -> None:
    places = ", ".join(["(?, ?, ?)"] * len(rows))
    values = [value for row_id, row in rows for value in (row_id, row.price, row.cost)]
    session.run(_CHANGE_ROWS.format(places=places), (*values, company_id))
    session.touched.add((company_id, "change_seq"))


def _added(session: Session, company_id: int, rows: Sequence[tuple[int, PriceListRow]]) -> list[dict[str, Any]]:
    if not rows:
        return []
    products = _ids(session, tables.Product, company_id)
    box_types = _ids(session, tables.BoxType, company_id)
    return [
        {
            "company_id": company_id,
            "season_id": season_id,
            "product_id": products[row.product],
            "box_type_id": box_types[row.box_type] if row.box_type else None,
            "vendor": row.vendor,
            "price": row.price,
            "cost": row.cost,
        }
        for season_id, row in rows
    ]


def _rows(session: Session, company_id: int, list_ids: Sequence[int]) -> dict[int, list[StoredRow]]:
    products = {record_id: code for code, record_id in _ids(session, tables.Product, company_id).items()}
    box_types = {record_id: code for code, record_id in _ids(session, tables.BoxType, company_id).items()}
    mine = _ROW.company_id == company_id
    if len(list_ids) <= _MOST_NAMED:
        of_lists = _SEASON.select(_SEASON.id).where(_SEASON.price_list_id.in_(list_ids))
        mine &= _ROW.season_id.in_(of_lists)
    columns = (_ROW.id, _ROW.season_id, _ROW.product_id, _ROW.price, _ROW.box_type_id, _ROW.vendor, _ROW.cost)
    found: dict[int, list[StoredRow]] = defaultdict(list)
    for row_id, season_id, product, price, box_type, vendor, cost in session.rows(
        _ROW.select(*columns).where(mine).order_by(_ROW.id)
    ):
        code = box_types[box_type] if box_type else None
        row = PriceListRow(products[product], price, code, vendor or None, cost)
        found[season_id].append(StoredRow(row_id, row))
    return found


def _own(table: Any, company_id: int) -> Any:
    return table.select(table.code).where(table.company_id == company_id)


def _ids(session: Session, table: Any, company_id: int) -> dict[str, int]:
    return dict(session.rows(table.select(table.code, table.id).where(table.company_id == company_id)))


def _codes(session: Session, query: Any) -> set[str]:
    return {code for (code,) in session.rows(query) if code}


def price_lists(
    session: Session,
    products: ByCompany[int, Product],
    box_types: ByCompany[int, tuple[str, int]],
) -> ByCompany[str, PriceList]:
    """Price lists by company and code, with their seasons and rows. `products` and `box_types` are these companies'."""
    table, ids = tables.PriceList, list(products)
    columns = (
        table.company_id,
        table.id,
        table.code,
        table.name,
        table.type,
        table.master,
        table.active,
        table.everyone,
    )
    found = session.rows(table.select(*columns).where(table.company_id.in_(ids)).order_by(table.code))
    owners = sorted({row[0] for row in found})
    seasons = _seasons(session, owners, _price_rows(session, owners, products, box_types)) if owners else {}
    return by_company(
        ids,
        ((row[0], row[2], PriceList._make((*row[2:7], tuple(seasons.get(row[1], ())), bool(row[7])))) for row in found),
    )


def _seasons(session: Session, ids: Sequence[int], rows: Mapping[int, list[PriceListRow]]) -> dict[int, list[Season]]:
    table = tables.PriceSeason
    found: dict[int, list[Season]] = defaultdict(list)
    columns = (table.id, table.price_list_id, table.name, table.start, table.end)
    for season_id, list_id, name, start, end in session.rows(
        table.select(*columns).where(table.company_id.in_(ids)).order_by(table.start, table.id)
    ):
        found[list_id].append(Season(name, start, end, tuple(rows.get(season_id, ()))))
    return found


def _price_rows(
    session: Session,
    ids: Sequence[int],
    products: ByCompany[int, Product],
    box_types: ByCompany[int, tuple[str, int]],
) -> dict[int, list[PriceListRow]]:
    table = tables.PriceRow
    columns = (
        table.company_id,
        table.season_id,
        table.product_id,
        table.box_type_id,
        table.vendor,
        table.price,
        table.cost,
    )
    found: dict[int, list[PriceListRow]] = defaultdict(list)
    for owner, season_id, product_id, box_type_id, vendor, price, cost in session.rows(
        table.select(*columns).where(table.company_id.in_(ids)).order_by(table.id)
    ):
        box_type = box_types[owner][box_type_id][0] if box_type_id else None
        found[season_id].append(PriceListRow(products[owner][product_id].code, price, box_type, vendor, cost))
    return found
