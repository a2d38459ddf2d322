"""What the prices of an import of price lists leave over the landed cost of the lots that they are for."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence

from k2k_core.domain import parsing
from k2k_core.domain.answers.price_lists import PriceListChange, RowChanged, RowMargin, RowPrices
from k2k_core.domain.items import Lot
from k2k_core.domain.money import Exact, percent_text, plain
from k2k_core.domain.roles import SEEING_COSTS
from k2k_core.services.company_snapshot import CompanySnapshot
from k2k_core.services.context import ServiceContext
from k2k_core.services.inventory.lots import OwnLots
from k2k_core.services.pricing.pricer import Pricer, Sale
from k2k_core.services.sharing.offer_prices import NOBODY
from k2k_core.store.database.session import Session
from k2k_core.store.inventory.lots import rows_of_products

Costs = Mapping[str, Sequence[tuple[Lot, Exact]]]
"""The lots that can be sold, with their landed costs, by the code of their product."""


def margins(
    context: ServiceContext, session: Session, company: str, changes: Sequence[PriceListChange]
) -> list[RowMargin]:
    """Each price that is added or changed, with the greatest landed cost via warehouse of the lots that it is for, and
    the margin that it leaves over it; for who sees costs."""
    if not (context.actor.host or context.actor.has(SEEING_COSTS)):
        return []
    priced = [each for each in changes if each["what"] == "row" and each["after"] is not None]
    products = {each["product"] for each in priced}
    costs = _costs(context, session, context.snapshots.get(session, company), products)
    return [_margin(each["row"], each, each["after"], costs) for each in priced if each["row"] and each["after"]]


def _costs(context: ServiceContext, session: Session, company: CompanySnapshot, products: Iterable[str]) -> Costs:
    wanted = set(products)
    ids = [product_id for product_id, product in company.products(session).items() if product.code in wanted]
    rows = rows_of_products(session, [company.id], ids) if ids else []
    lots = [lot for lot in OwnLots(session, company).lots(rows) if lot.available > 0]
    found: dict[str, list[tuple[Lot, Exact]]] = defaultdict(list)
    for lot, cost in zip(lots, Pricer(context, session, company, Sale(NOBODY)).landed_costs(lots), strict=True):
        if cost is not None:
            found[lot.product.code].append((lot, cost))
    return found


def _margin(row: int, change: RowChanged, after: RowPrices, costs: Costs) -> RowMargin:
    fitting = [
        cost
        for lot, cost in costs.get(change["product"], ())
        if change["box_type"] in (None, lot.box_type) and change["vendor"] in (None, lot.vendor)
    ]
    if not fitting:
        return {"row": row, "landed_cost": None, "margin_percent": None}
    landed = max(fitting, key=Exact.as_fraction)
    price = parsing.amount(after["price"])
    margin = None if not price else percent_text(Exact.of(1 - landed.as_fraction() / Exact.micros(price).as_fraction()))
    return {"row": row, "landed_cost": plain(landed), "margin_percent": margin}
