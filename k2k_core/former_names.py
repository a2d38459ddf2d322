"""Former names of what is public: programs that use them go on working, and are warned with their own file and line."""

from __future__ import annotations

import warnings
from collections.abc import Callable, Mapping
from importlib import import_module


def former_names(module: str, names: Mapping[str, str]) -> Callable[[str], object]:
    """The `__getattr__` of a module (PEP 562) that has former names: each with what it is today, `package.module:name`.

    Whoever asks for one gets what it is today, and a `DeprecationWarning` that names the line that asks.
    """

    def get(name: str) -> object:
        if name not in names:
            raise AttributeError(f"module {module!r} has no attribute {name!r}")
        place, _, today = names[name].partition(":")
        warnings.warn(
            f"{module}.{name} is {place}.{today} now: the former name will be removed", DeprecationWarning, stacklevel=2
        )
        return getattr(import_module(place), today)

    return get
