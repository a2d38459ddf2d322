"""Use case: the rotation of the key that secrets are stored with (`k2k secrets`, `k2k migrate`).

A hundred webhooks or the settings of one company at a time, each in a transaction of its own: whoever is interrupted
begins again, and what has the first key already is left as it is.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping
from functools import partial
from typing import Any, NamedTuple

from k2k_core.domain.roles import READING
from k2k_core.domain.secrets import CURRENT, OLDER, PLAIN, UNREADABLE
from k2k_core.errors import EncryptionKeyMissing, NotAllowed
from k2k_core.messages import Message
from k2k_core.services.context import ServiceContext
from k2k_core.services.journal import Change, audit
from k2k_core.store.database.session import Session
from k2k_core.store.encryption import VARIABLE, Encryption
from k2k_core.store.events import stored_endpoint_secrets
from k2k_core.store.events.stored_endpoint_secrets import EndpointSecrets
from k2k_core.store.master_data import companies
from k2k_core.store.master_data.plugin_secrets import decrypted, encrypted, state

AT_ONCE = 100
ROTATED = "secrets.rotated"
NOTHING: Mapping[str, int] = {PLAIN: 0, CURRENT: 0, OLDER: 0, UNREADABLE: 0}


class Secrets(NamedTuple):
    """How many secrets are stored in which way, how many were encrypted anew, and what cannot be decrypted."""

    states: dict[str, int]
    rotated: int
    unreadable: list[Message]


class _Count:
    """What has been met so far."""

    def __init__(self) -> None:
        self.states, self.rotated, self.unreadable = dict(NOTHING), 0, list[Message]()

    def met(self, state: str, subject: Message) -> None:
        self.states[state] += 1
        if state == UNREADABLE:
            self.unreadable.append(subject)


def check(context: ServiceContext) -> Secrets:
    """How the secrets of the network are stored. For the host and for operators."""
    return _walk(context, frozenset())


def rotate(context: ServiceContext) -> Secrets:
    """Encrypt every secret with the first key that has another one, or none. What cannot be decrypted stays as it is.

    Raises `EncryptionKeyMissing` without a key.
    """
    if not context.store.encryption.has_keys:
        raise EncryptionKeyMissing("Secrets are encrypted with a key: set {variable}.", variable=VARIABLE)
    return _walk(context, frozenset((PLAIN, OLDER)))


def encrypt_plain(context: ServiceContext) -> int:
    """Encrypt what is stored as it is, where there is a key; returns how many. Raises `EncryptionKeyMissing` where one
    is required and missing, and something is plain."""
    encryption = context.store.encryption
    if encryption.has_keys:
        return _walk(context, frozenset((PLAIN,))).rotated
    if encryption.required and (plain := _walk(context, frozenset()).states[PLAIN]):
        raise EncryptionKeyMissing(
            "{count} {count:secret is|secrets are} not encrypted: set {variable} and migrate again.",
            count=plain,
            variable=VARIABLE,
        )
    return 0


def _walk(context: ServiceContext, stale: Collection[str]) -> Secrets:
    """Meet every secret, and encrypt those anew whose state is one of these."""
    if not (context.actor.host or context.actor.operator):
        raise NotAllowed("The secrets of the whole network are for whoever runs it.", action=READING)
    count, last = _Count(), 0
    while found := _read(context, partial(stored_endpoint_secrets.after, endpoint_id=last, most=AT_ONCE)):
        _endpoints(context, found, stale, count)
        last = found[-1].id
    for company_id, code in _read(context, companies.with_plugin_settings):
        _settings(context, company_id, code, stale, count)
    return Secrets(count.states, count.rotated, count.unreadable)


def _read(context: ServiceContext, read: Callable[[Session], Any]) -> Any:
    with context.store.whole_network.reading() as session:
        return read(session)


def _endpoints(context: ServiceContext, found: list[EndpointSecrets], stale: Collection[str], count: _Count) -> None:
    encryption = context.store.encryption
    changed = []
    for one in found:
        subject = Message("webhook {endpoint} of {company}", endpoint=one.code, company=one.company)
        states = [encryption.state(secret) for secret in one.secrets]
        for one_state in states:
            count.met(one_state, subject)
        if set(states) & set(stale):
            changed.append(one)

    def work(session: Session) -> int:
        done = 0
        for one in changed:
            renewed = [_renewed(encryption, secret, stale) for secret in one.secrets]
            if stored_endpoint_secrets.replace(session, one, renewed):
                done += sum(new != old for new, old in zip(renewed, one.secrets, strict=True))
                audit(
                    session, context.actor, one.company_id, ROTATED, one.code, Change(after={"secrets": len(renewed)})
                )
        return done

    if changed:
        count.rotated += context.store.whole_network.transact(work)


def _renewed(encryption: Encryption, secret: str, stale: Collection[str]) -> str:
    return encryption.encrypted(encryption.decrypted(secret)) if encryption.state(secret) in stale else secret


def _settings(context: ServiceContext, company_id: int, code: str, stale: Collection[str], count: _Count) -> None:
    found = dict(
        _secret_settings(context, _read(context, lambda session: companies.plugin_settings(session, company_id)))
    )
    encryption = context.store.encryption
    for (plugin, name), value in found.items():
        subject = Message("setting {name} of {plugin}, {company}", name=name, plugin=plugin, company=code)
        count.met(state(encryption, value), subject)
    if not any(state(encryption, value) in stale for value in found.values()):
        return

    def work(session: Session) -> int:
        companies.lock(session, [company_id])
        stored = companies.plugin_settings(session, company_id)
        now = {one: value for one, value in _secret_settings(context, stored) if state(encryption, value) in stale}
        for (plugin, name), value in now.items():
            stored[plugin][name] = encrypted(encryption, decrypted(encryption, value))
        companies.change(session, company_id, {"plugin_settings": stored})
        after = {"settings": sorted(f"{plugin}.{name}" for plugin, name in now)}
        audit(session, context.actor, company_id, ROTATED, code, Change(after=after))
        return len(now)

    count.rotated += context.store.whole_network.transact(work)


def _secret_settings(
    context: ServiceContext, stored: Mapping[str, Mapping[str, Any]]
) -> Iterator[tuple[tuple[str, str], Any]]:
    for plugin, settings in stored.items():
        names = context.plugins.secret_settings(plugin)
        for name, value in settings.items():
            # Of a plugin that is not installed nobody knows what is secret; what is encrypted was.
            if (name in names and value not in (None, "")) or state(context.store.encryption, value) != PLAIN:
                yield (plugin, name), value
