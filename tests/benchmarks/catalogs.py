"""How fast a company's whole catalog is priced for one customer: all inventory types mixed, with price lists; and what
a draft over many customers costs."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable
from decimal import ROUND_CEILING, Decimal
from typing import Any

from k2k_core.api import K2K
from k2k_core.services.catalog.assortment import Assortment
from k2k_core.services.pricing.pricer import Pricer, Sale
from k2k_core.store.database.session import Session
from tests.benchmarks.interleaved_timing import Target, best_of
from tests.benchmarks.memory import alone
from tests.benchmarks.networks import BUYER, CUSTOMER, NOW, SHIP_DATE, network

KINDS = ("open_market_boxes", "open_market_units", "future_sales", "vendor_availability")
"""The buyer's own stock, a fifth of the catalog each; the last fifth are a vendor's offers."""

LISTED = 60
"""Products with a row in the customer's list; the others fall through to the next step."""

BARE, MEMORY, DATABASE = "bare", "memory", "database"


def mixed(lots: int, customers: int = 1) -> dict[str, Any]:
    """A network whose buyer sells `lots` lots of every type to customers of type B with a list and a master list."""
    found = network(lots // (len(KINDS) + 1), customers=customers)
    buyer = found["companies"][-1]
    season = {"name": "All year", "start": "2026-01-01", "end": "2026-12-31"}
    rows = [{"product": f"ROSE-{number:03}", "price": f"0.{30 + number % 60}"} for number in range(LISTED)]
    half = [{**row, "box_type": "HB", "price": "0.55"} for row in rows[::2]]
    buyer["price_lists"] = [
        {"code": "MAIN", "type": "all", "seasons": [{**season, "rows": rows[: LISTED // 2] + half[: LISTED // 4]}]},
        {"code": "BASE", "type": "all", "master": True, "seasons": [{**season, "rows": rows}]},
    ]
    for customer in buyer["customers"]:
        customer |= {"type": "B", "price_lists": ["MAIN"]}
    own = lots * len(KINDS) // (len(KINDS) + 1)
    buyer["lots"] = [_own(number, KINDS[number % len(KINDS)]) for number in range(own)]
    return found


def _own(number: int, kind: str) -> dict[str, Any]:
    price = f"0.{35 + number % 60}"
    typed = {"open_market_units": "unit_price", "future_sales": "purchase_order_price"}
    return {
        "code": f"OWN{number:06}",
        "inventory_type": kind,
        "product": f"ROSE-{number % 100:03}",
        "box_type": ("FB", "HB", "QB", "EB")[number % 4],
        "boxes": 5,
        "units_per_box": 100 + number * 7 % 300,
        "unit_type": "stem",
        "unit_cost": f"0.{15 + number % 20}",
        "arrival_date": "2026-02-01",
        ("va_price" if kind == "vendor_availability" else typed.get(kind, "price_b")): price,
    }


def measure(url: str, lots: int, rounds: int) -> list[Target]:
    """Price a mixed catalog in memory and from the database `url`, against the bare Decimal arithmetic."""
    with K2K.open(url, clock=lambda: NOW) as k2k:
        k2k.load(mixed(lots))
        with k2k.context.store.whole_network.reading() as session:
            in_memory = _in_memory(k2k, session, lots, rounds)
            before = session.queries
            _priced(k2k, session)
            queries = session.queries - before
        works: dict[str, Callable[[], object]] = {BARE: lambda: bare(lots), DATABASE: lambda: _from_database(k2k)}
        best = best_of(rounds, works, {DATABASE: lambda: _from_database(k2k)})
        engine = k2k.context.store.engine
    each = f"{best[DATABASE] / lots * 1e6:.2f} µs a lot"
    return [
        in_memory,
        Target(f"{lots:,} mixed lots with lists from {engine} ({each})", best[DATABASE] / best[BARE], 35),
        Target(f"{lots:,} mixed lots with lists: queries", queries, 12),
    ]


def _in_memory(k2k: K2K, session: Session, lots: int, rounds: int) -> Target:
    """Lots and costs at hand; what future sales ask of the stock on hand is still a query."""
    assortment = _market(k2k, session)
    goods, costs = [article.lot for article in assortment.articles.values()], assortment.unit_costs
    works: dict[str, Callable[[], object]] = {
        BARE: lambda: bare(lots),
        MEMORY: lambda: _pricer(k2k, session).quotes(goods, costs),
    }
    best = best_of(rounds, works)
    each = f"{best[MEMORY] / lots * 1e6:.2f} µs a lot"
    return Target(f"{lots:,} mixed lots with lists in memory ({each})", best[MEMORY] / best[BARE], 15)


def measure_drafts(url: str, lots: int, customers: int) -> list[Target]:
    """A draft over a mixed catalog for many customers: seconds and the peak of memory, without a target."""
    (seconds, prices), peak = alone("catalogs", "draft", url, lots, customers)
    each = seconds / prices * 1e6
    words = f"a draft over {lots:,} lots × {customers} customers: {seconds:.1f} s, {each:.1f} µs a price"
    return [Target(f"{words}, peak memory of the process in MB", peak)]


def draft(url: str, lots: int, customers: int) -> tuple[float, int]:
    """Make it: the seconds that it takes, and how many prices are compared."""
    with K2K.open(url, clock=lambda: NOW) as k2k:
        k2k.load(mixed(lots, customers))
        begun = time.perf_counter()
        answer = k2k.what_if(BUYER, [{"settings": {"k2k_gpm": "30"}}], 20, None, _bar)
        return time.perf_counter() - begun, 2 * answer["lines"]


def _bar(done: int, customers: int) -> None:
    if sys.stderr.isatty():
        sys.stderr.write(f"\r{done} of {customers} customers ")


def _market(k2k: K2K, session: Session) -> Assortment:
    company = k2k.context.snapshots.get(session, BUYER)
    return Assortment(k2k.context, session, company, Sale(company.customer(session, CUSTOMER), ship_date=SHIP_DATE))


def _pricer(k2k: K2K, session: Session) -> Pricer:
    company = k2k.context.snapshots.get(session, BUYER)
    return Pricer(k2k.context, session, company, Sale(company.customer(session, CUSTOMER), ship_date=SHIP_DATE))


def _priced(k2k: K2K, session: Session) -> object:
    assortment = _market(k2k, session)
    return assortment.quotes(list(assortment.articles.values()))


def _from_database(k2k: K2K) -> object:
    with k2k.context.store.whole_network.reading() as session:
        return _priced(k2k, session)


def bare(lots: int) -> object:
    """One division, one percentage, one rounding in Decimal, with hoisted constants."""
    cost, margin, markup, cent = Decimal("0.3406"), Decimal("0.72"), Decimal("1.05"), Decimal("0.01")
    return [(cost / margin * markup).quantize(cent, rounding=ROUND_CEILING) for _ in range(lots)]
