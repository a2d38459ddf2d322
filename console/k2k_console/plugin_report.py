"""The state of the plugins for the console."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from k2k_core.api import K2K


@dataclass(frozen=True)
class PluginLine:
    """One plugin: its state, its problem, and the next step."""

    name: str
    title: str
    version: str
    state: str
    problem: str = ""
    next_step: str = ""

    @property
    def well(self) -> bool:
        return self.state in ("ok", "slow")


def plugin_lines(k2k: K2K, company: str | None = None) -> list[PluginLine]:
    """Every installed plugin, as a company sees it; without one, as the operators of the network do.

    A plugin that only fails with another company's set-up has no problem for this one.
    """
    return [_line(entry, company) for entry in k2k.plugins()]


def _line(entry: Mapping[str, Any], company: str | None) -> PluginLine:
    line = PluginLine(**{field.name: str(entry[field.name]) for field in fields(PluginLine)})
    concerned = set(entry["broken_for"])
    for contribution in entry["contributions"]:
        concerned |= set(contribution["quarantined_for"])
    if line.well or company is None or not concerned or concerned == {company}:
        return line
    if company not in concerned:
        return replace(line, state="ok", problem="", next_step="")
    return replace(line, problem="", next_step="")
