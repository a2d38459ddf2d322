"""Formats the findings of checks: each with its place and advice."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from k2k_core.cli.terminal import Terminal


def findings(screen: Terminal, found: Sequence[Mapping[str, Any]]) -> Iterator[str]:
    """The answer of `check_prices` or `check_dates`."""
    for one in found:
        yield screen.bold(f"{one['severity']} {one['code']}: {one['place']}")
        yield f"  {one['problem']}."
        yield f"  {one['what_to_do']}"
