"""Page: one address and one item of the menu."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

from k2k_console import menu
from k2k_console.menu import Item
from k2k_console.vocabulary.actions import Action
from k2k_console.vocabulary.details import Detail
from k2k_console.vocabulary.drawers import Drawer, Panel
from k2k_console.vocabulary.edit_forms import EditForm
from k2k_console.vocabulary.imports import ImportSteps
from k2k_console.vocabulary.line_grids import LineGrid
from k2k_console.vocabulary.lists import List

Part = List | Detail | Drawer | Panel | LineGrid | EditForm | ImportSteps


@dataclass(frozen=True)
class Page:
    """A page: its `name` is its address and its item of the menu, and its `parts` are what it consists of.

    The item says its title, its group and whom it is for: its `roles` may do what is on the page, its `look_roles` see
    it without actions; nobody else has it, neither in the menu nor by its address.
    """

    name: str
    parts: tuple[Part, ...]
    about: str = ""

    @cached_property
    def item(self) -> Item:
        """Its item of the menu."""
        return next(item for item in menu.items() if item.name == self.name)

    @property
    def title(self) -> str:
        """Its title, in the language of the reader."""
        return self.item.label

    @property
    def roles(self) -> frozenset[str]:
        """The roles that may do what is on it."""
        return frozenset(self.item.change)

    @property
    def look_roles(self) -> frozenset[str]:
        """The roles that see it without actions."""
        return frozenset(self.item.look)

    @property
    def readers(self) -> frozenset[str]:
        """The roles that have it."""
        return self.roles | self.look_roles

    @cached_property
    def list(self) -> List | None:
        """Its list, if it has one."""
        return next((part for part in self.parts if isinstance(part, List)), None)

    @cached_property
    def detail(self) -> Detail | None:
        """The page of one of its records, if it has one."""
        return next((part for part in self.parts if isinstance(part, Detail)), None)

    @cached_property
    def line_grid(self) -> LineGrid | None:
        """The document that is typed on it, if there is one."""
        return next((part for part in self.parts if isinstance(part, LineGrid)), None)

    @cached_property
    def edit_form(self) -> EditForm | None:
        """The values that are edited on it, if there are any."""
        return next((part for part in self.parts if isinstance(part, EditForm)), None)

    @cached_property
    def imports(self) -> ImportSteps | None:
        """The import of a file, if it has one."""
        return next((part for part in self.parts if isinstance(part, ImportSteps)), None)

    @cached_property
    def panels(self) -> tuple[Panel, ...]:
        """Its parts with templates of their own."""
        return tuple(part for part in self.parts if isinstance(part, Panel))

    @cached_property
    def drawers(self) -> Mapping[str, Drawer]:
        """Its drawers by name: those of its columns, and those that are parts of their own."""
        columns = [*(self.list.columns if self.list else ())]
        columns += [one for section in (self.detail.sections if self.detail else ()) for one in section.columns]
        found = [part for part in self.parts if isinstance(part, Drawer)]
        found += [fact.why for fact in (self.detail.facts if self.detail else ()) if fact.why]
        return {drawer.name: drawer for drawer in (*found, *(one.why for one in columns if one.why))}

    @cached_property
    def actions(self) -> Mapping[str, Action]:
        """Every action on it, by its name in addresses."""
        found = [*(self.list.actions if self.list else ()), *(self.detail.actions if self.detail else ())]
        found += [action for section in (self.detail.sections if self.detail else ()) for action in section.row_actions]
        found += [action for panel in self.panels for action in panel.actions]
        found += [self.line_grid.action] if self.line_grid else []
        found += self.edit_form.actions if self.edit_form else ()
        found += [self.imports.action] if self.imports else []
        found += [column.edit for column in (self.list.columns if self.list else ()) if column.edit]
        if self.list is not None:
            found += [self.list.add] if self.list.add else []
            found += [*self.list.row_actions, *(cell.action for cell in self.list.typed.values())]
        found += [action.pending.wait for action in found if action.pending and action.pending.wait]
        found += [action.undo for action in found if action.undo]
        return {action.address: action for action in found}
