"""Fixtures of the architecture tests: the project's own files, read once, and its modules, parsed once."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

TOP = Path(__file__).resolve().parents[2]
SOURCE_ROOTS = (TOP, TOP / "plugins", TOP / "console", TOP / "config")
NOT_OURS = frozenset(
    (
        ".coverage",
        ".git",
        ".hypothesis",
        ".import_linter_cache",
        ".mypy_cache",
        ".pytest_cache",
        ".ruff_cache",
        ".venv",
        "__pycache__",
        "build",
        "dist",
        "node_modules",
        "var",
    )
)
"""What git ignores. Listed here, because the tests also run where git is not installed."""


@dataclass(frozen=True)
class Module:
    """One module of the product: its import name, its file and its parsed source."""

    name: str
    path: Path
    source: str
    tree: ast.Module

    @property
    def imported(self) -> Iterator[str]:
        """The full names of the modules it imports, wherever in the file the import stands."""
        for node in ast.walk(self.tree):
            if isinstance(node, ast.Import):
                yield from (alias.name for alias in node.names)
            elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
                yield node.module


def _files(folder: Path) -> Iterator[Path]:
    for path in sorted(folder.iterdir()):
        if path.name in NOT_OURS or path.name.endswith(".egg-info"):
            continue
        if path.is_dir():
            yield from _files(path)
        else:
            yield path


def _modules() -> Iterator[Module]:
    for root in SOURCE_ROOTS:
        for package in sorted(root.glob("k2k_*")):
            for path in _files(package):
                if path.suffix == ".py":
                    parts = path.relative_to(root).with_suffix("").parts
                    name = ".".join(parts[:-1] if parts[-1] == "__init__" else parts)
                    source = path.read_text("utf-8")
                    yield Module(name, path, source, ast.parse(source, str(path)))


@pytest.fixture(scope="session")
def top() -> Path:
    """The project's own folder."""
    return TOP


@pytest.fixture(scope="session")
def own_files() -> list[Path]:
    """Every file of the project that git would track."""
    return list(_files(TOP))


@pytest.fixture(scope="session")
def modules() -> list[Module]:
    """Every module of the product: the core, the bundled plugins, the console, the configuration."""
    return list(_modules())


@pytest.fixture(scope="session")
def test_modules(top: Path) -> list[Module]:
    """Every module of the test suite."""
    found = []
    for path in _files(top / "tests"):
        if path.suffix == ".py":
            source = path.read_text("utf-8")
            name = ".".join(path.relative_to(top).with_suffix("").parts)
            found.append(Module(name, path, source, ast.parse(source, str(path))))
    return found
