"""Whether a secret can be guessed: short, of a small alphabet, a repetition, a counted row, a placeholder, or a text
that stands in the documentation."""

from __future__ import annotations

import hashlib
import re
from itertools import pairwise

LEAST_OF_KEY, LEAST_OF_PASSWORD = 12, 3
"""How many different runs of three characters a key and a password have, apart from words that everybody tries."""

PLACEHOLDERS = (
    *("changeme", "change", "replace", "replaceme", "default", "example", "sample", "secret", "secrets", "password"),
    *("passwords", "passwd", "passwort", "passphrase", "insecure", "unsafe", "django", "flask", "administrator"),
    *("admin", "root", "user", "development", "production", "staging", "testing", "test", "dev", "prod", "demo"),
    *("localhost", "local", "session", "sessions", "cookie", "signing", "encryption", "token", "random", "value"),
    *("string", "text", "characters", "generate", "generated", "placeholder", "todo", "fixme", "letmein", "welcome"),
    *("qwerty", "qwertz", "asdf", "yxcv", "foobar", "your", "please", "super", "very", "long", "this", "that", "some"),
    *("here", "with", "must", "not", "for", "the", "and", "key", "my", "me", "k2k", "contraseña", "clave", "secreta"),
)
"""Words of placeholders; what is left of a secret without them counts."""

PRINTED = frozenset(("84c8c47d3e0ca18f", "696899c705ec85ed", "07894bb3a4831656", "169ddd8e780eb472"))
"""Digests of the random-looking texts that the documentation and the examples print (`digest`)."""

_PLACEHOLDERS = re.compile("|".join(sorted(PLACEHOLDERS, key=len, reverse=True)))


def digest(text: str) -> str:
    """What `PRINTED` holds of a text."""
    return hashlib.sha256(text.strip().encode()).hexdigest()[:16]


def guessable(text: str, least: int = LEAST_OF_KEY) -> bool:
    """Whether somebody who knows K2K and its documentation can guess a secret."""
    return digest(text) in PRINTED or _repeats(text) or _variety(text) < least


def _repeats(text: str) -> bool:
    """Whether a text is a shorter one several times."""
    return text in (text + text)[1:-1]


def _variety(text: str) -> int:
    """How many different runs of three characters are left of a text without placeholders and counted rows."""
    left = _PLACEHOLDERS.sub("", re.sub(r"[\W_]", "", text.casefold()))
    kept = left[:1] + "".join(new for old, new in pairwise(left) if abs(ord(new) - ord(old)) > 1)
    return len({kept[place : place + 3] for place in range(len(kept) - 2)})
