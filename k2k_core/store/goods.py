"""Reads what a company sells: products, boxes and price lists, as the domain's values (domain section 1)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping

from k2k_core.domain.items import Product, cubes
from k2k_core.domain.money import Exact
from k2k_core.domain.price_lists import PriceList, PriceListRow, Season
from k2k_core.store import tables
from k2k_core.store.work import Session


def products(session: Session, company_id: int) -> dict[int, Product]:
    """Products by id; `local_after` is already the product's or its category's."""
    product, category = tables.Product, tables.Category
    query = (
        product.select(
            product.id,
            product.code,
            product.description,
            category.code,
            product.variety,
            product.color,
            product.grade,
            product.local_after,
            category.local_after,
        )
        .join(category, on=category.id == product.category_id)
        .where(product.company_id == company_id)
    )
    return {
        row[0]: Product._make((*row[1:7], row[8] if row[7] is None else row[7])) for row in session.rows(query)
    }


def category_codes(session: Session, company_id: int) -> frozenset[str]:
    """The codes of the company's categories."""
    table = tables.Category
    return frozenset(code for (code,) in session.rows(table.select(table.code).where(table.company_id == company_id)))


def box_types(session: Session, company_id: int) -> dict[int, tuple[str, int]]:
    """Box types by id: code and full-box equivalent in micros."""
    table = tables.BoxType
    rows = session.rows(table.select(table.id, table.code, table.fbe).where(table.company_id == company_id))
    return {box_type_id: (code, fbe) for box_type_id, code, fbe in rows}


def dimensions(session: Session, company_id: int) -> dict[tuple[int, int | None], Exact]:
    """Cubes by (box type id, product id); without a product for every one that has no row of its own."""
    table = tables.BoxDimensions
    columns = (table.box_type_id, table.product_id, table.length, table.width, table.height)
    rows = session.rows(table.select(*columns).where(table.company_id == company_id))
    return {(box_type, product): cubes(length, width, height) for box_type, product, length, width, height in rows}


def price_lists(
    session: Session,
    company_id: int,
    products: Mapping[int, Product],
    box_types: Mapping[int, tuple[str, int]],
) -> dict[str, PriceList]:
    """Price lists by code, with their seasons and rows. `products` and `box_types` are the company's, by id."""
    table = tables.PriceList
    columns = (table.id, table.code, table.name, table.type, table.master, table.active)
    found = session.rows(table.select(*columns).where(table.company_id == company_id).order_by(table.code))
    if not found:
        return {}
    rows = _price_rows(session, company_id, products, box_types)
    seasons = _seasons(session, company_id, rows)
    return {row[1]: PriceList._make((*row[1:], tuple(seasons.get(row[0], ())))) for row in found}


def _seasons(
    session: Session, company_id: int, rows: Mapping[int, list[PriceListRow]]
) -> dict[int, list[Season]]:
    table = tables.PriceSeason
    found: dict[int, list[Season]] = defaultdict(list)
    columns = (table.id, table.price_list_id, table.name, table.start, table.end)
    for season_id, list_id, name, start, end in session.rows(
        table.select(*columns).where(table.company_id == company_id).order_by(table.start, table.id)
    ):
        found[list_id].append(Season(name, start, end, tuple(rows.get(season_id, ()))))
    return found


def _price_rows(
    session: Session,
    company_id: int,
    products: Mapping[int, Product],
    box_types: Mapping[int, tuple[str, int]],
) -> dict[int, list[PriceListRow]]:
    table = tables.PriceRow
    columns = (table.season_id, table.product_id, table.box_type_id, table.vendor, table.price, table.cost)
    found: dict[int, list[PriceListRow]] = defaultdict(list)
    for season_id, product_id, box_type_id, vendor, price, cost in session.rows(
        table.select(*columns).where(table.company_id == company_id).order_by(table.id)
    ):
        box_type = box_types[box_type_id][0] if box_type_id else None
        found[season_id].append(PriceListRow(products[product_id].code, price, box_type, vendor, cost))
    return found
