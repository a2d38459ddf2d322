"""The check that nobody has changed something since it was read: its version, asked while it is held."""

from __future__ import annotations

from k2k_core.errors import VersionMismatch


def require_version(subject: str, present: int, yours: int | None) -> None:
    """Raise `VersionMismatch` unless `yours` is the present version; None asks for none. `subject` names what was read,
    as `customers/C-100`."""
    if yours is not None and yours != present:
        raise VersionMismatch(
            "{subject} is at version {version}, not {yours}: it has been changed since.",
            subject=subject,
            version=present,
            yours=yours,
        )
