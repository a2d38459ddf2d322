"""What matches and what does not: subsets of mappings, whole lists, numbers as decimals, null as absent."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from k2k_core.scenario.matching import differences


@pytest.mark.parametrize(
    ("expected", "actual"),
    [
        ({"a": 1}, {"a": 1, "b": 2}),
        ({}, {"a": 1}),
        ([], []),
        ([{"a": 1}, {}], [{"a": 1, "b": 2}, {"c": 3}]),
        ("0.48", "0.480"),
        (Decimal("0.5"), "0.50"),
        (2, "2.00"),
        ("2", 2),
        ({"a": None}, {}),
        ({"a": None}, {"a": None}),
        (None, None),
        (True, True),
        ("on", True),
        ("no", False),
        (False, "off"),
        ("2026-02-02T09:00:00-05:00", "2026-02-02T14:00:00+00:00"),
        ("L1", "L1"),
    ],
)
def test_it_matches(expected: Any, actual: Any) -> None:
    assert list(differences(expected, actual)) == []


@pytest.mark.parametrize(
    ("expected", "actual", "path"),
    [
        ({"a": 1}, {"a": 2}, "a"),
        ({"a": 1}, {}, "a"),
        ({"a": None}, {"a": 0}, "a"),
        ({"a": {"b": [1, 2]}}, {"a": {"b": [1, 3]}}, "a.b[1]"),
        ([1], [1, 2], ""),
        ([1, 2], [2, 1], "[0]"),
        ([], {}, ""),
        ({}, [], ""),
        ("0.48", "0.47", ""),
        (1, True, ""),
        (True, 1, ""),
        (True, "true", ""),
        ("", None, ""),
        (0, None, ""),
        ("L1", "l1", ""),
        ([None], [0], "[0]"),
    ],
)
def test_it_differs(expected: Any, actual: Any, path: str) -> None:
    found = list(differences(expected, actual))
    assert found[0]["path"] == path
    assert set(found[0]) == {"path", "expected", "actual"}


def test_every_difference_is_told() -> None:
    found = list(differences({"a": 1, "b": [1, 2], "c": 3}, {"a": 2, "b": [0, 0]}))
    assert [each["path"] for each in found] == ["a", "b[0]", "b[1]", "c"]
