"""Drawer: explains one value beside a page; it has an address, and is a page without a script. Panel: a part of a page
with a template of its own."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from k2k_console.vocabulary.actions import Action

if TYPE_CHECKING:
    from k2k_core.api import K2K

ReadDrawer = Callable[["K2K", str, str], Mapping[str, Any]]
"""Takes the facade of the reader, the company and the key of what is explained; answers what the template shows. Raises
what the facade raises."""


@dataclass(frozen=True)
class Drawer:
    """The explanation of a value: `?why=NAME:KEY` in the address of its page. `template` shows what `read` answers."""

    name: str
    title: str
    read: ReadDrawer
    template: str


ReadPanel = Callable[["K2K", str, Mapping[str, str]], Mapping[str, Any]]
"""Takes the facade of the reader, the company and the arguments of the address; answers what the template shows."""


@dataclass(frozen=True)
class Panel:
    """A part with a template of its own, for what is no list and no record. Its `actions` take the rows that are chosen
    in its form, whose fields are named `id`."""

    name: str
    read: ReadPanel
    template: str
    actions: tuple[Action, ...] = ()
