"""Each company's events carry its own numbers, over everything that two companies do with each other: what is a buyer's
alone, its carts, its prebooks, its customers and the invoices that these get, is in no event of its vendor, and what
is the vendor's alone in none of the buyer."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from k2k_core.domain.orders import INVOICE, INVOICE_ORDER, PREBOOK, PURCHASE_ORDER, SALES_ORDER
from k2k_core.store.database.numbering import set_value
from k2k_core.store.master_data import companies
from tests.facade.test_idempotency_of_every_method import cases
from tests.services.conftest import LOT, Trade

COUNTED = (PREBOOK, PURCHASE_ORDER, SALES_ORDER, INVOICE_ORDER, INVOICE, "cart")
FIRST = {"ANDES": 70_000, "SIERRA": 80_000, "BLOOM": 50_000}
"""Where each company's numbers begin, so that they are told apart by their first digit."""

OWN = {PREBOOK, INVOICE_ORDER, INVOICE}
"""Documents of which the other company has none, or one with a number of its own. An order is named to both, and so is
the prebook that it becomes at its vendor: `transfer` answers its number."""


@pytest.fixture
def busy(open_unsound_trade: Callable[..., Trade]) -> Trade:
    """Numbers that begin so late are missing ones, which `verify` would report."""
    trade = open_unsound_trade()
    for company, first in FIRST.items():
        with trade.net.context.store.whole_network.writing() as session:
            company_id, _ = companies.found(session, company)
            for name in COUNTED:
                set_value(session, company_id, name, first)
    trade.net.put("ANDES", "lots", [{**LOT, "code": "L2", "boxes": 300}])
    return trade


def live(trade: Trade) -> None:
    """What the companies do with each other, and what ends by itself."""
    for case in cases(trade):
        getattr(trade.net, case.command)(**case.request)
    trade.ordered(1, lot="ANDES/L2")
    trade.ordered(1, lot="SIERRA/S1")
    trade.later(hours=3)
    trade.net.sweep()


def own_words(trade: Trade, company: str) -> Iterator[str]:
    """The numbers and names that are a company's alone."""
    yield from (one["number"] for one in trade.net.orders(company) if one["kind"] in OWN)
    yield from (one["cart"] for one in trade.net.carts(company, limit=1000)["items"])
    for customer in trade.net.records(company, "customers", limit=1000)["items"]:
        if not customer.get("company"):
            yield from (customer[name] for name in ("code", "name", "email") if customer.get(name))
    yield from (one["email"] for one in trade.net.users(company))


def texts(value: Any) -> Iterator[str]:
    """Every text in the data of an event, the words of a longer one too."""
    if isinstance(value, dict):
        value = [*value.keys(), *value.values()]
    if isinstance(value, list):
        for one in value:
            yield from texts(one)
    elif isinstance(value, str):
        yield value
        yield from re.findall(r"[\w@.-]+", value)


def test_no_event_of_a_company_bears_what_is_another_companys_alone(busy: Trade) -> None:
    live(busy)
    found, types = set[str](), set[str]()
    for company in FIRST:
        others = {word: other for other in FIRST if other != company for word in own_words(busy, other)}
        own = set(own_words(busy, company))
        for event in busy.net.events(company):
            types.add(event["type"])
            strange = {word for word in texts(event["data"]) if word in others and word not in own}
            found |= {f"{company}: {event['type']} bears {word} of {others[word]}" for word in strange}
    assert sorted(found) == []
    assert types >= {"cart.expired", "order.confirmed", "awb.shipped", "box.billed", "invoice.credited"}
