"""A change of an offer that expects what it was is refused when somebody else has changed that."""

from __future__ import annotations

import threading
from typing import Any

import pytest

from k2k_core.api import K2K
from k2k_core.domain.roles import Actor
from k2k_core.errors import Conflict, Invalid
from tests.services.conftest import Trade

JORGE = Actor("jorge@bloom.example", "BLOOM", frozenset({"admin"}))


def conflict(net: K2K, **asked: Any) -> list[dict[str, Any]]:
    with pytest.raises(Conflict) as refused:
        net.map("BLOOM", "ANDES/L1", **asked)
    found: Any = refused.value.facts["fields"]
    return list(found)


def test_a_price_that_somebody_else_has_typed_is_a_conflict_with_both_values(trade: Trade) -> None:
    net = trade.net
    net.map("BLOOM", "ANDES/L1", va_price="0.9", expected={"va_price": None, "confirmed": True})
    net.on_behalf_of(JORGE).map("BLOOM", "ANDES/L1", va_price="0.8")
    (field,) = conflict(net, va_price="0.7", expected={"va_price": "0.90", "product": "FREEDOM"})
    assert (field["field"], field["was"], field["theirs"], field["who"]) == ("va_price", "0.90", "0.80", JORGE.email)
    assert net.offer("BLOOM", "ANDES/L1")["va_price"] == "0.80"
    net.map("BLOOM", "ANDES/L1", confirmed=False, expected={"confirmed": True})
    names = [one["field"] for one in conflict(net, va_price=None, expected={"confirmed": True, "product": "OTHER"})]
    assert names == ["confirmed", "product"]
    with pytest.raises(Invalid):
        net.map("BLOOM", "ANDES/L1", va_price="0.7", expected={"price": "0.8"})


def test_of_many_rows_those_that_are_not_as_expected_are_refused(trade: Trade) -> None:
    net = trade.net
    net.map("BLOOM", "ANDES/L1", va_price="0.9")
    rows = [{"lot": lot, "va_price": "0.5", "expected": {"va_price": None}} for lot in ("ANDES/L1", "ANDES/L2")]
    done = net.map("BLOOM", rows=rows)["results"]
    assert [one["outcome"] for one in done] == ["refused", "changed"]
    error: Any = done[0]["error"]
    assert (error["code"], error["facts"]["fields"][0]["theirs"]) == ("conflict", "0.90")


def test_of_two_who_expect_the_same_one_is_told(trade: Trade, database_url: str) -> None:
    barrier, told = threading.Barrier(2), []

    def change(price: str) -> None:
        with K2K.open(database_url) as mine:
            barrier.wait()
            try:
                mine.map("BLOOM", "ANDES/L1", va_price=price, expected={"va_price": None})
            except Conflict as refused:
                fields: Any = refused.facts["fields"]
                told.append(fields[0]["theirs"])

    threads = [threading.Thread(target=change, args=(price,)) for price in ("0.61", "0.62")]
    for one in threads:
        one.start()
    for one in threads:
        one.join(60)
    assert told == [trade.net.offer("BLOOM", "ANDES/L1")["va_price"]]
