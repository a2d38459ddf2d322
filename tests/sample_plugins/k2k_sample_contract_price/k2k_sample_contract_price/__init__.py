"""A third-party sample plugin: prices agreed with a customer, before every other step."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from typing import cast

from marshmallow import Schema, fields

from k2k_core.domain.money import Exact
from k2k_core.domain.pricing import Answers, NoValue, Price, PriceRequest
from k2k_core.hooks import Manifest, PluginContext, PriceResolver, hookimpl


class Settings(Schema):
    """`prices`: customer code → product code → price per unit."""

    prices = fields.Dict(fields.String(), fields.Dict(fields.String(), fields.Decimal(allow_nan=False)))


manifest = Manifest(
    name="k2k_sample_contract_price",
    title="Prices agreed with a customer",
    owner="Sample Flowers <plugins@flowers.example>",
    settings_schema=Settings,
    defaults={"prices": {}},
)


@hookimpl
def price_resolvers(context: PluginContext) -> Iterable[PriceResolver]:
    """One step, for every inventory type."""
    agreed = cast("Mapping[str, Mapping[str, Decimal]]", context.settings["prices"])

    def contract_price(requests: Sequence[PriceRequest]) -> Answers:
        customer = requests[0].terms.customer
        prices = agreed.get(customer.code)
        if not prices:
            return NoValue("no price is agreed with {customer}", {"customer": customer.code})
        return [
            Price(Exact.of(prices[request.lot.product.code]), "agreed with {customer}", {"customer": customer.code})
            if request.lot.product.code in prices
            else NoValue("no price is agreed for {product}", {"product": request.lot.product.code})
            for request in requests
        ]

    return [PriceResolver("contract_price", contract_price)]
