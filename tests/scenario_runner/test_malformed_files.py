"""Any file content: the reader answers with errors and never raises anything else."""

from __future__ import annotations

from contextlib import suppress
from decimal import Decimal
from typing import Any

from hypothesis import given
from hypothesis import strategies as some

from k2k_core.scenario.document import Unreadable, parse
from k2k_core.scenario.reader import check
from k2k_core.scenario.verbs import VERBS
from k2k_core.schemas.network import COLLECTIONS, CompanySchema
from k2k_core.settings.catalogue import BY_NAME

WORDS = sorted(
    {
        *("name", "clock", "companies", "connections", "steps", "expect", "fails", "as", "note", "mon", "percent"),
        *VERBS,
        *COLLECTIONS,
        *CompanySchema().fields,
        *BY_NAME,
        *(field for schema in COLLECTIONS.values() for field in schema().fields),
        *(argument for verb in VERBS.values() for argument in verb.known),
    }
)
SCALARS = (
    some.none() | some.booleans() | some.integers() | some.decimals() | some.text(max_size=8) | some.sampled_from(WORDS)
)
VALUES = some.recursive(
    SCALARS,
    lambda inner: some.lists(inner, max_size=4) | some.dictionaries(some.sampled_from(WORDS), inner, max_size=4),
    max_leaves=30,
)
ROWS = {
    name: some.lists(some.dictionaries(some.sampled_from(sorted(schema().fields)), VALUES, max_size=6), max_size=3)
    for name, schema in COLLECTIONS.items()
}
COMPANIES = some.lists(
    some.fixed_dictionaries(
        {"code": VALUES}, optional={**ROWS, "settings": some.dictionaries(some.sampled_from(sorted(BY_NAME)), VALUES)}
    ),
    max_size=3,
)
STEPS = some.lists(some.dictionaries(some.sampled_from([*sorted(VERBS), "expect", "as", "fails"]), VALUES, max_size=3))


@given(VALUES)
def test_any_value_is_a_scenario_or_has_faults(document: Any) -> None:
    scenario, faults = check(document, "test")
    assert (scenario is None) == bool(faults)


@given(some.fixed_dictionaries({"companies": COMPANIES | VALUES, "connections": VALUES, "steps": STEPS | VALUES}))
def test_any_network_is_a_scenario_or_has_faults(document: dict[str, Any]) -> None:
    scenario, faults = check(document, "test")
    assert (scenario is None) == bool(faults)
    assert all(set(fault) == {"path", "message"} for fault in faults)


@given(some.text())
def test_any_text_is_a_document_or_unreadable(text: str) -> None:
    with suppress(Unreadable):
        parse(text)


@given(some.decimals(allow_nan=False, allow_infinity=False, places=4, min_value=-(10**9), max_value=10**9))
def test_a_decimal_is_read_as_it_is_written(number: Decimal) -> None:
    assert str(parse(f"value: {number:f}")["value"]) == f"{number:f}"
