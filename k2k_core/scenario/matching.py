"""Compares a result with what was expected: a subset of the keys, whole lists, numbers as decimals."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import Any

from k2k_core.domain import parsing
from k2k_core.errors import Invalid

_NUMBER = re.compile(r"[+-]?(\d+(\.\d*)?|\.\d+)")

Difference = dict[str, Any]
"""`{"path": "[0].price", "expected": ..., "actual": ...}`"""


def differences(expected: Any, actual: Any, path: str = "") -> Iterator[Difference]:
    """Every difference between `actual` and `expected`.

    Every key of a mapping must be present and match; a list has the same length and order; null means absent or null.
    """
    if isinstance(expected, Mapping):
        yield from _in_mapping(expected, actual, path)
    elif isinstance(expected, list):
        yield from _in_list(expected, actual, path)
    elif not _same(expected, actual):
        yield {"path": path, "expected": shown(expected), "actual": actual}


def shown(value: Any) -> Any:
    """A value of a file as JSON: decimals as text."""
    if isinstance(value, Mapping):
        return {str(key): shown(inner) for key, inner in value.items()}
    if isinstance(value, list):
        return [shown(inner) for inner in value]
    return str(value) if isinstance(value, Decimal) else value


def _in_mapping(expected: Mapping[Any, Any], actual: Any, path: str) -> Iterator[Difference]:
    if not isinstance(actual, Mapping):
        yield {"path": path, "expected": shown(expected), "actual": actual}
        return
    for key, inner in expected.items():
        place = f"{path}.{key}" if path else str(key)
        if str(key) in actual:
            yield from differences(inner, actual[str(key)], place)
        elif inner is not None:
            yield {"path": place, "expected": shown(inner), "actual": None}


def _in_list(expected: list[Any], actual: Any, path: str) -> Iterator[Difference]:
    if not isinstance(actual, list) or len(expected) != len(actual):
        yield {"path": path, "expected": shown(expected), "actual": actual}
    else:
        for number, (inner, found) in enumerate(zip(expected, actual, strict=True)):
            yield from differences(inner, found, f"{path}[{number}]")


def _same(expected: Any, actual: Any) -> bool:
    if isinstance(actual, bool):
        return _as_switch(expected) is actual
    if isinstance(expected, bool):
        return expected is False and actual == "off"
    wanted, found = _as_number(expected), _as_number(actual)
    if wanted is not None and found is not None:
        return wanted == found
    if isinstance(expected, str) and isinstance(actual, str) and expected != actual:
        moment = _as_moment(expected)
        return moment is not None and moment == _as_moment(actual)
    return bool(expected == actual)


def _as_number(value: Any) -> Decimal | None:
    if isinstance(value, str) and _NUMBER.fullmatch(value):
        return Decimal(value)
    return Decimal(value) if isinstance(value, int | Decimal) and not isinstance(value, bool) else None


def _as_switch(value: Any) -> bool | None:
    try:
        return parsing.switch(value)
    except Invalid:
        return None


def _as_moment(text: str) -> dt.datetime | None:
    try:
        return parsing.moment(text)
    except Invalid:
        return None
