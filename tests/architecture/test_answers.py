"""The shapes of answers import nothing of K2K, so that a program without K2K can have a copy of them."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from typing import Any

ANSWERS = "k2k_core.domain.answers"


def _foreign(module: Any) -> Iterator[str]:
    for node in ast.walk(module.tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.level != 1 and node.module != "typing":
            yield "." * node.level + (node.module or "")


def test_shapes_of_answers_import_typing_and_one_another_alone(modules: list[Any]) -> None:
    shapes = [module for module in modules if module.name.startswith(ANSWERS)]
    assert len(shapes) > 10
    assert {module.name: found for module in shapes if (found := list(_foreign(module)))} == {}


def test_no_two_shapes_of_answers_have_one_name(modules: list[Any]) -> None:
    """They are documented, and become a schema, under their names."""
    names = [
        node.name
        for module in modules
        if module.name.startswith(ANSWERS)
        for node in ast.walk(module.tree)
        if isinstance(node, ast.ClassDef)
    ]
    assert sorted(names) == sorted(set(names))
