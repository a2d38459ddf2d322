"""The catalogue of events: well formed, complete, and without events that never occur."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

import k2k_core
from k2k_core.domain.events import ALWAYS, BY_NAME, EVENTS, EventType, faults

EMITTING = ("emit", "emit_of_line", "emit_of_purchase", "emit_with_lines")
NAME = re.compile(r"[a-z]+(_[a-z]+)*\.[a-z]+(_[a-z]+)*")


def source_texts(*rooms: str) -> Iterator[str]:
    """Where events are written: the services, and the ledger of the store, which knows first that a lot is short."""
    for room in rooms or ("services",):
        for path in sorted((Path(k2k_core.__file__).parent / room).rglob("*.py")):
            yield path.read_text("utf-8")


def emitted() -> Iterator[str]:
    """What is written where something is emitted: a name, or `{}` for a part that is filled in."""
    for text in source_texts():
        for node in ast.walk(ast.parse(text)):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in EMITTING:
                event = node.args[1]
                if isinstance(event, ast.Constant):
                    yield str(event.value)
                elif isinstance(event, ast.JoinedStr):
                    yield "".join(str(part.value) if isinstance(part, ast.Constant) else "{}" for part in event.values)


def test_everything_that_is_emitted_stands_in_the_catalogue() -> None:
    names = list(emitted())
    assert len(names) > 10
    patterns = [re.escape(name).replace(re.escape("{}"), "[a-z_]+") for name in names]
    unknown = [pattern for pattern in patterns if not any(re.fullmatch(pattern, name) for name in BY_NAME)]
    assert unknown == []


def test_everything_in_the_catalogue_is_emitted_somewhere() -> None:
    texts = "\n".join(source_texts("services", "store"))
    filled_in = {name.split(".")[0] for name in emitted() if "{}" in name}
    assert [name for name in BY_NAME if f'"{name}"' not in texts and name.split(".")[0] not in filled_in] == []


@pytest.mark.parametrize("event", EVENTS, ids=lambda event: event.name)
def test_an_event_is_a_noun_and_what_happened_to_it(event: EventType) -> None:
    assert NAME.fullmatch(event.name)
    assert event.meaning.endswith(".")
    assert not set(event.fields) & set(event.optional)


def test_each_name_stands_once() -> None:
    assert len(BY_NAME) == len(EVENTS)


def test_data_that_lack_a_field_or_have_another_are_named() -> None:
    assert faults("awb.shipped", [*ALWAYS, "awb", "vendor", "buyer", "sales_orders"]) == []
    assert faults("awb.shipped", [*ALWAYS, "awb", "vendor", "buyer"]) == ["awb.shipped lacks sales_orders"]
    assert faults("awb.shipped", ["id", "awb", "vendor", "buyer", "sales_orders"]) == ["awb.shipped lacks version"]
    assert faults("cart.expired", [*ALWAYS, "cart", "lines", "price"]) == ["cart.expired has an unknown price"]
    assert faults("cart.vanished", []) == ["cart.vanished is not in the catalogue of events"]
