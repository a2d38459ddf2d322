"""Reads products, box types, dimensions and categories, as the domain's values (domain section 1)."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Any

from k2k_core.domain.items import Product, cubes
from k2k_core.domain.money import Exact
from k2k_core.store import tables
from k2k_core.store.database.queries import ByCompany, by_company
from k2k_core.store.database.session import Session


def products(session: Session, ids: Sequence[int]) -> ByCompany[int, Product]:
    """Products by company and id; `local_after` is the product's, else its category's."""
    product, category = tables.Product, tables.Category
    query = (
        product.select(
            product.company_id,
            product.id,
            product.code,
            product.description,
            category.code,
            product.variety,
            product.color,
            product.grade,
            product.local_after,
            category.local_after,
            product.archived,
        )
        .join(category, on=category.id == product.category_id)
        .where(product.company_id.in_(ids))
    )
    rows = session.rows(query)
    return by_company(
        ids,
        ((row[0], row[1], Product._make((*row[2:8], row[9] if row[8] is None else row[8], row[10]))) for row in rows),
    )


TEXTS: Mapping[str, str] = {"products": "description", "categories": "name"}
"""Collection → the field with the text that customers read."""

_TABLES: Mapping[str, Any] = {"products": tables.Product, "categories": tables.Category}

_MOST_NAMED = 500
"""Up to so many records are read by their codes; more of them with all the others."""


def texts(
    session: Session, company_id: int, collection: str, codes: Collection[str] | None = None
) -> list[tuple[str, str]]:
    """The codes and texts of a company's products or categories that are not archived: all, or those of `codes`."""
    table = _TABLES[collection]
    wanted = (table.company_id == company_id) & ~table.archived
    if codes is not None and len(codes) <= _MOST_NAMED:
        wanted &= table.code.in_(sorted(codes))
    rows = session.rows(table.select(table.code, getattr(table, TEXTS[collection])).where(wanted))
    return [(code, text) for code, text in rows if codes is None or code in codes]


def category_codes(session: Session, company_id: int) -> frozenset[str]:
    """The codes of the company's categories."""
    table = tables.Category
    return frozenset(code for (code,) in session.rows(table.select(table.code).where(table.company_id == company_id)))


def box_types(session: Session, ids: Sequence[int]) -> ByCompany[int, tuple[str, int]]:
    """Box types by company and id: code and full-box equivalent in micros."""
    table = tables.BoxType
    columns = (table.company_id, table.id, table.code, table.fbe)
    rows = session.rows(table.select(*columns).where(table.company_id.in_(ids)))
    return by_company(ids, ((owner, box_type, (code, fbe)) for owner, box_type, code, fbe in rows))


def dimensions(session: Session, ids: Sequence[int]) -> ByCompany[tuple[int, int | None], Exact]:
    """Cubes by company and (box type id, product id); without a product for all products without a row of their own."""
    table = tables.BoxDimensions
    columns = (table.company_id, table.box_type_id, table.product_id, table.length, table.width, table.height)
    rows = session.rows(table.select(*columns).where(table.company_id.in_(ids)))
    return by_company(ids, ((owner, (box_type, product), cubes(*size)) for owner, box_type, product, *size in rows))


def sizes(session: Session, ids: Sequence[int]) -> ByCompany[tuple[int, int | None], tuple[int, int, int]]:
    """The same rows in inches (micros): length, width, height."""
    table = tables.BoxDimensions
    columns = (table.company_id, table.box_type_id, table.product_id, table.length, table.width, table.height)
    rows = session.rows(table.select(*columns).where(table.company_id.in_(ids)))
    return by_company(ids, ((row[0], (row[1], row[2]), (row[3], row[4], row[5])) for row in rows))
