"""A vendor's finished prices for a buyer, for many lots at once: its own lots in a table (pricing section 1)."""

from __future__ import annotations

from collections.abc import Sequence

from k2k_core.domain.grouping import MERGED
from k2k_core.domain.items import Lot
from k2k_core.domain.money import MICRO, Exact
from k2k_core.services.catalog.columns.column_prices import PricePlan
from k2k_core.services.catalog.columns.lot_table import OWN, FactsRead, LotTable, Stock
from k2k_core.services.catalog.columns.not_in_columns import NotInColumns
from k2k_core.services.context import ServiceContext
from k2k_core.services.pricing.awb_costs import AwbCostReader
from k2k_core.services.pricing.pricer import Pricer, Sale
from k2k_core.services.sharing.shared_inventory import SharedInventory
from k2k_core.store.database.session import Session

FEW = 100
"""Up to so many lots are priced one by one, with the prices that are cached."""


def finished_prices(
    context: ServiceContext, session: Session, partner: SharedInventory, awbs: AwbCostReader
) -> list[int | None]:
    """The vendor's prices in the smallest units of its currency, in the order of its rows."""
    if len(partner.rows) > FEW and partner.customer is not None:
        try:
            pricer = Pricer(context, session, partner.vendor, Sale(partner.customer), awbs)
            return _in_columns(pricer, partner.lots)
        except (NotInColumns, OverflowError):
            pass
    quotes = [partner.quotes.get(lot.id) for lot in partner.lots]
    return [None if quote is None else quote.price for quote in quotes]


def _in_columns(pricer: Pricer, lots: Sequence[Lot]) -> list[int | None]:
    table = LotTable(len(lots), FactsRead(), MERGED, frozenset())
    slots = table.put(Stock(OWN, lots, [lot.unit_cost for lot in lots], [None] * len(lots)))
    plan = PricePlan(table, pricer, [Exact(1, MICRO)])
    prices: list[int | None] = [price or None for price in plan.prices(slots).tolist()]
    by_lot = [place for place, lot in enumerate(lots) if lot.inventory_type in plan.by_lot]
    for place, quote in zip(by_lot, pricer.quotes([lots[place] for place in by_lot]), strict=True):
        prices[place] = quote.price
    return prices
