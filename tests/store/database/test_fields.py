"""Columns that mean the same on both engines."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal
from typing import Any

import pytest
from peewee import fn

from k2k_core.store.engine import Store
from k2k_core.store.fields import EPOCH, DayField, JsonField, MicrosField, MomentField, canonical_json
from k2k_core.store.tables import Attempt, BoxType, Event, Lot

NewLot = Callable[..., int]


def test_the_sum_of_money_is_exact(store: Store, new_lot: NewLot) -> None:
    for _ in range(100):
        new_lot(0, unit_cost=100_000)  # 0.10, a thousand of which are 99.99… in binary floating point
    with store.whole_network.reading() as session:
        total = session.value(Lot.select(fn.SUM(Lot.unit_cost)))
    assert total == 10_000_000
    assert type(total) is int


def test_large_amounts_stay_exact(store: Store, new_lot: NewLot) -> None:
    amount = 9_007_199_254_740_993  # the first integer that a float cannot hold
    new_lot(0, unit_cost=amount)
    with store.whole_network.reading() as session:
        assert session.value(Lot.select(Lot.unit_cost)) == amount


def test_money_sorts_by_value(store: Store, new_lot: NewLot) -> None:
    amounts = [100_000, 90_000, 1_000_000, -5, 999_999]
    for amount in amounts:
        new_lot(0, unit_cost=amount)
    with store.whole_network.reading() as session:
        rows = session.rows(Lot.select(Lot.unit_cost).order_by(Lot.unit_cost))
    assert [row[0] for row in rows] == sorted(amounts)


@pytest.mark.parametrize("amount", [0.1, Decimal("0.1"), "1", True])
def test_money_is_integer_micro_units_and_nothing_else(store: Store, vendor: int, amount: object) -> None:
    with store.whole_network.writing() as session, pytest.raises(TypeError, match="fbe takes integer micro units"):
        session.insert(BoxType, company_id=vendor, code="X", name="X", fbe=amount)


def test_a_day_reads_back_as_a_date_and_compares_as_one(store: Store, new_lot: NewLot) -> None:
    days = [date(2026, 12, 31), date(2027, 1, 1), date(2026, 2, 9)]
    for day in days:
        new_lot(0, arrival_date=day)
    with store.whole_network.reading() as session:
        found = session.rows(
            Lot.select(Lot.arrival_date).where(Lot.arrival_date > date(2026, 2, 9)).order_by(Lot.arrival_date)
        )
        latest = session.value(Lot.select(fn.MAX(Lot.arrival_date)))
    assert [row[0] for row in found] == [date(2026, 12, 31), date(2027, 1, 1)]
    assert [type(row[0]) for row in found] == [date, date]
    assert latest == date(2027, 1, 1)


def test_a_moment_keeps_its_microseconds_and_comes_back_in_utc(store: Store) -> None:
    here = timezone(timedelta(hours=-5))
    moment = datetime(2026, 2, 10, 23, 59, 59, 999_999, here)
    with store.whole_network.writing() as session:
        session.insert(Event, type="x", data={}, at=moment)
        session.insert(Event, type="y", data={}, at=moment + timedelta(microseconds=1))
    with store.whole_network.reading() as session:
        assert session.rows(Event.select(Event.at).where(Event.at <= moment)) == [(moment,)]
        assert session.value(Event.select(Event.at).where(Event.type == "x")).tzinfo is UTC


def test_moments_long_ago_and_far_ahead_are_exact() -> None:
    field = named(MomentField())
    latest = datetime.max.replace(tzinfo=UTC)
    for moment in (EPOCH - timedelta(microseconds=1), datetime(1900, 1, 1, tzinfo=UTC), latest):
        assert field.python_value(field.db_value(moment)) == moment


def test_a_moment_without_a_time_zone_is_refused() -> None:
    with pytest.raises(TypeError, match="time zone"):
        named(MomentField()).db_value(datetime(2026, 2, 10))


@pytest.mark.parametrize("value", [datetime(2026, 2, 10, tzinfo=UTC), "2026-02-10", 20260210])
def test_only_a_date_is_a_day(value: object) -> None:
    with pytest.raises(TypeError, match="takes a date"):
        named(DayField()).db_value(value)


@pytest.mark.parametrize("value", [1.5, float("nan"), {"a": [1, {"b": 0.1}]}, (1, 2.0), {1: "a"}, Decimal(1), {1, 2}])
def test_json_refuses_what_it_cannot_keep_exactly(value: object) -> None:
    with pytest.raises(TypeError):
        named(JsonField()).db_value(value)


def test_equal_json_is_equal_text() -> None:
    assert canonical_json({"b": [1, None], "a": "é"}) == canonical_json({"a": "é", "b": (1, None)})
    assert canonical_json({"b": 1, "a": "\x00é"}) == '{"a":"\\u0000\\u00e9","b":1}'


def test_json_comes_back_as_it_went_in(store: Store) -> None:
    data = {"text": "Bogotá \x00 ' \" % ?", "list": [1, True, None, {"n": 10**18}], "empty": {}}
    with store.whole_network.writing() as session:
        session.insert(Event, type="x", data=data, at=session.now)
    with store.whole_network.reading() as session:
        assert session.value(Event.select(Event.data)) == data


def test_rows_do_not_share_their_json(store: Store) -> None:
    with store.whole_network.writing() as session:
        session.insert_many(Event, [{"type": "x", "data": {"n": 1}, "at": session.now}] * 2)
    with store.whole_network.reading() as session:
        (first,), (second,) = session.rows(Event.select(Event.data))
    first["n"] = 2
    assert second == {"n": 1}


def test_the_id_of_a_deleted_row_is_never_given_again(store: Store) -> None:
    with store.whole_network.writing() as session:
        first = session.insert(Attempt, bucket="x", at=session.now, expires_at=session.now)
        session.change(Attempt.delete())
        assert session.insert(Attempt, bucket="y", at=session.now, expires_at=session.now) > first


def test_nothing_is_nothing_in_every_column() -> None:
    for field in (MicrosField(null=True), DayField(null=True), MomentField(null=True), JsonField(null=True)):
        assert field.db_value(None) is None
        assert field.python_value(None) is None


def named(field: Any) -> Any:
    field.name = "column"
    return field
