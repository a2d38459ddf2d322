"""Webhooks: the addresses to which K2K posts what happens, whether they answer, and what could not be delivered."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

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
from k2k_core.domain.deliveries import ACTIVE, DEAD, DELIVERED, DISABLED, WAITING

MOST_DELIVERIES = 50
"""How many deliveries the page of an endpoint shows."""

STATES = {
    ACTIVE: State(later_of("webhook", "Active"), "ok"),
    DISABLED: State(later_of("webhook", "Switched off"), open=True),
}
RESTING = State(later_of("webhook", "Resting after failures"), "warn")
FAILING = State(later_of("webhook", "Failing"), "bad")
SENT = {
    WAITING: State(later_of("delivery", "Waiting"), open=True),
    DELIVERED: State(later_of("delivery", "Delivered"), "ok"),
    DEAD: State(later_of("delivery", "Given up"), "bad"),
}


def state(endpoint: Row) -> State:
    """Whether it is in use, and whether it answers."""
    if endpoint["state"] != ACTIVE:
        return STATES[endpoint["state"]]
    if endpoint["rests_until"]:
        return RESTING
    return FAILING if endpoint["failures"] else STATES[ACTIVE]


def events(endpoint: Row) -> str:
    """What is posted to it."""
    return ", ".join(endpoint["events"]) or text("Everything")


def is_active(endpoint: Row) -> bool:
    """Whether events are posted to it."""
    return bool(endpoint["state"] == ACTIVE)


def with_deliveries(k2k: K2K, company: str, endpoints: Sequence[Row]) -> list[dict[str, Any]]:
    """Endpoints with the last of what was sent to each."""
    return [
        {
            **one,
            "deliveries": k2k.deliveries(company, filters={"endpoint": one["code"]}, limit=MOST_DELIVERIES)["items"],
        }
        for one in endpoints
    ]


def has_dead(endpoint: Row) -> bool:
    """Whether there is something to send again."""
    return any(one["state"] == DEAD for one in endpoint.get("deliveries", ()))


def typed_events(given: str | None) -> list[str]:
    """Types of events, as they are typed with commas or spaces between."""
    return (given or "").replace(",", " ").split()


def added(call: Call) -> ShownOnce:
    """Add an endpoint, and show its secret."""
    made = call.k2k.add_endpoint(
        call.company, call.values["code"], call.values["url"], typed_events(call.values.get("events")), key=call.key
    )
    return _shown_once(call.values["code"], made)


def rotated(call: Call) -> ShownOnce:
    """Give an endpoint another secret."""
    return _shown_once(call.keys[0], call.k2k.rotate_secret(call.company, call.keys[0], key=call.key))


def changed(call: Call) -> Any:
    """Change the address of an endpoint or what is posted to it."""
    values = dict(call.values)
    if "events" in values:
        values["events"] = typed_events(values["events"])
    return call.k2k.change_endpoint(call.company, call.keys[0], key=call.key, **values)


def _shown_once(code: str, made: Mapping[str, Any]) -> ShownOnce:
    about = text("Copy it into your program now: with it the program proves that a message is K2K’s.")
    return ShownOnce(text("Secret of %(name)s", name=code), made["secret"], about)


def tested(_: str, answer: Mapping[str, Any]) -> str:
    """What came of a test."""
    if answer["delivered"]:
        return text("It answered within %(milliseconds)d ms.", milliseconds=answer["milliseconds"])
    return text("It was not delivered: %(error)s", error=answer["error"])


URL = Field(
    "url", later("Address"), needed=True, longest=2000, about=later("Begins with https://."), now=lambda one: one["url"]
)
EVENTS = Field(
    "events",
    later("Types of events"),
    longest=2000,
    about=later("With commas between, such as order.checked_out, box.received. Blank: everything."),
    now=lambda one: ", ".join(one["events"]),
)
ADD = Action(
    "add_endpoint",
    later("New webhook"),
    "",
    "",
    name="add",
    fields=(
        Field("code", later("Code"), "code", later("A short name of your own, such as ERP."), needed=True),
        URL,
        EVENTS,
    ),
    call=added,
)
TRY = Action(
    "try_endpoint", later("Send a test"), "endpoint", "", name="try", icon="arrow-right", says=tested, when=is_active
)
CHANGE = Action(
    "change_endpoint",
    later("Change"),
    "endpoint",
    later("The webhook %(name)s was changed."),
    name="change",
    icon="edit",
    fields=(URL, EVENTS),
    call=changed,
)
ROTATE = Action(
    "rotate_secret",
    later("Another secret"),
    "endpoint",
    "",
    name="rotate",
    icon="refresh",
    confirm="effect",
    about=later("For 24 hours messages are signed with the old secret too, so that the program can get the new one."),
    call=rotated,
)
DISABLE = Action(
    "change_endpoint",
    later("Switch off"),
    "endpoint",
    later("Nothing is posted to %(name)s until it is switched on again."),
    name="disable",
    icon="ban",
    tone="stop",
    given={"active": False},
    confirm="effect",
    about=later("What happens meanwhile waits, and is posted once it is switched on again."),
    when=is_active,
)
ENABLE = Action(
    "change_endpoint",
    later("Switch on"),
    "endpoint",
    later("%(name)s goes on where it stopped."),
    name="enable",
    icon="check",
    given={"active": True},
    when=lambda one: not is_active(one),
)
END_PAUSE = Action(
    "change_endpoint",
    later("End the pause"),
    "endpoint",
    later("What waits is posted to %(name)s at once."),
    name="end_pause",
    icon="bolt",
    given={"active": True},
    when=lambda one: is_active(one) and one["rests_until"] is not None,
)
REPLAY = Action(
    "replay",
    later("Send again"),
    "endpoint",
    later("What was given up is sent to %(name)s again."),
    icon="refresh",
    when=has_dead,
)

LIST = List(
    read="endpoints",
    key="code",
    counted=(later("%(count)d webhook"), later("%(count)d webhooks")),
    search=later("code or address"),
    columns=(
        Column("code", later("Webhook"), "code", phone="title"),
        Column("url", later("Address")),
        Column("events", later("Posted"), show=events, phone="hide"),
        Column("behind", later("Still to be sent"), "number"),
        Column("at", later("Last change"), "moment", sort="at", phone="hide"),
        Column("state", later("State"), "state", show=state, sub=lambda one: one["why"]),
    ),
    filters=(Filter("code", later("Code"), "text"),),
    views=(
        View("active", later_of("webhooks", "Active"), {"state": ACTIVE}),
        View("disabled", later_of("webhooks", "Switched off"), {"state": DISABLED}),
        View("all", later_of("webhooks", "All")),
    ),
    add=ADD,
    empty=Empty(
        later("No webhook yet"),
        later("A program of yours is told at once what happens: orders, boxes, stock. Without one it reads the feed."),
    ),
)
DELIVERIES = Lines(
    later("Last deliveries"),
    rows=lambda endpoint: endpoint["deliveries"],
    counted=(later("%(count)d delivery"), later("%(count)d deliveries")),
    columns=(
        Column("seq", later("Place in the feed"), "number", phone="title"),
        Column("event", later("Event"), "code"),
        Column("since", later("Since"), "moment"),
        Column("attempts", later("Attempts"), "number"),
        Column(
            "next_at",
            later("Next attempt"),
            "moment",
            show=lambda one: one["next_at"] if one["state"] == WAITING else None,
        ),
        Column("done_at", later("Time of delivery"), "moment"),
        Column("state", later("State"), "state", show=lambda one: SENT[one["state"]], sub=lambda one: one["error"]),
    ),
)
DETAIL = Detail(
    read="endpoints",
    subject="code",
    title=lambda endpoint: endpoint["code"],
    state=state,
    beside=with_deliveries,
    facts=(
        Fact(later("Address"), lambda one: one["url"]),
        Fact(later("Posted"), events),
        Fact(later("Still to be sent"), lambda one: one["behind"], "number"),
        Fact(later("Failures in a row"), lambda one: one["failures"], "number", sub=lambda one: one["why"]),
        Fact(later("Rests until"), lambda one: one["rests_until"], "moment"),
        Fact(later("Old secret counts until"), lambda one: one["old_secret_until"], "moment"),
    ),
    sections=(DELIVERIES,),
    actions=(TRY, REPLAY, END_PAUSE, CHANGE, ENABLE, ROTATE, DISABLE),
)
WEBHOOKS = Page(
    "webhooks",
    (LIST, DETAIL),
    later("K2K posts what happens to these addresses, in order and until each has it. Messages are signed."),
)
