"""The states of a connection: which decisions each of them allows, and that only the two companies decide."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from k2k_core.api import K2K
from k2k_core.domain.roles import Actor
from k2k_core.errors import Conflict, Invalid, K2KError, NotAllowed, NotFound
from k2k_core.services.connections import connections
from k2k_core.services.connections.readiness import readiness
from k2k_core.services.context import ServiceContext
from k2k_core.services.setup import network_loading, puts

READY: list[dict[str, Any]] = [
    {
        "code": "ANDES",
        "currency": "USD",
        "timezone": "America/Bogota",
        "customers": [{"code": "BLOOM", "type": "A", "company": "BLOOM"}],
    },
    {
        "code": "BLOOM",
        "currency": "USD",
        "timezone": "America/New_York",
        "settings": {"inbound_truck_freight": True, "cube_rate": "3.50"},
        "vendors": [{"code": "ANDES", "company": "ANDES", "port": "MIA"}],
    },
    {"code": "OTHER", "currency": "USD", "timezone": "America/New_York"},
]
Decide = Callable[[ServiceContext, str, str, str], dict[str, object]]


@pytest.fixture
def context(database_url: str) -> Iterator[ServiceContext]:
    with K2K.open(database_url, clock=lambda: dt.datetime(2026, 2, 2, 14, tzinfo=dt.UTC)) as opened:
        network, faults = network_loading.read_network({"companies": READY})
        assert faults == []
        network_loading.load_network(opened.context, network)
        yield opened.context


def state(context: ServiceContext) -> object:
    return connections.show(context, "ANDES", "BLOOM")["state"]


def test_what_is_accepted_and_ready_is_active_at_once(context: ServiceContext) -> None:
    connections.propose(context, "ANDES", "BLOOM", "BLOOM")
    answer = connections.accept(context, "ANDES", "BLOOM", "ANDES")
    moment = "2026-02-02T14:00:00Z"
    assert answer == {
        "vendor": "ANDES",
        "buyer": "BLOOM",
        "version": 3,
        "state": "active",
        "hide_vendor": False,
        "bill_to_final_customer": False,
        "share_future_sales": False,
        "history": [
            {"state": "proposed", "by": "BLOOM", "at": moment, "person": "host"},
            {"state": "accepted", "by": "ANDES", "at": moment, "person": "host"},
            {"state": "active", "by": "ANDES", "at": moment, "person": "host"},
        ],
    }


def test_what_is_not_ready_waits_and_then_becomes_active_by_itself(context: ServiceContext) -> None:
    puts.put(context, "ANDES", "customers", [{"code": "BLOOM", "type": "A"}])
    connections.propose(context, "ANDES", "BLOOM", "BLOOM")
    assert connections.accept(context, "ANDES", "BLOOM", "ANDES")["state"] == "accepted"
    puts.put(context, "ANDES", "customers", [{"code": "BLOOM", "type": "A", "company": "BLOOM"}])
    assert state(context) == "active"


ALLOWED = {
    None: {"propose": "proposed"},
    "proposed": {"accept": "active", "end": "ended"},
    "active": {"suspend": "suspended", "end": "ended"},
    "suspended": {"resume": "active", "end": "ended"},
    "ended": {"propose": "proposed"},
}
PATHS: dict[str | None, list[tuple[Decide, str]]] = {
    None: [],
    "proposed": [(connections.propose, "BLOOM")],
    "active": [(connections.propose, "BLOOM"), (connections.accept, "ANDES")],
    "suspended": [(connections.propose, "BLOOM"), (connections.accept, "ANDES"), (connections.suspend, "BLOOM")],
    "ended": [(connections.propose, "BLOOM"), (connections.end, "ANDES")],
}
DECISIONS: dict[str, Decide] = {
    "propose": connections.propose,
    "accept": connections.accept,
    "suspend": connections.suspend,
    "resume": connections.resume,
    "end": connections.end,
}


@pytest.mark.parametrize("before", ALLOWED, ids=str)
def test_every_state_allows_its_own_decisions_and_no_others(context: ServiceContext, before: str | None) -> None:
    for decide, by in PATHS[before]:
        decide(context, "ANDES", "BLOOM", by)
    for name, decide in DECISIONS.items():
        if name not in ALLOWED[before]:
            with pytest.raises((Conflict, NotFound)):
                decide(context, "ANDES", "BLOOM", "ANDES")
    if before is not None:
        assert state(context) == before


@pytest.mark.parametrize(
    ("before", "name", "after"),
    [(before, *item) for before, found in ALLOWED.items() for item in found.items()],
    ids=str,
)
def test_an_allowed_decision_leads_to_its_state(
    context: ServiceContext, before: str | None, name: str, after: str
) -> None:
    for decide, by in PATHS[before]:
        decide(context, "ANDES", "BLOOM", by)
    assert DECISIONS[name](context, "ANDES", "BLOOM", "ANDES")["state"] == after


@pytest.mark.parametrize(
    ("vendor", "buyer", "by", "error"),
    [
        ("ANDES", "ANDES", "ANDES", Invalid),
        ("ANDES", "NOBODY", "ANDES", NotFound),
        ("ANDES", "BLOOM", "OTHER", NotAllowed),
        ("ANDES", "BLOOM", "NOBODY", NotAllowed),
    ],
)
def test_only_the_two_companies_decide(
    context: ServiceContext, vendor: str, buyer: str, by: str, error: type[K2KError]
) -> None:
    with pytest.raises(error):
        connections.propose(context, vendor, buyer, by)


def test_a_connection_of_the_file_can_be_accepted_by_either_side(context: ServiceContext) -> None:
    network, _ = network_loading.read_network(
        {"connections": [{"vendor": "OTHER", "buyer": "BLOOM"}]}, ["OTHER", "BLOOM"]
    )
    network_loading.load_network(context, network)
    assert connections.accept(context, "OTHER", "BLOOM", "BLOOM")["state"] == "accepted"


def test_a_person_needs_the_role_and_the_company(context: ServiceContext) -> None:
    def acting(company: str, role: str) -> ServiceContext:
        return context.on_behalf_of(Actor("ana@k2k.example", company, frozenset({role})))

    for someone in (acting("ANDES", "sales_manager"), acting("BLOOM", "admin")):
        with pytest.raises(NotAllowed):
            connections.propose(someone, "ANDES", "BLOOM", "ANDES")
    connections.propose(acting("ANDES", "setup"), "ANDES", "BLOOM", "ANDES")
    assert connections.show(acting("BLOOM", "warehouse"), "ANDES", "BLOOM")["state"] == "proposed"
    assert readiness(acting("BLOOM", "warehouse"), "ANDES", "BLOOM")
    for ask in (connections.show, readiness):
        with pytest.raises(NotAllowed):
            ask(acting("OTHER", "admin"), "ANDES", "BLOOM")
