"""Values that were typed in the cells of a list: which of them differ from what was seen, and in which rows."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from k2k_console.page_views.action_forms import ActionForm, read_form
from k2k_console.page_views.reader import Reader
from k2k_console.translations import text
from k2k_console.vocabulary import Action, Cell
from k2k_console.vocabulary.actions import key_of_part
from k2k_core.errors import NotAllowed

WAS, TYPED = "was", "set"


def cell_name(column: str, key: str, part: str = TYPED) -> str:
    """The name of a cell's input, and with `WAS` of the value that was seen in it."""
    return f"{part}:{column}:{key}"


@dataclass(frozen=True)
class TypedCell:
    """A cell whose value was changed: the action that saves it, its row, and what was typed as a form of that."""

    action: Action
    name: str
    form: ActionForm

    def token(self, key: str) -> str:
        """Its own idempotency key, by that of the whole form."""
        return key_of_part(key, f"{self.action.address} {self.name}")


def typed_cells(reader: Reader, sent: Mapping[str, str]) -> list[TypedCell]:
    """The cells of a form that were changed. Raises `NotAllowed` for one that is not the reader's to change."""
    known = reader.page.list.typed if reader.page.list is not None else {}
    return [cell for name in sent for cell in _changed(reader, known, sent, name)]


def _changed(reader: Reader, known: Mapping[str, Cell], sent: Mapping[str, str], name: str) -> Iterator[TypedCell]:
    part, _, rest = name.partition(":")
    column, _, key = rest.partition(":")
    if part != WAS or column not in known:
        return
    action, field = known[column].action, known[column].field
    given = {field.name: sent.get(cell_name(column, key), ""), f"was.{field.name}": sent[name]}
    form = read_form(action, {**given, "reading": sent.get("reading", "")})
    if not (form.values or form.faults):
        return
    if not reader.may(action):
        raise NotAllowed(text("Your roles do not include this."))
    yield TypedCell(action, key, form)
