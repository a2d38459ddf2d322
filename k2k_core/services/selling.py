"""What is about to be ordered, worked out before the transaction: judged, priced and explained.

A `Pick` is all that an order line freezes. `Marks` are the change sequences that it was worked out from; the
transaction compares them, so that nobody buys at a price that was no longer true (domain section 5).
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

from k2k_core.domain.billing import fob_per_box
from k2k_core.domain.dates import DATE_CODES
from k2k_core.domain.explanation import Explanation, sold_at
from k2k_core.domain.grouping import CatalogLine, spread
from k2k_core.domain.items import OPEN_MARKET_UNITS, Lot
from k2k_core.domain.money import LARGEST, MICRO, Exact, minor_to_micros
from k2k_core.domain.parties import Vendor
from k2k_core.domain.sharing import Denial
from k2k_core.errors import (
    BeforeEarliestShipDate,
    BeyondMaxDays,
    CannotSell,
    Conflict,
    CustomerNoService,
    CutOffPassed,
    InsufficientStock,
    InvalidQuantity,
    NoPrice,
    NotFound,
    NotVisible,
    VendorNoService,
)
from k2k_core.services.facts import CompanyFacts
from k2k_core.services.lots import Mapped, unseen
from k2k_core.services.market import Article, Market
from k2k_core.services.office import Office
from k2k_core.services.pricing import Pricer
from k2k_core.services.shelves import Visit, on_the_shelf_at
from k2k_core.services.story import frozen
from k2k_core.store.lots import PRODUCT
from k2k_core.store.parties import points_by_id
from k2k_core.store.work import Session

T = TypeVar("T")
P = TypeVar("P")
Marks = dict[int, tuple[int, int]]

_REFUSALS: dict[str, type[CannotSell]] = {
    error.code: error
    for error in (CutOffPassed, BeforeEarliestShipDate, VendorNoService, CustomerNoService, BeyondMaxDays)
}


@dataclass(frozen=True, slots=True)
class Pick:
    """Some boxes of one lot, with everything that the order line freezes. Amounts are micros: `price` in the buyer's
    currency, `cost` in the vendor's, `landed_cost` and `components` in the buyer's."""

    lot: Lot
    boxes: int
    owner: CompanyFacts
    vendor: CompanyFacts | None
    record: Vendor | None
    vendor_product_id: int | None
    mapped: Mapped | None
    vendor_ship_date: dt.date
    price: int | None
    cost: int | None
    landed_cost: int | None
    components: dict[str, int]
    charges: dict[str, int]
    explanation: dict[str, Any] | None
    vendor_explanation: dict[str, Any] | None


class Moved(Exception):
    """A fact that a price depends on changed between the reading and the writing."""


def require_boxes(boxes: object) -> int:
    """A whole number of boxes of at least one; anything else is `InvalidQuantity`."""
    if not isinstance(boxes, int) or isinstance(boxes, bool) or not 1 <= boxes <= 1_000_000:
        raise InvalidQuantity(f"{boxes!r} is not a number of boxes from 1 to 1000000.")
    return boxes


def twice(office: Office, plan: Callable[[Session], P], write: Callable[[Session, P], T]) -> T:
    """Plan in a snapshot, then write; when a fact moved in between, plan and write once more, then `Conflict`."""
    for _ in range(2):
        with office.store.reading() as session:
            made = plan(session)
        try:
            return office.store.transact(lambda session: write(session, made))  # noqa: B023 - used up within its round
        except Moved:
            continue
    raise Conflict("Prices or stock changed twice while this was being ordered. Nothing was ordered.")


def marks_of(companies: Sequence[CompanyFacts]) -> Marks:
    """The change sequences that these facts stand for."""
    return {facts.id: (facts.company.change_seq, facts.lot_seq) for facts in companies}


def require_unmoved(session: Session, marks: Marks) -> None:
    """Raise `Moved` when one of the sequences is no longer what the plan was made from."""
    points = points_by_id(session, marks)
    if any(marks[company_id] != (change_seq, lot_seq) for company_id, _, change_seq, lot_seq in points):
        raise Moved


def pick_lot(market: Market, ref: str, boxes: int) -> list[Pick]:
    """Boxes of exactly that lot."""
    article = market.articles.get(ref)
    if article is None:
        raise unseen(ref)
    require_sellable(market, [article])
    require_stock(article.lot, boxes)
    return picks(market, [(article, boxes)])


def line_of(office: Office, session: Session, buyer: CompanyFacts, visit: Visit, name: str) -> CatalogLine:
    """A line of the customer's catalog, as this unit of work sees it; raises `NotFound`."""
    found = on_the_shelf_at(office, session, buyer, visit, lambda shelf: shelf.line(name))
    if found is None:
        raise NotFound(f"There is no line {name} in the catalog of this customer for this date.")
    return found


def pick_line(market: Market, found: CatalogLine, boxes: int) -> list[Pick]:
    """Boxes of a catalog line, over its lots first in, first out, all at the price that the line shows."""
    if found.price is None:
        raise NoPrice(f"{found.description} has no price.")
    taken = spread(boxes, [(goods.lot.ref, goods.lot.available) for goods in found.goods])
    if sum(part for _, part in taken) < boxes:
        raise short(found.description, boxes, found.available)
    return picks(market, [(market.articles[ref], part) for ref, part in taken], found.price)


def require_sellable(market: Market, articles: Sequence[Article]) -> None:
    """Raise why the first article that is hidden cannot be sold; `sold_out` is left to the stock itself."""
    for article, denials in zip(articles, market.denials(articles), strict=True):
        hiding = [denial for denial in denials if denial.code != "sold_out"]
        if hiding:
            raise refusal(article.ref, hiding)


def refusal(ref: str, denials: Sequence[Denial]) -> CannotSell:
    """The error for a hidden lot: its date when only dates stand against it, `no_price`, else `not_visible`."""
    codes = {denial.code for denial in denials}
    reasons = [{"code": denial.code, "reason": denial.reason} for denial in denials]
    words = "; ".join(denial.reason for denial in denials)
    if codes == {"no_price"}:
        return NoPrice(f"{ref}: {words}.", lot=ref, reasons=reasons)
    if codes <= set(DATE_CODES):
        first = next(code for code in _REFUSALS if code in codes)
        return _REFUSALS[first](f"{ref}: {words}.", lot=ref, reasons=reasons)
    return NotVisible(f"{ref} is hidden from this customer: {words}.", lot=ref, reasons=reasons)


def require_stock(lot: Lot, boxes: int) -> None:
    """Raise `InsufficientStock` when the snapshot already shows too few; the transaction decides in the end."""
    if lot.available < boxes:
        raise short(lot.ref, boxes, lot.available)


def short(what: str, asked: int, available: int) -> InsufficientStock:
    """The refusal for more boxes than there are."""
    words = f"{what} has {available} boxes available, {asked} were asked for."
    return InsufficientStock(words, lot=what, asked=asked, available=available)


def picks(market: Market, wanted: Sequence[tuple[Article, int]], line_price: int | None = None) -> list[Pick]:
    """Price and explain what is wanted; raises `NoPrice` for the first that has none.

    `line_price` (minor units) is what the catalog line shows for all of them.
    """
    priced = market.explained([article for article, _ in wanted])
    made = []
    for (article, boxes), (quote, story) in zip(wanted, priced, strict=True):
        if quote.price is None:
            raise NoPrice(f"{article.ref} has no price for this customer: {quote.reason}.", lot=article.ref)
        if line_price is not None and line_price != quote.price:
            story = sold_at(story, line_price, "catalog_grouping", "the highest price of the lots in its catalog line")
        made.append(storable(_pick(market, article, boxes, story)))
    return made


def storable(pick: Pick) -> Pick:
    """The same pick; raises `NoPrice` for a line that comes to a trillion or more, which no document can hold."""
    lot, most = pick.lot, LARGEST * MICRO
    units = pick.boxes if lot.inventory_type == OPEN_MARKET_UNITS else pick.boxes * lot.units_per_box
    each = max((amount for amount in (pick.price, pick.cost, pick.landed_cost) if amount is not None), default=0)
    if each * units >= most or max(pick.charges.values(), default=0) * pick.boxes >= most:
        raise NoPrice(f"{lot.ref} would come to {LARGEST} or more: its price is a mistake.", lot=lot.ref)
    return pick


def _pick(market: Market, article: Article, boxes: int, story: Explanation) -> Pick:
    partner, currency = article.partner, market.buyer.company.currency
    planner = market.planner(partner)
    return Pick(
        lot=article.lot,
        boxes=boxes,
        owner=partner.vendor if partner else market.buyer,
        vendor=partner.vendor if partner else None,
        record=partner.record if partner else None,
        vendor_product_id=article.row[PRODUCT] if partner else None,
        mapped=partner.offers.mapped(article.row) if partner else None,
        vendor_ship_date=planner.vendor_ship_date(market.ship_date),
        price=None if story.price is None else minor_to_micros(story.price, currency),
        cost=partner.cost_micros(article.lot.id) if partner else article.lot.unit_cost,
        landed_cost=in_micros(story.landed_cost),
        components={name: in_micros(amount) or 0 for name, amount in story.components.items()},
        charges=charges_on(market, article.lot),
        explanation=frozen(story),
        vendor_explanation=vendor_story(market.office, market.session, article),
    )


def charges_on(market: Market, lot: Lot) -> dict[str, int]:
    """What a box of a lot is charged apart from its price; nothing by a way that has no such charges."""
    if not market.handler.adjusts_fob:
        return {}
    fuel = {(row.box_type, row.port): row.amount for row in market.buyer.company.settings.fuel_surcharges}
    return fob_per_box(market.customer, fuel, lot.box_type, lot.port, lot.cubes)


def vendor_story(office: Office, session: Session, article: Article) -> dict[str, Any] | None:
    """The vendor's own part of the explanation, for the vendor's eyes."""
    partner = article.partner
    if partner is None or partner.customer is None:
        return None
    lots = partner.offers.own.lots([article.row])
    _, story = Pricer(office, session, partner.vendor, partner.customer).explained(lots)[0]
    return frozen(story)


def in_micros(amount: Exact | None) -> int | None:
    """An exact amount as it is stored, with six decimals."""
    return None if amount is None else amount.rounded_half_up(MICRO)
