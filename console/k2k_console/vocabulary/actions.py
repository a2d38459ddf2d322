"""Action: one verb of the facade as a button, with its fields and the way in which it is confirmed."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from k2k_console.vocabulary.cells import Plural, Row, Show

if TYPE_CHECKING:
    from k2k_console.vocabulary.feedback import Outcome
    from k2k_console.vocabulary.lists import Column
    from k2k_core.api import K2K

CONFIRMATIONS = (None, "count", "effect", "pending", "typed")
"""How an action is confirmed: not at all; by naming the number of rows; in a dialog that shows the effect; in one that
shows the lines which are not checked out; by typing CONFIRM with a reason (design of the console, "Confirmation")."""


@dataclass(frozen=True)
class Call:
    """A call of a verb: for whom, on which records, with which values and under which idempotency key."""

    k2k: K2K
    company: str
    keys: Sequence[str]
    values: Mapping[str, Any]
    key: str
    expected: Mapping[str, Any] = field(default_factory=dict)
    """The values of fields that were seen when the form was opened."""
    anyway: bool = False
    """Whether it is saved in spite of findings that are errors."""
    version: int | None = None
    """The version of the record that its dialog has shown."""
    shown: Mapping[str, str] = field(default_factory=dict)
    """The values that its preview has shown."""


def key_of_part(key: str, part: str) -> str:
    """The idempotency key of a part of what a form asks for: a form that is sent twice does each part once."""
    return hashlib.sha256(f"{key} {part}".encode()).hexdigest()


@dataclass(frozen=True)
class Download:
    """The answer of an action that is a file."""

    content: bytes
    media_type: str
    name: str


@dataclass(frozen=True)
class Lookup:
    """The records of a `collection` that a field names by their code; `about` is the field that says what each is."""

    collection: str
    about: str


@dataclass(frozen=True)
class Every:
    """All rows of a list that an action is done to without a tick on each: those that `filters` of the facade find and
    that `fits`; `fields` are what that reads. `nothing` is said where no row does."""

    filters: Mapping[str, Any]
    fields: Sequence[str]
    fits: Callable[[Row], bool]
    nothing: str


@dataclass(frozen=True)
class Field:
    """A field of an action's form, by the name of the argument. `kind`: `text`, `code`, `choice`, `switch`, `date`,
    `number`, `whole`, `money` or `cut_off` (a time of day, or that nothing is shipped); `about` says its effect in a
    sentence.
    `now` is its present value on a record: only a value that differs is sent, with the one that was seen."""

    name: str
    label: str
    kind: str = "text"
    about: str = ""
    needed: bool = False
    choices: Mapping[str, str] = field(default_factory=dict)
    now: Show | None = None
    longest: int = 200
    bulk: bool = True
    """Whether it is asked for several records too."""
    lookup: Lookup | None = None
    """The records that it names, which are found while one types."""
    unit: str = ""
    least: str = ""
    below: str = ""
    """The limits of a number; `below` is none of them itself."""
    audited: tuple[str, str] = ("", "")
    """The subject and the field under which the audit has its changes (`last_change`)."""


@dataclass(frozen=True)
class PendingLines:
    """The step of a confirmation that shows the lines of a record which would be dropped, beside those which are ready;
    `argument` is what drops them."""

    rows: Callable[[Row], Sequence[Row]]
    ready: Callable[[Row], Sequence[Row]]
    argument: str = "drop_pending"
    wait: Action | None = None
    """What can be done instead: to be told when they wait no more."""


@dataclass(frozen=True)
class TypedRows:
    """Rows in the dialog of an action on a record, in each of which the same `field` is typed: `rows` takes the record,
    and each row has a `key` of its own. `columns` stand beside the field, whose `now` proposes a value. What was typed
    is the value of the field: a mapping by the keys, without the rows that were left blank. `counted` is what a number
    of rows is called."""

    rows: Callable[[Row], Sequence[Row]]
    columns: tuple[Column, ...]
    field: Field
    counted: Plural
    empty: str = ""
    """What is said where there is no row."""

    def name(self, key: str) -> str:
        """The name of the field of a row in its form."""
        return f"{self.field.name}.{key}"


@dataclass(frozen=True)
class Preview:
    """The step of an action on several records that shows what it would do to each. `read` asks the facade for that, as
    a dry run: the answer is an `Outcome` whose `rows` stand in `columns`. What would be refused is named, and left out
    when the action is done. With `key` and `value`, fields of its rows, the values that were shown go with it as
    `Call.shown`, by their keys: what moved since is refused there."""

    read: Callable[[Call], Outcome]
    columns: tuple[Column, ...]
    key: str = ""
    value: str = ""


@dataclass(frozen=True)
class Action:
    """A verb of the facade on a record, or with `bulk` on several. `roles` are those that may; without them the
    facade's own table of roles says who, among the roles of the page.

    * `subject`: the argument that names the record, empty for an action on none. With several the facade takes them as
      `rows`, where it has these; else it is called for each.
    * `values`: the argument that takes the fields as a mapping (`values` of `set`); None where each is an argument.
    * `many`: the label for one and for several rows, as `Confirm %(count)d orders`; `done` and `many_done`: what was
      done, as `%(name)s is confirmed` and `%(count)d orders are confirmed`. `says` tells it from the name of the
      record and the answer, where that differs.
    * `typed_rows`: rows of the record in which something is typed.
    * `preview`: what it would do to several records is shown before it is done.
    * `call`: calls the verb instead, where its arguments take more than the fields.
    * `told`: its dialog says whom it notifies (`who_is_told`).
    * `tally`: the `Tally` of the list that its button names beside the number of rows.
    * `every`: it is done to all rows of the list that fit. `undo`: the action that takes it back, where the
      answer names no change in the audit; `undo_name` takes the answer and returns the record to which that is done,
      where it is another one.
    * `conflict_name`: what a field of a conflict is called, by its subject and name, where the form does not have it.
    * `about_what`: what its dialog names of a record, where that is not the record itself.
    * `file`: its answer is a `Download`. `when`: whether a record can have it now. `key`: its key on the keyboard.
    """

    verb: str
    label: str
    subject: str
    done: str
    many: Plural = ("", "")
    many_done: Plural = ("", "")
    roles: tuple[str, ...] | None = None
    name: str = ""
    icon: str = ""
    tone: str = ""
    fields: tuple[Field, ...] = ()
    typed_rows: TypedRows | None = None
    values: str | None = None
    given: Mapping[str, Any] = field(default_factory=dict)
    confirm: str | None = None
    pending: PendingLines | None = None
    preview: Preview | None = None
    about: str = ""
    key: str = ""
    bulk: bool = False
    file: bool = False
    told: bool = False
    call: Callable[[Call], Any] | None = None
    when: Callable[[Row], bool] | None = None
    tally: str = ""
    every: Every | None = None
    conflict_name: Callable[[str, str], str] | None = None
    undo: Action | None = None
    undo_name: Callable[[Any], str] | None = None
    about_what: Show | None = None
    says: Callable[[str, Any], str] | None = None

    @property
    def address(self) -> str:
        """Its name in addresses."""
        return self.name or self.verb

    @property
    def asks(self) -> bool:
        """Whether it has a dialog before it is done to one record."""
        return bool(self.fields) or self.typed_rows is not None or self.confirm not in (None, "count")

    @property
    def lookups(self) -> Mapping[str, Lookup]:
        """The records that its fields name, by the names of the fields."""
        fields = self.fields if self.typed_rows is None else (*self.fields, self.typed_rows.field)
        return {one.name: one.lookup for one in fields if one.lookup is not None}

    def applies(self, row: Row) -> bool:
        """Whether a record can have it now."""
        return self.when is None or self.when(row)
