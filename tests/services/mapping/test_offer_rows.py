"""Many offers are mapped, priced and confirmed at once, with an outcome for each row."""

from __future__ import annotations

from typing import Any

import pytest

from k2k_core.domain.roles import Actor
from k2k_core.errors import IdempotencyMismatch, Invalid, NotAllowed
from tests.services.conftest import Trade


def outcomes(answer: Any) -> list[Any]:
    return [(one["lot"], one["outcome"], one.get("error", {}).get("code")) for one in answer["results"]]


def price(trade: Trade, lot: str) -> Any:
    return trade.net.map("BLOOM", lot)["va_price"]


def test_each_row_has_an_outcome_and_a_refused_one_changes_nothing(trade: Trade) -> None:
    version = trade.net.map("BLOOM", "ANDES/L2", va_price="0.9")["version"]
    rows: list[dict[str, Any]] = [
        {"lot": "ANDES/L1", "va_price": "0.5", "confirmed": True},
        {"lot": "ANDES/L2", "va_price": "0.6", "version": version - 1},
        {"lot": "ANDES/L0", "va_price": "0.6"},
        {"lot": "SIERRA/S1", "product": "NOTHING", "va_price": "0.6"},
        {"lot": "SIERRA/S1", "va_price": "much"},
        {"lot": "SIERRA/S1", "price": "0.6"},
        {"va_price": "0.6"},
    ]
    answer = trade.net.map("BLOOM", rows=rows)
    assert outcomes(answer) == [
        ("ANDES/L1", "changed", None),
        ("ANDES/L2", "refused", "version_mismatch"),
        ("ANDES/L0", "refused", "not_found"),
        ("SIERRA/S1", "refused", "not_found"),
        ("SIERRA/S1", "refused", "invalid"),
        ("SIERRA/S1", "refused", "invalid"),
        ("", "refused", "invalid"),
    ]
    assert answer["counts"] == {"changed": 1, "unchanged": 0, "refused": 6}
    assert answer["results"][0]["version"] == trade.net.map("BLOOM", "ANDES/L1")["version"]
    assert [price(trade, lot) for lot in ("ANDES/L1", "ANDES/L2", "SIERRA/S1")] == ["0.50", "0.90", None]


def test_a_row_that_says_what_is_so_already_is_unchanged(trade: Trade) -> None:
    rows = [{"lot": "ANDES/L1", "va_price": "0.5"}]
    trade.net.map("BLOOM", rows=rows)
    assert outcomes(trade.net.map("BLOOM", rows=rows)) == [("ANDES/L1", "unchanged", None)]


def test_rows_are_done_once_for_their_key(trade: Trade) -> None:
    rows = [{"lot": "ANDES/L1", "va_price": "0.5"}, {"lot": "ANDES/L0"}]
    first = trade.net.map("BLOOM", rows=rows, key="once")
    trade.net.map("BLOOM", "ANDES/L1", va_price="0.7")
    assert trade.net.map("BLOOM", rows=rows, key="once") == first
    assert price(trade, "ANDES/L1") == "0.70"
    with pytest.raises(IdempotencyMismatch):
        trade.net.map("BLOOM", rows=rows[:1], key="once")


def test_rows_are_all_in_one_transaction(trade: Trade, monkeypatch: pytest.MonkeyPatch) -> None:
    writes: list[int] = []
    transact = trade.net.context.store.transact
    monkeypatch.setattr(trade.net.context.store, "transact", lambda work: (writes.append(1), transact(work))[1])
    trade.net.map("BLOOM", rows=[{"lot": f"ANDES/L{number}", "va_price": "0.5"} for number in (1, 2)])
    assert writes == [1]


def test_rows_with_prices_need_the_role_for_prices(trade: Trade) -> None:
    buyer = trade.net.on_behalf_of(Actor("b@bloom.example", "BLOOM", frozenset(("procurement",))))
    assert buyer.map("BLOOM", rows=[{"lot": "ANDES/L1", "confirmed": True}])["counts"]["refused"] == 0
    with pytest.raises(NotAllowed):
        buyer.map("BLOOM", rows=[{"lot": "ANDES/L1", "confirmed": True}, {"lot": "ANDES/L2", "va_price": "1"}])


@pytest.mark.parametrize("rows", [[], [{"lot": "ANDES/L1"}] * 1001])
def test_there_are_one_to_a_thousand_rows(trade: Trade, rows: Any) -> None:
    with pytest.raises(Invalid):
        trade.net.map("BLOOM", rows=rows)


def test_rows_go_with_no_argument_of_one_of_them(trade: Trade) -> None:
    net: Any = trade.net
    for arguments in ({"lot": "ANDES/L1"}, {"va_price": "1"}, {"version": 1}):
        with pytest.raises(Invalid):
            net.map("BLOOM", rows=[{"lot": "ANDES/L1"}], **arguments)
    with pytest.raises(Invalid):
        net.map("BLOOM")
