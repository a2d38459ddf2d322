"""Several lines at once: what is refused of them, and that a repeat adds nothing (`tests/scenarios`)."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest

from k2k_core.domain.roles import Actor
from k2k_core.errors import Conflict, IdempotencyMismatch, Invalid, InvalidQuantity, K2KError, NotFound
from k2k_core.services.ordering import order_lines, order_planning, retries
from tests.services.conftest import Trade

CART: dict[str, Any] = {"buyer": "BLOOM", "customer": "C-100", "ship_date": "2026-02-05"}


def faults(trade: Trade, *lines: dict[str, Any], error: type[K2KError]) -> list[tuple[str, str]]:
    """The path and the code of each line that is refused, by the error of the first."""
    with pytest.raises(error) as refused:
        trade.net.add(**CART, lines=lines)
    named: Any = refused.value.facts["faults"]
    assert refused.value.code == named[0]["code"]
    assert str(refused.value.message) == str(named[0]["message"])
    return [(one["path"], one["code"]) for one in named]


def test_every_line_that_is_refused_is_named(trade: Trade) -> None:
    before = trade.available()
    good = {"lot": "ANDES/L1", "boxes": 1}
    unknown, too_many = {"lot": "ANDES/NONE", "boxes": 1}, {"lot": "ANDES/L1", "boxes": before}
    named = [("lines[1]", "not_found"), ("lines[2].boxes", "insufficient_stock")]
    assert faults(trade, good, unknown, too_many, good, error=NotFound) == named
    assert faults(trade, good, {"line": "none"}, {"line": "x"}, error=NotFound) == [
        ("lines[1]", "not_found"),
        ("lines[2]", "not_found"),
    ]
    assert trade.available() == before


def test_lines_that_are_none_are_named_before_anything_is_looked_up(trade: Trade) -> None:
    both, priced = {"lot": "a", "line": "b"}, {"lot": "a", "price": 1}
    wrong = ({"lot": "ANDES/L1", "boxes": 0}, both, {"boxes": 1}, {"lot": 5}, priced)
    codes = [("lines[0].boxes", "invalid_quantity"), *((f"lines[{row}]", "invalid") for row in range(1, 5))]
    assert faults(trade, *wrong, error=InvalidQuantity) == codes
    for lines in ([], [{"lot": "ANDES/L1"}] * 201):
        with pytest.raises(Invalid):
            trade.net.add(**CART, lines=lines)
    with pytest.raises(Invalid):
        trade.net.add(**CART, lot="ANDES/L1", lines=[{"lot": "ANDES/L1"}])


def test_a_refusal_of_several_lines_is_told_in_the_language_of_its_reader(trade: Trade) -> None:
    with pytest.raises(NotFound) as refused:
        trade.net.in_language("es").add(**CART, lines=[{"lot": "ANDES/L1"}, {"lot": "ANDES/NONE"}])
    told: Any = refused.value.facts["faults"]
    assert told[0]["message"] == refused.value.message == "Desde aquí no se ve ningún lote ANDES/NONE."


def test_a_customer_names_lines_of_the_catalog_only(trade: Trade) -> None:
    customer = trade.net.on_behalf_of(Actor("c@florist.example", "BLOOM", customer="C-100"))
    line = customer.catalog("BLOOM", "C-100", ship_date="2026-02-05")["lines"][0]["line"]
    with pytest.raises(Invalid):
        customer.add(**CART, lines=[{"line": line}, {"lot": "ANDES/L1"}])
    placed = customer.add(**CART, lines=[{"line": line, "boxes": 1}, {"line": line, "boxes": 1}])
    assert [one["boxes"] for one in placed["lines"]] == [1, 1]
    assert "lot" not in placed["lines"][0]


def test_an_order_waits_until_what_it_depends_on_is_still(trade: Trade, monkeypatch: pytest.MonkeyPatch) -> None:
    stale = iter([True] * 5)

    def require_current(*_: object) -> None:
        if next(stale, False):
            raise order_planning.StalePlan

    waited: list[float] = []
    monkeypatch.setattr(order_lines, "require_current", require_current)
    monkeypatch.setattr(retries, "time", SimpleNamespace(sleep=waited.append, monotonic=lambda: float(len(waited))))
    assert trade.net.add(**CART, lines=[{"lot": "ANDES/L1"}])["cart"]
    assert len(waited) == 5
    assert all(0 <= pause <= 0.005 * 2**turn for turn, pause in enumerate(waited))
    stale = iter([True] * 100)
    with pytest.raises(Conflict, match="kept changing"):
        trade.net.add(**CART, lines=[{"lot": "ANDES/L1"}])
    assert len(waited) == 5 + order_planning.PATIENCE


def test_a_repeat_answers_the_same_and_adds_nothing(trade: Trade) -> None:
    lines = [{"lot": "ANDES/L1", "boxes": 1}, {"lot": "ANDES/L1", "boxes": 1}]
    first = trade.net.add(**CART, lines=lines, key="several")
    left = trade.available()
    assert trade.net.add(**CART, lines=lines, key="several") == first
    assert trade.available() == left
    with pytest.raises(IdempotencyMismatch):
        trade.net.add(**CART, lines=lines[:1], key="several")
