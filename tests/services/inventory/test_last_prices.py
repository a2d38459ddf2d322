"""The last price of a lot is recorded whichever way a record comes back (pricing section 4)."""

from __future__ import annotations

from typing import Any

Trade = Any


def test_a_record_that_was_read_and_comes_back_with_another_price_records_it(trade: Trade) -> None:
    trade.net.set("ANDES", lot="L1", values={"price_b": "0.41"})
    lot = trade.net.record("ANDES", "lots", "L1")
    assert lot["last_price"] == {"price": "0.41", "typed_on": "2026-02-02", "arrival_date": "2026-01-31"}
    trade.later(days=1)
    trade.net.put("ANDES", "lots", [{**lot, "price_b": "0.42"}])
    lot = trade.net.record("ANDES", "lots", "L1")
    assert lot["last_price"] == {"price": "0.42", "typed_on": "2026-02-03", "arrival_date": "2026-01-31"}
    trade.later(days=1)
    trade.net.put("ANDES", "lots", [{**lot, "sell_fast": True}])
    assert trade.net.record("ANDES", "lots", "L1")["last_price"] == lot["last_price"]


def test_another_last_price_that_comes_with_a_record_is_what_it_says(trade: Trade) -> None:
    trade.net.set("ANDES", lot="L1", values={"price_b": "0.41"})
    lot = trade.net.record("ANDES", "lots", "L1")
    imported = {"price": "0.39", "typed_on": "2026-01-20", "arrival_date": "2026-01-18"}
    trade.net.put("ANDES", "lots", [{**lot, "price_b": "0.42", "last_price": imported}])
    assert trade.net.record("ANDES", "lots", "L1")["last_price"] == imported
