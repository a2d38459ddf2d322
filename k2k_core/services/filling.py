"""Use case: the vendor fills a buyer's order from its lots, partly if need be (domain section 6, "Procurement").

Each line names its lots, or gets them first in, first out. Boxes are reserved at once; what is short stays needed.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from k2k_core.domain.items import OPEN_MARKET_BOXES
from k2k_core.domain.orders import ACCEPTED, CHECKED_OUT, FILLED, NEEDED
from k2k_core.domain.roles import ORDERS
from k2k_core.errors import Conflict, Invalid, InvalidQuantity, NotFound
from k2k_core.services import document_view
from k2k_core.services.buying import article_of, bought, market_for
from k2k_core.services.facts import CompanyFacts, described
from k2k_core.services.journal import audit, emit
from k2k_core.services.lots import OwnLots, split_ref
from k2k_core.services.office import Office
from k2k_core.services.selling import Marks, Pick, marks_of, require_boxes, require_stock, require_unmoved, twice
from k2k_core.services.transfers import order_at
from k2k_core.store import mappings, orders, procurement, stock
from k2k_core.store.fields import Json
from k2k_core.store.idempotency import once, recalled
from k2k_core.store.lots import PRODUCT, lot_rows
from k2k_core.store.procurement import Row
from k2k_core.store.work import Session


@dataclass(frozen=True, slots=True)
class Wanted:
    """How one line is filled: `lots` None for first in, first out; `product` names one of the vendor's."""

    line: str
    product: str | None
    lots: tuple[tuple[str, int], ...] | None


@dataclass(frozen=True, slots=True)
class Filling:
    """One line with the boxes that it gets."""

    line: Row
    product_id: int | None
    picks: tuple[Pick, ...]


@dataclass(frozen=True, slots=True)
class Plan:
    """What the transaction needs; `answer` is set when the key has been answered before."""

    vendor: CompanyFacts
    answer: dict[str, Any] | None = None
    order: Row | None = None
    fillings: tuple[Filling, ...] = ()
    marks: Marks | None = None


def fill(
    office: Office, vendor: str, purchase_order: str, lines: Sequence[Mapping[str, Any]], key: str | None = None
) -> dict[str, Any]:
    """Fill `lines` (`{line, product?, lots[{lot, boxes}]}`) of an accepted order; answers the purchase order.

    Raises `NotFound`, `InvalidQuantity` for more boxes than were ordered, `InsufficientStock`, `NoPrice`, `Conflict`.
    """
    office.actor.require(ORDERS, vendor)
    number, wanted = str(purchase_order), [_wanted(line) for line in _listed(lines)]
    asked: list[Json] = [[one.line, one.product, [list(lot) for lot in one.lots or ()]] for one in wanted]
    request: Json = {"purchase_order": number, "lines": asked}

    def plan(session: Session) -> Plan:
        facts = office.facts.get(session, vendor)
        answer = recalled(session, facts.id, "fill", key, request)
        return Plan(facts, answer) if answer is not None else _planned(office, session, facts, number, wanted)

    def write(session: Session, made: Plan) -> dict[str, Any]:
        return made.answer or once(session, made.vendor.id, "fill", key, request, lambda: _write(office, session, made))

    return twice(office, plan, write)


def _planned(office: Office, session: Session, vendor: CompanyFacts, number: str, wanted: Sequence[Wanted]) -> Plan:
    order = order_at(session, vendor, number, ACCEPTED, FILLED)
    buyer = office.facts.by_id(session, [order["buyer_id"]])[order["buyer_id"]]
    lines = {str(line["id"]): line for line in procurement.lines_of(session, order["id"])}
    fillings = []
    for one in wanted:
        line = _waiting(lines, one.line, number)
        product_id = _product(session, vendor, one) or line["vendor_product_id"]
        chosen = one.lots if one.lots is not None else _oldest_first(session, vendor, product_id, line)
        fillings.append(Filling(line, product_id, _picks(office, session, vendor, buyer, order, line, chosen)))
    return Plan(vendor, None, order, tuple(fillings), marks_of([vendor, buyer]))


def _picks(
    office: Office,
    session: Session,
    vendor: CompanyFacts,
    buyer: CompanyFacts,
    order: Row,
    line: Row,
    chosen: Sequence[tuple[str, int]],
) -> tuple[Pick, ...]:
    if not chosen:
        return ()
    asked = sum(boxes for _, boxes in chosen)
    if asked > line["boxes"]:
        raise InvalidQuantity(f"Line {line['id']} is about {line['boxes']} boxes, not {asked}.")
    refs = [(f"{vendor.code}/{lot}", boxes) for lot, boxes in chosen]
    customer = buyer.customers_by_id(session).get(line["customer_id"])
    names = [ref for ref, _ in refs]
    market = market_for(office, session, buyer, customer, names, order["ship_via"], order["ship_date"])
    for ref, boxes in refs:
        require_stock(article_of(market, ref)[0].lot, boxes)
    return tuple(bought(market, ref, boxes, line["cost"]) for ref, boxes in refs)


def _oldest_first(
    session: Session, vendor: CompanyFacts, product_id: int | None, line: Row
) -> tuple[tuple[str, int], ...]:
    """The vendor's own boxes of the product, first in, first out, as many as there are."""
    if product_id is None:
        raise Invalid(f"Line {line['id']} is about a product that is unknown here: name the product.")
    rows = [row for row in lot_rows(session, [vendor.id]) if row[PRODUCT] == product_id]
    lots = OwnLots(session, vendor).lots(rows)
    free = [lot for lot in lots if lot.inventory_type == OPEN_MARKET_BOXES and not lot.on_hold and lot.available > 0]
    left, chosen = line["boxes"], []
    for lot in sorted(free, key=lambda lot: (lot.arrival_date, lot.ref)):
        taken = min(left, lot.available)
        if taken and line["box_type"] in ("", lot.box_type):
            chosen.append((lot.ref, taken))
            left -= taken
    return tuple(chosen)


def _write(office: Office, session: Session, plan: Plan) -> dict[str, Any]:
    order, vendor = plan.order, plan.vendor
    if order is None:
        raise TypeError("a filling is planned with its order")
    prebooks = {filling.line["prebook_id"] for filling in plan.fillings}
    document = procurement.vendor_document(session, order["id"])
    procurement.hold(session, order["id"], document["id"] if document else None, *prebooks)
    if not procurement.move_transfer(session, order["id"], (ACCEPTED, FILLED), FILLED):
        now = procurement.reread(session, order["id"])["transfer"]
        raise Conflict(f"Purchase order {order['number']} is {now} already.", transfer=now)
    orders.lock_lots(session, [pick.lot.id for filling in plan.fillings for pick in filling.picks])
    require_unmoved(session, plan.marks or {})
    buyer = office.facts.by_id(session, [order["buyer_id"]])[order["buyer_id"]]
    for filling in plan.fillings:
        _fill(session, filling)
        _remember(session, vendor, buyer, filling)
    data = {"purchase_order": order["number"], "vendor": vendor.code, "buyer": buyer.code}
    emit(session, "purchase_order.filled", data, [vendor.id, buyer.id])
    audit(session, office.actor, vendor.id, "fill", order["number"], order["transfer"], FILLED)
    return document_view.answer(office, session, vendor, procurement.reread(session, order["id"]))


def _fill(session: Session, filling: Filling) -> None:
    """The first lot fills the line itself, each further one and what is short get a line of their own."""
    line, picks = filling.line, filling.picks
    if filling.product_id is not None:
        line = {**line, "vendor_product_id": filling.product_id}
        procurement.change_line(session, line["id"], NEEDED, vendor_product_id=filling.product_id)
    ids = [line["id"], *(procurement.divide(session, line, pick.boxes) for pick in picks[1:])]
    short = line["boxes"] - sum(pick.boxes for pick in picks)
    if picks and short:
        procurement.divide(session, line, short)
    for line_id, pick in zip(ids, picks, strict=False):
        if not procurement.change_line(session, line_id, NEEDED, **_filled(line, pick)):
            raise Conflict(f"Somebody changed line {line_id} at the same time. Nothing was done.")
        stock.take(session, pick.owner.id, pick.lot.id, pick.boxes, "filled", line_id)


def _filled(line: Row, pick: Pick) -> dict[str, Any]:
    lot = pick.lot
    return {
        "state": CHECKED_OUT,
        "lot_company_id": pick.owner.id,
        "lot_id": lot.id,
        "vendor_product_id": pick.vendor_product_id,
        "box_type": lot.box_type,
        "boxes": pick.boxes,
        "units_per_box": lot.units_per_box,
        "unit_type": lot.unit_type,
        "stems_per_bunch": lot.stems_per_bunch,
        "cost": pick.cost,
        "price": pick.price if line["price"] is None else line["price"],
        "landed_cost": pick.landed_cost,
        "components": pick.components,
        "charges": pick.charges,
        "explanation": pick.explanation if line["price"] is None else line["explanation"],
        "vendor_explanation": pick.vendor_explanation,
    }


def _remember(session: Session, vendor: CompanyFacts, buyer: CompanyFacts, filling: Filling) -> None:
    """A product that arrived unknown and was filled arrives mapped the next time; what maps itself is left alone."""
    mine = filling.line["product_id"]
    known = set(procurement.mapped_at_vendor(session, buyer.id, vendor.id).values())
    filled = {pick.vendor_product_id for pick in filling.picks if pick.vendor_product_id is not None}
    for theirs in sorted(filled - known):
        same = buyer.products_described(session).get(described(vendor.products(session)[theirs].description))
        if mine is not None and same is None:
            mappings.remember_mapping(session, buyer.id, vendor.id, theirs, mine)


def _waiting(lines: Mapping[str, Row], number: str, order: str) -> Row:
    line = lines.get(number)
    if line is None:
        raise NotFound(f"There is no line {number} on purchase order {order}.", line=number)
    if line["state"] != NEEDED:
        raise Conflict(f"Line {number} of {order} is {line['state']} already.", state=line["state"])
    return line


def _product(session: Session, vendor: CompanyFacts, wanted: Wanted) -> int | None:
    if wanted.product is None:
        return None
    found = vendor.product_ids(session).get(wanted.product)
    if found is None:
        raise NotFound(f"There is no product {wanted.product} in {vendor.code}.", kind="product")
    return found


def _listed(lines: Any) -> Sequence[Any]:
    if isinstance(lines, str | Mapping) or not isinstance(lines, Sequence) or not lines:
        raise Invalid("Name at least one line: {line, product?, lots}.")
    return lines


def _wanted(line: Any) -> Wanted:
    if not isinstance(line, Mapping) or set(line) - {"line", "product", "lots"} or line.get("line") is None:
        raise Invalid("Each line is {line, product?, lots[{lot, boxes}]}.")
    given = line.get("lots")
    if given is not None and (isinstance(given, str | Mapping) or not isinstance(given, Sequence)):
        raise Invalid("lots is a list of {lot, boxes}.")
    lots = None if given is None else tuple(_lot(one) for one in given)
    product = None if line.get("product") is None else str(line["product"])
    return Wanted(str(line["line"]), product, lots)


def _lot(given: Any) -> tuple[str, int]:
    if not isinstance(given, Mapping) or set(given) != {"lot", "boxes"}:
        raise Invalid("Each of the lots is {lot, boxes}.")
    return split_ref(str(given["lot"]))[1], require_boxes(given["boxes"])
