"""A vendor's people see when their boxes can reach a connected buyer, and nothing of how the buyer sells on."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from typing import Any

import pytest

from k2k_core.api import K2K
from k2k_core.domain.roles import Actor
from k2k_core.errors import NotAllowed, NotFound

NOW = dt.datetime(2026, 2, 2, 14, tzinfo=dt.UTC)
LATE = "2026-02-02T15:10:00-05:00"
NETWORK: dict[str, Any] = {
    "companies": [
        {
            "code": "ANDES",
            "currency": "USD",
            "timezone": "America/Bogota",
            "settings": {"ship_days_offset": 1, "cut_offs": {"mon": "1500"}},
            "customers": [
                {"code": "BLOOM", "type": "A", "company": "BLOOM", "days_of_service": {"wed": "", "fri": ""}}
            ],
        },
        {
            "code": "BLOOM",
            "currency": "USD",
            "timezone": "America/New_York",
            "settings": {"max_order_days_in_advance": 3},
            "vendors": [{"code": "ANDES", "company": "ANDES", "transit_days": 1}],
            "customers": [{"code": "C-1", "type": "A"}],
        },
        {"code": "TULIP", "currency": "EUR", "timezone": "Europe/Amsterdam"},
    ],
    "connections": [{"vendor": "ANDES", "buyer": "BLOOM", "state": "active"}],
}


@pytest.fixture
def k2k(database_url: str) -> Iterator[K2K]:
    with K2K.open(database_url, clock=lambda: NOW) as opened:
        opened.load(NETWORK)
        yield opened


def person(k2k: K2K, company: str, *roles: str) -> K2K:
    return k2k.on_behalf_of(Actor(f"somebody@{company.lower()}.test", company, frozenset(roles or ("setup",))))


def test_a_vendor_sees_the_dates_of_its_boxes_without_the_limit_of_the_buyer(k2k: K2K) -> None:
    found = person(k2k, "ANDES").ship_dates("BLOOM", vendor="ANDES", at=LATE)
    assert (found["order_day"], found["earliest_vendor_ship"], found["first"]) == (
        "2026-02-03",
        "2026-02-04",
        "2026-02-05",
    )
    codes = [step["code"] for step in found["chain"]]
    assert codes[:2] == ["today", "cut_off_passed"]
    assert "last_day" not in codes
    assert len(found["reasons"]) == len(codes)
    assert found["dates"][-1] > "2026-02-20"
    theirs = person(k2k, "BLOOM").ship_dates("BLOOM", vendor="ANDES", at=LATE)
    assert theirs["dates"] == ["2026-02-05"]
    assert "last_day" in [step["code"] for step in theirs["chain"]]


def test_a_vendor_asks_neither_for_customers_of_its_buyer_nor_for_anybody_else(k2k: K2K) -> None:
    ours = person(k2k, "ANDES")
    for refused in ({"customer": "C-1", "vendor": "ANDES"}, {"vendor": "BLOOM"}, {}):
        with pytest.raises(NotAllowed):
            ours.ship_dates("BLOOM", **refused)
    with pytest.raises(NotFound):
        ours.ship_dates("TULIP", vendor="ANDES")
    with pytest.raises(NotAllowed):
        person(k2k, "TULIP").ship_dates("BLOOM", vendor="ANDES")
    with pytest.raises(NotAllowed):
        k2k.on_behalf_of(Actor("buyer", "ANDES", customer="BLOOM")).ship_dates("BLOOM", vendor="ANDES")
