"""Factories for the requests that contributions are called with, with sensible defaults.

Every function takes by name what matters to a test and fills in the rest: `lot(unit_cost=300_000)`. The example: BLOOM,
a buyer company, sells a lot of roses of its vendor ANDES to its customer C-100 on a Monday in February.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import fields, replace
from typing import Any

from k2k_core.domain.items import K2K, STANDARD_BOXES, Lot, Product
from k2k_core.domain.labels import LabelRequest
from k2k_core.domain.languages import FALLBACK
from k2k_core.domain.money import Exact
from k2k_core.domain.parties import Company, Customer
from k2k_core.domain.pricing import Adjustable, PriceRequest, PriceTerms
from k2k_core.domain.settings import CompanySettings
from k2k_core.domain.sharing import EligibilityRequest, OfferState, SaleTerms, ShareTerms

TODAY = dt.date(2026, 2, 2)

_SET: dict[str, object] = {
    "gpm": 30_000_000,
    "k2k_gpm": 25_000_000,
    "rounding": "up",
    "freight_per_fbe": 0,
    "handling_per_fbe": 0,
    "cart_minutes": 60,
    "approval_minutes": 1440,
    "approval_minutes_future": 10080,
    "overdue_days": 3,
    "grouping": "merged",
    "vendor_in_group": "when_shown",
    "auto_billing": "off",
    "ship_days_offset": 0,
    "ecommerce_enabled": True,
    "freshness_on_ship_date": True,
    "show_future_inventory": True,
    "cut_offs": {},
    "plugin_call_milliseconds": 1000,
    "invoice_paper": "letter",
}


def company_settings(**own: Any) -> CompanySettings:
    """Settings of a company: GPM 30 %, K2K GPM 25 %, no cost estimates, every switch off but its shop."""
    plain = {field.name: _blank(str(field.type)) for field in fields(CompanySettings)}
    given: dict[str, Any] = plain | _SET | own
    return CompanySettings(**given)


def company(code: str = "BLOOM", **own: Any) -> Company:
    """A company in US dollars, in New York."""
    settings = own.pop("settings", None) or company_settings()
    given: dict[str, Any] = {"id": 1, "name": code.title(), "currency": "USD", "timezone": "America/New_York"}
    given |= {"code": code, "locale": FALLBACK, "settings": settings}
    return Company(**(given | own))


def customer(code: str = "C-100", **own: Any) -> Customer:
    """A customer of type B that buys via warehouse or grower, without markups."""
    given: dict[str, Any] = {"id": 1, "code": code, "name": "Corner Florist", "type": "B", "ship_via": "choice"}
    return Customer(**(given | own))


def product(code: str = "ROSE-RED-60", **own: Any) -> Product:
    """Red roses of 60 cm."""
    given: dict[str, Any] = {"code": code, "description": "Rose Freedom Red 60 cm", "category": "ROSES"}
    return Product(**(given | own))


def lot(ref: str = "ANDES/L1", **own: Any) -> Lot:
    """Ten half boxes of 250 stems at 0.30, arrived today. Amounts are micros."""
    box_type = own.pop("box_type", "HB")
    given: dict[str, Any] = {"inventory_type": K2K, "product": product(), "box_type": box_type, "boxes": 10}
    given |= {"fbe": STANDARD_BOXES[box_type], "cubes": Exact(29, 10), "available": 10, "units_per_box": 250}
    given |= {"unit_type": "stem", "stems_per_bunch": 25, "arrival_date": TODAY, "unit_cost": 300_000}
    given |= {"ref": ref, "vendor": "ANDES"}
    return Lot(**(given | own))


def price_terms(**own: Any) -> PriceTerms:
    """What a batch has in common: C-100 buys at BLOOM via warehouse, today."""
    seller = own.pop("company", None) or company()
    given: dict[str, Any] = {"company": seller, "customer": customer(), "inventory_type": K2K, "ship_via": "warehouse"}
    given |= {"order_date": TODAY, "ship_date": TODAY, "today": TODAY}
    given |= {"gpm": seller.settings.gpm, "k2k_gpm": seller.settings.k2k_gpm}
    return PriceTerms(**(given | own))


def price_request(**own: Any) -> PriceRequest:
    """One lot with a unit cost of 0.30, a landed cost of 0.34 and the terms above."""
    given: dict[str, Any] = {"lot": lot(), "terms": own.pop("terms", None) or price_terms()}
    given |= {"unit_cost": Exact(30, 100), "landed_cost": Exact(34, 100), "warehouse_cost": Exact(34, 100)}
    return PriceRequest(**(given | own))


def bare_price_request(**own: Any) -> PriceRequest:
    """A lot without cost, price or list row: a step must handle it."""
    asked = price_request(**own)
    return PriceRequest(asked.lot._replace(unit_cost=None, cubes=None, vendor=None, stems_per_bunch=None), asked.terms)


def adjustable(**own: Any) -> Adjustable:
    """A base price of 0.50, made by a step called `k2k_gpm`."""
    given: dict[str, Any] = {"step": "k2k_gpm", "price": Exact(1, 2)}
    given["request"] = own.pop("request", None) or price_request()
    return Adjustable(**(given | own))


def share_request(**own: Any) -> EligibilityRequest:
    """One open-market lot of ANDES under a rule on the vendor's side, towards BLOOM, at a price of 0.30."""
    terms = own.pop("share", None) or ShareTerms(company("ANDES"), company("BLOOM"), customer("BLOOM"), TODAY, True)
    given: dict[str, Any] = {"lot": lot("L1", inventory_type="open_market_boxes"), "aging": 0, "price": 300_000}
    given["share"] = terms
    return EligibilityRequest(**(given | own))


def sale_request(**own: Any) -> EligibilityRequest:
    """One K2K line under a rule on the buyer's side: C-100 buys at BLOOM via warehouse, the product is mapped."""
    terms = own.pop("sale", None) or SaleTerms(company("BLOOM"), customer(), "warehouse", TODAY, TODAY)
    given: dict[str, Any] = {"lot": lot(), "aging": 0, "offer": OfferState("ROSE-RED-60", confirmed=True)}
    given["sale"] = terms
    return EligibilityRequest(**(given | own))


def label_request(box_code: str = "K2K000000001", **own: Any) -> LabelRequest:
    """One box of roses, complete."""
    words = LabelRequest(
        box_code=box_code,
        product="Rose Freedom Red 60 cm",
        pack="HB 250 stems",
        lot="L1",
        recipient="Bloom Wholesale",
        mark_code="C-100",
        carrier="ARMELLINI",
        ship_date=TODAY,
        awb="729-12345675",
        order_number="SO-1001",
        vendor_name="Andes Farms",
    )
    return replace(words, **own)


def _blank(kind: str) -> object:
    """The empty value of a setting by its annotation: off, none, nothing."""
    if kind == "bool":
        return False
    return () if kind.startswith("tuple") else None
