"""What an address asks of the catalog of a customer, with what it leaves out filled in."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from flask import request, session, url_for
from flask_login import current_user

from k2k_console.frame import lately
from k2k_core.domain import parsing
from k2k_core.domain.answers.catalog import ShipDates
from k2k_core.domain.pricing import CHANNELS, ECOMMERCE, SALES
from k2k_core.domain.roles import SALESPERSON
from k2k_core.errors import K2KError

if TYPE_CHECKING:
    from k2k_core.api import K2K

WAREHOUSE, GROWER = VIAS = ("warehouse", "grower")
MOST_CUSTOMERS = 200
"""As many customers are offered for choice; of a company with more, the code is typed."""
MOST_VENDORS = 10
"""The dates of so many vendors are read for one page."""
MOST_DATES = 60
LONGEST = 100
LAST_CUSTOMER = "catalog_customer"
LINE, BOXES = "line", "boxes"
SORTS = DESCRIPTION, AVAILABLE, PRICE = "description", "available", "price"
MOST_LINES = 100


@dataclass(frozen=True)
class CatalogQuery:
    """A catalog: for whom, for which day, how it is shipped, from which place, and at the prices of which channel."""

    customer: str
    ship_date: str | None
    ship_via: str
    location: str | None
    channel: str
    q: str = ""
    lines: tuple[tuple[str, str], ...] = ()
    """What was taken for a prebook that is not made yet: lots, several with commas, and boxes."""
    customer_name: str = ""
    category: str = ""
    sort: str = ""

    @property
    def boxes(self) -> int:
        """The boxes of those lines."""
        return sum(int(boxes) for _, boxes in self.lines if boxes.isdecimal())

    @property
    def parameters(self) -> list[tuple[str, str]]:
        """The parameters of its address; without what is empty."""
        found = {
            "customer": self.customer,
            "ship_date": self.ship_date,
            "ship_via": self.ship_via,
            "location": self.location,
            "channel": self.channel,
            "category": self.category,
            "q": self.q,
            "sort": self.sort,
        }
        typed = [pair for lots, boxes in self.lines for pair in ((LINE, lots), (BOXES, boxes))]
        return [(name, str(value)) for name, value in found.items() if value] + typed

    @property
    def sorted_by(self) -> str:
        """The sort in force, with `-` before a descending one."""
        return self.sort or DESCRIPTION

    def by(self, sort: str) -> str:
        """Its first page with a sort; the sort that is in force turns round."""
        return self.address(sort=f"-{sort}" if self.sorted_by == sort else sort)

    def address(self, page: str = "catalog", **more: str) -> str:
        """The address of a page that shows it."""
        own = [(name, value) for name, value in self.parameters if name not in more]
        return f"{url_for(f'{page}.index_view')}?{urlencode([*own, *more.items()])}"


def asked(k2k: K2K, company: str, given: Mapping[str, str]) -> CatalogQuery:
    """What an address asks for. Without a customer it is the last one, at first the company's first; without a ship
    date the first one of any vendor; salespeople open it with their own channel. A company without customers has none:
    the customer is empty then. Raises `Invalid` for what is no day."""
    customer = given.get("customer", "").strip() or _last_customer(k2k, company)
    terms: Any = k2k.record(company, "customers", customer) if customer else {}
    via = given.get("ship_via", "")
    channel = given.get("channel", "")
    query = CatalogQuery(
        customer,
        _day_asked(given.get("ship_date", "")),
        via if via in VIAS else GROWER if terms.get("ship_via") == GROWER else WAREHOUSE,
        given.get("location", terms.get("location")) or None,
        channel if channel in CHANNELS else _usual_channel(),
        " ".join(given.get("q", "").replace("\0", "").split())[:LONGEST],
        tuple(zip(request.args.getlist(LINE), request.args.getlist(BOXES), strict=False))[:MOST_LINES],
        str(terms.get("name") or customer),
        given.get("category", "").strip()[:LONGEST],
        sort if (sort := given.get("sort", "")).removeprefix("-") in SORTS else "",
    )
    if customer:
        session[f"{LAST_CUSTOMER}.{company}"] = customer
    return query


def _day_asked(given: str) -> str | None:
    return parsing.counted_day(given.strip()).isoformat() if given.strip() else None


def _last_customer(k2k: K2K, company: str) -> str:
    last = session.get(f"{LAST_CUSTOMER}.{company}")
    if last:
        return str(last)
    first = k2k.records(company, "customers", limit=1, fields=["code"])["items"]
    return str(first[0]["code"]) if first else ""


def _usual_channel() -> str:
    return SALES if current_user.actor.roles == {SALESPERSON} else ECOMMERCE


def dates_by_shipper(k2k: K2K, company: str, query: CatalogQuery) -> list[tuple[str, ShipDates]]:
    """The dates of each vendor, and of own stock at the end, for the customer and the ship via."""
    found = []
    for shipper in (*lately(company, "vendors", lambda: _vendors_of(k2k, company)), company):
        try:
            found.append((shipper, k2k.ship_dates(company, query.customer, shipper, query.ship_via)))
        except K2KError:
            continue  # a vendor whose connection has just ended has no dates
    return found


def _vendors_of(k2k: K2K, company: str) -> list[str]:
    asked = {"role": "buyer", "state": "active"}
    partners = k2k.partners(company, asked, limit=MOST_VENDORS, fields=["partner"])["items"]
    return [one["partner"] for one in partners]


def offered(dates: Sequence[tuple[str, ShipDates]]) -> list[str]:
    """Every day on which anything can be shipped."""
    return sorted({day for _, one in dates for day in one["dates"]})[:MOST_DATES]


def first_date(dates: Sequence[tuple[str, ShipDates]], company: str) -> str | None:
    """The first day on which a vendor's boxes can be there; that of own stock where there is no vendor."""
    firsts = [one["first"] for shipper, one in dates if one["first"] and shipper != company]
    return min(firsts or [one["first"] for _, one in dates if one["first"]], default=None)


def dated(k2k: K2K, company: str, query: CatalogQuery) -> CatalogQuery:
    """The same catalog for its first ship date, where the address names none."""
    if not query.customer or query.ship_date is not None:
        return query
    return replace(query, ship_date=first_date(dates_by_shipper(k2k, company, query), company))


def customers_of(k2k: K2K, company: str) -> dict[str, str]:
    """The customers to choose from, by code; none where there are too many of them."""
    return lately(company, "customers", lambda: _named(k2k, company, "customers"))


def categories_of(k2k: K2K, company: str) -> dict[str, str]:
    """The categories to choose from, by code; none where there are too many of them."""
    return lately(company, "categories", lambda: _named(k2k, company, "categories"))


def places_of(k2k: K2K, company: str) -> dict[str, str]:
    """The places of a company, by code."""
    return lately(company, "places", lambda: _named(k2k, company, "locations"))


def _named(k2k: K2K, company: str, collection: str) -> dict[str, str]:
    """The names of the records of a collection by code; none where they are more than one chooses from."""
    found: Any = k2k.records(company, collection, limit=MOST_CUSTOMERS, fields=["code", "name"])
    return {} if found["next"] else {one["code"]: one["name"] for one in found["items"]}
