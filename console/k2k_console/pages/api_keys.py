"""Keys of programs: with one a company's ERP, shop or scanner calls K2K, as far as its scopes go. A secret is shown
once, as its key is made or gets another one."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any

from k2k_console.frame import timezone
from k2k_console.translations import later, later_of, text
from k2k_console.vocabulary import (
    Action,
    Call,
    Column,
    Detail,
    Empty,
    Fact,
    Field,
    Filter,
    List,
    Page,
    Row,
    ShownOnce,
    State,
    View,
)
from k2k_core.domain import parsing
from k2k_core.domain.api_keys import ACTIVE, EXPIRED, REVOKED
from k2k_core.domain.local_time import when
from k2k_core.errors import Invalid

STATES = {
    ACTIVE: State(later_of("key", "Active"), "ok"),
    EXPIRED: State(later_of("key", "Expired"), open=True),
    REVOKED: State(later_of("key", "Revoked"), "bad", open=True),
}

PURPOSES: Mapping[str, str] = {
    "buyer_erp": later("ERP of a buyer"),
    "vendor_erp": later("ERP of a vendor"),
    "price": later("Prices"),
    "warehouse": later("Scanners and labels"),
    "web_shop": later("Web shop"),
    "read_only": later("Reading alone, without costs"),
}
"""What a key is for: its preset of scopes."""

SCOPES: Mapping[str, str] = {
    "reading": later("reading without costs"),
    "costs": later("costs and margins"),
    "stock": later("lots"),
    "shop": later("web shop"),
    "prices": later("prices"),
    "orders": later("orders"),
    "confirming": later("confirming and shipping"),
    "purchasing": later("purchasing"),
    "boxes": later("scanning and labels"),
    "setup": later("set-up"),
    "people": later("people and keys"),
    "hub": later("operating the network"),
}
"""A scope in words."""


def scopes(key: Row) -> str:
    """What a program may do with it."""
    return ", ".join(str(SCOPES[one]) for one in key["scopes"])


def called(key: Row) -> str:
    """Its name; the token of a customer has none."""
    return key["name"] or text("Token of %(customer)s", customer=key["customer"])


def can_rotate(key: Row) -> bool:
    """Whether it can get another secret: a token is made anew instead."""
    return key["state"] != REVOKED and key["customer"] is None


def can_revoke(key: Row) -> bool:
    """Whether it has not been revoked."""
    return bool(key["state"] != REVOKED)


def added(call: Call) -> ShownOnce:
    """Make a key; it counts until the end of its last day."""
    made = call.k2k.add_api_key(
        call.company,
        call.values["name"],
        preset=call.values["preset"],
        expires_at=_end_of(call.values.get("expires_at")),
        key=call.key,
    )
    return _shown_once(made)


def rotated(call: Call) -> ShownOnce:
    """Give a key another secret."""
    return _shown_once(call.k2k.rotate_api_key(call.company, call.keys[0], key=call.key))


def _shown_once(made: Mapping[str, Any]) -> ShownOnce:
    about = text("Copy it into the program now: K2K stores a digest alone, and shows it to nobody again.")
    return ShownOnce(text("Secret of %(name)s", name=made["name"]), made["secret"], about)


def _end_of(day: str | None) -> str | None:
    """The end of a day at the company."""
    if day is None:
        return None
    try:
        after = parsing.counted_day(day) + dt.timedelta(days=1)
    except Invalid:
        raise Invalid(text("%(given)s is no day.", given=repr(day[:20]))) from None
    return when(after, "0000", timezone()).isoformat()


ADD = Action(
    "add_api_key",
    later("New key"),
    "",
    "",
    name="add",
    fields=(
        Field("name", later("Name"), needed=True, longest=100, about=later("The program that will use it.")),
        Field(
            "preset",
            later("What it is for"),
            "choice",
            later("It may do this, and nothing else."),
            needed=True,
            choices=PURPOSES,
        ),
        Field("expires_at", later("Last day"), "date", later("Blank: it counts until it is revoked.")),
    ),
    call=added,
)
ROTATE = Action(
    "rotate_api_key",
    later("Another secret"),
    "id",
    "",
    name="rotate",
    icon="refresh",
    confirm="effect",
    about=later("The secret so far counts for 24 more hours, in which the program gets the new one."),
    when=can_rotate,
    call=rotated,
)
REVOKE = Action(
    "revoke_api_key",
    later("Revoke"),
    "id",
    later("The key %(name)s is revoked."),
    name="revoke",
    icon="ban",
    tone="stop",
    confirm="effect",
    about=later("Programs that use it are refused at once. It cannot be undone."),
    when=can_revoke,
)

LIST = List(
    read="api_keys",
    key="id",
    counted=(later("%(count)d key"), later("%(count)d keys")),
    columns=(
        Column("name", later("Key"), show=called, phone="title"),
        Column("scopes", later("May do"), show=scopes),
        Column("made_by", later("Made by"), phone="hide"),
        Column("made_at", later("Made"), "moment", sort="made_at", phone="hide"),
        Column("expires_at", later("Counts until"), "moment"),
        Column("last_used_at", later("Last used"), "moment"),
        Column("state", later("State"), "state", show=lambda key: STATES[key["state"]]),
    ),
    filters=(Filter("name", later("Key"), "text"), Filter("customer", later("Customer"), "text")),
    views=(
        View("active", later_of("keys", "Active"), {"state": ACTIVE}, sort="-made_at"),
        View("revoked", later_of("keys", "Revoked"), {"state": REVOKED}, sort="-made_at"),
        View("expired", later_of("keys", "Expired"), {"state": EXPIRED}, sort="-made_at"),
        View("all", later_of("keys", "All"), sort="-made_at"),
    ),
    add=ADD,
    empty=Empty(later("No key is active"), later("A program signs in with a key: an ERP, a web shop, a scanner.")),
)
DETAIL = Detail(
    read="api_keys",
    subject="id",
    title=called,
    state=lambda key: STATES[key["state"]],
    facts=(
        Fact(later("May do"), scopes),
        Fact(later("Made by"), lambda key: key["made_by"]),
        Fact(later("Made"), lambda key: key["made_at"], "moment"),
        Fact(later("Counts until"), lambda key: key["expires_at"], "moment"),
        Fact(later("Last used"), lambda key: key["last_used_at"], "moment", sub=lambda key: key["last_address"]),
        Fact(later("Old secret counts until"), lambda key: key["old_secret_until"], "moment"),
        Fact(later("Id"), lambda key: key["id"], "code"),
    ),
    actions=(ROTATE, REVOKE),
)
API_KEYS = Page(
    "api_keys",
    (LIST, DETAIL),
    later("With a key a program of yours calls K2K. Its secret is shown once, as it is made."),
)
