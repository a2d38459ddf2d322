"""A quarantine: a contribution of a plugin that is no longer called for one company, until a person lifts it.

It begins in the process in which the contribution kept failing, and is stored with the company's set-up, so that it is
in force in every process and after a restart (architecture section 2).
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any, NamedTuple

from k2k_core.clock import moment_text
from k2k_core.messages import as_stored, from_stored

StoredQuarantines = Mapping[str, Mapping[str, Any]]
"""The quarantines of a company as JSON, by contribution."""


class Quarantine(NamedTuple):
    """Since when a contribution is no longer called, by the clock of the machine; its `state` in words; the `problem`
    of its last call; how many calls it had in that process until then, and how many of them failed."""

    plugin: str
    contribution: str
    since: dt.datetime
    state: str
    problem: str
    calls: int
    failures: int
    process: str

    def stored(self) -> dict[str, Any]:
        """It as JSON."""
        return {
            **self._asdict(),
            "since": moment_text(self.since),
            "state": as_stored(self.state),
            "problem": as_stored(self.problem),
        }


def stored_quarantine(found: Mapping[str, Any]) -> Quarantine:
    """The quarantine that was stored."""
    return Quarantine(
        found["plugin"],
        found["contribution"],
        dt.datetime.fromisoformat(found["since"]),
        from_stored(found["state"]),
        from_stored(found["problem"]),
        found["calls"],
        found["failures"],
        found["process"],
    )
