"""Every answer of the facade has a declared shape, and the check that all tests run with finds one that has not."""

from __future__ import annotations

from typing import Annotated, Any, NotRequired, TypedDict, get_args

import pytest

from k2k_core.domain.answers import documents
from k2k_core.domain.answers import field_types as types
from k2k_core.services.inventory import availability
from tests.answer_shapes import faults, methods, shape_of
from tests.services.conftest import Trade


class Inner(TypedDict):
    """A part of an answer."""

    boxes: int


class Outer(TypedDict):
    """An answer."""

    code: types.Code
    on: NotRequired[types.Day]
    at: types.Moment | None
    rate: types.Number
    flag: bool
    parts: list[Inner]


class Disclosed(TypedDict):
    """An answer of which not every reader gets everything."""

    price: Annotated[types.Money, types.PRICED]
    cost: Annotated[types.Number, types.ONLY_STAFF]
    parts: list[Inner]


WHOLE: dict[str, Any] = {"price": "0.48", "cost": "0.3", "parts": []}
SOUND: dict[str, Any] = {"code": "A", "at": None, "rate": "0.3", "flag": True, "parts": [{"boxes": 1}]}


def _is_free(shape: Any) -> bool:
    return shape is Any or shape is dict or any(map(_is_free, get_args(shape)))


def test_every_method_of_the_facade_names_the_shape_of_its_answer() -> None:
    found = {name: shape_of(method) for _, name, method in methods()}
    assert len(found) > 60
    assert [name for name, shape in found.items() if _is_free(shape)] == []


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        ({}, []),
        ({"on": "2026-02-14", "at": "2026-02-14T09:00:00Z"}, []),
        ({"code": None}, ["answer.code: None is no str"]),
        ({"code": ""}, ["answer.code: '' is no code"]),
        ({"on": "14.2.2026"}, ["answer.on: '14.2.2026' is no day"]),
        ({"at": "2026-02-14T09:00:00"}, ["answer.at: '2026-02-14T09:00:00' is no moment"]),
        ({"rate": 0.3}, ["answer.rate: 0.3 is no str"]),
        ({"rate": "0.30"}, ["answer.rate: '0.30' is no number"]),
        ({"flag": 1}, ["answer.flag: 1 is no bool"]),
        ({"parts": ()}, ["answer.parts: tuple, not a list"]),
        ({"parts": [{"boxes": True}]}, ["answer.parts[0].boxes: True is no int"]),
        (
            {"parts": [{"boxs": 1}]},
            ["answer.parts[0].boxes: missing", "answer.parts[0].boxs: not declared, or not for staff"],
        ),
        ({"more": 1}, ["answer.more: not declared, or not for staff"]),
    ],
)
def test_what_is_not_of_a_shape_is_named(change: dict[str, Any], expected: list[str]) -> None:
    assert list(faults({**SOUND, **change}, Outer)) == expected


def test_an_answer_has_for_each_reader_the_fields_that_are_declared_for_it() -> None:
    assert list(faults(WHOLE, Disclosed)) == []
    assert list(faults({"price": "0.48"}, Disclosed, types.FINAL_CUSTOMER)) == []
    assert list(faults({}, Disclosed, types.OPERATOR)) == []
    assert list(faults({}, Disclosed, types.FINAL_CUSTOMER)) == ["answer.price: missing"]


def test_a_cost_that_gets_to_a_customer_is_a_fault() -> None:
    found = list(faults({"price": "0.48", "cost": "0.3"}, Disclosed, types.FINAL_CUSTOMER))
    assert found == ["answer.cost: not declared, or not for final_customer"]


def test_a_shape_that_names_no_readers_is_for_whoever_may_ask() -> None:
    assert list(faults(SOUND, Outer, types.OPERATOR)) == []


def test_every_answer_in_a_test_is_checked(trade: Trade, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(availability, "availability", lambda context, lots: [{"lot": lots[0], "availble": 1}])
    with pytest.raises(AssertionError, match=r"availability is not of its shape.*availble"):
        trade.net.availability(["ANDES/L1"])


def test_kinds_are_plain_texts_and_numbers() -> None:
    assert [get_args(kind)[0] for kind in (types.Money, types.Number, types.Day, types.Moment, types.Code)] == [str] * 5
    assert Annotated[str, "money"] == types.Money
    assert documents.Document.__optional_keys__ == {"links", "moved"}
