"""What a page says after an action: a toast with undo, findings, outcomes row by row, and a conflict field by field."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from k2k_console.vocabulary.cells import Row
from k2k_core.errors import K2KError, NotAllowed


@dataclass(frozen=True)
class Toast:
    """What was done, and the entries of the audit that `undo` takes, if it can be undone; where there are none, `back`
    are the fields of a form of the page that takes it back."""

    text: str
    undo: Sequence[int] = ()
    back: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Finding:
    """A finding of the checks: its tone (`bad`, `warn`, `info`), code, sentence and what to do."""

    tone: str
    code: str
    text: str
    hint: str = ""

    @classmethod
    def of(cls, finding: Mapping[str, Any]) -> Finding:
        """A finding as the facade answers it."""
        tone = "bad" if finding["severity"] == "error" else "warn"
        return cls(tone, str(finding["code"]), str(finding["problem"]), str(finding["what_to_do"]))

    def stored(self) -> dict[str, Any]:
        """The form in which a session keeps it until the next page."""
        return {"tone": self.tone, "code": self.code, "text": self.text, "hint": self.hint}


@dataclass(frozen=True)
class Refusal:
    """A record to which an action was not done, and why."""

    key: str
    code: str
    text: str
    hint: str = ""

    @classmethod
    def of(cls, key: str, error: K2KError) -> Refusal:
        """Why the facade refused it; raises an error again that is not about the record alone."""
        if error.status >= 500 or isinstance(error, NotAllowed):
            raise error
        return cls(key, error.code, error.message, error.hint)


@dataclass(frozen=True)
class Outcome:
    """What an action did: the records to which it was done, and those that were refused. `undo` are the entries of the
    audit that take it back, `rows` what a `Preview` shows of it."""

    done: Sequence[str]
    refused: Sequence[Refusal] = ()
    answer: Any = None
    undo: Sequence[int] = ()
    rows: Sequence[Row] = ()

    @classmethod
    def of(cls, errors: Mapping[str, Mapping[str, Any] | None]) -> Outcome:
        """The outcome by record: its error as the facade answers it, or None."""
        refused = [
            Refusal(name, str(error["code"]), str(error["message"]), str(error.get("hint", "")))
            for name, error in errors.items()
            if error is not None
        ]
        return cls([name for name, error in errors.items() if error is None], refused)


@dataclass(frozen=True)
class Progress:
    """Work that takes long: a job of the facade, which a worker does. Its page says how far it is, and stops it."""

    job: str


@dataclass(frozen=True)
class ShownOnce:
    """What an answer has this one time: the page shows it in the dialog and stores it nowhere. `text` is None where a
    form was sent again; `label` says what it is, `about` what to do with it."""

    label: str
    text: str | None
    about: str


@dataclass(frozen=True)
class ConflictField:
    """A field that somebody else changed meanwhile: what it was, what it is (by whom, when), what was typed."""

    name: str
    label: str
    was: Any
    theirs: Any
    who: str | None
    when: str | None
    yours: Any


@dataclass(frozen=True)
class ConflictDialog:
    """Fields that two people changed at once: for each is chosen whose value stays."""

    fields: tuple[ConflictField, ...]
