"""Use case: the price of a lot for a customer, with its explanation (pricing section 8, the verb `price`)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from typing import cast

from k2k_core.domain.answers.field_types import STAFF
from k2k_core.domain.answers.prices import (
    CostFigure,
    LotPrice,
    LotPrices,
    PriceAdjustment,
    PriceByWay,
    PriceMargin,
    PriceRounding,
    PriceStep,
    UnusedAdjustment,
)
from k2k_core.domain.disclosure import PRICE, disclosed, reader_of
from k2k_core.domain.explanation import Adjusted, Explanation, StepTaken
from k2k_core.domain.money import Exact, minor_to_micros, percent_text, plain, price_text
from k2k_core.domain.pricing import CHANNELS, ECOMMERCE, NOT_REACHED, USED, Quote
from k2k_core.domain.roles import READING, Actor
from k2k_core.errors import Invalid, NotAllowed
from k2k_core.messages import Message, message_facts
from k2k_core.services.catalog.assortment import Assortment
from k2k_core.services.catalog.setting_addresses import ROUNDING, Addresses
from k2k_core.services.company_snapshot import CompanySnapshot
from k2k_core.services.context import ServiceContext
from k2k_core.services.inventory.lots import refs_for
from k2k_core.services.lists.page_request import PageRequest
from k2k_core.services.pricing.pricer import Sale
from k2k_core.services.sharing.lot_pages import LotList, page_of_lots
from k2k_core.services.sharing.shared_inventory import LotSelection, active_vendors
from k2k_core.store.database.session import Session
from k2k_core.store.inventory.lots import LotRow


@dataclass(frozen=True, slots=True)
class PriceQuery:
    """For whom and how `lots` (None for all) are priced; defaults as in `Sale`."""

    customer: str
    lots: Sequence[str] | None
    ship_via: str
    order_date: dt.date | None
    ship_date: dt.date | None
    location: str | None
    channel: str = ECOMMERCE
    twin: str | None = None
    every_step: bool = False


def price(context: ServiceContext, company: str, query: PriceQuery) -> list[LotPrice]:
    """The price of each lot with the part of its explanation that this reader may see. Ignores dates and visibility."""
    context.actor.require(READING, company, query.customer)
    require_channel(context.actor, query.channel)
    if context.actor.customer is not None and query.lots is not None:
        raise NotAllowed("Only the company's people name lots.", action=READING)
    with context.store.reading() as session:
        snapshot = context.snapshots.get(session, company)
        by_ref = _priced(context, session, snapshot, query, LotSelection(query.lots))
    rows = [by_ref[ref] for ref in (by_ref if query.lots is None else query.lots)]
    reader = reader_of(context.actor)
    return rows if reader == STAFF else [disclosed(row, PRICE, reader) for row in rows]


def page_of_prices(context: ServiceContext, company: str, query: PriceQuery, request: PageRequest) -> LotPrices:
    """The same for the company's people, page by page: by company, the oldest one first, and code."""
    context.actor.require(READING, company)
    require_channel(context.actor, query.channel)
    with context.store.reading() as session:
        snapshot = context.snapshots.get(session, company)
        linked = active_vendors(context, session, snapshot)
        vendors = [vendor for _, vendor in linked]
        ref = refs_for(snapshot, vendors)

        def computed(rows: Sequence[LotRow]) -> list[LotPrice]:
            by_ref = _priced(context, session, snapshot, query, LotSelection(None, rows, linked))
            return [by_ref[ref(row)] for row in rows]

        asked_of = LotList("price", LotPrice, computed, str(asdict(query)), snapshot.id)
        found = page_of_lots(context, session, snapshot, [snapshot, *vendors], asked_of, request)
        return cast(LotPrices, found)


def _priced(
    context: ServiceContext, session: Session, snapshot: CompanySnapshot, query: PriceQuery, selection: LotSelection
) -> dict[str, LotPrice]:
    found = _priced_by(context, session, snapshot, query, selection)
    if query.twin is None:
        return found
    other = replace(query, ship_via=query.twin)
    twins = _priced_by(context, session, snapshot, other, selection)
    return {ref: {**row, "twin": cast(PriceByWay, twins[ref])} for ref, row in found.items()}


def _priced_by(
    context: ServiceContext, session: Session, snapshot: CompanySnapshot, query: PriceQuery, selection: LotSelection
) -> dict[str, LotPrice]:
    whom = snapshot.customer(session, query.customer)
    sale = Sale(whom, query.ship_via, query.order_date, query.ship_date, query.location, query.channel)
    assortment = Assortment(context, session, snapshot, sale, selection)
    articles = list(assortment.articles.values())
    explained = assortment.explained(articles)
    values = assortment.values_of_steps(articles) if query.every_step else [None] * len(articles)
    return {
        article.ref: _answer(
            article.ref,
            quote,
            explanation,
            Addresses(article.lot, whom, snapshot.company.locations, query.location),
            of_steps,
        )
        for article, (quote, explanation), of_steps in zip(articles, explained, values, strict=True)
    }


def require_channel(actor: Actor, channel: str) -> None:
    """Raise `Invalid` for an unknown sales channel, `NotAllowed` for a customer that names another one than the
    shop's (pricing section 6)."""
    if channel not in CHANNELS:
        raise Invalid("{channel!r} is no sales channel: {known}", channel=channel, known=CHANNELS).at("channel")
    if actor.customer is not None and channel != ECOMMERCE:
        raise NotAllowed("A customer sees the prices of the shop only.", action=READING)


def _answer(
    ref: str, quote: Quote, explanation: Explanation, addresses: Addresses, values: Mapping[str, Exact] | None
) -> LotPrice:
    currency = explanation.currency
    return {
        "lot": ref,
        "price": price_text(quote.price, currency),
        "currency": currency,
        "call_icon": quote.price is None,
        "channel": explanation.channel,
        "reason": quote.reason or None,
        "step": quote.step,
        "base_price": None if quote.base is None else plain(quote.base),
        "landed_cost": None if explanation.landed_cost is None else plain(explanation.landed_cost),
        "components": {name: plain(amount) for name, amount in explanation.components.items()},
        "costs": [_cost(name, amount, explanation, addresses) for name, amount in explanation.components.items()],
        "adjustments": [_adjustment(made, addresses) for made in explanation.adjustments if made.outcome == USED],
        "not_applied": [_not_applied(made) for made in explanation.adjustments if made.outcome != USED],
        "rounding": _rounding(quote, explanation),
        "margin": _margin(quote, explanation),
        "explanation": [_step(taken, addresses, values) for taken in explanation.steps],
    }


def _step(taken: StepTaken, addresses: Addresses, values: Mapping[str, Exact] | None) -> PriceStep:
    """A step of a price that is computed now. `values` are those that each step has by itself, if they are asked
    for."""
    found = step_answer(taken)
    found["setting"] = addresses.of_step(taken.step, message_facts(taken.reason))
    if values is not None and taken.outcome == NOT_REACHED:
        found["would_be"] = None if (value := values.get(taken.step)) is None else plain(value)
    return found


def _cost(name: str, amount: Exact, explanation: Explanation, addresses: Addresses) -> CostFigure:
    made = explanation.figures.get(name, Message("set by a plugin"))
    facts = message_facts(made)
    return {
        "component": name,
        "amount": plain(amount),
        "said": made,
        "facts": facts,
        "setting": addresses.of_component(name, facts),
    }


def _adjustment(made: Adjusted, addresses: Addresses) -> PriceAdjustment:
    return {
        "name": made.name,
        "before": plain(made.before),
        "after": plain(made.after),
        "reason": made.reason,
        "setting": addresses.of_step(made.name, message_facts(made.reason)),
    }


def _rounding(quote: Quote, explanation: Explanation) -> PriceRounding | None:
    """The rounding of a price that there is."""
    after = price_text(quote.price, explanation.currency)
    if after is None or quote.base is None:
        return None
    before = explanation.adjustments[-1].after if explanation.adjustments else quote.base
    return {"mode": explanation.rounding, "before": plain(before), "after": after, "setting": ROUNDING}


def _margin(quote: Quote, explanation: Explanation) -> PriceMargin | None:
    """What is left of a price after its landed cost, if that is known."""
    if quote.price is None or explanation.landed_cost is None or quote.price == 0:
        return None
    price = Exact.micros(minor_to_micros(quote.price, explanation.currency))
    left = price - explanation.landed_cost
    return {"amount": plain(left), "percent": percent_text(left / price)}


def step_answer(taken: StepTaken) -> PriceStep:
    """One step of a hierarchy in answers."""
    return {
        "step": taken.step,
        "plugin": taken.plugin,
        "outcome": taken.outcome,
        "value": None if taken.value is None else plain(taken.value),
        "reason": taken.reason,
        "facts": message_facts(taken.reason),
    }


def _not_applied(made: Adjusted) -> UnusedAdjustment:
    return {"name": made.name, "outcome": made.outcome, "reason": made.reason}
