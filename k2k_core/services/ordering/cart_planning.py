"""Plans what is put into a cart, before the transaction: the header, and for each wanted line its lots, prices and
documents (domain section 5)."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple, TypeVar

from k2k_core.domain import parsing
from k2k_core.domain.frozen_explanation import FrozenSources
from k2k_core.domain.grouping import CatalogLine
from k2k_core.domain.hidden_vendor_numbers import HiddenVendorLines, numbers_of
from k2k_core.domain.orders import CART_EXPIRED, CART_OPEN
from k2k_core.domain.parties import Customer
from k2k_core.errors import (
    CannotSell,
    CartExpired,
    Conflict,
    HeaderLocked,
    InsufficientStock,
    Invalid,
    InvalidQuantity,
    K2KError,
    NotFound,
)
from k2k_core.messages import Message
from k2k_core.services.catalog.assortment import Article, Assortment
from k2k_core.services.catalog.catalog_keys import CatalogKey
from k2k_core.services.catalog.same_goods import hidden_vendor_lines_of
from k2k_core.services.company_snapshot import CompanySnapshot
from k2k_core.services.context import ServiceContext
from k2k_core.services.inventory.lots import unseen
from k2k_core.services.ordering.cart_expiry import cart_end
from k2k_core.services.ordering.order_documents import Address, address_of
from k2k_core.services.ordering.order_planning import (
    PlannedLine,
    Versions,
    WantedBoxes,
    line_of,
    plan_lines,
    require_sellable,
    require_stock,
    take_from_line,
    versions_of,
    with_sources,
)
from k2k_core.services.pricing.pricer import Sale
from k2k_core.services.sharing.shared_inventory import LotSelection
from k2k_core.store.database.session import Session
from k2k_core.store.orders import carts
from k2k_core.store.orders.carts import CartRow

T = TypeVar("T")

REFUSALS = (CannotSell, InsufficientStock, NotFound, Invalid)
"""What is wrong with a line, and not with the cart or the network."""


class WantedLine(NamedTuple):
    """Boxes of a lot, or of a line of the catalog: exactly one of them is named."""

    lot: str | None
    line: str | None
    boxes: int

    def as_json(self) -> dict[str, Any]:
        """The line as JSON, for the idempotency record."""
        return self._asdict()


@dataclass(frozen=True, slots=True)
class CartRequest:
    """The customer's request: one line, or with `together` several. Without a cart a new one is opened."""

    buyer: str
    customer: str
    lines: tuple[WantedLine, ...]
    ship_date: dt.date | None
    ship_via: str | None
    location: str | None
    cart: str | None
    together: bool = False

    def as_json(self) -> dict[str, Any]:
        """The request as JSON, for the idempotency record."""
        lines = {"lines": [one.as_json() for one in self.lines]} if self.together else self.lines[0].as_json()
        header = {name: getattr(self, name) for name in ("buyer", "customer", "ship_via", "location", "cart")}
        return {**header, **lines, "ship_date": parsing.iso_text(self.ship_date)}


@dataclass(frozen=True, slots=True)
class CartPlan:
    """Everything that the transaction needs. Without a `cart` it opens a new one. `rows` are the places of the wanted
    lines that the planned ones belong to, `hiding` the ids of the vendors that hide their names."""

    snapshot: CompanySnapshot
    customer: Customer
    cart: CartRow | None
    lines: tuple[PlannedLine, ...]
    rows: tuple[int, ...]
    versions: Versions
    ship_date: dt.date
    ship_via: str
    location: str | None
    ship_to: Address
    expires_at: dt.datetime
    hiding: frozenset[int]


def plan_cart(context: ServiceContext, session: Session, request: CartRequest) -> CartPlan:
    """What the transaction will write. Raises the errors of `add`."""
    company = context.snapshots.buyer(session, request.buyer)
    customer = company.customer(session, request.customer)
    cart = open_cart(session, company, customer, request.cart) if request.cart is not None else None
    ship_date, ship_via, location = _header(request, cart, company, session)
    key = CatalogKey(customer.code, ship_date, ship_via, location)
    found = _each(request, lambda one: _found(context, session, company, key, one))
    sale = Sale(customer, ship_via, ship_date=ship_date, location=location)
    assortment = _assortment(context, session, company, sale, found)
    try:
        planned = _planned(assortment, sale, found, Counter())
    except REFUSALS:
        _raise_refusals(request, found, lambda some: _assortment(context, session, company, sale, some))
        raise
    lines = [line for one in planned for line in one]
    vendors = [one.owner for one in lines if one.vendor is not None]
    return CartPlan(
        company,
        customer,
        cart,
        tuple(lines),
        tuple(row for row, one in enumerate(planned) for _ in one),
        versions_of([company, *vendors]),
        ship_date,
        ship_via,
        location,
        address_of(assortment.handler, company, customer) if vendors else {},
        cart_end(session, assortment, lines, cart),
        frozenset(one.vendor.id for one in assortment.partners.values() if one.hides_its_name),
    )


def _header(
    request: CartRequest, cart: CartRow | None, company: CompanySnapshot, session: Session
) -> tuple[dt.date, str, str | None]:
    """Ship date, ship via and location: fixed by the cart's first line."""
    if cart is None:
        ship_date = request.ship_date or company.company.today(session.now)
        return ship_date, request.ship_via or "warehouse", request.location
    for name, given, fixed in (
        (Message("ship date"), request.ship_date, cart.ship_date),
        (Message("ship via"), request.ship_via, cart.ship_via),
        (Message("location"), request.location, cart.location),
    ):
        if given is not None and given != fixed:
            raise HeaderLocked(
                "The {name} of cart {cart} is {fixed}; it was fixed by its first line.",
                name=name,
                cart=cart.number,
                fixed=fixed,
            )
    return cart.ship_date, cart.ship_via, cart.location


def open_cart(session: Session, company: CompanySnapshot, customer: Customer | None, number: str) -> CartRow:
    """An open cart of the company (and of the customer, if given). Raises `NotFound`, `CartExpired`, `Conflict`."""
    found = carts.find_cart(session, company.id, number, customer.id if customer else None)
    if found is None:
        raise NotFound("There is no cart {cart} of this customer.", cart=number, kind="cart")
    if found.state == CART_EXPIRED or (found.state == CART_OPEN and found.expires_at <= session.now):
        raise expired(number)
    if found.state != CART_OPEN:
        raise Conflict("Cart {cart} is {state:words} already.", cart=number, state=found.state)
    return found


def expired(number: str) -> CartExpired:
    """The refusal for a cart that ran out of time."""
    return CartExpired("Cart {cart} has expired; its boxes went back.", cart=number)


class _Found(NamedTuple):
    """A wanted line with what the catalog has for it, if it names a line of the catalog."""

    wanted: WantedLine
    line: CatalogLine | None = None
    same_goods: HiddenVendorLines | None = None

    @property
    def refs(self) -> list[str]:
        """The lots that its boxes can come from."""
        return [goods.lot.ref for goods in self.line.goods] if self.line else [self.wanted.lot or ""]


def _found(
    context: ServiceContext, session: Session, company: CompanySnapshot, key: CatalogKey, wanted: WantedLine
) -> _Found:
    if wanted.lot is not None:
        return _Found(wanted)
    return _Found(wanted, *line_of(context, session, company, key, wanted.line or ""))


def _each(request: CartRequest, work: Callable[[WantedLine], T]) -> list[T]:
    """Do `work` for each wanted line. The refusal of the first one that is refused is raised; of several lines the fact
    `faults` names every one of them."""
    return each_row(request.lines, work, together=request.together)


def each_row(rows: Sequence[Any], work: Callable[[Any], T], *, together: bool) -> list[T]:
    """The same for any rows."""
    done, refused = [], list[tuple[int, K2KError]]()
    for row, one in enumerate(rows):
        try:
            done.append(work(one))
        except REFUSALS as error:
            refused.append((row, error))
            if not together:
                break
    if refused:
        raise _first_of(refused, together=together)
    return done


def _first_of(refused: Sequence[tuple[int, K2KError]], *, together: bool) -> K2KError:
    first = refused[0][1]
    if together:
        faults = [{"path": _path(row, one), "code": one.code, "message": one.message} for row, one in refused]
        first.facts["faults"] = faults
        if isinstance(first, Invalid):
            first.faults = faults
    return first


def _path(row: int, refusal: K2KError) -> str:
    """What of a line a refusal is about: how many boxes, or the line as a whole."""
    return f"lines[{row}]" + (".boxes" if isinstance(refusal, InsufficientStock | InvalidQuantity) else "")


# Lines


def _assortment(
    context: ServiceContext, session: Session, company: CompanySnapshot, sale: Sale, found: Sequence[_Found]
) -> Assortment:
    """The lots that some lines can come from."""
    refs = list(dict.fromkeys(ref for one in found for ref in one.refs))
    return Assortment(context, session, company, sale, LotSelection(refs))


def _raise_refusals(
    request: CartRequest, found: Sequence[_Found], assortment: Callable[[Sequence[_Found]], Assortment]
) -> None:
    """Plan each line by itself, to name every one that is refused."""
    taken: Counter[str] = Counter()
    by_wanted = iter(found)

    def plan(_: WantedLine) -> None:
        one = next(by_wanted)
        _boxes_and_prices(assortment([one]), [one], taken)

    _each(request, plan)


def _planned(
    assortment: Assortment, sale: Sale, found: Sequence[_Found], taken: Counter[str]
) -> list[list[PlannedLine]]:
    """The planned lines of each wanted one, all planned at once."""
    lines = _boxes_and_prices(assortment, found, taken)
    sources = _sources(assortment, sale, found)
    return [with_sources(some, one) if one else some for some, one in zip(lines, sources, strict=True)]


def _boxes_and_prices(assortment: Assortment, found: Sequence[_Found], taken: Counter[str]) -> list[list[PlannedLine]]:
    """`taken` are the boxes that earlier lines take, by lot."""
    articles = [_article(assortment, one) for one in found if one.line is None]
    require_sellable(assortment, articles)
    wanted = [_boxes_of(assortment, one, taken) for one in found]
    planned = iter(plan_lines(assortment, [boxes for some in wanted for boxes in some]))
    return [[next(planned) for _ in some] for some in wanted]


def _article(assortment: Assortment, one: _Found) -> Article:
    article = assortment.articles.get(one.wanted.lot or "")
    if article is None:
        raise unseen(one.wanted.lot or "")
    return article


def _boxes_of(assortment: Assortment, one: _Found, taken: Counter[str]) -> list[WantedBoxes]:
    if one.line is None:
        article, boxes = _article(assortment, one), one.wanted.boxes
        require_stock(article.lot, boxes, taken[article.ref])
        wanted = [WantedBoxes(article, boxes)]
    else:
        wanted = take_from_line(assortment, one.line, one.wanted.boxes, taken)
    taken.update({part.article.ref: part.boxes for part in wanted})
    return wanted


def _sources(assortment: Assortment, sale: Sale, found: Sequence[_Found]) -> list[FrozenSources | None]:
    """The numbers of hidden vendors that each line fixes, if its goods have any."""
    named = [_article(assortment, one) for one in found if one.line is None]
    of_lots = iter(hidden_vendor_lines_of(assortment, sale, named))
    same = [one.same_goods if one.line else next(of_lots) for one in found]
    goods = {one.goods for one in same if one is not None}
    held = carts.numbers_fixed_last(assortment.session, assortment.buyer.id, sale.customer.id, sorted(goods))
    return [None if one is None else {"goods": one.goods, "numbers": numbers_of(one, held)} for one in same]
