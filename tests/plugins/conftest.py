"""Fixtures of the bundled plugins' tests: a small network, and a walk through the shipped hierarchies."""

from __future__ import annotations

import datetime as dt
import importlib
import tomllib
from collections.abc import Iterator, Sequence
from decimal import Decimal
from importlib import resources
from typing import Any

import pytest

from k2k_core.domain.costs import COMPONENTS, UNIT_COST, BoxKind, cost_sheet
from k2k_core.domain.explanation import PriceRecorder
from k2k_core.domain.items import STANDARD_BOXES, Lot, Product
from k2k_core.domain.money import Exact, micros
from k2k_core.domain.parties import Company, Customer, Markup
from k2k_core.domain.pricing import Adjustment, PriceRequest, PriceTerms, Quote, Step, price_lines
from k2k_core.domain.settings import CompanySettings
from k2k_core.domain.sharing import EligibilityRequest, OfferState, SaleTerms, ShareTerms
from k2k_core.hooks import PluginContext, PriceAdjustment, PriceResolver

PLUGINS = (
    "k2k_future_sales",
    "k2k_network",
    "k2k_open_market",
    "k2k_price_lists",
    "k2k_sharing_rules",
    "k2k_ship_via",
    "k2k_vendor_availability",
)
PRICING = tuple(name for name in PLUGINS if name not in ("k2k_sharing_rules", "k2k_ship_via"))
TODAY = dt.date(2026, 2, 2)
AMOUNTS = ("gpm", "k2k_gpm", "cube_rate", "freight_per_fbe", "handling_per_fbe")


def configured(name: str) -> dict[str, Any]:
    """A file of the configuration package."""
    return tomllib.loads((resources.files("k2k_config") / name).read_text("utf-8"))


def default_settings() -> dict[str, Any]:
    """Every setting of `defaults.toml`, the unset ones as None."""
    found: dict[str, Any] = {}
    for group in configured("defaults.toml").values():
        found.update(dict.fromkeys(group.get("unset", ())))
        found.update({name: value for name, value in group.items() if name != "unset"})
    return found


class Trade:
    """Makes facts with sensible defaults; numbers are written as people write them."""

    today = TODAY

    def settings(self, **own: Any) -> CompanySettings:
        given = default_settings() | own
        for name in AMOUNTS:
            given[name] = None if given[name] is None else micros(given[name])
        frozen = {name: tuple(value) if isinstance(value, list) else value for name, value in given.items()}
        return CompanySettings(**frozen)

    def company(self, code: str = "BLOOM", currency: str = "USD", **settings: Any) -> Company:
        return Company(1, code, code.title(), currency, "America/New_York", "en", self.settings(**settings))

    def markup(self, text: str) -> Markup:
        """`+10 %` is a percentage, `-0.05` an amount."""
        kind = "percent" if text.endswith("%") else "amount"
        return Markup(kind, micros(text.rstrip("% ")))

    def customer(self, **own: Any) -> Customer:
        given: dict[str, Any] = {"id": 1, "code": "C-100", "name": "Corner Florist", "type": "B"} | own
        for name in ("ecommerce_markup", "price_b_markup", "sell_fast_markup"):
            given[name] = self.markup(given[name]) if name in given else None
        if "outbound_cube_rate" in given:
            given["outbound_cube_rate"] = micros(given["outbound_cube_rate"])
        return Customer(**given)

    def lot(self, inventory_type: str = "k2k", **own: Any) -> Lot:
        code, box_type = own.pop("product", "ROSE-RED-60"), own.pop("box_type", "HB")
        product = Product(code, code.title(), "ROSES", local_after=own.pop("local_after", None))
        given: dict[str, Any] = {"ref": "L1", "boxes": 10, "available": 10, "units_per_box": 250, "unit_type": "stem"}
        given |= {"stems_per_bunch": 25, "arrival_date": TODAY, "cubes": Exact(29, 10), **own}
        for name, value in given.items():
            if name.endswith(("price", "cost")) or name.startswith("price_"):
                given[name] = micros(value) if isinstance(value, str) else value
        fbe = STANDARD_BOXES[box_type]
        return Lot(inventory_type=inventory_type, product=product, box_type=box_type, fbe=fbe, **given)

    def terms(self, inventory_type: str = "k2k", **own: Any) -> PriceTerms:
        company = own.pop("company", None) or self.company()
        given: dict[str, Any] = {"customer": self.customer(), "ship_via": "warehouse"} | own
        given = {"order_date": TODAY, "ship_date": TODAY, "today": TODAY} | given
        gpms = {"gpm": company.settings.gpm, "k2k_gpm": company.settings.k2k_gpm}
        if "k2k_gpm" in own:
            gpms["k2k_gpm"] = micros(own["k2k_gpm"])
        return PriceTerms(company, inventory_type=inventory_type, **(given | gpms))

    def request(self, lot: Lot, terms: PriceTerms, cost: str | None = None, **own: Any) -> PriceRequest:
        """The request with its landed cost, worked out as the company's costs by ship via say."""
        if cost is None:
            return PriceRequest(lot, terms, **own)
        unit_cost = Exact.micros(micros(cost))
        parts = (UNIT_COST,) if terms.ship_via == "grower" else COMPONENTS
        kind = BoxKind(lot.fbe, lot.cubes, lot.product.category, lot.port, TODAY)
        sheet = cost_sheet(terms.company.settings, kind, parts)
        landed = None if sheet is None else sheet.landed(unit_cost, lot.units_per_box)
        return PriceRequest(lot, terms, unit_cost, landed, landed if len(parts) > 1 else None, **own)

    def price(self, *requests: PriceRequest, explanation: PriceRecorder | None = None) -> list[str | None]:
        """The prices that the shipped hierarchies and adjustments make, as texts; None where there is none."""
        return [written(quote) for quote in self.quotes(*requests, explanation=explanation)]

    def quotes(self, *requests: PriceRequest, explanation: PriceRecorder | None = None) -> list[Quote]:
        steps, adjustments = walk(requests[0].terms)
        return price_lines(requests, steps, adjustments, explanation)

    def told(self, request: PriceRequest) -> tuple[Quote, dict[str, tuple[str, str]]]:
        """The quote, and the outcome and reason of every step and adjustment by name."""
        explanation = PriceRecorder(walk(request.terms)[0])
        (quote,) = self.quotes(request, explanation=explanation)
        told = {taken.step: (taken.outcome, taken.reason) for taken in explanation.steps(0)}
        return quote, told | {made.name: (made.outcome, made.reason) for made in explanation.adjustments(0)}

    def share(self, lot: Lot, **own: Any) -> EligibilityRequest:
        """One lot of ANDES under the rules of sharing with BLOOM."""
        about = {name: own.pop(name) for name in ("price", "location_connected") if name in own}
        aging = (TODAY - lot.arrival_date).days
        given: dict[str, Any] = {"vendor": self.company("ANDES"), "buyer": self.company("BLOOM"), "today": TODAY}
        given |= {"customer": self.customer(code="BLOOM"), "connected": True, **own}
        return EligibilityRequest(lot, aging, share=ShareTerms(**given), **({"price": 300_000} | about))

    def sale(self, lot: Lot, offer: OfferState | None = None, **own: Any) -> EligibilityRequest:
        """One line under the rules of what a customer of BLOOM sees."""
        given: dict[str, Any] = {"buyer": self.company("BLOOM"), "customer": self.customer(), "ship_via": "warehouse"}
        given |= {"ship_date": TODAY, "today": TODAY, **own}
        return EligibilityRequest(lot, (TODAY - lot.arrival_date).days, sale=SaleTerms(**given), offer=offer)

    def old(self, aging: int, inventory_type: str = "open_market_boxes", **own: Any) -> Lot:
        """A lot of that aging today."""
        return self.lot(inventory_type, arrival_date=TODAY - dt.timedelta(days=aging), **own)


def written(quote: Quote) -> str | None:
    return None if quote.price is None else str(Decimal(quote.price).scaleb(-2))


def contributed(plugin: str, hook: str = "price_resolvers") -> Sequence[Any]:
    """What a plugin answers to a hook, asked as the core asks it."""
    module = importlib.import_module(plugin)
    call = getattr(module, hook, None)
    return () if call is None else tuple(call(PluginContext(plugin, "BLOOM")))


def offered(kind: type, inventory_type: str) -> Iterator[tuple[str, Any]]:
    """The steps or adjustments that serve an inventory type, with their plugins."""
    for plugin in PRICING:
        for step in contributed(plugin):
            if type(step) is kind and (not step.inventory_types or inventory_type in step.inventory_types):
                yield plugin, step


def hierarchy(terms: PriceTerms) -> list[str]:
    """The steps of the first row of `hierarchies.toml` whose conditions all hold."""
    for row in configured("hierarchies.toml")["hierarchy"]:
        conditions = {key: row[key] for key in ("inventory_type", "customer_type", "ship_via") if key in row}
        facts = {"inventory_type": terms.inventory_type, "customer_type": terms.customer.type}
        facts["ship_via"] = terms.ship_via
        switches = all(getattr(terms.company.settings, name) for name in row.get("settings", ()))
        if switches and all(facts[key] == value for key, value in conditions.items()):
            return list(row["steps"])
    return []


def walk(terms: PriceTerms) -> tuple[list[Step], list[Adjustment]]:
    """The hierarchy and the adjustments of these terms, ready to be called."""
    kind = terms.inventory_type
    steps = {step.step: Step(step.step, plugin, step.resolve) for plugin, step in offered(PriceResolver, kind)}
    after = {step.step: Adjustment(step.step, plugin, step.adjust) for plugin, step in offered(PriceAdjustment, kind)}
    rows = {row["inventory_type"]: row["steps"] for row in configured("hierarchies.toml")["adjustments"]}
    return [steps[name] for name in hierarchy(terms)], [after[name] for name in rows[kind]]


@pytest.fixture(scope="session")
def trade() -> Trade:
    return Trade()


@pytest.fixture(scope="session")
def hooks() -> dict[str, Any]:
    """What the configuration and plugin tests ask of this room."""
    return {
        "plugins": PLUGINS,
        "pricing": PRICING,
        "configured": configured,
        "defaults": default_settings,
        "contributed": contributed,
        "offered": offered,
        "hierarchy": hierarchy,
    }
