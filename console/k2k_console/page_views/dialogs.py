"""The dialog of an action: its fields, what it would be done to, what stands against it, and how it is confirmed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from flask import abort, request

from k2k_console.fields import Fault
from k2k_console.page_views.action_forms import ActionForm, fields_of, shown_value
from k2k_console.page_views.facade_methods import parameters
from k2k_console.page_views.reader import Reader
from k2k_console.page_views.tokens import new_token
from k2k_console.page_views.undone_entries import as_ranges
from k2k_console.translations import text
from k2k_console.vocabulary import Action, ConflictDialog, Finding, Outcome, Row, ShownOnce, Tally, TypedRows
from k2k_console.vocabulary import Field as ActionField
from k2k_console.vocabulary.cells import counted
from k2k_core.errors import NotAllowed


@dataclass
class Dialog:
    """What a dialog shows. `record` is there for one record, `names` are the records; after it was done, the `outcome`
    has those that were refused; before, the `preview` has what it would do. `anyway` is whether it can be saved in
    spite of its findings."""

    action: Action
    names: Sequence[str]
    form: ActionForm
    record: Row | None = None
    row: Row | None = None
    """The row of the record that it is for, where its action stands in rows; `row_key` names it."""
    row_key: str = ""
    every: bool = False
    findings: Sequence[Finding] = ()
    conflict: ConflictDialog | None = None
    outcome: Outcome | None = None
    preview: Outcome | None = None
    once: ShownOnce | None = None
    told: Sequence[str] = ()
    known: str = ""
    """The present values of a conflict that is decided as a whole, as its form sends them back."""
    sums: Mapping[str, int] = field(default_factory=dict)
    """The tallies of the list over the records, where they are known."""
    tallies: Sequence[Tally] = ()
    token: str = field(default_factory=new_token)
    undo_token: str = field(default_factory=new_token)

    @property
    def fields(self) -> tuple[ActionField, ...]:
        """The fields of its form."""
        return fields_of(self.action)

    @property
    def subject(self) -> str:
        """The key of the one thing that its action is done to."""
        return self.row_key or self.names[0]

    @property
    def anyway(self) -> bool:
        """Whether it is held back by findings."""
        return bool(self.findings)

    @property
    def button(self) -> str:
        """What its button says: the effect."""
        if self.record is None and self.action.many[0]:
            return ", ".join([counted(self.action.many, len(self.names)), *self._tallied()])
        return str(self.action.label)

    @property
    def about_what(self) -> str:
        """What of the record, or of its row, the title names, where the action says so."""
        named, about = self.action.about_what, self.record if self.row is None else self.row
        return "" if named is None or about is None else str(named(about))

    def _tallied(self) -> list[str]:
        named = [one for one in self.tallies if one.name == self.action.tally and one.name in self.sums]
        return [counted(one.counted, self.sums[one.name]) for one in named]

    @property
    def blocking(self) -> list[str]:
        """What of several records stands in the way of the action."""
        found = [one for one in self.tallies if one.blocks and self.action.tally and self.sums.get(one.name)]
        return [counted(one.counted, self.sums[one.name]) for one in found]

    @property
    def version(self) -> int | None:
        """The version of the record that is shown, where the action goes by it."""
        return (
            None if self.record is None or "version" not in parameters(self.action.verb) else self.record.get("version")
        )

    @property
    def undo(self) -> str:
        """The entries of the audit that take back what was done, as the form that undoes them names them."""
        return "" if self.outcome is None else as_ranges(self.outcome.undo)

    @property
    def pending(self) -> Sequence[Row]:
        """The lines that would be dropped."""
        step = self.action.pending
        return step.rows(self.record) if step is not None and self.record is not None else ()

    @property
    def ready(self) -> Sequence[Row]:
        """The lines that would be confirmed."""
        step = self.action.pending
        return step.ready(self.record) if step is not None and self.record is not None else ()

    @property
    def rows(self) -> Sequence[Row]:
        """The rows in which something is typed."""
        typed = self.action.typed_rows
        return typed.rows(self.record) if typed is not None and self.record is not None else ()

    @property
    def wrong(self) -> bool:
        """Whether it says why nothing was done."""
        refused = self.outcome is not None and not self.outcome.done
        return bool(refused or self.findings or self.conflict or any(self.form.faults.values()))

    @property
    def faulty(self) -> list[tuple[str, str, Fault]]:
        """Each fault beside a field: the field's name and label, and the fault, in the order of the form."""
        typed = self.action.typed_rows
        named = [(one.name, str(one.label)) for one in self.fields]
        named += [(typed.name(row["key"]), str(row["label"])) for row in self.rows] if typed is not None else []
        return [(name, label, fault) for name, label in named for fault in self.form.faults.get(name, ())]

    @property
    def first(self) -> str:
        """The field that has the focus: the first that is wrong, else the first of the form."""
        asked = [one.name for one in self.fields if self.record is not None or one.bulk]
        return next((name for name, _, _ in self.faulty), asked[0] if asked else "")

    def typed(self, rows: TypedRows, row: Row) -> str:
        """What the field of a row shows: what was typed, else what is proposed."""
        name = rows.name(row["key"])
        if name in self.form.typed and request.method == "POST":
            return self.form.typed[name]
        return "" if rows.field.now is None else shown_value(rows.field, rows.field.now(row) or None)

    def value(self, one: ActionField) -> str:
        """What a field of the form shows: what was typed, else the present value."""
        if one.name in self.form.typed and request.method == "POST":
            return self.form.typed[one.name]
        return shown_value(one, self.present(one) or None, str((self.record or {}).get("currency") or ""))

    def seen(self, one: ActionField) -> str:
        """The value of a field with which the form was opened. After a conflict of it that is the present value: it was
        shown there."""
        was = request.form.get(f"was.{one.name}") if request.method == "POST" else None
        told = self.conflict is not None and any(field.name == one.name for field in self.conflict.fields)
        return self.present(one) if was is None or told else was

    def present(self, one: ActionField) -> str:
        """The present value of a field."""
        if one.now is None or self.record is None:
            return ""
        value = one.now(self.record)
        return "" if value is None else str(value)


def action_of(reader: Reader, name: str) -> Action:
    """The action of the page with a name; 404 for one that it does not have, `NotAllowed` for one that is not for the
    reader."""
    action = reader.page.actions.get(name)
    if action is None:
        abort(404)
    if not reader.may(action):
        raise NotAllowed(text("Your roles do not include this."))
    return action


def asked_for(reader: Reader, record: Row | None, names: Sequence[str]) -> Dialog | None:
    """The dialog that the address asks for with `do`, with what the address has of its fields."""
    name = request.args.get("do")
    if not name:
        return None
    action = action_of(reader, name)
    return Dialog(action, names, ActionForm(action, {one.name: "" for one in fields_of(action)}), record)
