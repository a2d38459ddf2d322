"""Packages that compute money contain no floats."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from typing import Any

import pytest

MONEY_ROOMS = (
    "k2k_core.domain",
    "k2k_core.hooks",
    "k2k_core.schemas",
    "k2k_core.store.tables",
    "k2k_core.store.fields",
    "k2k_open_market",
    "k2k_future_sales",
    "k2k_vendor_availability",
    "k2k_network",
    "k2k_price_lists",
)


def _is_money_room(name: str) -> bool:
    return any(name == room or name.startswith(room + ".") for room in MONEY_ROOMS)


def floats(tree: ast.Module) -> Iterator[tuple[int, str]]:
    """Where a float is written, made or asked for by name. `isinstance(x, float)`, which refuses one, is welcome."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, float):
            yield node.lineno, f"the literal {node.value!r}"
        elif isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "float":
            yield node.lineno, "a call of float()"
        elif isinstance(node, (ast.arg, ast.AnnAssign)) and "float" in ast.unparse(node.annotation or ast.Constant("")):
            yield node.lineno, "a float annotation"


def test_no_float_is_written_where_money_is_reckoned(modules: list[Any]) -> None:
    found = [
        f"{module.name}:{line}: {what}"
        for module in modules
        if _is_money_room(module.name)
        for line, what in floats(module.tree)
    ]
    assert found == []


@pytest.mark.parametrize(
    "source", ["price = 0.1", "price = float(cost)", "def f(price: float) -> None: ...", "gpm: float"]
)
def test_the_search_for_floats_finds_them(source: str) -> None:
    assert list(floats(ast.parse(source)))


def test_refusing_a_float_is_welcome() -> None:
    assert not list(floats(ast.parse("if isinstance(value, float): raise TypeError(value)")))
