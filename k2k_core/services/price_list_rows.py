"""A company's price lists, read once per change, and found again by product."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Mapping

from k2k_core.domain.parties import Customer
from k2k_core.domain.price_lists import (
    PriceList,
    PriceListRow,
    RowFinder,
    Season,
    active_lists,
    date_for,
    works_for,
)
from k2k_core.domain.pricing import PriceTerms
from k2k_core.services.facts import CompanyFacts
from k2k_core.store import tables
from k2k_core.store.work import Session


class Lists:
    """All lists of a company with their seasons and rows."""

    def __init__(self, by_code: Mapping[str, PriceList]) -> None:
        self._by_code = by_code
        self._master = tuple(price_list for price_list in by_code.values() if price_list.master)
        self._finders: dict[tuple[tuple[str, ...], dt.date], RowFinder] = {}

    def assigned(self, customer: Customer, day: dt.date) -> dict[str, str]:
        """The customer's own lists that are active on a day: code → type."""
        return active_lists((self._by_code[code] for code in customer.price_lists if code in self._by_code), day)

    def finder(self, customer: Customer, terms: PriceTerms) -> RowFinder | None:
        """Finds rows in the customer's lists and the master; None where lists do not work or there are none."""
        if not self._by_code or not works_for(terms.inventory_type, customer.type):
            return None
        day = date_for(terms.inventory_type, terms.order_date, terms.ship_date)
        key = (customer.price_lists, day)
        if key not in self._finders:
            own = [self._by_code[code] for code in customer.price_lists if code in self._by_code]
            masters = [price_list for price_list in self._master if price_list not in own]
            if len(self._finders) >= 64:
                self._finders.clear()
            self._finders[key] = RowFinder([*own, *masters], day)
        return self._finders[key]


def lists(session: Session, facts: CompanyFacts) -> Lists:
    """The company's price lists, kept with its facts."""
    return facts.part(session, "price_lists", lambda: Lists(_read(session, facts)))


def _read(session: Session, facts: CompanyFacts) -> dict[str, PriceList]:
    table = tables.PriceList
    columns = (table.id, table.code, table.name, table.type, table.master, table.active)
    found = session.rows(table.select(*columns).where(table.company_id == facts.id).order_by(table.code))
    if not found:
        return {}
    seasons = _seasons(session, facts)
    return {row[1]: PriceList._make((*row[1:], tuple(seasons.get(row[0], ())))) for row in found}


def _seasons(session: Session, facts: CompanyFacts) -> dict[int, list[Season]]:
    table = tables.PriceSeason
    rows = _rows(session, facts)
    found: dict[int, list[Season]] = defaultdict(list)
    columns = (table.id, table.price_list_id, table.name, table.start, table.end)
    for season_id, list_id, name, start, end in session.rows(
        table.select(*columns).where(table.company_id == facts.id).order_by(table.start, table.id)
    ):
        found[list_id].append(Season(name, start, end, tuple(rows.get(season_id, ()))))
    return found


def _rows(session: Session, facts: CompanyFacts) -> dict[int, list[PriceListRow]]:
    table = tables.PriceRow
    products, box_types = facts.products(session), facts.box_types(session)
    columns = (table.season_id, table.product_id, table.box_type_id, table.vendor, table.price, table.cost)
    found: dict[int, list[PriceListRow]] = defaultdict(list)
    for season_id, product_id, box_type_id, vendor, price, cost in session.rows(
        table.select(*columns).where(table.company_id == facts.id).order_by(table.id)
    ):
        box_type = box_types[box_type_id][0] if box_type_id else None
        found[season_id].append(PriceListRow(products[product_id].code, price, box_type, vendor, cost))
    return found
