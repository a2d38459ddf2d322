"""Catalogs that are kept: what a customer of a company sees, brought up to date lot by lot.

A shelf stands under everything that its catalog was worked out from (`Sight`). A reader brings it to what its own unit
of work sees before it looks: where the set-up moved or time ended an answer, all is worked out anew; where lots or what
was said of them changed, those lots alone, by the same `Market` that works out a whole catalog. A reader that sees less
than the shelf stands for is `Outdated`, and takes another look at the network, or works its catalog out for itself.
"""

from __future__ import annotations

import datetime as dt
import threading
from collections import OrderedDict
from collections.abc import Callable, Sequence
from contextlib import suppress
from typing import NamedTuple, TypeVar

from k2k_core.domain.grouping import Catalog, CatalogLine, Goods
from k2k_core.domain.moment import FOREVER
from k2k_core.domain.parties import Customer
from k2k_core.services.assortment import assortment, grouped
from k2k_core.services.facts import CompanyFacts
from k2k_core.services.market import Market
from k2k_core.services.office import Office
from k2k_core.services.sight import Affected, Sight, Traits, affected
from k2k_core.store.lots import Row
from k2k_core.store.work import Session

T = TypeVar("T")
SORTS = ("description", "-description", "price", "-price", "available", "-available")

MOST_SHELVES = 256
MOST_LOTS = 400_000
"""How many lots stand on all shelves together: about 1 KB each. The shelf that was used last stays in any case."""

MOST_FOUND = 16
"""How many searches and orders of one shelf are kept."""

TRIES = 4


class Visit(NamedTuple):
    """Whose catalog, for when and by which way. Without a ship date it is for today."""

    customer: str
    ship_date: dt.date | None = None
    ship_via: str = "warehouse"
    location: str | None = None


class Outdated(Exception):
    """This unit of work sees less than the shelf stands for."""


class Shelf:
    """The catalog of one visit to the shop. Whoever uses it holds its lock."""

    def __init__(self, visit: Visit) -> None:
        self.lock = threading.Lock()
        self.currency = ""
        self._visit = visit
        self._catalog = Catalog("", "")
        self._traits = Traits()
        self._sight: Sight | None = None
        self._since = self._until = FOREVER
        self._found: OrderedDict[tuple[str, str], list[CatalogLine]] = OrderedDict()

    @property
    def lots(self) -> int:
        """How many lots stand on it."""
        return self._catalog.lots

    def line(self, name: str) -> CatalogLine | None:
        """The line of that name."""
        return self._catalog.line(name)

    def lines(self) -> list[CatalogLine]:
        """Every line, by description."""
        return self._catalog.lines()

    def page(self, search: str, sort: str, start: int, stop: int) -> tuple[int, list[CatalogLine]]:
        """How many lines match, and those of them from place `start` up to `stop` in the order asked."""
        words = " ".join(search.casefold().split())
        if not words and sort == SORTS[0]:
            return len(self._catalog), self._catalog.lines(start, stop)
        found = self._found.get((words, sort))
        if found is None:
            matching = [line for line in self._catalog.lines() if _matches(line, words)]
            found = self._found[words, sort] = _sorted(matching, sort)
            if len(self._found) > MOST_FOUND:
                self._found.popitem(last=False)
        return len(found), found[start:stop]

    def bring_up_to_date(self, office: Office, session: Session, buyer: CompanyFacts, customer: Customer) -> None:
        """Make it what this unit of work sees; raises `Outdated` where it stands for more already."""
        sight, before = Sight(office, session, buyer), self._sight
        if before is None or not self._stands(sight, before, session):
            self._stock(office, session, buyer, customer, sight)
            return
        sight.read_awbs(session, self._traits.on_awbs)
        changed = affected(session, before, sight, self._traits)
        if changed is None:
            self._stock(office, session, buyer, customer, sight)
        elif changed.refs:
            self._restock(office, session, buyer, customer, sight, changed)
        elif sight.lot_seqs != before.lot_seqs:
            self._sight = sight

    def _stands(self, sight: Sight, before: Sight, session: Session) -> bool:
        """Whether single lots may have changed and nothing else."""
        if session.now < self._since or not sight.covers(before):
            raise Outdated
        return session.now < self._until and sight.has_setup_of(before)

    def _stock(
        self, office: Office, session: Session, buyer: CompanyFacts, customer: Customer, sight: Sight
    ) -> None:
        """Work the catalog out anew."""
        self._sight = None  # until all has gone well
        market = self._market(office, session, buyer, customer, sight, None)
        self._catalog, self._traits = grouped(buyer), Traits()
        self._catalog.replace((), assortment(market))
        self.currency = buyer.company.currency
        self._traits.note(market.rows)
        self._until = FOREVER
        sight.read_awbs(session, self._traits.on_awbs)
        self._keep(session, sight)

    def _restock(
        self,
        office: Office,
        session: Session,
        buyer: CompanyFacts,
        customer: Customer,
        sight: Sight,
        changed: Affected,
    ) -> None:
        """Work some lots out again."""
        self._sight = None  # until all has gone well
        goods: list[Goods] = []
        if changed.rows:
            goods = assortment(self._market(office, session, buyer, customer, sight, changed.rows))
        self._catalog.replace(changed.refs, goods)
        self._traits.note(changed.rows)
        self._keep(session, sight)

    def _market(
        self,
        office: Office,
        session: Session,
        buyer: CompanyFacts,
        customer: Customer,
        sight: Sight,
        rows: Sequence[Row] | None,
    ) -> Market:
        visit = self._visit
        return Market(
            office,
            session,
            buyer,
            customer,
            visit.ship_via,
            ship_date=visit.ship_date,
            location=visit.location,
            rows=rows,
            linked=sight.linked,
        )

    def _keep(self, session: Session, sight: Sight) -> None:
        """From now on this stands for what this unit of work sees, unless a plugin failed: it may do better next time.

        What was asked before this moment was answered for an earlier one, and holds; what was asked just now may not
        have held before.
        """
        self._found.clear()
        self._since = session.now
        self._until = min(self._until, session.moment.holds_until)
        if sight.is_settled:
            self._sight = sight


class Shelves:
    """The shelves of an installation: those that were used last, by company and visit. Threads share them."""

    def __init__(self, most: int = MOST_SHELVES, lots: int = MOST_LOTS) -> None:
        self._most = most
        self._lots = lots
        self._kept: OrderedDict[tuple[int, Visit], Shelf] = OrderedDict()
        self._lock = threading.Lock()

    def __len__(self) -> int:
        """How many there are."""
        return len(self._kept)

    @property
    def lots(self) -> int:
        """How many lots stand on all of them."""
        with self._lock:
            return sum(shelf.lots for shelf in self._kept.values())

    def shelf(self, company_id: int, visit: Visit) -> Shelf:
        """The shelf for that visit, a new one where there is none."""
        with self._lock:
            shelf = self._kept.setdefault((company_id, visit), Shelf(visit))
            self._kept.move_to_end((company_id, visit))
        return shelf

    def make_room(self) -> None:
        """Clear away those that were not used for the longest time, until the others are few enough."""
        with self._lock:
            lots = sum(shelf.lots for shelf in self._kept.values())
            while len(self._kept) > 1 and (len(self._kept) > self._most or lots > self._lots):
                _, shelf = self._kept.popitem(last=False)
                lots -= shelf.lots


def on_the_shelf(office: Office, buyer: str, visit: Visit, look: Callable[[Shelf], T]) -> T:
    """What `look` finds in the catalog of a visit, as it is now."""
    for _ in range(TRIES):
        with office.store.reading() as session, suppress(Outdated):
            return look_kept(office, session, office.facts.get(session, buyer), visit, look)
    with office.store.reading() as session:
        return look_anew(office, session, office.facts.get(session, buyer), visit, look)


def on_the_shelf_at(
    office: Office, session: Session, buyer: CompanyFacts, visit: Visit, look: Callable[[Shelf], T]
) -> T:
    """What `look` finds in the catalog of a visit, as this unit of work sees it."""
    if not session.writable:  # what it sees may be undone
        with suppress(Outdated):
            return look_kept(office, session, buyer, visit, look)
    return look_anew(office, session, buyer, visit, look)


def look_kept(office: Office, session: Session, buyer: CompanyFacts, visit: Visit, look: Callable[[Shelf], T]) -> T:
    """What `look` finds on the kept shelf, brought to what this unit of work sees; raises `Outdated`."""
    customer = buyer.customer(session, visit.customer)
    day = visit.ship_date or session.moment.day_in(buyer.company.timezone)
    shelf = office.shelves.shelf(buyer.id, visit._replace(ship_date=day))
    with shelf.lock:
        shelf.bring_up_to_date(office, session, buyer, customer)
        found = look(shelf)
    office.shelves.make_room()
    return found


def look_anew(office: Office, session: Session, buyer: CompanyFacts, visit: Visit, look: Callable[[Shelf], T]) -> T:
    """What `look` finds on a shelf that is stocked for this look alone."""
    shelf = Shelf(visit)
    shelf.bring_up_to_date(office, session, buyer, buyer.customer(session, visit.customer))
    return look(shelf)


def _matches(line: CatalogLine, words: str) -> bool:
    product = line.goods[0].lot.product
    parts = (line.description, product.category, product.variety, product.color, product.grade, product.code)
    text = " ".join(part for part in parts if part).casefold()
    return all(word in text for word in words.split())


def _sorted(lines: list[CatalogLine], sort: str) -> list[CatalogLine]:
    """Lines come by description; lines without a price stand last when prices sort them."""
    name, down = sort.lstrip("-"), sort.startswith("-")
    if name == "description":
        return lines[::-1] if down else lines
    if name == "available":
        return sorted(lines, key=lambda line: line.available, reverse=down)
    priced = sorted((line for line in lines if line.price is not None), key=lambda line: line.price or 0, reverse=down)
    return priced + [line for line in lines if line.price is None]
