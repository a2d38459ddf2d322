"""A final customer sees the prices of the shop; prices of other sales channels, and of
lots that are named, are for the company's people."""

from __future__ import annotations

import pytest

from k2k_core.domain.roles import Actor
from k2k_core.errors import NotAllowed
from tests.services.conftest import Trade

CUSTOMER = Actor("c@florist.example", "BLOOM", customer="C-100")
SALES = Actor("s@bloom.example", "BLOOM", frozenset(("salesperson",)))


@pytest.mark.parametrize("method", ["price", "catalog"])
def test_a_customer_asks_for_no_other_sales_channel_than_the_shops(trade: Trade, method: str) -> None:
    ask = getattr(trade.net.on_behalf_of(CUSTOMER), method)
    assert ask("BLOOM", "C-100", ship_date="2026-02-05", channel="ecommerce")
    with pytest.raises(NotAllowed):
        ask("BLOOM", "C-100", ship_date="2026-02-05", channel="sales")
    assert getattr(trade.net.on_behalf_of(SALES), method)("BLOOM", "C-100", ship_date="2026-02-05", channel="sales")


def test_a_customer_names_no_lots_whose_prices_it_asks_for(trade: Trade) -> None:
    customer = trade.net.on_behalf_of(CUSTOMER)
    for lots in (["ANDES/L1"], ["NO-SUCH"], []):
        with pytest.raises(NotAllowed):
            customer.price("BLOOM", "C-100", lots)
    assert trade.net.on_behalf_of(SALES).price("BLOOM", "C-100", ["ANDES/L1"])
