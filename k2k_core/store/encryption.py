"""Secrets at rest: what is secret in the database is encrypted with a key that is not in it.

The keys are in the environment, `K2K_ENCRYPTION_KEYS`: the first one encrypts, each of them decrypts, so that keys can
be rotated. Backups and copies have what is encrypted. Without a key secrets are stored as they are, which production
refuses.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from functools import cached_property
from typing import TYPE_CHECKING

from k2k_core.domain.secrets import CURRENT, MARK, OLDER, PLAIN, UNREADABLE
from k2k_core.errors import EncryptionKeyMissing, NotConfigured, SecretUnreadable
from k2k_core.required_packages import API, require_extra

if TYPE_CHECKING:
    from cryptography.fernet import Fernet

VARIABLE = "K2K_ENCRYPTION_KEYS"


class Encryption:
    """The keys of an installation, newest first. `required`: no secret is stored without one."""

    def __init__(self, keys: tuple[str, ...] = (), *, required: bool = False) -> None:
        self._keys = keys
        self.required = required

    @property
    def has_keys(self) -> bool:
        """Whether secrets can be encrypted."""
        return bool(self._keys)

    def encrypted(self, text: str) -> str:
        """A secret as it is stored. Raises `EncryptionKeyMissing` where a key is required and there is none."""
        if self._keys:
            return MARK + self._ciphers[0].encrypt(text.encode()).decode("ascii")
        if self.required:
            raise EncryptionKeyMissing("Secrets are stored encrypted: set {variable}.", variable=VARIABLE)
        return text

    def decrypted(self, stored: str) -> str:
        """A stored secret as it is used. Raises `SecretUnreadable`."""
        number, text = self._opened(stored)
        if number is None:
            raise SecretUnreadable(
                "A secret is encrypted with a key that is not in {variable}. Nothing is lost: add that key.",
                variable=VARIABLE,
            )
        return text

    def state(self, stored: str) -> str:
        """How a secret is stored: one of `PLAIN`, `CURRENT`, `OLDER` and `UNREADABLE`."""
        if not stored.startswith(MARK):
            return PLAIN
        number, _ = self._opened(stored)
        return UNREADABLE if number is None else OLDER if number else CURRENT

    def _opened(self, stored: str) -> tuple[int | None, str]:
        """Which key a secret is encrypted with, and the secret."""
        if not stored.startswith(MARK):
            return 0, stored
        if not self._ciphers:
            return None, ""
        from cryptography.fernet import InvalidToken  # loaded where something is encrypted

        for number, cipher in enumerate(self._ciphers):
            try:
                return number, cipher.decrypt(stored.removeprefix(MARK)).decode()
            except InvalidToken:
                continue
        return None, ""

    @cached_property
    def _ciphers(self) -> list[Fernet]:
        require_extra(API)
        from cryptography.fernet import Fernet  # loaded where something is encrypted

        return [Fernet(key) for key in self._keys]


NO_ENCRYPTION = Encryption()


def read_encryption(environ: Mapping[str, str] | None = None, *, required: bool = False) -> Encryption:
    """The keys of the environment. Raises `NotConfigured` for a text that is no key."""
    given = (os.environ if environ is None else environ).get(VARIABLE, "")
    keys = tuple(one for one in given.replace(",", " ").split() if one)
    made = Encryption(keys, required=required)
    if keys:
        _require_ciphers(made)
    return made


def new_key() -> str:
    """A new random key."""
    require_extra(API)
    from cryptography.fernet import Fernet  # loaded where something is encrypted

    return Fernet.generate_key().decode("ascii")


def _require_ciphers(encryption: Encryption) -> None:
    try:
        encryption.state(MARK)
    except ValueError:
        raise NotConfigured(
            "{variable} has a text that is no key: `k2k secrets key` makes one. Several are separated by commas, the "
            "newest first.",
            variable=VARIABLE,
        ) from None
