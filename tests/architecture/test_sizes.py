"""Upper limits for the length of files and functions."""

from __future__ import annotations

import ast
import statistics
from collections.abc import Callable, Iterator
from typing import Any

LONGEST_FILE = 500
LONGEST_FUNCTION = 60
COMFORTABLE_MEDIAN = 150
MOST_PARAMETERS = 6
FACADE = "k2k_core.api."
"""The facade's methods are the contract of host programs: one argument for each thing that is asked."""


def _lines(module: Any) -> int:
    return len(module.source.splitlines())


def _functions(module: Any) -> Iterator[tuple[str, int]]:
    for node in ast.walk(module.tree):
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
            first = min([node.lineno, *(decorator.lineno for decorator in node.decorator_list)])
            yield node.name, (node.end_lineno or first) - first + 1


def _parameters(function: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    """How many parameters a function has, apart from `self` and `cls`."""
    given = function.args
    named = [one.arg for one in (*given.posonlyargs, *given.args, *given.kwonlyargs)]
    bound = bool(named) and named[0] in ("self", "cls")
    return len(named) - bound + (given.vararg is not None) + (given.kwarg is not None)


def _crowded(module: Any) -> Iterator[str]:
    for node in ast.walk(module.tree):
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)) and _parameters(node) > MOST_PARAMETERS:
            of_the_facade = module.name.startswith(FACADE) and not node.name.startswith("_")
            if not of_the_facade:
                yield f"{module.name}.{node.name}: {_parameters(node)} parameters"


def test_no_file_is_longer_than_five_hundred_lines(modules: list[Any], test_modules: list[Any]) -> None:
    too_long = {module.name: _lines(module) for module in modules + test_modules if _lines(module) > LONGEST_FILE}
    assert too_long == {}


def test_no_function_is_longer_than_sixty_lines(modules: list[Any], test_modules: list[Any]) -> None:
    too_long = [
        f"{module.name}.{name}: {lines} lines"
        for module in modules + test_modules
        for name, lines in _functions(module)
        if lines > LONGEST_FUNCTION
    ]
    assert too_long == []


def test_no_function_takes_more_than_six_parameters(modules: list[Any]) -> None:
    """More are a request: an object that says what they are together."""
    assert [each for module in modules for each in _crowded(module)] == []


def test_a_function_with_seven_parameters_is_found() -> None:
    source = "class A:\n    def f(self, a, b, c, d, *e, g, **h): ...\n    def k(self, a, b, c, d, *e, g): ..."
    functions = {node.name: node for node in ast.walk(ast.parse(source)) if isinstance(node, ast.FunctionDef)}

    assert (_parameters(functions["f"]), _parameters(functions["k"])) == (7, 6)


def test_the_median_file_is_comfortable(modules: list[Any], record_property: Callable[[str, object], None]) -> None:
    sizes = sorted(_lines(module) for module in modules if _lines(module) > 3)
    functions = [lines for module in modules for _, lines in _functions(module)]
    report = {
        "files": len(sizes),
        "median file": statistics.median(sizes),
        "longest file": sizes[-1],
        "functions": len(functions),
        "median function": statistics.median(functions),
        "longest function": max(functions),
    }
    for name, value in report.items():
        record_property(name, value)
    assert report["median file"] <= COMFORTABLE_MEDIAN, report
