"""Addresses that a mail can be sent to (RFC 5321), and their form in a mail: the domain in ASCII (IDNA)."""

from __future__ import annotations

import re

LONGEST_NAME = 64
"""The most characters before the at sign."""

LONGEST_DOMAIN = 253

_NAME = re.compile(r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+(\.[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+)*")
_LABEL = re.compile(r"[A-Za-z0-9]([A-Za-z0-9-]{0,61}[A-Za-z0-9])?")
_AMBIGUOUS = frozenset("ßς\u200c\u200d")
"""Letters that the two versions of IDNA write differently: a mail could reach somebody else."""


def in_ascii(address: str) -> str | None:
    """The address as a mail has it, `ana@xn--exmple-cua.example`; None if no mail can reach it."""
    name, at, domain = address.rpartition("@")
    if not at or len(name) > LONGEST_NAME or not _NAME.fullmatch(name) or _AMBIGUOUS & {*domain}:
        return None
    try:
        written = domain.encode("idna").decode("ascii")
    except UnicodeError:
        return None
    if len(written) > LONGEST_DOMAIN or not all(_LABEL.fullmatch(label) for label in written.split(".")):
        return None
    return f"{name}@{written}"
