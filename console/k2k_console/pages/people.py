"""People: who of a company logs in, what each may do, and where they are logged in."""

from __future__ import annotations

import base64
import hashlib
import hmac
from collections.abc import Mapping, Sequence
from typing import Any

from flask import current_app

from k2k_console.accounts.host_login import mounted_log_in
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
    Lines,
    List,
    Page,
    Row,
    ShownOnce,
    State,
    View,
)
from k2k_core.api import K2K
from k2k_core.domain.languages import FALLBACK, language, names
from k2k_core.domain.roles import ADMIN, PROCUREMENT, SALES_MANAGER, SALESPERSON, SETUP, WAREHOUSE

ROLE_NAMES: Mapping[str, str] = {
    ADMIN: later("admin"),
    SETUP: later("set-up"),
    SALES_MANAGER: later("sales manager"),
    SALESPERSON: later("salesperson"),
    PROCUREMENT: later("procurement"),
    WAREHOUSE: later("warehouse"),
}
"""A role in words."""

ROLE_FIELDS: Mapping[str, tuple[str, str]] = {
    ADMIN: (later("Admin"), later("Everything, people and keys of programs too.")),
    SETUP: (later("Set-up"), later("Connections, settings, records, prices, stock, plugins.")),
    SALES_MANAGER: (later("Sales manager"), later("Orders, prices, stock and purchases; confirms and approves.")),
    SALESPERSON: (later("Salesperson"), later("Catalog, carts, prebooks and orders, without costs.")),
    PROCUREMENT: (later("Procurement"), later("Offers, purchase orders and the staging area; prebooks.")),
    WAREHOUSE: (later("Warehouse"), later("Scanning and labels; sees no money.")),
}
"""A role as a field: what it is called, and what it lets a person do."""

ACTIVE = State(later_of("person", "Active"), "ok")
OFF = State(later_of("person", "Cannot log in"), open=True)

PASSWORD_BYTES = 15
"""The length of a password that K2K makes: 20 letters, digits and signs."""


def roles(person: Row) -> str:
    """What somebody may do."""
    return ", ".join(str(ROLE_NAMES[one]) for one in person["roles"]) or text("nothing")


def state(person: Row) -> State:
    """Whether somebody may log in."""
    return ACTIVE if person["active"] else OFF


def with_sessions(k2k: K2K, _: str, people: Sequence[Row]) -> list[dict[str, Any]]:
    """People with the sessions that each has, and with whom of them each session is."""
    return [
        {
            **one,
            "sessions": [
                {**session, "whose": f"{one['email']} {session['session']}"} for session in k2k.sessions(one["email"])
            ],
        }
        for one in people
    ]


def added(call: Call) -> Any:
    """Add a person. The password is made of the form's key: a form that is sent twice shows the same."""
    values, password = call.values, _password(call)
    made = call.k2k.add_user(
        call.company,
        values["email"],
        name=values.get("name") or "",
        roles=[role for role in ROLE_FIELDS if values.get(role)],
        password=password,
        locale=values.get("locale") or FALLBACK,
        key=call.key,
    )
    return made if password is None else _shown_once(values["email"], password)


def password_reset(call: Call) -> ShownOnce:
    """Give a person another password."""
    password = _made_password(call.key)
    call.k2k.change_password(call.keys[0], password, key=call.key)
    return _shown_once(call.keys[0], password)


def roles_changed(call: Call) -> None:
    """Give a person the roles that they have, with those that were switched."""
    person: Any = call.k2k.record(call.company, "users", call.keys[0])
    given = {role: role in person["roles"] for role in ROLE_FIELDS} | dict(call.values)
    call.k2k.set_roles(call.keys[0], [role for role, has in given.items() if has], key=call.key)


def switched(*, active: bool) -> Any:
    """Let a person log in, or not."""
    return lambda call: call.k2k.set_active(call.keys[0], active, key=call.key)


def logged_out(call: Call) -> Any:
    """End one session of a person, or all of them."""
    email, _, session = call.keys[0].partition(" ")
    return call.k2k.end_sessions(email, session=session or None, key=call.key)


def _password(call: Call) -> str | None:
    """The password of a new person; none where a host logs people in."""
    return _made_password(call.key) if mounted_log_in() is None else None


def _made_password(key: str) -> str:
    """A password that nobody can work out without the secret of the console."""
    secret = str(current_app.secret_key).encode()
    digest = hmac.new(secret, f"password {key}".encode(), hashlib.sha256).digest()
    return base64.urlsafe_b64encode(digest[:PASSWORD_BYTES]).decode("ascii")


def _shown_once(email: str, password: str) -> ShownOnce:
    about = text("Tell it to this person alone, who chooses another one on “Me”. K2K shows it to nobody again.")
    return ShownOnce(text("Password of %(name)s", name=email), password, about)


def _role_field(role: str, *, present: bool) -> Field:
    label, about = ROLE_FIELDS[role]
    return Field(role, label, "switch", about, now=(lambda person: role in person["roles"]) if present else None)


ADD = Action(
    "add_user",
    later("New person"),
    "",
    later("They log in at your own system."),
    name="add",
    fields=(
        Field("email", later("E-mail"), needed=True, about=later("They log in with it.")),
        Field("name", later("Name")),
        Field("locale", later("Language"), "choice", choices=dict(names())),
        *(_role_field(role, present=False) for role in ROLE_FIELDS),
    ),
    call=added,
)
ROLES = Action(
    "set_roles",
    later("Roles"),
    "email",
    later("The roles of %(name)s were changed."),
    name="roles",
    icon="edit",
    about=later("They are logged out everywhere, and log in with the new roles."),
    fields=tuple(_role_field(role, present=True) for role in ROLE_FIELDS),
    call=roles_changed,
)
RESET = Action(
    "change_password",
    later("Another password"),
    "email",
    "",
    name="reset",
    icon="lock",
    confirm="effect",
    about=later("The present one ends at once, and so do all sessions."),
    when=lambda person: bool(person["active"]),
    call=password_reset,
)
LOG_OUT = Action(
    "end_sessions",
    later("Log out everywhere"),
    "email",
    later("%(name)s is logged out everywhere."),
    name="log-out",
    icon="logout",
    confirm="effect",
    about=later("What is typed and not saved stays on the screen until they log in again."),
    when=lambda person: bool(person.get("sessions")),
    call=logged_out,
)
END_SESSION = Action(
    "end_sessions",
    later("End"),
    "session",
    later("This session is over."),
    name="end-session",
    confirm="effect",
    about=later("Whoever uses it logs in again."),
    about_what=lambda session: session["agent"] or session["address"],
    call=logged_out,
)
SHUT = Action(
    "set_active",
    later("Switch off"),
    "email",
    later("%(name)s cannot log in any more."),
    name="shut",
    icon="ban",
    tone="stop",
    confirm="effect",
    about=later("They are logged out at once. What they did stays under their name."),
    when=lambda person: bool(person["active"]),
    call=switched(active=False),
)
OPEN = Action(
    "set_active",
    later("Switch on"),
    "email",
    later("%(name)s can log in again."),
    name="open",
    icon="check",
    when=lambda person: not person["active"],
    call=switched(active=True),
)

LIST = List(
    read="users",
    key="email",
    counted=(later("%(count)d account"), later("%(count)d accounts")),
    search=later("name or e-mail"),
    columns=(
        Column("email", later("E-mail"), phone="title"),
        Column("name", later("Name"), sort="name"),
        Column("roles", later("May do"), show=roles),
        Column("locale", later("Language"), show=lambda person: language(person["locale"]).name, phone="hide"),
        Column("active", later("State"), "state", show=state),
    ),
    filters=(Filter("email", later("E-mail"), "text"),),
    views=(
        View("active", later_of("people", "Active"), {"active": "true"}),
        View("off", later_of("people", "Cannot log in"), {"active": "false"}),
        View("all", later_of("people", "All")),
    ),
    add=ADD,
    empty=Empty(
        later("Nobody logs in yet"), later("Everybody has an account of their own: the audit says who did what.")
    ),
)
SESSIONS = Lines(
    later("Logged in"),
    rows=lambda person: person["sessions"],
    counted=(later("%(count)d session"), later("%(count)d sessions")),
    key="whose",
    columns=(
        Column("agent", later("Browser"), phone="title"),
        Column("address", later("Address")),
        Column("made_at", later("Since"), "moment"),
        Column("seen_at", later("Last used"), "moment"),
    ),
    row_actions=(END_SESSION,),
)
DETAIL = Detail(
    read="users",
    subject="email",
    title=lambda person: person["name"] or person["email"],
    state=state,
    beside=with_sessions,
    facts=(
        Fact(later("E-mail"), lambda person: person["email"]),
        Fact(later("May do"), roles),
        Fact(later("Language"), lambda person: language(person["locale"]).name),
    ),
    sections=(SESSIONS,),
    actions=(ROLES, RESET, LOG_OUT, OPEN, SHUT),
)
PEOPLE = Page("people", (LIST, DETAIL), later("Who logs in, and what each may do. Every change is in the audit."))
