"""The command line `k2k`."""

from __future__ import annotations

from k2k_core.cli.program import main

__all__ = ["main"]
