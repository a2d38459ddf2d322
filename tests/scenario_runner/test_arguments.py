"""Arguments of a step are read exactly, and what cannot be read is refused with a code, never with a traceback."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from k2k_core.errors import Invalid
from k2k_core.scenario.arguments import checked


def test_a_code_that_looks_like_a_number_is_a_text() -> None:
    given = {"company": 100, "lots": [Decimal("1.10"), "L1"], "search": 60, "boxes": 2}
    assert checked(given) == {"company": "100", "lots": ["1.10", "L1"], "search": "60", "boxes": 2}


@pytest.mark.parametrize(("written", "meant"), [("no", False), ("off", False), (False, False), ("yes", True)])
def test_no_is_not_taken_for_yes(written: Any, meant: bool) -> None:
    assert checked({"drop_pending": written, "confirmed": written}) == {"drop_pending": meant, "confirmed": meant}


def test_null_stays_null() -> None:
    assert checked({"va_price": None, "product": None}) == {"va_price": None, "product": None}


@pytest.mark.parametrize(
    "given",
    [
        {"company": ["ANDES"]},
        {"lots": "ANDES/L1"},
        {"lots": [None]},
        {"lots": [{"lot": "L1"}]},
        {"confirmed": "perhaps"},
        {"lot": None},
        {"customer": True},
    ],
)
def test_what_is_of_the_wrong_kind_is_refused_with_its_name(given: dict[str, Any]) -> None:
    with pytest.raises(Invalid) as refused:
        checked(given)
    assert [fault["path"] for fault in refused.value.faults] == list(given)
