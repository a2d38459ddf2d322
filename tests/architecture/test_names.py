"""Names and docstrings: no catch-all module names, and a docstring in every module and on every public object."""

from __future__ import annotations

import ast
from typing import Any

CATCH_ALL_NAMES = frozenset(("utils", "util", "helpers", "helper", "common", "manager", "managers", "misc", "tools"))


def test_no_module_has_a_catch_all_name(modules: list[Any]) -> None:
    assert [module.name for module in modules if CATCH_ALL_NAMES & set(module.name.split("."))] == []


def test_every_module_has_a_docstring(modules: list[Any], test_modules: list[Any]) -> None:
    silent = [str(module.path) for module in modules + test_modules if not ast.get_docstring(module.tree)]
    assert silent == []


def test_every_public_function_and_class_of_the_core_has_a_docstring(modules: list[Any]) -> None:
    silent = [
        f"{module.name}:{node.lineno} {node.name}"
        for module in modules
        for node in module.tree.body
        if isinstance(node, (ast.FunctionDef, ast.ClassDef))
        and not node.name.startswith("_")
        and not ast.get_docstring(node)
    ]
    assert silent == []


def test_every_module_reads_its_annotations_lazily(modules: list[Any]) -> None:
    """So that a type can be named before it exists and costs nothing at run time. The shapes of answers are read at run
    time, and which of their keys are required is known of types alone, not of their texts."""
    eager = [
        module.name
        for module in modules
        if not module.name.startswith("k2k_core.domain.answers.")
        and any(isinstance(node, (ast.FunctionDef, ast.ClassDef)) for node in module.tree.body)
        and "from __future__ import annotations" not in module.source
    ]
    assert eager == []
