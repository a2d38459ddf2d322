"""Sample requests that every contribution must handle: full and bare lots, young and old, every kind of customer,
hostile texts."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Any

from k2k_core.domain.items import INVENTORY_TYPES, K2K, LastPrice, Lot
from k2k_core.domain.labels import LabelRequest
from k2k_core.domain.languages import codes
from k2k_core.domain.money import Exact
from k2k_core.domain.parties import WEEKDAYS, AdditionalCharge, Customer, Markup, ShipTo
from k2k_core.domain.pricing import ListRow, PriceRequest, PriceTerms
from k2k_core.domain.sharing import EligibilityRequest, OfferState, SaleTerms, ShareTerms
from k2k_core.testing import factories
from k2k_core.testing.checks import canaries

AGES = (-3, 0, 1, 5, 6, 7, 8, 10, 11, 400)
HOSTILE = (
    "",
    "^XA^FO0,0~JA",
    "Ñandú & Söhne <b>",
    "花" * 60,
    "{braces} %s \\ 'quoted'",
    "\u202egnp.exe\u200b\x07",
    "🌹" * 40,
)


_PEOPLE: dict[str, Any] = {"email": canaries.ADDRESS, "salesperson_email": canaries.SALESPERSON}
_CANARIES: dict[str, Any] = dict(
    zip(("unit_cost", "purchase_order_price", "price_a"), canaries.COSTS.values(), strict=True)
)


_EVERY_FIELD: dict[str, Any] = {
    "landed_cost_as_price": True,
    "ecommerce_markup": Markup("amount", -20_000),
    "price_b_markup": Markup("percent", 10_000_000),
    "sell_fast_markup": Markup("percent", 10_000_000),
    "price_lists": ("SPRING",),
    "show_fob_price": True,
    "charge_fuel_surcharge": True,
    "outbound_cube_rate": 2_000_000,
    "min_age": 1,
    "max_age": 7,
    "days_of_service": dict.fromkeys(WEEKDAYS, "ARMELLINI"),
    "location": "MIA",
    "additional_charges": (AdditionalCharge("box charge", "per_box", 1_500_000),),
    "send_invoice_to": (canaries.ADDRESS,),
    "send_checkout_notification_to": (canaries.ADDRESS,),
    "company": "BLOOM",
    "show_vendor": True,
    "locale": codes()[-1],
}
"""What a customer may have set besides its code, type and ship via, but what would stop it from buying."""


_OWN: dict[str, Any] = {
    "hierarchies": {"hierarchy": [{"inventory_type": "k2k", "steps": ["k2k_gpm"]}]},
    "plugin_record": {
        "k2k_network": {
            "version": "1.0",
            "mark": "1",
            "bundled": True,
            "contributions": [["step", "k2k_gpm", "", ["k2k"]]],
        }
    },
}
"""What a company has of its own once it trades."""


def prices(inventory_types: frozenset[str]) -> Iterator[tuple[PriceRequest, ...]]:
    """Batches of lots, the lots of a batch under the same terms."""
    for inventory_type in sorted(inventory_types or INVENTORY_TYPES):
        for terms in _terms(inventory_type):
            yield tuple(_priced_lots(terms))


def thousand(inventory_types: frozenset[str]) -> tuple[PriceRequest, ...]:
    """A thousand lots under the same terms, no two alike: one of the inventory types, K2K's own if it is among them."""
    kind = K2K if not inventory_types or K2K in inventory_types else min(inventory_types)
    usual, full, bare = _priced_lots(list(_terms(kind))[2])
    return tuple(_numbered((usual, full, usual, bare, full)[number % 5], number) for number in range(1000))


def _numbered(request: PriceRequest, number: int) -> PriceRequest:
    """The same request with a lot, a product and costs of its own."""
    lot = request.lot._replace(ref=f"ANDES/L{number}", product=factories.product(f"P-{number % 40}"))
    if request.landed_cost is None:
        return request._replace(lot=lot)
    more = Exact(number, 1000)
    costs = (request.unit_cost, request.landed_cost, request.warehouse_cost)
    unit, landed, warehouse = (None if cost is None else cost + more for cost in costs)
    return request._replace(lot=lot, unit_cost=unit, landed_cost=landed, warehouse_cost=warehouse)


def eligibility(side: str, inventory_types: frozenset[str]) -> list[EligibilityRequest]:
    """Requests for rules of that side, of every age."""
    requests: list[EligibilityRequest] = []
    for inventory_type in sorted(inventory_types or INVENTORY_TYPES):
        for age in AGES:
            arrival = factories.TODAY - dt.timedelta(days=age)
            lot = factories.lot(inventory_type=inventory_type, arrival_date=arrival, **_CANARIES)
            bare = lot._replace(vendor=None, unit_cost=None, cubes=None, location=None, available=0, on_hold=True)
            bare = bare._replace(price_a=None, purchase_order_price=None, stems_per_bunch=None)
            for one in (lot, bare):
                requests += _shared(one, age) if side == "vendor" else _sold(one, age)
    return requests


def labels(inventory_types: frozenset[str]) -> list[LabelRequest]:
    """A usual label, a reprint, one without a vendor, and one with each hostile text in every place."""
    kind = min(inventory_types) if inventory_types else "k2k"
    usual = factories.label_request(inventory_type=kind)
    for_date = usual.ship_date + dt.timedelta(days=1)
    again = factories.label_request(inventory_type=kind, reprint=True, vendor_name="", k2k=False, for_date=for_date)
    requests = [usual, again]
    places = ("product", "pack", "lot", "recipient", "mark_code", "carrier", "awb", "order_number", "vendor_name")
    for text in HOSTILE:
        requests.append(factories.label_request(inventory_type=kind, **dict.fromkeys(places, text)))
    return requests


def customer_inventory_pairs() -> Iterator[tuple[Customer, str]]:
    """Every kind of customer with every inventory type."""
    for ship_via in ("warehouse", "grower", "choice"):
        for customer in customers_of(ship_via):
            yield from ((customer, inventory_type) for inventory_type in INVENTORY_TYPES)


def customers_of(ship_via: str) -> list[Customer]:
    """Customers with a ship via: of one little is known, one is a company with an address, of one every field is
    set."""
    address = ShipTo("Corner Florist", "1 Main St", "Albany", "NY", "12207", "US")
    bare = factories.customer(ship_via=ship_via)
    return [
        bare,
        replace(bare, ship_to=address, company="BLOOM"),
        replace(bare, ship_to=address, **_EVERY_FIELD, **_PEOPLE),
    ]


def _terms(inventory_type: str) -> Iterator[PriceTerms]:
    """Customers of both types, plain and with everything set, via warehouse and grower; a company without any GPM."""
    ten = Markup("percent", 10_000_000)
    busy: dict[str, Any] = {"ecommerce_markup": Markup("amount", -20_000), "price_b_markup": ten}
    busy |= {"sell_fast_markup": ten, "outbound_cube_rate": 2_000_000}
    busy |= {"landed_cost_as_price": True, "show_fob_price": True, "charge_fuel_surcharge": True}
    lists = {"SPRING": "open_market", "PRE": "prebook", "ALL": "all"}
    poor = factories.company(settings=factories.company_settings(gpm=None, k2k_gpm=None), **_OWN)
    for kind in ("A", "B"):
        for via in ("warehouse", "grower"):
            plain = factories.customer(type=kind, **_PEOPLE)
            yield factories.price_terms(customer=plain, inventory_type=inventory_type, ship_via=via)
        buyer = factories.customer(type=kind, **busy, **_PEOPLE)
        yield factories.price_terms(customer=buyer, inventory_type=inventory_type, lists=lists)
        connected = replace(buyer, company="BLOOM")
        yield factories.price_terms(company=poor, customer=connected, inventory_type=inventory_type)


def _priced_lots(terms: PriceTerms) -> Iterator[PriceRequest]:
    """A usual lot, one with everything on it, and one of which nothing is known."""
    kind, today = terms.inventory_type, terms.today
    usual = factories.lot("L1", inventory_type=kind)
    typed = LastPrice(440_000, today - dt.timedelta(days=2), today - dt.timedelta(days=4))
    full = factories.lot("L2", inventory_type=kind, web_price=500_000, price_a=510_000, price_b=520_000)
    full = full._replace(price_b_manual=530_000, unit_price=540_000, va_price=550_000, purchase_order_price=560_000)
    full = full._replace(sell_fast=True, port="BOG", location="MIA", last_price=typed)
    rows = tuple(
        ListRow(code, list_type, code == "ALL", "S1", today, 470_000, 310_000, "ROSE-RED-60")
        for code, list_type in terms.lists.items()
    )
    yield factories.price_request(lot=usual, terms=terms)
    yield factories.price_request(lot=full, terms=terms, rows=rows, open_market_base=Exact(1, 2), reminder=typed)
    bare = factories.lot("L3", inventory_type=kind, product=factories.product("{odd}", category=""))
    yield factories.bare_price_request(lot=bare, terms=terms)


def _shared(lot: Lot, age: int) -> Sequence[EligibilityRequest]:
    margins = factories.company_settings(gpm=canaries.MARGIN, k2k_gpm=canaries.MARGIN)
    vendor, buyer = factories.company("ANDES"), factories.company("BLOOM", settings=margins)
    unset = factories.company_settings(gpm=None, k2k_gpm=None)
    trading, selling = (factories.company(code, settings=unset, **_OWN) for code in ("ANDES", "BLOOM"))
    customer = factories.customer("BLOOM", max_age=7, company="BLOOM", **_PEOPLE)
    known = ShareTerms(vendor, buyer, customer, factories.TODAY, True)
    asked_for = replace(known, leaves=factories.TODAY)
    future = ShareTerms(trading, selling, factories.customer("BLOOM"), factories.TODAY, True, share_future_sales=True)
    unknown = ShareTerms(vendor, buyer, None, factories.TODAY, False, rate_missing=True)
    return [
        EligibilityRequest(lot, age, share=known, price=300_000),
        EligibilityRequest(lot, age, share=asked_for, price=300_000),
        EligibilityRequest(lot, age, share=future, price=300_000),
        EligibilityRequest(lot, age, share=unknown, location_connected=False),
    ]


def _sold(lot: Lot, age: int) -> Sequence[EligibilityRequest]:
    buyer = factories.company("BLOOM")
    settings = factories.company_settings(apply_aging_restrictions_per_customer=True, max_age=7, gpm=None)
    strict, young = factories.company(settings=settings, **_OWN), factories.customer(min_age=1, **_PEOPLE)
    usual = SaleTerms(buyer, factories.customer(), "warehouse", factories.TODAY, factories.TODAY)
    picky = SaleTerms(strict, young, "grower", factories.TODAY, factories.TODAY, via_allowed=False)
    return [
        EligibilityRequest(lot, age, sale=usual, offer=OfferState("ROSE-RED-60", confirmed=True)),
        EligibilityRequest(lot, age, sale=usual, offer=OfferState()),
        EligibilityRequest(lot, age, sale=picky),
    ]
