"""The methods of the facade by their names: which arguments one takes, and what of a list is a filter."""

from __future__ import annotations

import inspect
from collections.abc import Mapping
from functools import cache
from typing import Any

from k2k_core.api import K2K


@cache
def parameters(method: str) -> frozenset[str]:
    """The names of the arguments of a method."""
    return frozenset(inspect.signature(getattr(K2K, method)).parameters)


def list_arguments(method: str, asked: Mapping[str, Any]) -> dict[str, Any]:
    """What is asked of a list as arguments of its method: what the method has no argument for is a filter."""
    known = parameters(method)
    named = {name: value for name, value in asked.items() if name in known}
    filters = {name: value for name, value in asked.items() if name not in known}
    return {**named, "filters": filters} if filters else named
