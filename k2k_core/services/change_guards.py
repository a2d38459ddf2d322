"""Guards of a change: that nobody else has changed the record, or some of its fields, meanwhile.

Both are checked inside the transaction, while the record is locked: of two callers who have read the same, one writes
and the other learns who did, and what.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple

from k2k_core.clock import moment_text
from k2k_core.errors import Conflict
from k2k_core.store.database.session import Session
from k2k_core.store.database.versions import require_version
from k2k_core.store.events import audit_trail

Fields = Mapping[str, Any]


class Subject(NamedTuple):
    """The subject of a change: as callers name it (`customers/C-100`), and as the audit does."""

    path: str
    company_id: int
    audited: str
    actions: Collection[str]


@dataclass(frozen=True)
class Guard:
    """The version that the caller has read, and the expected values of fields; None for no check."""

    version: int | None = None
    expected: Fields | None = None

    def require(self, session: Session, subject: Subject, version: int, present: Fields) -> None:
        """Raise `VersionMismatch`, or `Conflict` with the fields that are not as expected (`fields`: `field, was,
        theirs, who, when`)."""
        require_version(subject.path, version, self.version)
        expected = self.expected or {}
        moved = [name for name, value in expected.items() if present.get(name) != value]
        if moved:
            fields = [difference(session, subject, name, expected[name], present.get(name)) for name in moved]
            raise Conflict(
                "{subject} has been changed since: {names}.", subject=subject.path, names=moved, fields=fields
            )


def difference(
    session: Session, subject: Subject, field: str, was: Any, theirs: Any, *, anything: bool = False
) -> dict[str, Any]:
    """How a field differs from the expected value, and who changed it last, or `anything` of the subject."""
    named = None if anything else field
    last = audit_trail.last_change(session, subject.company_id, subject.audited, subject.actions, named)
    return {
        "field": field,
        "was": was,
        "theirs": theirs,
        "who": None if last is None else last.person,
        "when": None if last is None else moment_text(last.at),
    }
