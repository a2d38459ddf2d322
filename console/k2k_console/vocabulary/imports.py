"""Import steps: a file of records in three steps, the file, a look at what each row would change, and what was done."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from k2k_console.translations import later
from k2k_console.vocabulary.actions import Action
from k2k_console.vocabulary.cells import Plural

CREATED, CHANGED, UNCHANGED, REFUSED = "created", "changed", "unchanged", "refused"


@dataclass(frozen=True)
class ImportSteps:
    """The import of a collection from a file (`import_rows`). `title` is what its page is called, `about` says what a
    row is, and `counted` is what a number of records is called."""

    collection: str
    title: str
    about: str
    counted: Plural
    adds: bool = False
    """Whether the boxes of a file can also be added to those of lots of vendor availability (`import_availability`)."""

    @property
    def action(self) -> Action:
        """The button that leads to it; the facade's own table of roles says for whom."""
        return Action("import_rows", later("Import"), "collection", "", name="import", icon="upload")


@dataclass(frozen=True)
class CellChange:
    """A field of a record that a row changes: from what to what."""

    column: str
    was: Any
    now: Any


@dataclass(frozen=True)
class CellFault:
    """What is wrong with a cell, or with the row where there is no column; the nearest code that exists."""

    column: str
    given: Any
    text: str
    nearest: str = ""

    @property
    def typed(self) -> str | None:
        """The cell as it is typed again; None for one that is no single text."""
        if isinstance(self.given, list) and all(isinstance(one, str) for one in self.given):
            return "; ".join(self.given)
        return self.given or "" if self.given is None or isinstance(self.given, str) else None


@dataclass(frozen=True)
class ImportedRow:
    """A row of a file by its number in the spreadsheet: what is done with it, and why it is refused."""

    number: int | None
    code: str
    outcome: str
    changes: Sequence[CellChange] = ()
    faults: Sequence[CellFault] = ()

    @classmethod
    def of(cls, row: Mapping[str, Any]) -> ImportedRow:
        """A row as the facade answers it; of a look, the changes of what the file has, without those that follow."""
        given = row.get("values") or {}
        faults = [
            CellFault(one["column"], _part(given, one["column"]), one["message"], one.get("nearest", ""))
            for one in row["faults"]
        ]
        if not faults and row["outcome"] == REFUSED and row.get("error"):
            faults = [CellFault("", None, row["error"]["message"])]
        changes = [
            one
            for one in _changes(row.get("before") or {}, row.get("after") or {})
            if not given or one.column.partition(".")[0] in given
        ]
        return cls(row["row"], str(row["code"] or ""), row["outcome"], changes, faults)


def _part(values: Mapping[str, Any], column: str) -> Any:
    """The value of a column, which names a field or a part of one."""
    found: Any = values
    for name in column.split("."):
        found = found.get(name) if isinstance(found, Mapping) else None
    return found


def _changes(before: Mapping[str, Any], after: Mapping[str, Any], prefix: str = "") -> Iterator[CellChange]:
    """The cells that differ, part by part where a field has parts."""
    for name in dict.fromkeys((*before, *after)):
        was, now = before.get(name), after.get(name)
        if isinstance(was, Mapping) or isinstance(now, Mapping):
            whole = [one if isinstance(one, Mapping) else {} for one in (was, now)]
            yield from _changes(whole[0], whole[1], f"{prefix}{name}.")
        elif was != now and not (not before and now in (None, "", False, [])):
            yield CellChange(f"{prefix}{name}", was, now)
