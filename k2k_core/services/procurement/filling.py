"""Use case: the vendor fills a buyer's order from its lots, fully or partly (domain section 6, "Procurement").

Each line names its lots, or gets them first in, first out. Boxes are reserved at once; what is missing stays needed.
"""

from __future__ import annotations

import datetime as dt
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from k2k_core.domain import parsing
from k2k_core.domain.answers.documents import Document
from k2k_core.domain.orders import ACCEPTED, CHECKED_OUT, FILLED, NEEDED
from k2k_core.domain.pricing import SALES
from k2k_core.domain.roles import CONFIRMING
from k2k_core.domain.sharing import Denial
from k2k_core.errors import Conflict, Invalid, InvalidQuantity, NotFound
from k2k_core.messages import Message
from k2k_core.services.catalog.assortment import Article, Assortment
from k2k_core.services.company_snapshot import CompanySnapshot, described
from k2k_core.services.context import ServiceContext
from k2k_core.services.documents import charge_terms, document_view
from k2k_core.services.idempotency import IdempotentCommand
from k2k_core.services.inventory.lots import OwnLots, split_ref
from k2k_core.services.inventory.vendor_codes import BOX_TYPE, names_of
from k2k_core.services.journal import Change, audit
from k2k_core.services.ordering.order_ends import ended
from k2k_core.services.ordering.order_lines import charges_on, frozen_box
from k2k_core.services.ordering.order_planning import (
    PlannedLine,
    Versions,
    insufficient_stock,
    plan_and_write,
    refusal,
    require_current,
    require_stock,
    versions_of,
)
from k2k_core.services.ordering.purchase_events import emit_of_purchase
from k2k_core.services.ordering.ship_day_checks import NO_CUSTOMER
from k2k_core.services.pricing.pricer import Sale
from k2k_core.services.procurement.purchase_planning import article_of, plan_purchase
from k2k_core.services.procurement.suitable_lots import day_of_leaving, refused_on, sold_by_the_same, suits
from k2k_core.services.procurement.transfers import document_of, order_at, products_at
from k2k_core.services.sharing.shared_inventory import LotSelection
from k2k_core.store.database.session import Session
from k2k_core.store.inventory import stock_ledger
from k2k_core.store.inventory.lots import PRODUCT, lot_rows
from k2k_core.store.master_data import mappings
from k2k_core.store.orders import charge_terms as stored_terms
from k2k_core.store.orders import order_writes, procurement
from k2k_core.store.orders.documents import get
from k2k_core.store.orders.order_ends import has_ended
from k2k_core.store.orders.rows import DocumentRow, LineRow


@dataclass(frozen=True, slots=True)
class Wanted:
    """How one line is filled: `lots` None for first in, first out; `product` names one of the vendor's."""

    line: str
    product: str | None
    lots: tuple[tuple[str, int], ...] | None


@dataclass(frozen=True, slots=True)
class Filling:
    """One line with the boxes that it gets."""

    line: LineRow
    product_id: int | None
    planned_lines: tuple[PlannedLine, ...]


@dataclass(frozen=True, slots=True)
class FillPlan:
    """What the transaction needs."""

    vendor: CompanySnapshot
    order: DocumentRow
    fillings: tuple[Filling, ...]
    versions: Versions


def fill(
    context: ServiceContext,
    vendor: str,
    purchase_order: str,
    lines: Sequence[Mapping[str, Any]],
    key: str | None = None,
) -> Document:
    """Fill `lines` (`{line, product?, lots[{lot, boxes}]}`) of an accepted order; returns the purchase order. An empty
    list of lots only sets the product of a line.

    Raises `NotFound`, `InvalidQuantity` for more boxes than were ordered, `InsufficientStock`, `NoPrice`, `Conflict`,
    `NotVisible` for a lot that is not there on the vendor ship date or is too old by then (domain section 3), and
    `Invalid` for a lot of another product or box type than was ordered.
    """
    context.actor.require(CONFIRMING, vendor)
    number = str(purchase_order)
    wanted = [parsing.argument(f"lines[{row}]", _wanted, line, vendor) for row, line in enumerate(_listed(lines))]
    _require_once(wanted)
    request = {"purchase_order": number, "lines": [[one.line, one.product, one.lots] for one in wanted]}
    return plan_and_write(
        IdempotentCommand(context, vendor, "fill", key, request),
        lambda session: _planned(context, session, vendor, number, wanted),
        lambda session, plan: _write(context, session, plan),
    )


def _planned(
    context: ServiceContext, session: Session, vendor_code: str, number: str, wanted: Sequence[Wanted]
) -> FillPlan:
    vendor = context.snapshots.get(session, vendor_code)
    order = order_at(session, vendor, number, ACCEPTED, FILLED)
    buyer = context.snapshots.by_id(session, [order["buyer_id"]])[order["buyer_id"]]
    lines = {str(line["id"]): line for line in procurement.lines_of(session, order["id"])}
    asked = [(one, _waiting(lines, one.line, order["number"], session.now)) for one in wanted]
    agreed = products_at(session, vendor, buyer, [line for _, line in asked])
    stock = _Stock(context, session, vendor, buyer, order)
    fillings = []
    for one, line in asked:
        product_id = _product(session, vendor, one, line, agreed.get(line["id"]))
        planned_lines = (
            stock.oldest_first(line, product_id) if one.lots is None else stock.chosen(line, product_id, one.lots)
        )
        fillings.append(Filling(line, product_id, planned_lines))
    if not any(filling.planned_lines for filling in fillings) and any(one.lots is None for one in wanted):
        boxes = sum(line["boxes"] for one, line in asked if one.lots is None)
        raise insufficient_stock(Message("What {vendor} has of this", vendor=vendor.code), boxes, 0)
    return FillPlan(vendor, order, tuple(fillings), versions_of([vendor, buyer]))


class _Stock:
    """The vendor's boxes for all the lines of one filling: boxes that one line gets are not available to the next."""

    def __init__(
        self,
        context: ServiceContext,
        session: Session,
        vendor: CompanySnapshot,
        buyer: CompanySnapshot,
        order: DocumentRow,
    ) -> None:
        self.context, self.session, self.vendor, self.buyer, self.order = context, session, vendor, buyer, order
        self._taken: dict[str, int] = defaultdict(int)

    def chosen(self, line: LineRow, product_id: int | None, lots: Sequence[tuple[str, int]]) -> tuple[PlannedLine, ...]:
        """The boxes of the named lots, each lot once."""
        wanted: dict[str, int] = defaultdict(int)
        for code, boxes in lots:
            wanted[f"{self.vendor.code}/{code}"] += boxes
        if not wanted:
            return ()
        if sum(wanted.values()) > line["boxes"]:
            raise InvalidQuantity(
                "Line {line} is about {boxes} {boxes:box|boxes}, not {asked}.",
                line=line["id"],
                boxes=line["boxes"],
                asked=sum(wanted.values()),
            )
        assortment = self._market(line, list(wanted))
        refused = self._refused_on_the_day(assortment)
        for ref, boxes in wanted.items():
            _require_goods(article_of(assortment, ref)[0], line, product_id)
            if ref in refused:
                raise refusal(ref, refused[ref])
            require_stock(article_of(assortment, ref)[0].lot, boxes + self._taken[ref])
        products = {article_of(assortment, ref)[0].row[PRODUCT] for ref in wanted}
        if len(products) > 1:
            raise Invalid(
                "Line {line} is about one product, and these lots are of {count}.", line=line["id"], count=len(products)
            )
        return self._plan_lines(assortment, line, wanted.items())

    def oldest_first(self, line: LineRow, product_id: int | None) -> tuple[PlannedLine, ...]:
        """The vendor's own boxes of the product as the line describes them, first in, first out, as many as there are;
        a lot that has no price for the buyer, is not there on the vendor ship date or is too old by then is skipped."""
        if product_id is None:
            raise Invalid("Line {line} is about a product that is unknown here: name the product.", line=line["id"])
        rows = [row for row in lot_rows(self.session, [self.vendor.id]) if row[PRODUCT] == product_id]
        names = names_of(self.session, self.buyer, self.vendor, BOX_TYPE)
        lots = [lot for lot in OwnLots(self.session, self.vendor).lots(rows) if suits(lot, line, names)]
        refs = [f"{self.vendor.code}/{lot.ref}" for lot in sorted(lots, key=lambda lot: (lot.arrival_date, lot.ref))]
        if not refs:
            return ()
        assortment, left = self._market(line, refs), line["boxes"]
        refused = self._refused_on_the_day(assortment)
        wanted: list[tuple[str, int]] = []
        for ref in (ref for ref in refs if ref not in refused):
            article, partner = article_of(assortment, ref)
            boxes = min(left, article.lot.available - self._taken[ref])
            if boxes > 0 and (line["cost"] is not None or partner.cost_micros(article.lot.id) is not None):
                wanted.append((ref, boxes))
                left -= boxes
        return self._plan_lines(assortment, line, wanted)

    def _refused_on_the_day(self, assortment: Assortment) -> dict[str, list[Denial]]:
        """The lots that are not there on the vendor ship date of the order, or too old by then, with the vendor's rules
        that refuse them (domain section 3). An order that is overdue leaves today."""
        today, refused = self.vendor.company.today(self.session.now), dict[str, list[Denial]]()
        leaves = day_of_leaving(self.order["vendor_ship_date"], today)
        for partner in assortment.partners.values():
            for code, denials in refused_on(partner, leaves).items():
                refused[f"{self.vendor.code}/{code}"] = denials
        return refused

    def _market(self, line: LineRow, refs: Sequence[str]) -> Assortment:
        customer = self.buyer.customers_by_id(self.session).get(line["customer_id"], NO_CUSTOMER)
        sale = Sale(customer, self.order["ship_via"], ship_date=self.order["ship_date"], channel=SALES)
        return Assortment(self.context, self.session, self.buyer, sale, LotSelection(list(dict.fromkeys(refs))))

    def _plan_lines(
        self, assortment: Assortment, line: LineRow, wanted: Iterable[tuple[str, int]]
    ) -> tuple[PlannedLine, ...]:
        made = []
        for ref, boxes in wanted:
            self._taken[ref] += boxes
            made.append(plan_purchase(assortment, ref, boxes, line["cost"]))
        return tuple(made)


def _require_goods(article: Article, line: LineRow, product_id: int | None) -> None:
    """A named lot may have another pack than was ordered, but not another product, box type, or unit that was sold."""
    lot = article.lot
    if product_id is not None and article.row[PRODUCT] != product_id:
        raise Invalid("{lot} is not of the product that line {line} is about.", line=line["id"], lot=article.ref)
    if line["box_type"] not in ("", lot.box_type):
        raise Invalid(
            "Line {line} is about boxes {box_type}, and {lot} is in {other}.",
            line=line["id"],
            box_type=line["box_type"],
            lot=article.ref,
            other=lot.box_type,
        )
    if not sold_by_the_same(lot, line):
        raise Invalid(
            "Line {line} was sold to a customer by another unit than that of {lot}: its price is for that one.",
            line=line["id"],
            lot=article.ref,
        )


def _write(context: ServiceContext, session: Session, plan: FillPlan) -> Document:
    order, vendor = plan.order, plan.vendor
    prebooks = {filling.line["prebook_id"] for filling in plan.fillings}
    procurement.hold(session, order["id"], document_of(session, order)["id"], *prebooks)
    now = get(session, order["id"])["transfer"]
    after = FILLED if any(filling.planned_lines for filling in plan.fillings) else now
    if not procurement.move_transfer(session, order["id"], (ACCEPTED, FILLED), after):
        raise Conflict(
            "Purchase order {purchase_order} is {transfer:words} already.", purchase_order=order["number"], transfer=now
        )
    order_writes.lock_lots(session, [planned.lot.id for filling in plan.fillings for planned in filling.planned_lines])
    require_current(session, plan.versions)
    buyer = context.snapshots.by_id(session, [order["buyer_id"]])[order["buyer_id"]]
    orders = {one for filling in plan.fillings for one in (filling.line["prebook_id"], filling.line["sales_order_id"])}
    agreed = stored_terms.agreed(session, orders - {None})
    for filling in plan.fillings:
        _fill(session, filling, agreed)
        _remember(session, vendor, buyer, filling)
    if after == FILLED:
        charge_terms.freeze(context, session, orders - {None})
    if after == FILLED:
        emit_of_purchase(session, "purchase_order.filled", order, {"vendor": vendor.code, "buyer": buyer.code})
    audit(session, context.actor, vendor.id, "fill", order["number"], Change(order["transfer"], after))
    return document_view.answer(context, session, vendor, get(session, order["id"]))


def _fill(session: Session, filling: Filling, agreed: Mapping[int, Any]) -> None:
    """The first lot fills the line itself; each further one, and what is missing, get a new line."""
    line, planned_lines = filling.line, filling.planned_lines
    if filling.product_id is not None:
        line = {**line, "vendor_product_id": filling.product_id}
        _change(session, line["id"], vendor_product_id=filling.product_id)
    ids = [line["id"], *(procurement.divide(session, line, planned.boxes) for planned in planned_lines[1:])]
    left = line["boxes"] - sum(planned.boxes for planned in planned_lines)
    if planned_lines and left:
        procurement.divide(session, line, left)
    for line_id, planned in zip(ids, planned_lines, strict=False):
        _change(session, line_id, **_filled(line, planned, agreed))
        stock_ledger.take(session, planned.owner.id, planned.lot.id, planned.boxes, "filled", line_id)


def _change(session: Session, line_id: int, **changes: object) -> None:
    if not procurement.change_line(session, line_id, NEEDED, **changes):
        raise Conflict("Somebody changed line {line} at the same time. Nothing was done.", line=line_id)


def _filled(line: LineRow, planned: PlannedLine, agreed: Mapping[int, Any]) -> dict[str, Any]:
    lot = planned.lot
    return {
        "state": CHECKED_OUT,
        "lot_company_id": planned.owner.id,
        "lot_id": lot.id,
        "vendor_product_id": planned.vendor_product_id,
        "box_type": lot.box_type,
        "boxes": planned.boxes,
        "units_per_box": lot.units_per_box,
        "unit_type": lot.unit_type,
        "stems_per_bunch": lot.stems_per_bunch,
        "cost": planned.cost,
        "price": planned.price if line["price"] is None else line["price"],
        "landed_cost": planned.landed_cost,
        "components": planned.components,
        **charges_on(planned, line["prebook_id"], line["sales_order_id"], agreed),
        "explanation": planned.explanation if line["price"] is None else line["explanation"],
        "vendor_explanation": planned.vendor_explanation,
        **frozen_box(planned),
    }


def _remember(session: Session, vendor: CompanySnapshot, buyer: CompanySnapshot, filling: Filling) -> None:
    """Map a product that arrived unknown and was filled, so that it arrives mapped the next time; automatic mappings
    are not stored."""
    mine = filling.line["product_id"]
    known = set(procurement.mapped_at_vendor(session, buyer.id, vendor.id).values())
    filled = {planned.vendor_product_id for planned in filling.planned_lines if planned.vendor_product_id is not None}
    for theirs in sorted(filled - known):
        same = buyer.products_described(session).get(described(vendor.products(session)[theirs].description))
        if mine is not None and same is None:
            mappings.remember_mapping(session, buyer.id, vendor.id, theirs, mine)


def _waiting(lines: Mapping[str, LineRow], number: str, order: str, now: dt.datetime) -> LineRow:
    line = lines.get(number)
    if line is None:
        raise NotFound("There is no line {line} on purchase order {purchase_order}.", purchase_order=order, line=number)
    if line["state"] != NEEDED:
        raise Conflict(
            "Line {line} of {purchase_order} is {state:words} already.",
            line=number,
            purchase_order=order,
            state=line["state"],
        )
    if has_ended(line, now):
        raise ended(Message("Line {line} of {purchase_order}", line=number, purchase_order=order))
    return line


def _product(
    session: Session, vendor: CompanySnapshot, wanted: Wanted, line: LineRow, agreed: int | None
) -> int | None:
    """The vendor's product of a line: that of the mapping, else the one named for it."""
    known: int | None = line["vendor_product_id"] if agreed is None else agreed
    if wanted.product is None:
        return known
    found = vendor.product_ids(session).get(wanted.product)
    if found is None:
        raise NotFound(
            "There is no product {product} in {vendor}.", product=wanted.product, vendor=vendor.code, kind="product"
        )
    if agreed not in (None, found):
        raise Invalid(
            "Line {line} is about another product than {product}: the buyer ordered no other.",
            line=line["id"],
            product=wanted.product,
            faults=[{"path": "product", "message": Message("another product")}],
        )
    return found


def _require_once(wanted: Sequence[Wanted]) -> None:
    twice_named = [line for line, times in Counter(one.line for one in wanted).items() if times > 1]
    if twice_named:
        raise Invalid("Line {line} is named more than once: name all its lots together.", line=twice_named[0]).at(
            "lines"
        )


def _listed(lines: Any) -> Sequence[Any]:
    if isinstance(lines, str | Mapping) or not isinstance(lines, Sequence) or not lines:
        raise Invalid("Name at least one line: {line, product?, lots}.").at("lines")
    return lines


def _wanted(line: Any, vendor: str) -> Wanted:
    if not isinstance(line, Mapping) or set(line) - {"line", "product", "lots"} or line.get("line") is None:
        raise Invalid("Each line is {line, product?, lots[{lot, boxes}]}.")
    given = line.get("lots")
    if given is not None and (isinstance(given, str | Mapping) or not isinstance(given, Sequence)):
        raise Invalid("lots is a list of {lot, boxes}.").at("lots")
    lots = (
        None
        if given is None
        else tuple(parsing.argument(f"lots[{at}]", _lot, one, vendor) for at, one in enumerate(given))
    )
    product = None if line.get("product") is None else str(line["product"])
    return Wanted(str(line["line"]), product, lots)


def _lot(given: Any, vendor: str) -> tuple[str, int]:
    if not isinstance(given, Mapping) or set(given) != {"lot", "boxes"}:
        raise Invalid("Each of the lots is {lot, boxes}.")
    owner, code = split_ref(str(given["lot"]))
    if owner not in (None, vendor):
        raise NotFound("There is no lot {lot} in {vendor}.", vendor=vendor, lot=str(given["lot"]))
    return code, parsing.box_count(given["boxes"])
