"""Records of idempotency keys: the first answer is stored in the transaction of its work, and returned again.

A key belongs to one operation of one company. A repeat with the same request gets the first answer and changes nothing;
with another request it is refused (architecture section 3, "Idempotency"). Keys of commands that belong to no company,
such as loading companies, are in a table of their own.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from typing import Any, TypeVar, cast

from peewee import ModelSelect

from k2k_core.errors import IdempotencyMismatch, Invalid
from k2k_core.store.database.prepared_statements import Prepared
from k2k_core.store.database.session import Session
from k2k_core.store.fields import Json, canonical_json
from k2k_core.store.tables import Idempotency, NetworkIdempotency

T = TypeVar("T")
LONGEST_KEY = 200


def run_once(
    session: Session, company_id: int | None, operation: str, key: str | None, request: Json, work: Callable[[], T]
) -> T:
    """Do `work` once for a key and return its result (JSON), or the stored answer when it was done before.

    `request` is the parsed request, as plain JSON without floats. Without a key the work is simply done. Of two
    concurrent calls, the second waits for the first and gets its answer. Raises `IdempotencyMismatch`.
    """
    if key is None:
        return work()
    whose = _whose(company_id, operation, _checked(key))
    fresh = (*whose.values(), fingerprint(request), Idempotency.at.db_value(session.now))
    places = ", ".join("?" * len(fresh))
    begin = f"INSERT INTO {_table(company_id)} ({', '.join(whose)}, fingerprint, at) VALUES ({places})"
    if session.run(f"{begin} ON CONFLICT DO NOTHING", fresh).rowcount != 1:
        return cast(T, stored_answer(session, company_id, operation, key, request))
    answer = work()
    store_answer(session, company_id, operation, key, answer)
    return answer


def store_answer(session: Session, company_id: int | None, operation: str, key: str, answer: Any) -> None:
    """Give a key that was done another answer: with what could be told only after the commit."""
    whose = _whose(company_id, operation, key)
    mine = " AND ".join(f"{name} = ?" for name in whose)
    statement = f"UPDATE {_table(company_id)} SET answer = ? WHERE {mine}"
    session.run(statement, (Idempotency.answer.db_value(answer), *whose.values()))


def stored_answer(session: Session, company_id: int | None, operation: str, key: str | None, request: Json) -> Any:
    """The stored answer of a key, or None. Call it before checking anything that may have changed since.

    Raises `IdempotencyMismatch` when the key was used with another request.
    """
    if key is None:
        return None
    checked = _checked(key)
    if company_id is None:
        found = session.rows(_of_network(operation, checked))
    else:
        found = _STORED.rows(session, [company_id], [operation], [checked])
    if not found:
        return None
    if found[0][0] != fingerprint(request):
        raise IdempotencyMismatch(
            "The key {key!r} came with another request of {operation} before.", key=key, operation=operation
        )
    return found[0][1]


def fingerprint(request: Json) -> str:
    """The digest of a request: equal requests have the same."""
    return hashlib.sha256(canonical_json(request).encode()).hexdigest()


def _whose(company_id: int | None, operation: str, key: str) -> dict[str, object]:
    named: dict[str, object] = {"operation": operation, "key": key}
    return named if company_id is None else {"company_id": company_id, **named}


def _table(company_id: int | None) -> str:
    return "network_idempotency" if company_id is None else "idempotency"


def _stored(company: list[int], operation: list[int], key: list[int]) -> ModelSelect[Any]:
    mine = Idempotency.company_id.in_(company) & Idempotency.operation.in_(operation) & Idempotency.key.in_(key)
    return Idempotency.select(Idempotency.fingerprint, Idempotency.answer).where(mine)


def _of_network(operation: str, key: str) -> ModelSelect[Any]:
    table = NetworkIdempotency
    mine = (table.operation == operation) & (table.key == key)
    found: ModelSelect[Any] = table.select(table.fingerprint, table.answer).where(mine)
    return found


_STORED = Prepared(_stored)


def _checked(key: str) -> str:
    if not isinstance(key, str) or not key or len(key) > LONGEST_KEY or not key.isprintable():
        raise Invalid("An idempotency key is a text of 1 to {most} printable characters.", most=LONGEST_KEY).at("key")
    return key
