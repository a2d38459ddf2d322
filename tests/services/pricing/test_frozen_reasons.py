"""The reasons of a price that is stored with what was sold: read again in any language, also what stands in them."""

from __future__ import annotations

import datetime as dt
import json
from typing import Any

import pytest

from k2k_core.domain.explanation import Explanation, StepTaken
from k2k_core.domain.money import Exact
from k2k_core.messages import Message, joined, localized
from k2k_core.services.pricing.frozen_explanation import from_json, to_json
from k2k_core.texts import translator

DAY = dt.date(2026, 2, 3)
NOT_ACTIVE = Message("price list {list} is not active on {day}", list="L1", day=DAY)
LISTS = Message("price list {names}", names=["L1", "L2"])
NO_ROW = Message(
    "{lists}: no row for {product} in {box_type}; {unused}",
    lists=LISTS,
    product="ROSE",
    box_type="HB",
    unused=joined([NOT_ACTIVE, NOT_ACTIVE]),
)
WEEKDAY = Message("it leaves on {day:%A %Y-%m-%d}", day=DAY)
SPANISH = translator("es")


def stored(reason: str) -> Any:
    taken = StepTaken("list_price", "k2k_price_lists", "no_value", None, reason)
    explanation = Explanation("BLOOM", "USD", "L1", (taken,), (), "half_up", None, "no_price", Exact.of(1))
    return json.loads(json.dumps(to_json(explanation)))


def thawed(reason: str) -> str:
    return from_json(stored(reason)).steps[0].reason


def test_the_messages_among_its_facts_are_in_the_language_of_the_reader() -> None:
    assert thawed(NO_ROW) == NO_ROW
    said = localized(thawed(NO_ROW), SPANISH)
    assert said == localized(NO_ROW, SPANISH)
    assert "no está activa" in said
    assert "not active" not in said


def test_the_weekday_of_a_day_among_its_facts_is_too() -> None:
    assert (
        localized(thawed(WEEKDAY), lambda said: {"Tuesday": "martes"}.get(said, said))
        == "it leaves on martes 2026-02-03"
    )


def test_facts_that_were_stored_as_texts_are_read_as_they_are() -> None:
    former = stored(NO_ROW)
    former["steps"][0]["facts"] = {"lists": str(LISTS), "product": "ROSE", "box_type": "HB", "unused": "L3 is not used"}
    former["steps"][0]["reason"] = "price list L1, L2: no row for ROSE in HB; L3 is not used"
    assert localized(from_json(former).steps[0].reason, SPANISH).endswith(
        "ninguna fila para ROSE en HB; L3 is not used"
    )


@pytest.mark.parametrize(
    "template", ["typed on {typed_on} for a lot of {age} days", "no price stands on the purchase order"]
)
def test_a_reason_of_an_older_version_is_in_the_language_of_the_reader(template: str) -> None:
    reason = Message(template, typed_on="2026-01-30", age=3)
    assert localized(thawed(reason), SPANISH) != reason
