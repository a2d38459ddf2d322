"""Checks of stored secrets: each can be decrypted, and is encrypted where there is a key."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from k2k_core.domain.answers.administration import StoredFault
from k2k_core.domain.secrets import MARK, PLAIN, UNREADABLE
from k2k_core.messages import Message
from k2k_core.store import tables
from k2k_core.store.database.session import Session
from k2k_core.store.encryption import VARIABLE
from k2k_core.store.verification.findings import fault

_ENDPOINT: Any = tables.Endpoint
_COMPANY: Any = tables.Company


def secrets(session: Session) -> Iterator[StoredFault]:
    """A secret that cannot be decrypted, and one that is stored as it is although there is a key."""
    columns = (_COMPANY.code, _ENDPOINT.code, _ENDPOINT.secret, _ENDPOINT.old_secret)
    for company, code, *found in session.rows(
        _ENDPOINT.select(*columns).join(_COMPANY, on=_COMPANY.id == _ENDPOINT.company_id).order_by(_ENDPOINT.id)
    ):
        subject = Message("webhook {endpoint} of {company}", endpoint=code, company=company)
        yield from _faults(session, subject, [one for one in found if one])
    rows = session.rows(_COMPANY.select(_COMPANY.code, _COMPANY.plugin_settings).order_by(_COMPANY.id))
    for company, by_plugin in rows:
        for plugin, settings in (by_plugin or {}).items():
            for name, value in settings.items():
                subject = Message("setting {name} of {plugin}, {company}", name=name, plugin=plugin, company=company)
                stored = isinstance(value, str) and value.startswith(MARK)
                yield from _faults(session, subject, [value] if stored else [])


def _faults(session: Session, subject: Message, stored: list[str]) -> Iterator[StoredFault]:
    for one in stored:
        state = session.encryption.state(one)
        if state == UNREADABLE:
            problem = Message("its secret cannot be decrypted with a key of {variable}", variable=VARIABLE)
            yield fault("secrets", subject, problem)
        elif state == PLAIN and session.encryption.has_keys:
            yield fault("secrets", subject, Message("its secret is not encrypted: run `k2k secrets rotate`"))
