"""The error of a reader that is behind what is cached."""

from __future__ import annotations


class StaleSnapshot(Exception):
    """The snapshot of this unit of work is older than what is cached."""
