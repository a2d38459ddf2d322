"""Use cases: a user's own preferences: language, theme, density, and whether single letters are keys."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from k2k_core.domain import parsing
from k2k_core.domain.answers.accounts import Preferences
from k2k_core.domain.languages import FALLBACK, codes
from k2k_core.errors import Fault, Invalid
from k2k_core.schemas.record import record_fault, refuse
from k2k_core.services.administration.own_accounts import own_account, owner_of
from k2k_core.services.context import ServiceContext
from k2k_core.services.idempotency import IdempotentCommand
from k2k_core.services.journal import Change, audit
from k2k_core.store.database.session import Session
from k2k_core.store.master_data import saved_views as rows
from k2k_core.store.master_data import users as accounts

DEFAULTS: Mapping[str, Any] = {"theme": "system", "density": "normal", "single_keys": True}
READERS: Mapping[str, Callable[[object], Any]] = {
    "locale": lambda value: parsing.choice(value, codes()),
    "theme": lambda value: parsing.choice(value, ("system", "light", "dark")),
    "density": lambda value: parsing.choice(value, ("compact", "normal", "roomy")),
    "single_keys": parsing.switch,
}


def preferences(context: ServiceContext, email: str) -> Preferences:
    """A user's own preferences; what was not chosen is the default."""
    account = own_account(context, email)
    with context.store.reading() as session:
        session.show(account.company_id)
        return shown(email, account.locale, rows.preferences(session, account.person_id))


def set_preferences(
    context: ServiceContext, email: str, values: Mapping[str, object], key: str | None = None
) -> Preferences:
    """Choose some preferences; None restores the default. Raises `Invalid` with every fault."""
    account = own_account(context, email)
    chosen = _read(values)
    command = IdempotentCommand(context, account.company, "set_preferences", key, {"email": email, "values": values})

    def work(session: Session) -> Preferences:
        owner = owner_of(session, email)
        before = _stored(session, owner, email)
        rows.prefer(session, owner, {name: value for name, value in chosen.items() if name != "locale"})
        if "locale" in chosen:
            accounts.change(session, email, {"locale": chosen["locale"] or FALLBACK})
        after = _stored(session, owner, email)
        moved = [name for name in READERS if before[name] != after[name]]
        if moved:
            change = Change({name: before[name] for name in moved}, {name: after[name] for name in moved})
            audit(session, context.actor, owner.company_id, "user.preferences_changed", email, change)
        return shown(email, after["locale"], after)

    return command.transact(work)


def shown(email: str, locale: str, chosen: Mapping[str, Any]) -> Preferences:
    """Preferences as they are answered: with the defaults of what was not chosen."""
    theme, density, single_keys = (
        default if chosen[name] is None else chosen[name] for name, default in DEFAULTS.items()
    )
    return {"email": email, "locale": locale, "theme": theme, "density": density, "single_keys": single_keys}


def _read(values: Mapping[str, object]) -> dict[str, Any]:
    faults: list[Fault] = []
    chosen: dict[str, Any] = {}
    for name, value in values.items():
        if name not in READERS:
            faults.append(record_fault(name, "is not known here"))
            continue
        try:
            chosen[name] = None if value is None else READERS[name](value)
        except Invalid as error:
            faults.append(record_fault(name, error.message))
    refuse(faults, "The preferences are not valid: {first}")
    return chosen


def _stored(session: Session, owner: rows.Owner, email: str) -> dict[str, Any]:
    found = accounts.account(session, email)
    locale = FALLBACK if found is None else found.locale
    return {"locale": locale, **rows.preferences(session, owner.person_id)}
