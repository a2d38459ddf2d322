"""Why is my product not showing? Each side reads its own rules in full, and of the other side's only the code.

Domain section 3: the complete explanation names every failing rule, the owner of its setting, and the day from which it
passes.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from typing import Any

import pytest

from k2k_core.api import K2K
from k2k_core.domain.roles import Actor
from k2k_core.errors import NotAllowed

NOW = dt.datetime(2026, 2, 10, 17, tzinfo=dt.UTC)
LOT = {"inventory_type": "open_market_boxes", "product": "ROSE", "box_type": "HB", "boxes": 5, "units_per_box": 100}
MORE = {"unit_type": "stem", "price_a": 1}
GOODS: dict[str, Any] = {
    "categories": [{"code": "R"}],
    "products": [{"code": "ROSE", "description": "Rose", "category": "R"}],
    "box_dimensions": [{"box_type": "HB", "length": 40, "width": 12, "height": 10}],
}
NETWORK: dict[str, Any] = {
    "companies": [
        {
            "code": "ANDES",
            "currency": "USD",
            "timezone": "America/Bogota",
            "settings": {"max_age": 5, "freshness_on_ship_date": False},
            **GOODS,
            "customers": [{"code": "B-1", "type": "A", "company": "BLOOM", "min_age": 2}],
            "lots": [
                {**LOT, **MORE, "code": "NEW", "arrival_date": "2026-02-10"},
                {**LOT, **MORE, "code": "OLD", "arrival_date": "2026-02-01"},
            ],
        },
        {
            "code": "BLOOM",
            "currency": "USD",
            "timezone": "America/New_York",
            "settings": {"k2k_gpm": 20, "auto_map_products": True},
            "vendors": [{"code": "ANDES", "company": "ANDES", "transit_days": 1}],
            "customers": [{"code": "C-1", "type": "A"}],
        },
    ],
    "connections": [{"vendor": "ANDES", "buyer": "BLOOM", "state": "active"}],
}
VENDOR = Actor("ana@andes.example", "ANDES", frozenset(("admin",)))
BUYER = Actor("ben@bloom.example", "BLOOM", frozenset(("admin",)))
STRANGER = Actor("eve@other.example", "OTHER", frozenset(("admin",)))
TOO_YOUNG = {
    "code": "too_young",
    "side": "vendor",
    "reason": "aging 0 is under the minimum of 2 (min_age of customer B-1)",
    "facts": {"aging": 0, "limit": 2, "setting": "min_age of customer B-1"},
    "setting": "min_age of customer B-1",
    "owner": "ANDES",
    "cured_on": "2026-02-12",
    "caused_on": None,
}
TOO_OLD = {
    "code": "too_old",
    "side": "vendor",
    "reason": "aging 9 is over the maximum of 5 (max_age)",
    "facts": {"aging": 9, "limit": 5, "setting": "max_age"},
    "setting": "max_age",
    "owner": "ANDES",
    "cured_on": None,
    "caused_on": "2026-02-07",
}


@pytest.fixture
def k2k() -> Iterator[K2K]:
    with K2K.open("sqlite://", clock=lambda: NOW) as opened:
        opened.load(NETWORK)
        yield opened


def test_the_vendor_reads_its_own_rules_with_their_days(k2k: K2K) -> None:
    new, old = k2k.on_behalf_of(VENDOR).share("ANDES", "BLOOM", ["NEW", "OLD"])
    assert (new["details"], old["details"]) == ([TOO_YOUNG], [TOO_OLD])


def test_the_buyer_reads_of_the_vendor_s_rule_only_that_it_holds_the_lot_back(k2k: K2K) -> None:
    (new,) = k2k.on_behalf_of(BUYER).share("ANDES", "BLOOM", ["NEW"])
    assert new["details"] == [{"code": "too_young", "side": "vendor", "reason": "held back by the vendor"}]


def test_the_buyer_reads_its_own_rules_in_full(k2k: K2K) -> None:
    (old,) = k2k.on_behalf_of(BUYER).visible("BLOOM", "C-1", ["ANDES/OLD"], "2026-02-16")
    assert old["reasons"] == ["not_confirmed", "too_old"]
    by_code = {detail["code"]: detail for detail in old["details"]}
    assert by_code["too_old"] == {"code": "too_old", "side": "vendor", "reason": "held back by the vendor"}
    assert (by_code["not_confirmed"]["setting"], by_code["not_confirmed"]["owner"]) == ("autoconfirm", "BLOOM")


def test_whoever_runs_the_network_reads_both(k2k: K2K) -> None:
    (new,) = k2k.visible("BLOOM", "C-1", ["ANDES/NEW"], "2026-02-16")
    assert TOO_YOUNG in new["details"]
    assert {detail["side"] for detail in new["details"]} == {"vendor", "buyer"}


def test_nobody_else_reads_anything(k2k: K2K) -> None:
    with pytest.raises(NotAllowed):
        k2k.on_behalf_of(STRANGER).share("ANDES", "BLOOM", ["NEW"])
    with pytest.raises(NotAllowed):
        k2k.on_behalf_of(VENDOR).visible("BLOOM", "C-1", ["ANDES/NEW"], "2026-02-16")
