"""Secret settings of plugins, which are stored encrypted among the others: any JSON, as text."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from k2k_core.domain.secrets import PLAIN, UNREADABLE
from k2k_core.store.database.session import Session
from k2k_core.store.encryption import Encryption
from k2k_core.store.fields import canonical_json


def encrypted(encryption: Encryption, value: object) -> object:
    """One secret as it is stored. Raises `EncryptionKeyMissing`."""
    return encryption.encrypted(canonical_json(value)) if encryption.has_keys or encryption.required else value


def decrypted(encryption: Encryption, stored: Any) -> Any:
    """One setting as it is used. Raises `SecretUnreadable`."""
    return stored if state(encryption, stored) == PLAIN else json.loads(encryption.decrypted(stored))


def state(encryption: Encryption, stored: object) -> str:
    """How one setting is stored."""
    return encryption.state(stored) if isinstance(stored, str) else PLAIN


def readable(session: Session, settings: Mapping[str, Any]) -> dict[str, Any]:
    """The settings of one plugin as it uses them; a secret that cannot be decrypted stays as it is."""
    encryption = session.encryption
    return {
        name: value if state(encryption, value) == UNREADABLE else decrypted(encryption, value)
        for name, value in settings.items()
    }
