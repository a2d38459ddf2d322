"""How fast K2K lots are priced, without explanations, as ratios to the bare arithmetic and to the hand-written
chain."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal

from k2k_core.api import K2K
from k2k_core.domain.items import Lot
from k2k_core.domain.money import Exact
from k2k_core.services.catalog.assortment import Assortment
from k2k_core.services.pricing.pricer import Pricer, Sale
from tests.benchmarks import baseline_prices, networks
from tests.benchmarks.interleaved_timing import Target, best_of
from tests.benchmarks.networks import BUYER, CUSTOMER, SHIP_DATE

Prices = list[int | None]
BARE, INLINED, IN_DECIMAL, MEMORY, DATABASE, COLD = "bare", "inlined", "decimal", "memory", "database", "cold"
TYPED = (
    networks.FREIGHT_PER_FBE,
    networks.HANDLING_PER_FBE,
    networks.CUBE_RATE,
    networks.K2K_GPM,
    networks.ECOMMERCE_MARKUP,
)


@dataclass(frozen=True)
class Stock:
    """Lots of one catalog with what they cost the buyer, as they were read."""

    lots: list[Lot]
    unit_costs: dict[int, Exact | None]

    def costs(self) -> list[int]:
        """The unit costs in micros."""
        return [_micros(self.unit_costs[lot.id]) for lot in self.lots]


def measure(url: str, lots: int, rounds: int) -> list[Target]:
    """Load `lots` lots of one vendor into the empty database `url` and price them in every way."""
    with K2K.open(url, clock=lambda: networks.NOW) as k2k:
        k2k.load(networks.network(lots))
        stock = _read(k2k)
        works: dict[str, Callable[[], object]] = {
            BARE: _bare(stock),
            INLINED: _inlined(stock),
            IN_DECIMAL: _in_decimal(stock),
            MEMORY: lambda: _in_memory(k2k, stock),
            DATABASE: lambda: _from_database(k2k),
            COLD: lambda: _from_database(k2k),
        }
        assert works[INLINED]() == works[MEMORY]() == works[DATABASE](), "the chain by hand comes to other prices"
        best = best_of(rounds, works, {COLD: lambda: _change_the_set_up(k2k), DATABASE: lambda: _from_database(k2k)})
        return _targets(best, k2k.context.store.engine, lots)


def _targets(best: dict[str, float], engine: str, lots: int) -> list[Target]:
    bare, chain, decimal = best[BARE], best[INLINED], best[IN_DECIMAL]
    each = {name: f"{seconds / lots * 1e6:.2f} µs a lot" for name, seconds in best.items()}
    return [
        Target(f"the chain by hand in integers ({each[INLINED]}) to the bare arithmetic ({each[BARE]})", chain / bare),
        # The bare arithmetic is in Decimal, and so is the chain that the target speaks of; the leanest exact one, in
        # integers, is printed beside it.
        Target(f"in memory ({each[MEMORY]}) to that chain in Decimal ({each[IN_DECIMAL]})", best[MEMORY] / decimal, 6),
        Target("in memory to the chain by hand in integers", best[MEMORY] / chain),
        Target("in memory to the bare arithmetic", best[MEMORY] / bare, 20),
        Target(f"from {engine} ({each[DATABASE]}) to the bare arithmetic", best[DATABASE] / bare, 45),
        Target(f"from {engine}, the vendor's prices too ({each[COLD]}), to the bare arithmetic", best[COLD] / bare),
    ]


def _read(k2k: K2K) -> Stock:
    context = k2k.context
    with context.store.whole_network.reading() as session:
        company = context.snapshots.get(session, BUYER)
        assortment = Assortment(
            context, session, company, Sale(company.customer(session, CUSTOMER), ship_date=SHIP_DATE)
        )
        return Stock([article.lot for article in assortment.articles.values()], assortment.unit_costs)


def _in_memory(k2k: K2K, stock: Stock) -> Prices:
    """Pricing lots that are at hand: the requests are built, every step and adjustment is asked, prices are rounded."""
    context = k2k.context
    with context.store.whole_network.reading() as session:
        company = context.snapshots.get(session, BUYER)
        pricer = Pricer(context, session, company, Sale(company.customer(session, CUSTOMER), ship_date=SHIP_DATE))
        return [quote.price for quote in pricer.quotes(stock.lots, stock.unit_costs)]


def _from_database(k2k: K2K) -> Prices:
    """Everything from the rows to the quotes, in a unit of work of its own."""
    context = k2k.context
    with context.store.whole_network.reading() as session:
        company = context.snapshots.get(session, BUYER)
        assortment = Assortment(
            context, session, company, Sale(company.customer(session, CUSTOMER), ship_date=SHIP_DATE)
        )
        return [quote.price for quote in assortment.quotes(list(assortment.articles.values()))]


def _change_the_set_up(k2k: K2K) -> None:
    """Something new about the vendor: its prices are computed again."""
    for minutes in (61, 60):
        k2k.set(networks.vendor_codes(1)[0], settings={"cart_minutes": minutes})


def _bare(stock: Stock) -> Callable[[], object]:
    costs = [Decimal(cost) / baseline_prices.MICRO for cost in stock.costs()]
    gpm, markup = Decimal(networks.K2K_GPM), Decimal(networks.ECOMMERCE_MARKUP)
    return lambda: baseline_prices.bare(costs, gpm, markup)


def _inlined(stock: Stock) -> Callable[[], list[int]]:
    goods = [_goods(lot, cost) for lot, cost in zip(stock.lots, stock.costs(), strict=True)]
    costs = baseline_prices.Costs(*(int(Decimal(number) * baseline_prices.MICRO) for number in TYPED))
    return lambda: baseline_prices.inlined(goods, costs)


def _in_decimal(stock: Stock) -> Callable[[], object]:
    micro = Decimal(baseline_prices.MICRO)
    goods = [
        baseline_prices.DecimalGoods(one.cost / micro, one.fbe / micro, Decimal(one.cubes[0]) / one.cubes[1], one.units)
        for one in (_goods(lot, cost) for lot, cost in zip(stock.lots, stock.costs(), strict=True))
    ]
    costs = baseline_prices.DecimalCosts(*(Decimal(number) for number in TYPED))
    return lambda: baseline_prices.inlined_in_decimal(goods, costs)


def _goods(lot: Lot, cost: int) -> baseline_prices.Goods:
    assert lot.cubes is not None
    return baseline_prices.Goods(cost, lot.fbe, (lot.cubes.n, lot.cubes.d), lot.units_per_box)


def _micros(cost: Exact | None) -> int:
    assert cost is not None
    return cost.n * baseline_prices.MICRO // cost.d
