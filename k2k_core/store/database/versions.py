"""Optimistic locking: the check, under a lock, that a version is still the one that was read."""

from __future__ import annotations

from k2k_core.errors import VersionMismatch


def require_version(subject: str, present: int, yours: int | None) -> None:
    """Raise `VersionMismatch` unless `yours` is the present version; None is not checked. `subject` names what was
    read, as `customers/C-100`."""
    if yours is not None and yours != present:
        raise VersionMismatch(
            "{subject} is at version {version}, not {yours}: it has been changed since.",
            subject=subject,
            version=present,
            yours=yours,
        )
