"""Use cases: the keys of programs, and the tokens of final customers: what a company's own door is opened with.

A key acts for its company with its scopes, and nobody gives more than they have. A secret is answered once, to whoever
makes it; stored are digests alone, in the stored answer of an idempotency key too: a repeat is answered without it.
"""

from __future__ import annotations

import datetime as dt
import hmac
import secrets
from collections.abc import Iterator, Sequence
from contextlib import suppress
from typing import Any, NamedTuple, cast

from k2k_core.clock import moment_text
from k2k_core.domain import parsing
from k2k_core.domain.answers.api_keys import ApiKey, ApiKeys, NewApiKey
from k2k_core.domain.api_keys import (
    ACTIVE,
    EXPIRED,
    KEY,
    LONGEST_MINUTES,
    OVERLAP_HOURS,
    REVOKED,
    STATES,
    TOKEN,
    KeyText,
    read_key,
)
from k2k_core.domain.parsing import iso_text
from k2k_core.domain.roles import ACTIONS, HUB_SCOPE, PEOPLE, ROLES, SHOP, SHOP_SCOPE, Actor
from k2k_core.domain.scopes import NAMES, PRESETS
from k2k_core.errors import Conflict, Fault, Invalid, NotAllowed, NotFound, StoreUnavailable
from k2k_core.messages import Message
from k2k_core.schemas.record import record_fault, refuse
from k2k_core.services.context import ServiceContext
from k2k_core.services.idempotency import IdempotentCommand
from k2k_core.services.journal import Change, audit
from k2k_core.services.lists import filters as of
from k2k_core.services.lists.page_request import PageRequest
from k2k_core.services.lists.pages import PagedList, page
from k2k_core.store.database.session import Session
from k2k_core.store.lists.accounts import keys_of
from k2k_core.store.master_data import api_keys as rows
from k2k_core.store.master_data import companies

USED_EVERY = dt.timedelta(minutes=1)
"""How exactly the last use is noted."""

LONGEST_NAME, LONGEST_ADDRESS = 60, 64


class KeyRequest(NamedTuple):
    """A new key: its name, its scopes and those of a preset, and when it ends, if ever."""

    name: str
    scopes: Sequence[str] = ()
    preset: str | None = None
    expires_at: dt.datetime | str | None = None


def new_key(prefix: str, id: str | None = None) -> KeyText:
    """A new key, or another secret of the key `id`."""
    return KeyText(prefix, id or secrets.token_hex(8), secrets.token_urlsafe(32))


def add_key(context: ServiceContext, company: str | None, asked: KeyRequest, key: str | None = None) -> NewApiKey:
    """Make a key of a company, or with company None of the network. Raises `Invalid` with every fault, `Conflict` for a
    name that is taken, `NotAllowed` and `ScopeMissing` for scopes beyond one's own."""
    _require(context.actor, company)
    scopes, expires_at = _read(context, company, asked)
    if company is not None:
        _require_own(context.actor, company, scopes)
    request = {"name": asked.name, "scopes": scopes, "expires_at": expires_at}
    made = new_key(KEY)
    command = IdempotentCommand(context, company, "add_api_key", key, request)

    def work(session: Session) -> NewApiKey:
        company_id = _owner(session, company)
        if rows.is_named(session, company_id, asked.name):
            raise Conflict("There is a key {name} already.", name=asked.name)
        values = {"name": asked.name, "scopes": scopes, "customer": None, "expires_at": expires_at}
        return _once(_added(context, session, company_id, made, values), made)

    return _with_secret(command.transact(work), made)


def customer_token(
    context: ServiceContext, company: str, customer: str, minutes: int, key: str | None = None
) -> NewApiKey:
    """Make the token of a final customer, for some minutes. Raises `NotFound` for an unknown or archived customer."""
    context.actor.require(SHOP, company)
    minutes = parsing.argument("minutes", parsing.whole, minutes, 1, LONGEST_MINUTES)
    command = IdempotentCommand(context, company, "customer_token", key, {"customer": customer, "minutes": minutes})
    made = new_key(TOKEN)

    def work(session: Session) -> NewApiKey:
        snapshot = context.snapshots.get(session, company)
        known = snapshot.customer(session, customer)
        ends = session.now + dt.timedelta(minutes=minutes)
        values = {"name": "", "scopes": [SHOP_SCOPE], "customer": known.code, "expires_at": ends}
        return _once(_added(context, session, snapshot.id, made, values), made)

    return _with_secret(command.transact(work), made)


def page_of_keys(context: ServiceContext, company: str | None, request: PageRequest) -> ApiKeys:
    """A page of the keys and tokens of a company, or with company None of the network, oldest first."""
    _require(context.actor, company)
    with context.store.reading() as session:
        company_id, now = _owner(session, company), session.now
        readers = {"state": lambda value: parsing.choice(value, STATES), "customer": of.word, "name": of.word}
        readers["id"] = of.word
        as_rows = lambda found: [dict(_shown(rows.Row(**one), now)) for one in found]  # noqa: E731  # needs the time
        listed = PagedList("api keys", keys_of(company_id, now), ApiKey, cast(Any, as_rows), readers)
        return cast(ApiKeys, page(context, session, company_id, listed, request))


def rotate_key(context: ServiceContext, company: str | None, key_id: str, key: str | None = None) -> NewApiKey:
    """Give a key another secret; the one before counts for 24 hours. Raises `NotFound`, and `Conflict` for a revoked
    key."""
    _require(context.actor, company)
    made = new_key(KEY, key_id)
    command = IdempotentCommand(context, company, "rotate_api_key", key, {"id": key_id})

    def work(session: Session) -> NewApiKey:
        company_id = _owner(session, company)
        found = _found(session, company_id, key_id)
        if found.customer is not None:
            raise Conflict("{id} is the token of a customer: make another one.", id=key_id)
        changed = rows.rotate(session, found.id, made.digest, session.now + dt.timedelta(hours=OVERLAP_HOURS))
        return _once(_changed(context, session, company_id, changed, "api_key.rotated", key_id), made)

    return _with_secret(command.transact(work), made)


def revoke_key(context: ServiceContext, company: str | None, key_id: str, key: str | None = None) -> ApiKey:
    """End a key or a token at once. Raises `NotFound`, `Conflict` for a revoked one."""
    _require(context.actor, company)
    command = IdempotentCommand(context, company, "revoke_api_key", key, {"id": key_id})

    def work(session: Session) -> ApiKey:
        company_id = _owner(session, company)
        changed = rows.revoke(session, _found(session, company_id, key_id).id)
        return _changed(context, session, company_id, changed, "api_key.revoked", key_id)

    return command.transact(work)


def actor_of(context: ServiceContext, secret: str, address: str = "") -> Actor | None:
    """Who acts with a key or a token, or None for one that is unknown, has ended or was revoked. That it was used is
    noted, with the address, at most once a minute. For the host."""
    if not context.actor.host:
        raise NotAllowed("Keys are read by the program that others come to with them.")
    shown = read_key(secret)
    if shown is None:
        return None
    with context.store.whole_network.reading() as session:
        found, now = rows.known(session, shown.id), session.now
    if found is None or not _counts(found, shown, now):
        return None
    if found.last_used_at is None or now - found.last_used_at >= USED_EVERY:
        seen_from = parsing.printable(address, LONGEST_ADDRESS)
        with suppress(StoreUnavailable):  # whoever only reads goes on where nothing can be written
            context.store.whole_network.transact(lambda session: rows.use(session, found.id, seen_from))
    scopes = frozenset(found.scopes)
    if found.customer is not None:
        return Actor(f"customer:{found.customer}", found.company, customer=found.customer, scopes=scopes)
    roles = frozenset() if found.company is None else frozenset(ROLES)
    return Actor(f"key:{found.name}", found.company, roles, scopes=scopes, key=shown.id)


def _counts(found: rows.Known, shown: KeyText, now: dt.datetime) -> bool:
    """Whether the secret is one of the key, which has not ended."""
    if found.revoked_at is not None or (found.expires_at is not None and found.expires_at <= now):
        return False
    if found.customer is not None and found.archived is not False:
        return False
    old = found.old_digest if found.old_until is not None and found.old_until > now else None
    right = [hmac.compare_digest(shown.digest, one) for one in (found.digest, old) if one is not None]
    return any(right)


def _require(actor: Actor, company: str | None) -> None:
    if company is not None:
        actor.require(PEOPLE, company)
    elif not (actor.host or (actor.operator and actor.in_scope(HUB_SCOPE))):
        raise NotAllowed("Only an operator of the network manages its keys.")


def _require_own(actor: Actor, company: str, scopes: Sequence[str]) -> None:
    """Raise `NotAllowed` or `ScopeMissing` for a scope that grants what this actor may not do."""
    for action in ACTIONS:
        if action.scope in scopes:
            actor.require(action.name, company)


def _owner(session: Session, company: str | None) -> int | None:
    return companies.id_or_network(session, company)


def _read(context: ServiceContext, company: str | None, asked: KeyRequest) -> tuple[list[str], dt.datetime | None]:
    """The scopes, in their order, and the end of a new key. Raises `Invalid` with every fault."""
    expires_at, faults = None, list(_faults(company, asked))
    if asked.expires_at is not None:
        try:
            expires_at = parsing.moment(asked.expires_at)
        except Invalid as error:
            faults.append(record_fault("expires_at", error.message))
    if expires_at is not None and expires_at <= context.clock():
        faults.append(record_fault("expires_at", "is over already"))
    refuse(faults, "The key is not valid: {first}")
    wanted = {*asked.scopes, *PRESETS.get(asked.preset or "", ())}
    return [scope for scope in NAMES if scope in wanted], expires_at


def _faults(company: str | None, asked: KeyRequest) -> Iterator[Fault]:
    if not asked.name.strip() or not asked.name.isprintable() or len(asked.name) > LONGEST_NAME:
        yield record_fault("name", Message("not 1 to {most} printable characters", most=LONGEST_NAME))
    if asked.preset is not None and asked.preset not in PRESETS:
        yield record_fault("preset", Message("{value!r} is none of {known}", value=asked.preset, known=tuple(PRESETS)))
    known = tuple(one for one in NAMES if (one == HUB_SCOPE) == (company is None))
    for place, scope in enumerate(asked.scopes):
        if scope not in known:
            words = Message("{value!r} is none of {known}", value=scope, known=known)
            yield record_fault(f"scopes[{place}]", words)
    if not asked.scopes and asked.preset is None:
        yield record_fault("scopes", "is missing")
    if company is None and asked.preset is not None:
        yield record_fault("preset", "is not known here")


def _added(
    context: ServiceContext, session: Session, company_id: int | None, made: KeyText, values: dict[str, Any]
) -> ApiKey:
    by = {"made_by": context.actor.email, "made_at": session.now, "last_address": ""}
    row = rows.add(session, {"company_id": company_id, "key_id": made.id, "digest": made.digest, **by, **values})
    answer = _shown(row, session.now)
    said = {name: answer[name] for name in ("name", "customer", "scopes", "expires_at")}
    audit(session, context.actor, company_id, "api_key.added", made.id, Change(after=said))
    return answer


def _found(session: Session, company_id: int | None, key_id: str) -> rows.Row:
    found = rows.find(session, company_id, key_id)
    if found is None:
        raise NotFound("There is no key {id}.", id=key_id, kind="api_key")
    return found


def _changed(
    context: ServiceContext, session: Session, company_id: int | None, row: rows.Row | None, action: str, key_id: str
) -> ApiKey:
    if row is None:
        raise Conflict("Key {id} was revoked already.", id=key_id)
    audit(session, context.actor, company_id, action, key_id, Change(after={"name": row.name}))
    return _shown(row, session.now)


def _once(answer: ApiKey, made: KeyText) -> NewApiKey:
    """The answer as it is stored: with the digest, by which it is known for that of this call."""
    return {**answer, "secret": made.digest}


def _with_secret(answer: NewApiKey, made: KeyText) -> NewApiKey:
    """The answer with the secret, if it was made by this call: a repeat has made none."""
    return {**answer, "secret": made.text if answer["secret"] == made.digest else None}


def _shown(row: rows.Row, now: dt.datetime) -> ApiKey:
    ended = row.expires_at is not None and row.expires_at <= now
    return {
        "id": row.key_id,
        "name": row.name,
        "customer": row.customer,
        "scopes": list(row.scopes),
        "state": REVOKED if row.revoked_at is not None else EXPIRED if ended else ACTIVE,
        "made_by": row.made_by,
        "made_at": moment_text(row.made_at),
        "expires_at": iso_text(row.expires_at),
        "revoked_at": iso_text(row.revoked_at),
        "last_used_at": iso_text(row.last_used_at),
        "last_address": row.last_address,
        "old_secret_until": iso_text(row.old_until),
    }
