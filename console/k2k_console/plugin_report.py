"""The plugins as the console shows them."""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from k2k_core.api import K2K


@dataclass(frozen=True)
class PluginLine:
    """One plugin: its state in a word, what is wrong with it, and what to do next."""

    name: str
    title: str
    version: str
    state: str
    problem: str = ""
    next_step: str = ""

    @property
    def well(self) -> bool:
        return self.state == "ok"


def plugin_lines(k2k: K2K) -> list[PluginLine]:
    """Every installed plugin."""
    return [
        PluginLine(**{field.name: str(entry[field.name]) for field in fields(PluginLine)}) for entry in k2k.plugins()
    ]
