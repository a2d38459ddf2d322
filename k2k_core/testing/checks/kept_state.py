"""What the modules of a plugin and its contributions keep between calls: globals, attributes of classes, defaults of
functions and variables of closures. It is taken before and after calls and compared."""

from __future__ import annotations

import datetime as dt
import functools
import itertools
import random
import sys
from collections import deque
from collections.abc import Iterator, Mapping
from dataclasses import fields, is_dataclass
from decimal import Decimal
from fractions import Fraction
from types import BuiltinFunctionType, FunctionType, GeneratorType, MethodType, ModuleType, NoneType
from typing import Any

from k2k_core.domain.money import Exact
from k2k_core.testing.checks.places import Sources

DEEPEST = 7
MOST_PARTS = 20_000

_PLAIN = (str, bytes, bool, int, float, complex, dt.date, dt.time, dt.timedelta, Decimal, Fraction, Exact, NoneType)

Path = tuple[str, ...]
"""Module, name in it, and the way from there."""


def kept(sources: Sources, contributions: list[Any]) -> dict[Path, str]:
    """All that is kept, by where."""
    found: dict[Path, str] = {}
    walk = _Walk(sources, found)
    for name, module in sorted(sys.modules.items()):
        if sources.owns(name) and isinstance(module, ModuleType):
            for variable, value in vars(module).items():
                if not variable.startswith("__"):
                    walk.into((name, variable), value, DEEPEST)
    for place, contribution in enumerate(contributions):
        walk.into(("", str(place)), contribution, DEEPEST)
    return found


def changed(before: Mapping[Path, str], after: Mapping[Path, str]) -> list[Path]:
    """Where something is kept that was not, or is no longer, or otherwise."""
    return sorted({path for path in before.keys() | after.keys() if before.get(path) != after.get(path)})


class _Walk:
    def __init__(self, sources: Sources, found: dict[Path, str]) -> None:
        self._sources, self._found = sources, found
        self._seen: dict[int, object] = {}

    def into(self, path: Path, value: object, depth: int) -> None:
        """Note a value and what is within it."""
        if len(self._found) > MOST_PARTS:
            return
        if isinstance(value, _PLAIN):
            self._found[path] = repr(value)
            return
        if isinstance(value, (itertools.count, GeneratorType)):
            self._found[path] = _position(value)
            return
        if isinstance(value, random.Random):
            self._found[path] = str(hash(value.getstate()))
            return
        if id(value) in self._seen or depth == 0:
            return
        self._seen[id(value)] = value
        parts = list(self._parts(value))
        for name, part in parts:
            self.into((*path, name), part, depth - 1)
        if not parts:
            self._found[path] = f"{type(value).__qualname__} {id(value)}"

    def _parts(self, value: Any) -> Iterator[tuple[str, object]]:
        if isinstance(value, Mapping):
            yield "", len(value)
            yield from ((str(key), part) for key, part in list(value.items()))
        elif isinstance(value, (list, tuple, deque)):
            yield "", len(value)
            yield from ((str(place), part) for place, part in enumerate(list(value)))
        elif isinstance(value, (set, frozenset)):
            yield "", " ".join(sorted(map(repr, value)))
        elif isinstance(value, FunctionType):
            yield from _of_closure(value)
            if self._sources.owns(value.__module__):
                yield from _of_function(value)
        elif isinstance(value, functools.partial):
            yield from (("func", value.func), ("args", value.args), ("keywords", value.keywords))
        elif isinstance(value, MethodType):
            yield from (("func", value.__func__), ("self", value.__self__))
        elif isinstance(value, type):
            if self._sources.owns(value.__module__):
                yield from ((name, part) for name, part in vars(value).items() if not name.startswith("__"))
        elif not isinstance(value, (ModuleType, BuiltinFunctionType)):
            yield from self._of_object(value)

    def _of_object(self, value: Any) -> Iterator[tuple[str, object]]:
        if is_dataclass(value):
            yield from ((field.name, getattr(value, field.name, None)) for field in fields(value))
        elif self._sources.owns(type(value).__module__):
            yield from vars(value).items() if hasattr(value, "__dict__") else ()
            slots = getattr(type(value), "__slots__", ())
            yield from ((name, getattr(value, name, None)) for name in ([slots] if isinstance(slots, str) else slots))


def _of_function(function: FunctionType) -> Iterator[tuple[str, object]]:
    yield "defaults", function.__defaults__
    yield "keywords", function.__kwdefaults__
    yield from vars(function).items()


def _of_closure(function: FunctionType) -> Iterator[tuple[str, object]]:
    for name, cell in zip(function.__code__.co_freevars, function.__closure__ or (), strict=True):
        try:
            yield name, cell.cell_contents
        except ValueError:
            continue  # not filled yet


def _position(value: Any) -> str:
    """How far something has been counted or run."""
    if isinstance(value, GeneratorType):
        return "ended" if value.gi_frame is None else f"{value.gi_frame.f_lasti} {value.gi_frame.f_locals!r}"
    return repr(value)
