"""Every price of a company as it is, and as it would be with the changes of a draft, customer by customer."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from fractions import Fraction

from k2k_core.domain import parsing
from k2k_core.domain.answers.setup import PriceMove
from k2k_core.domain.money import MICRO, Exact, minor_scale, percent_text, price_text
from k2k_core.domain.parties import CHOICE, WAREHOUSE, Customer
from k2k_core.domain.price_movements import Move
from k2k_core.domain.text_folding import fold_all
from k2k_core.errors import NotFound
from k2k_core.services.catalog.assortment import Assortment
from k2k_core.services.company_snapshot import CompanySnapshot
from k2k_core.services.context import ServiceContext
from k2k_core.services.pricing.pricer import Pricer, Sale
from k2k_core.store.database.session import Session


class PriceComparison:
    """The prices before and after a draft. `ship_via` is each customer's own where it is None."""

    def __init__(
        self,
        context: ServiceContext,
        session: Session,
        present: CompanySnapshot,
        drafted: CompanySnapshot,
        ship_via: str | None = None,
    ) -> None:
        self.customers = sorted(drafted.customers(session).values(), key=lambda customer: customer.code)
        self._present = present.customers(session)
        self._before = _PricedCatalog(context, session, present)
        self._after = _PricedCatalog(context, session, drafted)
        self._ship_via = ship_via

    def searched(self, move: Move, customer: Customer) -> str:
        """The folded text that a search for a move looks through."""
        return f"{fold_all((customer.code, customer.name))}\n{self._after.searched[move.lot]}"

    def lines(self, customer: Customer, *, margins: bool) -> Iterator[Move]:
        """Every line of a customer, moved or not, with the margins of the new prices where they are wanted."""
        via = self._ship_via or (WAREHOUSE if customer.ship_via == CHOICE else customer.ship_via)
        old = self._before.prices(self._present.get(customer.code, customer), via)
        new = self._after.prices(customer, via)
        left = self._after.margins(customer, via, new) if margins else [None] * len(new)
        return map(Move, [customer.code] * len(new), self._after.refs, old, new, left)


class _PricedCatalog:
    """The catalog of a company as it is, or as it would be: read once, priced for one customer after another."""

    def __init__(self, context: ServiceContext, session: Session, company: CompanySnapshot) -> None:
        self._context, self._session, self._facts = context, session, company
        anybody = next(iter(company.customers(session).values()), None)
        if anybody is None:
            raise NotFound("{company} has no customers whose prices could move.", company=company.code, kind="customer")
        assortment = Assortment(context, session, company, Sale(anybody))
        self._lots = [article.lot for article in assortment.articles.values()]
        self._costs = assortment.unit_costs
        self.refs = list(assortment.articles)
        self.searched = {
            ref: fold_all((ref, lot.product.description)) for ref, lot in zip(self.refs, self._lots, strict=True)
        }

    def prices(self, customer: Customer, ship_via: str) -> list[int | None]:
        """The price of each lot for a customer, in minor units."""
        return [quote.price for quote in self._pricer(customer, ship_via).quotes(self._lots, self._costs)]

    def margins(self, customer: Customer, ship_via: str, prices: Sequence[int | None]) -> list[Fraction | None]:
        """The margin of each price over the landed cost, as a fraction of the price."""
        scale = minor_scale(self._facts.company.currency)
        landed = self._pricer(customer, ship_via).landed_costs(self._lots, self._costs)
        return [
            None if price is None or cost is None else 1 - cost.as_fraction() * scale / price
            for price, cost in zip(prices, landed, strict=True)
        ]

    def _pricer(self, customer: Customer, ship_via: str) -> Pricer:
        return Pricer(self._context, self._session, self._facts, Sale(customer, ship_via))


def given_floor(margin_floor: object) -> Fraction | None:
    """A margin floor, a percentage, as a fraction of the price. Raises `Invalid`."""
    if margin_floor is None:
        return None
    return Fraction(parsing.argument("margin_floor", parsing.margin, margin_floor), 100 * MICRO)


def floor_of(company: CompanySnapshot) -> Fraction | None:
    """The margin floor of a company, the same."""
    floor = company.company.settings.margin_floor
    return None if floor is None else Fraction(floor, 100 * MICRO)


def change_text(change: Fraction | None) -> str | None:
    """A part of one as a percentage, None for none."""
    return None if change is None else percent_text(Exact.of(change))


def shown(move: Move, currency: str) -> PriceMove:
    """A movement as the facade answers it."""
    return {
        "customer": move.customer,
        "lot": move.lot,
        "before": price_text(move.before, currency),
        "after": price_text(move.after, currency),
        "change_percent": change_text(move.change),
        "margin_percent": change_text(move.margin),
    }
