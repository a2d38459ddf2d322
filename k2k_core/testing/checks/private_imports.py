"""What the sources of a plugin import that is private to K2K, however it is written: as a statement, by name in a call,
or as a text from which a module is found."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

from k2k_core.testing.checks.outside_reads import is_private


def written_in(path: Path) -> Iterator[tuple[int, str]]:
    """Line and name of each private module that a file imports or names."""
    tree = ast.parse(path.read_text("utf-8"))
    spoken = _docstrings(tree)
    for node in ast.walk(tree):
        for name in _names(node, spoken):
            if is_private(name):
                yield getattr(node, "lineno", 1), name


def _names(node: ast.AST, spoken: set[int]) -> Iterator[str]:
    if isinstance(node, ast.Import):
        yield from (alias.name for alias in node.names)
    elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
        if node.module == "k2k_core":
            yield from (f"k2k_core.{alias.name}" for alias in node.names)
        else:
            yield node.module
    elif isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in spoken:
        if node.value.startswith("k2k_") and all(part.isidentifier() for part in node.value.split(".")):
            yield node.value if "." in node.value else ""
    elif isinstance(node, ast.Attribute) and (name := _dotted(node)).startswith("k2k_"):
        yield name


def _dotted(node: ast.expr) -> str:
    """`a.b.c` of an attribute; empty for one of anything else."""
    if isinstance(node, ast.Name):
        return node.id
    if isinstance(node, ast.Attribute):
        inner = _dotted(node.value)
        return f"{inner}.{node.attr}" if inner else ""
    return ""


def _docstrings(tree: ast.Module) -> set[int]:
    """Texts that are statements of their own are for people."""
    return {
        id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)
    }
