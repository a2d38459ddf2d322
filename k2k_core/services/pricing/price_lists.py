"""A company's price lists, cached with its snapshot, and their rows by product."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence

from k2k_core.domain.parties import Customer
from k2k_core.domain.price_lists import PriceList, RowFinder, active_lists, date_for, works_for
from k2k_core.domain.pricing import PriceTerms
from k2k_core.services.company_snapshot import CompanySnapshot, give_part, lacking_part
from k2k_core.store.database.session import Session
from k2k_core.store.master_data.price_lists import price_lists

PART = "price_lists"


class Lists:
    """All lists of a company with their seasons and rows."""

    def __init__(self, by_code: Mapping[str, PriceList]) -> None:
        self.by_code = by_code
        self._master = tuple(price_list for price_list in by_code.values() if price_list.master)
        self._finders: dict[tuple[tuple[str, ...], dt.date], RowFinder] = {}

    def assigned(self, customer: Customer, day: dt.date) -> dict[str, str]:
        """The lists that apply to the customer and are active on a day: code → type."""
        return active_lists(self._of(customer), day)

    def _of(self, customer: Customer) -> list[PriceList]:
        """The lists that are assigned to the customer, and those for everyone."""
        return [one for one in self.by_code.values() if one.everyone or one.code in customer.price_lists]

    def finder(self, customer: Customer, terms: PriceTerms) -> RowFinder | None:
        """Finds rows in the customer's lists and the master; None if lists do not apply or there are none."""
        if not self.by_code or not works_for(terms.inventory_type, customer.type):
            return None
        day = date_for(terms.inventory_type, terms.order_date, terms.ship_date)
        key = (customer.price_lists, day)
        if key not in self._finders:
            own = self._of(customer)
            masters = [price_list for price_list in self._master if price_list not in own]
            if len(self._finders) >= 64:
                self._finders.clear()
            self._finders[key] = RowFinder([*own, *masters], day)
        return self._finders[key]


def lists(session: Session, company: CompanySnapshot) -> Lists:
    """The company's price lists, cached with its snapshot."""
    found: Lists = company.part(session, PART, lambda: _read(session, [company])[company.id])
    return found


def read_lists_together(session: Session, companies: Sequence[CompanySnapshot]) -> None:
    """Read the price lists of all companies that lack them at once."""
    lacking = lacking_part(session, companies, PART)
    if lacking:
        session.reach(snapshot.id for snapshot in lacking)
        give_part(lacking, PART, _read(session, lacking))


def _read(session: Session, companies: Sequence[CompanySnapshot]) -> dict[int, Lists]:
    products = {company.id: dict(company.products(session)) for company in companies}
    box_types = {company.id: dict(company.box_types(session)) for company in companies}
    return {owner: Lists(found) for owner, found in price_lists(session, products, box_types).items()}
