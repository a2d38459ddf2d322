"""Where a function of the tests raises, as messages about plugins name it."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[1]


def raised_in(function: Callable[..., Any]) -> str:
    """`at tests/runtime/test_guard.py:31` for the line of a function that raises or leaves."""
    lines, first = inspect.getsourcelines(function)
    place = next(number for number, line in enumerate(lines, first) if "raise " in line or "sys.exit" in line)
    return f"at {Path(inspect.getfile(function)).relative_to(ROOT)}:{place}"
