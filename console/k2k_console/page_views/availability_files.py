"""Files of vendor availability whose boxes are added to those that a lot has, in the steps of an import.

The facade imports such a file as a whole or not at all, and answers it in a form of its own.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from typing import Any

from k2k_console.page_views.reader import Reader
from k2k_console.vocabulary.imports import CHANGED, CREATED, REFUSED, UNCHANGED
from k2k_core.domain.availability_columns import INCREASE


def looked_at(reader: Reader, content: bytes) -> dict[str, Any]:
    """What a file would add, as the answer of `import_rows`. Raises what the facade raises."""
    return _as_rows(reader.k2k.import_availability(reader.company, content, mode=INCREASE, dry_run=True))


def added(reader: Reader, content: bytes, key: str) -> dict[str, Any]:
    """Add the boxes of a file. Raises what the facade raises."""
    return _as_rows(reader.k2k.import_availability(reader.company, content, mode=INCREASE, key=key))


def _as_rows(answer: Mapping[str, Any]) -> dict[str, Any]:
    faulty: dict[int, list[Mapping[str, Any]]] = defaultdict(list)
    for fault in answer["faults"]:
        faulty[fault["row"]].append(fault)
    rows = [_lot(one) for one in answer["lots"]]
    rows += [{"row": row, "code": "", "outcome": REFUSED, "faults": faults} for row, faults in faulty.items()]
    counts = {name: sum(row["outcome"] == name for row in rows) for name in (CREATED, CHANGED, UNCHANGED, REFUSED)}
    return {"rows": rows, "counts": counts, "findings": answer["findings"]}


def _lot(one: Mapping[str, Any]) -> dict[str, Any]:
    outcome = CREATED if one["before"] is None else UNCHANGED if one["before"] == one["after"] else CHANGED
    return {
        "row": None,
        "code": one["lot"],
        "outcome": outcome,
        "faults": [],
        **{n: one[n] for n in ("before", "after")},
    }
