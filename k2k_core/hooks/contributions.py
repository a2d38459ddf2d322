"""The contributions of a plugin: frozen values that the core checks, indexes by inventory type and calls in batches."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from k2k_core.domain.items import INVENTORY_TYPES
from k2k_core.domain.labels import Label, LabelRequest
from k2k_core.domain.parties import Customer, ShipTo
from k2k_core.domain.price_formulas import PriceFormula, adjusted_by_formula, by_formula
from k2k_core.domain.pricing import Adjustable, Answer, Answers, PriceRequest
from k2k_core.domain.sharing import Denial, EligibilityRequest

ANY: frozenset[str] = frozenset()
"""All inventory types, including those that a later plugin adds."""


@dataclass(frozen=True, slots=True)
class PriceResolver:
    """One step of a price hierarchy (pricing section 4).

    * `step`: the name by which a hierarchy places it, such as `k2k_gpm`.
    * `resolve`: takes a batch of requests that share their terms; answers one `Price` or `NoValue` each, in order, or a
      single `NoValue` that holds for all.
    * `inventory_types`: the inventory types that it is for; see `only`.
    * `formula`: optional: the same as a formula, by which catalogs are priced; it must agree with `resolve`. See
      `formula_step`.
    """

    step: str
    resolve: Callable[[Sequence[PriceRequest]], Answers]
    inventory_types: frozenset[str] = ANY
    formula: PriceFormula | None = None


@dataclass(frozen=True, slots=True)
class PriceAdjustment:
    """One step after the base price (pricing section 6).

    * `step`: the name by which the order of adjustments places it, such as `ecommerce_markup`.
    * `adjust`: takes a batch of prices; answers the new price (`Price`), or `NoValue` where it does not apply, for each
      in order, or a single `NoValue` for all.
    * `inventory_types`: the inventory types that it is for; see `only`.
    * `formula`: optional: the same as a formula, by which catalogs are priced; it must agree with `adjust`. See
      `formula_adjustment`.
    """

    step: str
    adjust: Callable[[Sequence[Adjustable]], Answers]
    inventory_types: frozenset[str] = ANY
    formula: PriceFormula | None = None


@dataclass(frozen=True, slots=True)
class EligibilityRule:
    """A rule that may hold a lot back (domain section 3). Any denial denies, and all are reported.

    * `code`: the reason code, such as `too_old`.
    * `check`: answers a `Denial`, or None when the rule holds.
    * `inventory_types`: the inventory types that it is for; see `only`.
    * `side`: `vendor` for what a vendor shares with a buyer, `buyer` for what a customer of the buyer sees.
    * `reads`: optional: everything that decides whether it denies, besides the inventory type and the terms of the
      request: names of fields of `Lot` (`arrival_date` for the aging), `in_stock`, `has_dimensions`, `has_price`,
      `local_after`, `location_connected`, `mapped`, `confirmed`. A catalog then asks once for all lots that agree in
      these. None if it may read anything: then it is asked for every lot.
    """

    code: str
    check: Callable[[EligibilityRequest], Denial | None]
    inventory_types: frozenset[str] = ANY
    side: str = "vendor"
    reads: tuple[str, ...] | None = None


@dataclass(frozen=True, slots=True)
class LabelRenderer:
    """Renders box labels in one format (domain section 6).

    * `format`: `pdf`, `png`, `zpl` or a name of your own.
    * `media_type`: the media type of a label's file, such as `application/pdf`.
    * `render`: makes one label.
    * `inventory_types`: the inventory types that it is for; see `only`. One for exactly a type goes before one for any.
    * `sheet`: joins many labels into one file of the same media type; without it there are single files only.
    """

    format: str
    media_type: str
    render: Callable[[LabelRequest], Label]
    inventory_types: frozenset[str] = ANY
    sheet: Callable[[Sequence[LabelRequest]], bytes] | None = None


@dataclass(frozen=True, slots=True)
class ShipViaHandler:
    """A ship via: a way in which boxes travel (domain sections 4, 5 and 6).

    * `code`: the value of `ship_via` that chooses it, such as `warehouse`.
    * `title`: its name for people.
    * `cost_components`: the parts of the landed cost that count, of `unit_cost`, `freight`, `handling`, `duties` and
      `inbound_truck` (pricing section 3).
    * `allows`: whether a customer may order an inventory type this way.
    * `ship_to`: the address on the vendor's order; None for the buyer company itself.
    * `receives_itself`: nobody scans; the boxes are received as the vendor ships them.
    * `uses_transit`: transit days lie between the vendor's ship date and the customer's.
    * `adjusts_fob`: FOB charges are part of the price.
    * `inventory_types`: the inventory types that it is for; see `only`.
    """

    code: str
    title: str
    cost_components: frozenset[str]
    allows: Callable[[Customer, str], bool]
    ship_to: Callable[[Customer], ShipTo | None]
    receives_itself: bool = False
    uses_transit: bool = True
    adjusts_fob: bool = True
    inventory_types: frozenset[str] = ANY


Contribution = PriceResolver | PriceAdjustment | EligibilityRule | LabelRenderer | ShipViaHandler


def each(answer: Callable[[PriceRequest], Answer]) -> Callable[[Sequence[PriceRequest]], list[Answer]]:
    """Turn a function of one request into a resolver of a batch.

    * `answer`: the function.
    """

    def resolve(requests: Sequence[PriceRequest]) -> list[Answer]:
        return [answer(request) for request in requests]

    return resolve


def formula_step(step: str, formula: PriceFormula, inventory_types: frozenset[str] = ANY) -> PriceResolver:
    """A step of a hierarchy that is a formula: it prices whole catalogs at once, and answers requests by the same code.

    * `step`: that of the `PriceResolver`.
    * `formula`: how it finds its formula.
    * `inventory_types`: those of the `PriceResolver`.
    """
    return PriceResolver(step, by_formula(formula), inventory_types, formula)


def formula_adjustment(step: str, formula: PriceFormula, inventory_types: frozenset[str] = ANY) -> PriceAdjustment:
    """An adjustment that is a formula.

    * `step`: that of the `PriceAdjustment`.
    * `formula`: how it finds its formula.
    * `inventory_types`: those of the `PriceAdjustment`.
    """
    return PriceAdjustment(step, adjusted_by_formula(formula), inventory_types, formula)


def only(*inventory_types: str) -> frozenset[str]:
    """The inventory types that a contribution is for.

    * `inventory_types`: one or more of `open_market_boxes`, `open_market_units`, `future_sales`, `vendor_availability`
      and `k2k`. An unknown one raises `ValueError`.
    """
    unknown = set(inventory_types) - set(INVENTORY_TYPES)
    if unknown:
        raise ValueError(f"unknown inventory types: {', '.join(sorted(unknown))}")
    return frozenset(inventory_types)
