"""Plans order lines before the transaction: visibility, prices and explanations.

A `PlannedLine` is everything that an order line freezes. `Versions` are the change sequences that it was planned from;
the transaction compares them, so that nobody buys at an outdated price (domain section 5).
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import Any, NamedTuple, TypeVar

from k2k_core.domain.dates import DATE_CODES
from k2k_core.domain.explanation import Explanation, sold_at
from k2k_core.domain.frozen_explanation import FrozenExplanation, FrozenSources
from k2k_core.domain.grouping import CatalogLine, spread
from k2k_core.domain.hidden_vendor_numbers import HiddenVendorLines
from k2k_core.domain.items import OPEN_MARKET_UNITS, Lot
from k2k_core.domain.money import LARGEST, MICRO, Exact, minor_to_micros
from k2k_core.domain.order_charges import NO_CHARGES, ChargeTerms, charge_terms, fob_per_box
from k2k_core.domain.parsing import iso_text
from k2k_core.domain.parties import Vendor
from k2k_core.domain.sharing import BUYER, Denial
from k2k_core.domain.visibility_report import OF_THE_SHIP_DATE
from k2k_core.errors import (
    BeforeEarliestShipDate,
    BeyondMaxDays,
    CannotSell,
    Conflict,
    CustomerNoService,
    CutOffPassed,
    InsufficientStock,
    K2KError,
    NoPrice,
    NotFound,
    NotVisible,
    VendorNoService,
)
from k2k_core.messages import Message, joined
from k2k_core.services.catalog.assortment import Article, Assortment
from k2k_core.services.catalog.catalog_cache import read_catalog_in
from k2k_core.services.catalog.catalog_keys import AnyCatalog, CatalogKey
from k2k_core.services.catalog.stale_snapshot import StaleSnapshot
from k2k_core.services.company_snapshot import CompanySnapshot
from k2k_core.services.context import ServiceContext
from k2k_core.services.idempotency import IdempotentCommand
from k2k_core.services.inventory.lots import Mapped, unseen
from k2k_core.services.ordering.retries import pauses
from k2k_core.services.pricing.frozen_explanation import to_json
from k2k_core.services.pricing.pricer import Pricer, Sale
from k2k_core.services.sharing.sharing import held_back_by
from k2k_core.store.database.session import Session
from k2k_core.store.fields import JsonText, canonical_json
from k2k_core.store.inventory.lots import BOX_TYPE, PRODUCT
from k2k_core.store.master_data.parties import points_by_id

T = TypeVar("T")
P = TypeVar("P")
Versions = dict[int, tuple[int, int]]
Frozen = Mapping[str, Any]
"""What a line freezes of a lot, whatever the number of its boxes, by field of `PlannedLine`. It is cached with the lot
under the price of its catalog line, if it is ordered by that."""

_REFUSALS: dict[str, type[CannotSell]] = {
    error.code: error
    for error in (CutOffPassed, BeforeEarliestShipDate, VendorNoService, CustomerNoService, BeyondMaxDays)
}


PATIENCE = 10.0
"""Seconds for which an order is planned again when something that it depends on has changed."""


class WantedBoxes(NamedTuple):
    """Boxes of an article; with the price that the catalog line shows for all of its lots (minor units), if they are
    ordered by their line."""

    article: Article
    boxes: int
    line_price: int | None = None


class BoxCharges(NamedTuple):
    """The terms of the separate charges of a box: for the buyer's customer, and for the buyer by its vendor."""

    customers: ChargeTerms
    vendors: ChargeTerms


@dataclass(frozen=True, slots=True)
class PlannedLine:
    """Some boxes of one lot, with everything that the order line freezes. Amounts are micros: `price` in the buyer's
    currency, `cost` in the vendor's, `landed_cost` and `components` in the buyer's. `vendor_lot` is the lot as its
    vendor sees it, `dimensions` are the inches (micros) of a box, `charged` are the terms of each side's separate
    charges."""

    lot: Lot
    boxes: int
    owner: CompanySnapshot
    vendor: CompanySnapshot | None
    record: Vendor | None
    vendor_product_id: int | None
    mapped: Mapped | None
    vendor_ship_date: dt.date
    price: int | None
    cost: int | None
    landed_cost: int | None
    components: dict[str, int]
    charged: BoxCharges
    explanation: FrozenExplanation | None
    vendor_explanation: FrozenExplanation | JsonText | None
    vendor_lot: Lot | None
    dimensions: tuple[int, int, int] | None

    @property
    def charges(self) -> dict[str, int]:
        """The separate charges of a box by today's terms."""
        return self.charges_by(self.charged.customers)

    def charges_by(self, terms: ChargeTerms) -> dict[str, int]:
        """The same by other terms."""
        return fob_per_box(terms, self.lot.box_type, self.lot.port, self.lot.cubes)

    @property
    def vendor_charges(self) -> dict[str, int]:
        """The vendor's separate charges of a box by today's terms."""
        return self.vendor_charges_by(self.charged.vendors)

    def vendor_charges_by(self, terms: ChargeTerms) -> dict[str, int]:
        """The same by other terms."""
        theirs = self.vendor_lot
        return {} if theirs is None else fob_per_box(terms, theirs.box_type, theirs.port, theirs.cubes)


class StalePlan(Exception):
    """A fact that a price depends on has changed between planning and writing; or boxes were taken, so that it must be
    planned from which lots others can come: `refusal` is for when there is no more time for that."""

    def __init__(self, refusal: K2KError | None = None) -> None:
        super().__init__()
        self.refusal = refusal


def plan_and_write(command: IdempotentCommand, plan: Callable[[Session], P], write: Callable[[Session, P], T]) -> T:
    """Plan in a snapshot, then write in a transaction; a command that was done before is answered as then. If something
    that the plan depends on changed in between, plan and write again, after a pause that grows and is never the same
    for two; raises `Conflict` when it changes for longer than anybody waits."""
    stale = StalePlan()
    for _ in pauses(PATIENCE):
        with command.context.store.reading() as session:
            session.remember_rows()
            try:
                made, companies = plan(session), session.companies
            except StaleSnapshot:  # the catalog is cached as a later unit of work sees it
                continue
            except K2KError as refusal:
                answer: T = command.answer_instead(session, refusal)
                return answer
        try:
            return command.transact(partial(_written, write, made), companies)
        except StalePlan as error:
            stale = error
    raise stale.refusal or Conflict("Prices or stock kept changing while this was being ordered. Nothing was ordered.")


def _written(write: Callable[[Session, P], T], made: P, session: Session) -> T:
    return write(session, made)


def versions_of(companies: Sequence[CompanySnapshot]) -> Versions:
    """The change sequences of these snapshots."""
    return {one.id: (one.company.change_seq, one.lot_seq) for one in companies}


def require_current(session: Session, versions: Versions) -> None:
    """Raise `StalePlan` when one of the sequences is no longer what the plan was made from."""
    points = points_by_id(session, versions)
    if any(versions[company_id] != (change_seq, lot_seq) for company_id, _, change_seq, lot_seq in points):
        raise StalePlan


def plan_lot(assortment: Assortment, ref: str, boxes: int) -> list[PlannedLine]:
    """Boxes of exactly that lot."""
    article = assortment.articles.get(ref)
    if article is None:
        raise unseen(ref)
    require_sellable(assortment, [article])
    require_stock(article.lot, boxes)
    return plan_lines(assortment, [WantedBoxes(article, boxes)])


def line_of(
    context: ServiceContext, session: Session, buyer: CompanySnapshot, key: CatalogKey, name: str
) -> tuple[CatalogLine, HiddenVendorLines | None]:
    """A line of the customer's catalog, as this unit of work sees it, with the lines of hidden vendors that have the
    same goods if it is one of them; raises `NotFound`, and `StaleSnapshot` if a later unit of work has read it."""

    def look(cached: AnyCatalog) -> tuple[CatalogLine, HiddenVendorLines | None] | None:
        line = cached.line(name)
        return None if line is None else (line, cached.hidden_vendor_lines(line))

    found = read_catalog_in(context, session, buyer, key, look)
    if found is None:
        raise NotFound("There is no line {line} in the catalog of this customer for this date.", line=name)
    return found


def take_from_line(
    assortment: Assortment, found: CatalogLine, boxes: int, taken: Mapping[str, int]
) -> list[WantedBoxes]:
    """Boxes of a catalog line, from its lots first in, first out, all at the price that the line shows. `taken` are
    those that are not available any more, by lot."""
    if found.price is None:
        raise NoPrice("{description} has no price.", description=found.description)
    left = [(goods.lot.ref, max(goods.lot.available - taken.get(goods.lot.ref, 0), 0)) for goods in found.goods]
    parts = spread(boxes, left)
    if sum(part for _, part in parts) < boxes:
        raise insufficient_stock(found.description, boxes, sum(available for _, available in left))
    return [WantedBoxes(assortment.articles[ref], part, found.price) for ref, part in parts]


def with_sources(lines: Sequence[PlannedLine], sources: FrozenSources) -> list[PlannedLine]:
    """The same lines; they fix the numbers of hidden vendors while they are in the cart."""
    return [
        line if line.explanation is None else replace(line, explanation={**line.explanation, "sources": sources})
        for line in lines
    ]


def require_sellable(assortment: Assortment, articles: Sequence[Article]) -> None:
    """Raise the error for the first hidden article; `sold_out` is left to the stock check."""
    for article, denials in zip(articles, disclosed_denials(assortment, articles), strict=True):
        hiding = [denial for denial in denials if denial.code != "sold_out"]
        if hiding:
            raise refusal_of(assortment, article, hiding)


def disclosed_denials(assortment: Assortment, articles: Sequence[Article], reader: str = BUYER) -> list[list[Denial]]:
    """The denials of each article, as far as the person who orders, or the vendor who accepts, may read them (domain
    section 3)."""
    actor, known = assortment.context.actor, assortment.cached_lots.of(articles, "denials", assortment.sided_denials)
    if actor.host or actor.operator:
        return [[denial for denial, _ in denials] for denials in known]
    return [[_disclosed(*one, reader) for one in denials] for denials in known]


def _disclosed(denial: Denial, side: str, reader: str) -> Denial:
    """Of the other side's rules only that they hold the lot back, apart from the vendor's date rules, which name the
    next date."""
    if side == reader or (reader == BUYER and denial.code in DATE_CODES):
        return denial
    return denial._replace(reason=held_back_by(side))


def refusal_of(assortment: Assortment, article: Article, denials: Sequence[Denial]) -> CannotSell:
    """The error for an article that is hidden by these disclosed denials. If its ship date is refused, the fact
    `ship_dates` says for which ones it can be ordered (domain section 3)."""
    error = refusal(article.ref, denials)
    if OF_THE_SHIP_DATE & {denial.code for denial in denials}:
        dates = assortment.ship_dates(article)
        error.facts["ship_dates"] = {"from": iso_text(dates.first), "until": iso_text(dates.last)}
    return error


def refusal(ref: str, denials: Sequence[Denial]) -> CannotSell:
    """The error for a hidden lot: that of the planner if only the ship date hides it, `no_price`, else
    `not_visible`."""
    codes = {denial.code for denial in denials}
    refused = codes - OF_THE_SHIP_DATE
    reasons = [{"code": denial.code, "reason": denial.reason} for denial in denials]
    why = joined([denial.reason for denial in denials])
    if codes == {"no_price"}:
        return NoPrice(Message("{lot}: {why}.", lot=ref, why=why), lot=ref, reasons=reasons)
    if refused and refused <= set(DATE_CODES):
        first = next(code for code in _REFUSALS if code in codes)
        return _REFUSALS[first](Message("{lot}: {why}.", lot=ref, why=why), lot=ref, reasons=reasons)
    hidden = Message("{lot} is hidden from this customer: {why}.", lot=ref, why=why)
    return NotVisible(hidden, lot=ref, reasons=reasons)


def require_stock(lot: Lot, boxes: int, taken: int = 0) -> None:
    """Raise `InsufficientStock` if the snapshot already has too few besides those that are `taken`; the transaction has
    the final check."""
    if lot.available - taken < boxes:
        raise insufficient_stock(lot.ref, boxes, max(lot.available - taken, 0))


def insufficient_stock(what: str, asked: int, available: int) -> InsufficientStock:
    """The refusal of more boxes than there are."""
    return InsufficientStock(
        "{lot} has {available} {available:box|boxes} available, {asked} {asked:was|were} asked for.",
        lot=what,
        asked=asked,
        available=available,
    )


def plan_lines(assortment: Assortment, wanted: Sequence[WantedBoxes]) -> list[PlannedLine]:
    """Price and explain the wanted boxes; raises `NoPrice` for the first without a price."""
    cached = assortment.cached_lots
    known = [cached.get(one.article, ("frozen", one.line_price)) for one in wanted]
    fresh = iter(_frozen_anew(assortment, [one for one, found in zip(wanted, known, strict=True) if found is None]))
    planned = []
    for one, found in zip(wanted, known, strict=True):
        frozen = next(fresh) if found is None else found
        if found is None:
            cached.put(one.article, ("frozen", one.line_price), frozen)
        planned.append(storable(_planned_line(assortment, one, frozen)))
    return planned


def _frozen_anew(assortment: Assortment, wanted: Sequence[WantedBoxes]) -> list[Frozen]:
    if not wanted:
        return []
    articles = [one.article for one in wanted]
    priced, made = assortment.explained(articles), []
    vendors = explanations_of_vendors(assortment.context, assortment.session, articles)
    for (article, _, line_price), (quote, explanation), vendors_own in zip(wanted, priced, vendors, strict=True):
        if quote.price is None:
            raise NoPrice("{lot} has no price for this customer: {reason}.", reason=quote.reason, lot=article.ref)
        if line_price is not None and line_price != quote.price:
            explanation = sold_at(
                explanation,
                line_price,
                "catalog_grouping",
                Message("the highest price of the lots in its catalog line"),
            )
        made.append(_frozen(assortment, article, explanation, vendors_own))
    return made


def storable(planned: PlannedLine) -> PlannedLine:
    """The same planned line; raises `NoPrice` for a total of a trillion or more, which no document can store."""
    lot, most = planned.lot, LARGEST * MICRO
    units = planned.boxes if lot.inventory_type == OPEN_MARKET_UNITS else planned.boxes * lot.units_per_box
    each = max(
        (amount for amount in (planned.price, planned.cost, planned.landed_cost) if amount is not None), default=0
    )
    charges = max((*planned.charges.values(), *planned.vendor_charges.values()), default=0)
    if each * units >= most or charges * planned.boxes >= most:
        raise NoPrice("{lot} would come to {most} or more: its price is a mistake.", most=LARGEST, lot=lot.ref)
    return planned


def _planned_line(assortment: Assortment, wanted: WantedBoxes, frozen: Frozen) -> PlannedLine:
    """So many boxes of a lot as it is now."""
    article, partner = wanted.article, wanted.article.partner
    return PlannedLine(
        lot=article.lot,
        boxes=wanted.boxes,
        owner=partner.vendor if partner else assortment.buyer,
        vendor=partner.vendor if partner else None,
        record=partner.record if partner else None,
        **frozen,
    )


def _frozen(
    assortment: Assortment, article: Article, explanation: Explanation, vendors_own: FrozenExplanation | None
) -> Frozen:
    """What a line freezes of a lot, whatever the number of its boxes."""
    partner, currency = article.partner, assortment.buyer.company.currency
    planner = assortment.planner(partner)
    return {
        "vendor_product_id": article.row[PRODUCT] if partner else None,
        "mapped": partner.offers.mapped(article.row) if partner else None,
        "vendor_ship_date": planner.vendor_ship_date(assortment.ship_date),
        "price": None if explanation.price is None else minor_to_micros(explanation.price, currency),
        "cost": partner.cost_micros(article.lot.id) if partner else article.lot.unit_cost,
        "landed_cost": in_micros(explanation.landed_cost),
        "components": {name: in_micros(amount) or 0 for name, amount in explanation.components.items()},
        "charged": charges_on(assortment, article),
        "explanation": to_json(explanation),
        "vendor_explanation": None if vendors_own is None else JsonText(canonical_json(vendors_own)),
        "vendor_lot": vendor_lot(article),
        "dimensions": dimensions_of(assortment, article),
    }


def charges_on(assortment: Assortment, article: Article) -> BoxCharges:
    """The terms of the separate charges of a box; none for a ship via without such charges."""
    if not assortment.handler.adjusts_fob:
        return BoxCharges(NO_CHARGES, NO_CHARGES)
    partner, settings = article.partner, assortment.buyer.company.settings
    theirs = NO_CHARGES if partner is None else charge_terms(partner.customer, partner.vendor.company.settings)
    return BoxCharges(charge_terms(assortment.customer, settings), theirs)


def vendor_lot(article: Article) -> Lot | None:
    """A vendor's lot as the vendor sees it; None for own stock."""
    return None if article.partner is None else article.partner.offers.own.lots([article.row])[0]


def dimensions_of(assortment: Assortment, article: Article) -> tuple[int, int, int] | None:
    """The dimensions of a box by the owner of the lot, in inches (micros)."""
    owner = article.partner.vendor if article.partner else assortment.buyer
    return owner.size(assortment.session, article.row[BOX_TYPE], article.row[PRODUCT])


def explanation_of_vendor(context: ServiceContext, session: Session, article: Article) -> FrozenExplanation | None:
    """The vendor's own part of the explanation, which only the vendor may read."""
    return explanations_of_vendors(context, session, [article])[0]


def explanations_of_vendors(
    context: ServiceContext, session: Session, articles: Sequence[Article]
) -> list[FrozenExplanation | None]:
    """The same for several articles, those of each vendor priced together."""
    found: list[FrozenExplanation | None] = [None] * len(articles)
    for places in _by_partner(articles).values():
        partner = articles[places[0]].partner
        if partner is None or partner.customer is None:
            continue
        lots = partner.offers.own.lots([articles[place].row for place in places])
        priced = Pricer(context, session, partner.vendor, Sale(partner.customer)).explained(lots)
        for place, (_, explanation) in zip(places, priced, strict=True):
            found[place] = to_json(explanation)
    return found


def _by_partner(articles: Sequence[Article]) -> dict[str, list[int]]:
    """The places of the articles of each vendor, by its code."""
    found: dict[str, list[int]] = defaultdict(list)
    for place, article in enumerate(articles):
        if article.partner is not None:
            found[article.partner.vendor.code].append(place)
    return found


def in_micros(amount: Exact | None) -> int | None:
    """An exact amount as it is stored, with six decimals."""
    return None if amount is None else amount.rounded_half_up(MICRO)
