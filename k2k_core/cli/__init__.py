"""The command line `k2k`: demo, run, serve, init, migrate, plugins, verify, explain, user."""

from __future__ import annotations

from k2k_core.cli.program import main

__all__ = ["main"]
