"""The command line `k2k`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from k2k_core.cli.program import main
from k2k_core.lazy_imports import submodules_of

if TYPE_CHECKING:
    from k2k_core.cli import demo_network as demo_network
else:
    __getattr__ = submodules_of(__name__)

__all__ = ["main"]
