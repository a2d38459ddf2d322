"""Settings of plugins that a plugin declares as secret: stored encrypted, and in no answer and no audit entry.

Where one is shown, `***` stands for it; whoever sends `***` back leaves it as it is.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from k2k_core.domain.secrets import MARK, MASK
from k2k_core.errors import Invalid
from k2k_core.services.context import ServiceContext
from k2k_core.store.encryption import Encryption
from k2k_core.store.master_data.plugin_secrets import encrypted

REPLACED = "*** (new)"
"""What the audit says of a secret that was replaced."""


def given(context: ServiceContext, company: str, plugin: str, settings: Mapping[str, Any]) -> Mapping[str, Any]:
    """New settings of a plugin, each masked secret as the company has it. Raises `Invalid` for a text that would be
    read as encrypted."""
    if not isinstance(settings, Mapping):
        return settings
    if any(isinstance(value, str) and value.startswith(MARK) for value in settings.values()):
        raise Invalid("A setting does not begin with {mark}: it would be read as encrypted.", mark=MARK)
    masks = [name for name in context.plugins.secret_settings(plugin) if settings.get(name) == MASK]
    if not masks:
        return settings
    with context.store.reading() as session:
        own = context.snapshots.get(session, company).company.plugin_settings.get(plugin, {})
    return {
        name: own.get(name) if name in masks else value
        for name, value in settings.items()
        if name not in masks or name in own
    }


def shown(context: ServiceContext, plugin: str, settings: Mapping[str, Any]) -> dict[str, Any]:
    """Settings as they are answered, each secret masked."""
    names = context.plugins.secret_settings(plugin)
    return {name: mask(value) if name in names else value for name, value in settings.items()}


def mask(value: object) -> object:
    """What is shown of a secret: whether there is one."""
    return value if value in (None, "") else MASK


def audited(
    context: ServiceContext, plugin: str, before: Mapping[str, Any], after: Mapping[str, Any]
) -> tuple[dict[str, Any], dict[str, Any]]:
    """A change of settings as the audit has it."""
    hidden = shown(context, plugin, after)
    replaced = {name for name in before if name in after and before[name] != after[name]}
    secret = context.plugins.secret_settings(plugin) & replaced
    return shown(context, plugin, before), {**hidden, **dict.fromkeys(secret, REPLACED)}


def stored(context: ServiceContext, encryption: Encryption, plugin: str, settings: Mapping[str, Any]) -> dict[str, Any]:
    """Settings as they are stored. Raises `EncryptionKeyMissing`."""
    names = context.plugins.secret_settings(plugin)
    return {
        name: encrypted(encryption, value) if name in names and value not in (None, "") else value
        for name, value in settings.items()
    }
