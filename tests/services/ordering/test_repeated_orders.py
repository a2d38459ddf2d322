"""A repeat of an order is answered as the first time, whatever has changed since that would refuse it now."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from k2k_core.api import K2K
from k2k_core.errors import IdempotencyMismatch, K2KError
from tests.services.conftest import Trade

CHANGES: dict[str, Callable[[K2K], object]] = {
    "sold out": lambda net: net.add("BLOOM", "C-100", lot="ANDES/L1", boxes=4, ship_date="2026-02-05"),
    "on hold": lambda net: net.set("ANDES", lot="L1", values={"on_hold": True}),
}


@pytest.mark.parametrize("change", CHANGES)
def test_a_repeat_is_answered_though_it_would_be_refused_now(trade: Trade, change: str) -> None:
    first = trade.ordered(2, key="order")
    CHANGES[change](trade.net)
    assert trade.ordered(2, key="order") == first
    with pytest.raises(IdempotencyMismatch):  # and not the refusal: the caller has mixed up its keys
        trade.ordered(1, key="order")
    with pytest.raises(K2KError) as refused:
        trade.ordered(2, key="another")
    assert not isinstance(refused.value, IdempotencyMismatch)


def test_a_repeated_check_out_is_answered_though_nothing_is_left_to_check_out(trade: Trade) -> None:
    cart = trade.ordered(2)["cart"]
    first = trade.net.checkout("BLOOM", cart=cart, key="check out")
    CHANGES["on hold"](trade.net)
    assert trade.net.checkout("BLOOM", cart=cart, key="check out") == first
    with pytest.raises(IdempotencyMismatch):
        trade.net.checkout("BLOOM", cart="C-9999", key="check out")
