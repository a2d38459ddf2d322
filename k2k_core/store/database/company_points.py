"""The points of companies that a unit of work of several calls has read, so that it reads none of them twice."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from k2k_core.store.database.session import Session

Point = tuple[int, str, int, int]
"""A company at one moment: id, code, change sequence, lot sequence."""


def known_points(session: Session) -> dict[int, Point]:
    """The points that have been read, by id; of one call alone none is remembered."""
    known: dict[int, Point] = {} if session.memory is None else session.memory.setdefault("points", {})
    return known


def note_points(session: Session, rows: Iterable[tuple[Any, ...]]) -> list[Point]:
    """Remember points that were read, which may be the first columns of rows; those points."""
    points = [(row[0], row[1], row[2], row[3]) for row in rows]
    known_points(session).update((point[0], point) for point in points)
    return points
