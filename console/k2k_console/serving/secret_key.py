"""The key that signs sessions: from the environment, or created once in a file that only its owner can read."""

from __future__ import annotations

import os
import secrets
import tempfile
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path

from k2k_core.errors import NotConfigured
from k2k_core.settings.delivery_settings import in_production
from k2k_core.settings.secret_strength import guessable

VARIABLE = "K2K_SECRET_KEY"
KEY_FILE = "secret.key"
SHORTEST = 32


def require_good_key(key: str, *, production: bool) -> None:
    """Raise `NotConfigured` for a missing key, and in production for one that can be guessed."""
    if not key:
        raise NotConfigured("The console needs a key for its sessions: set {variable}.", variable=VARIABLE)
    if production and (len(key) < SHORTEST or guessable(key)):
        raise NotConfigured(
            "{variable} can be guessed: in production it is a random text of at least {least} characters.",
            variable=VARIABLE,
            least=SHORTEST,
        )


def secret_key(folder: Path, environ: Mapping[str, str]) -> str:
    """The key of this installation: `K2K_SECRET_KEY`, else (never in production) a file in `folder`, created once."""
    given = environ.get(VARIABLE, "")
    if given or in_production(environ):
        require_good_key(given, production=in_production(environ))
        return given
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / KEY_FILE
    if not path.exists():
        _make(path)
    return path.read_text(encoding="ascii").strip()


def _make(path: Path) -> None:
    """Create the file atomically: of several processes that start at once, one creates it and all read the same key."""
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=path.name)  # for its owner's eyes only
    try:
        with os.fdopen(handle, "w", encoding="ascii") as file:
            file.write(secrets.token_urlsafe(48) + "\n")
        with suppress(FileExistsError):
            os.link(name, path)
    finally:
        os.unlink(name)
