"""A plugin as they were written for the first API version: every hook, contribution, shortcut and value of then.

It is never changed. If it no longer works, K2K has broken a promise (docs/stability.md).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from marshmallow import Schema, fields

from k2k_core.domain.costs import DUTIES, FREIGHT, HANDLING, UNIT_COST
from k2k_core.domain.labels import Label, LabelRequest
from k2k_core.domain.money import HUNDRED, ONE, Exact
from k2k_core.domain.parties import Customer, ShipTo, weekday
from k2k_core.domain.price_formulas import Facts, Formula, PriceFormula
from k2k_core.domain.pricing import Adjustable, Answers, NoValue, Price, PriceRequest, PriceTerms, not_applicable
from k2k_core.domain.sharing import BUYER, VENDOR, Denial, EligibilityRequest
from k2k_core.errors import Invalid
from k2k_core.hooks import (
    ANY,
    EligibilityRule,
    LabelRenderer,
    Manifest,
    PluginContext,
    PriceAdjustment,
    PriceResolver,
    ShipViaHandler,
    each,
    formula_adjustment,
    formula_step,
    hookimpl,
    only,
)
from k2k_core.messages import Message
from k2k_labels import renderers
from k2k_labels.design import Block, Design, Place, barcode, box_code, placed
from k2k_labels.fitting import Room
from k2k_labels.typeface import Typeface, load_typeface


class Settings(Schema):
    percent = fields.Integer(strict=True)
    token = fields.String(load_only=True)


manifest = Manifest(
    name="k2k_written_for_api_1",
    title="Written for the first API version",
    owner="Sample Flowers <plugins@flowers.example>",
    api_version=1,
    settings_schema=Settings,
    defaults={"percent": 5, "token": ""},
    compatible="1",
)


@hookimpl
def price_resolvers(context: PluginContext) -> Iterable[PriceResolver | PriceAdjustment]:
    factor = ONE + Exact.of(context.settings["percent"]) / HUNDRED
    context.log.debug("%s for %s, API %s", context.plugin, context.company, context.api_version)

    def price(request: PriceRequest) -> Price | NoValue:
        if request.landed_cost is None:
            return NoValue("the landed cost is not known")
        return Price(request.landed_cost * factor, "landed cost {cost}", {"cost": request.landed_cost})

    def of_terms(terms: PriceTerms, facts: Facts) -> Formula | NoValue:
        (sell_fast,) = facts
        if sell_fast:
            return not_applicable("{customer} pays another price", customer=terms.customer.code)
        return Formula("unit_cost", Exact(3, 2), plus=Exact(1, 100), reason="half as much again")

    def change(lines: Sequence[Adjustable]) -> Answers:
        return [Price(line.price - Exact(1, 100), "a cent less than {step}", {"step": line.step}) for line in lines]

    return [
        PriceResolver("api_1_price", each(price), only("k2k")),
        formula_step("api_1_formula", PriceFormula(of_terms, reads=("sell_fast",))),
        PriceAdjustment("api_1_change", change, ANY),
        formula_adjustment("api_1_formula_change", PriceFormula(lambda terms, facts: Formula(times=Exact(2)))),
    ]


@hookimpl
def eligibility_rules() -> Iterable[EligibilityRule]:
    def of_vendor(request: EligibilityRequest) -> Denial | None:
        if request.share is None or request.lot.boxes < 20:
            return None
        return Denial("api_1_vendor", Message("{boxes} boxes are many", boxes=request.lot.boxes), "percent", "ANDES")

    def of_buyer(request: EligibilityRequest) -> Denial | None:
        if request.sale is None or weekday(request.sale.ship_date) != "sun":
            return None
        return Denial("api_1_buyer", "nothing leaves on Sundays")

    return (
        EligibilityRule("api_1_vendor", of_vendor, side=VENDOR, reads=("boxes",)),
        EligibilityRule("api_1_buyer", of_buyer, side=BUYER, reads=()),
    )


MARK = Place("mark", 20, 0, 40, Room(770, 200, 180, 20, bold=True, break_below=40))


def design(request: LabelRequest, typeface: Typeface) -> Design:
    bars = barcode(request.box_code, top=400, height=140)
    words = (*placed(MARK, request.mark_code, typeface), box_code(bars, 556, 36, 36, typeface))
    return Design(request.box_code, bars, (Block(20, 300, 772, 3),), words)


@hookimpl
def label_renderers(context: PluginContext) -> Iterable[LabelRenderer]:
    def text(request: LabelRequest) -> Label:
        if not request.box_code:
            raise Invalid("a box has a code")
        return Label(request.box_code, "text/plain", request.product.encode(), (request.product,))

    zpl = [one for one in renderers(design, load_typeface()) if one.format == "zpl"]
    return [LabelRenderer("api_1_text", "text/plain", text), *zpl]


@hookimpl
def ship_via_handlers(context: PluginContext) -> Iterable[ShipViaHandler]:
    def allows(customer: Customer, inventory_type: str) -> bool:
        return customer.ship_via in ("api_1_way", "choice")

    def ship_to(customer: Customer) -> ShipTo | None:
        return ShipTo(name=customer.name, city="Miami")

    paid = frozenset((UNIT_COST, FREIGHT, HANDLING, DUTIES))
    return [ShipViaHandler("api_1_way", "By way of 1", paid, allows, ship_to, receives_itself=True)]
