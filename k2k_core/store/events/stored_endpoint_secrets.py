"""The secrets of webhook endpoints as they are stored, for the rotation of the key that encrypts them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

from k2k_core.store import tables
from k2k_core.store.database.session import Session

_ENDPOINT: Any = tables.Endpoint
_COMPANY: Any = tables.Company


class EndpointSecrets(NamedTuple):
    """The secrets of one endpoint: the present one, and the one before it where there is one."""

    id: int
    company_id: int
    company: str
    code: str
    secrets: list[str]


def after(session: Session, endpoint_id: int, most: int) -> list[EndpointSecrets]:
    """The next endpoints of the network, by id."""
    columns = (
        _ENDPOINT.id,
        _ENDPOINT.company_id,
        _COMPANY.code,
        _ENDPOINT.code,
        _ENDPOINT.secret,
        _ENDPOINT.old_secret,
    )
    query = _ENDPOINT.select(*columns).join(_COMPANY, on=_COMPANY.id == _ENDPOINT.company_id)
    rows = session.rows(query.where(_ENDPOINT.id > endpoint_id).order_by(_ENDPOINT.id).limit(most))
    return [EndpointSecrets(row[0], row[1], row[2], row[3], [secret for secret in row[4:] if secret]) for row in rows]


def replace(session: Session, found: EndpointSecrets, secrets: Sequence[str]) -> bool:
    """Store the secrets of an endpoint anew; False if somebody else has changed them since they were read."""
    new, old = [*secrets, None][:2]
    before, before_old = [*found.secrets, None][:2]
    same = _ENDPOINT.old_secret.is_null() if before_old is None else _ENDPOINT.old_secret == before_old
    mine = (_ENDPOINT.id == found.id) & (_ENDPOINT.secret == before) & same
    return session.change(_ENDPOINT.update(secret=new, old_secret=old).where(mine)) == 1
