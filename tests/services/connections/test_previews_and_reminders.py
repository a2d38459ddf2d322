"""Before a connection is active: what it would share and cost, what each requirement needs, and a reminder of it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from typing import Any

import pytest

from k2k_core.api import K2K
from k2k_core.domain.roles import Actor
from k2k_core.errors import Conflict, Invalid, NotAllowed, NotFound
from k2k_core.services.connections.readiness import OWNERS

NOW = dt.datetime(2026, 2, 2, 14, tzinfo=dt.UTC)
PAIR = {"vendor": "RIFT", "buyer": "LAKE"}
LOT: dict[str, Any] = {
    "inventory_type": "open_market_boxes",
    "product": "ATHENA",
    "box_type": "HB",
    "boxes": 10,
    "units_per_box": 300,
    "unit_type": "stem",
    "unit_cost": "0.21",
    "arrival_date": "2026-02-01",
}
RIFT: dict[str, Any] = {
    "code": "RIFT",
    "currency": "EUR",
    "timezone": "Africa/Nairobi",
    "categories": [{"code": "ROSES"}],
    "products": [{"code": "ATHENA", "description": "Rose Athena white 50cm", "category": "ROSES"}],
    "box_dimensions": [{"box_type": "HB", "length": 40, "width": 12, "height": "10.44"}],
    "customers": [{"code": "C-LAKE", "type": "A", "company": "LAKE"}],
    "lots": [
        {**LOT, "code": "R101", "price_a": "0.31"},
        {**LOT, "code": "R102", "price_a": "0.40", "on_hold": True},
    ],
}
LAKE: dict[str, Any] = {
    "code": "LAKE",
    "currency": "USD",
    "timezone": "America/Chicago",
    "settings": {"k2k_gpm": "30", "inbound_truck_freight": True, "cube_rate": "4.10", "multicurrency": True},
    "vendors": [{"code": "V-RIFT", "company": "RIFT", "currency": "EUR", "transit_days": 3}],
    "customers": [{"code": "SHOP", "type": "A", "ecommerce_markup": {"percent": "10"}}],
}


class Clock:
    """A clock that a test sets."""

    now = NOW

    def __call__(self) -> dt.datetime:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def net(database_url: str, clock: Clock) -> Iterator[K2K]:
    with K2K.open(database_url, clock=clock) as opened:
        opened.load({"companies": [RIFT, LAKE, {**LAKE, "code": "THIRD", "vendors": []}], "connections": []})
        for name, roles in (("ann", ["setup"]), ("bob", ["warehouse"]), ("eve", ["admin"])):
            opened.add_user("RIFT", f"{name}@rift.example", roles=roles, locale="es" if name == "ann" else "en")
        opened.add_user("LAKE", "pat@lake.example", roles=["procurement"])
        opened.set_active("eve@rift.example", False)
        yield opened
        assert opened.verify() == []


@pytest.fixture
def accepted(net: K2K) -> K2K:
    net.propose(**PAIR, by="RIFT")
    assert net.accept(**PAIR, by="LAKE")["state"] == "accepted", "no rate yet"
    return net


def person(net: K2K, company: str, *roles: str) -> K2K:
    return net.on_behalf_of(Actor(f"person@{company.lower()}.example", company, frozenset(roles)))


def lots(net: K2K, **more: Any) -> dict[str, Any]:
    return {one["lot"].rpartition("/")[2]: one for one in net.preview(**PAIR, **more)["items"]}


def test_a_rate_is_tried_without_being_stored(accepted: K2K) -> None:
    without = accepted.preview(**PAIR, count=True)
    assert (without["shared"], without["held_back"], without["rate"]) == (0, 2, None)
    assert without["items"][0]["reasons"] == ["no_exchange_rate"]
    assert without["items"][0]["price"] is None
    tried = accepted.preview(**PAIR, rate="1.10", count=True)
    assert (tried["shared"], tried["held_back"], tried["rate"]) == (1, 1, "1.1")
    assert (tried["currency"], tried["buyer_currency"], tried["state"]) == ("EUR", "USD", "accepted")
    first = tried["items"][0]
    assert (first["vendor_price"], first["unit_cost"]) == ("0.31", "0.341")
    assert accepted.record("LAKE", "vendors", "V-RIFT")["exchange_rate"] is None
    assert accepted.preview(**PAIR)["items"] == without["items"]


def test_what_is_previewed_is_what_there_is_once_the_connection_is_active(accepted: K2K) -> None:
    tried = lots(accepted, rate="1.10", customer="SHOP")
    accepted.set("LAKE", vendor="V-RIFT", values={"exchange_rate": "1.10"})
    assert accepted.connections("LAKE")["items"][0]["state"] == "active"
    (price,) = accepted.price("LAKE", "SHOP", ["RIFT/R101"])
    assert (tried["R101"]["price"], tried["R101"]["landed_cost"]) == (price["price"], price["landed_cost"])
    shared = {one["lot"]: one["shared"] for one in accepted.share(**PAIR)}
    assert {name: one["shared"] for name, one in tried.items()} == shared == {"R101": True, "R102": False}
    assert lots(accepted, customer="SHOP") == tried


def test_a_named_customer_has_its_own_price_and_nobody_in_particular_no_markup(accepted: K2K) -> None:
    plain, shop = (lots(accepted, rate="1.10", **who)["R101"]["price"] for who in ({}, {"customer": "SHOP"}))
    assert plain < shop
    with pytest.raises(NotFound):
        accepted.preview(**PAIR, customer="NOBODY")


def test_a_buyer_without_a_vendor_record_sees_what_it_would_see_with_one(net: K2K) -> None:
    net.archive("LAKE", "vendors", "V-RIFT")
    net.set("LAKE", vendor="V-RIFT", values={"company": None})
    net.propose(**PAIR, by="RIFT")
    assert lots(net, rate="1.10")["R101"]["unit_cost"] == "0.341"


def test_the_vendor_sees_the_same_list_without_the_buyers_prices(accepted: K2K) -> None:
    vendor = person(accepted, "RIFT", "admin").preview(**PAIR, rate="1.10", count=True)
    assert (vendor["shared"], vendor["rate"]) == (1, None)
    first, held = vendor["items"]
    assert (first["lot"], first["vendor_price"]) == ("R101", "0.31")
    assert not {"unit_cost", "landed_cost", "price", "why_no_price"} & set(first)
    assert held["vendor_price"] == "0.40"
    assert held["details"][0]["setting"], "its own rule in full"


def test_a_buyer_learns_of_what_is_held_back_the_reason_alone(accepted: K2K) -> None:
    shown = lots(person(accepted, "LAKE", "admin"), rate="1.10")
    assert set(shown["R102"]) == {"lot", "shared", "reasons", "details"}
    assert shown["R102"]["reasons"] == ["on_hold"]
    assert set(shown["R102"]["details"][0]) == {"code", "side", "reason"}
    assert "description" in lots(person(accepted, "LAKE", "admin"))["R101"], "its own missing rate hides nothing"


@pytest.mark.parametrize(
    ("role", "money"),
    [
        ("admin", {"vendor_price", "unit_cost", "landed_cost", "price", "why_no_price"}),
        ("procurement", {"vendor_price", "unit_cost", "landed_cost", "price", "why_no_price"}),
        ("salesperson", {"price", "why_no_price"}),
        ("warehouse", set()),
    ],
)
def test_each_reader_has_the_amounts_of_their_role(accepted: K2K, role: str, money: set[str]) -> None:
    accepted.set("LAKE", vendor="V-RIFT", values={"exchange_rate": "1.10"})
    answer = person(accepted, "LAKE", role).preview(**PAIR)
    found = set(answer["items"][0])
    assert found & {"vendor_price", "unit_cost", "landed_cost", "price", "why_no_price"} == money
    assert (answer["rate"] is not None) == ("unit_cost" in money)


def test_whoever_proposed_waits_for_the_other_company_which_looks_before_it_accepts(net: K2K) -> None:
    with pytest.raises(NotFound):
        net.preview(**PAIR)
    net.propose(**PAIR, by="LAKE")
    with pytest.raises(Conflict, match="not accepted"):
        person(net, "LAKE", "admin").preview(**PAIR)
    assert len(person(net, "RIFT", "admin").preview(**PAIR)["items"]) == 2
    with pytest.raises(NotAllowed):
        person(net, "THIRD", "admin").preview(**PAIR)


def test_a_connection_that_is_suspended_or_over_shows_nothing(accepted: K2K) -> None:
    accepted.set("LAKE", vendor="V-RIFT", values={"exchange_rate": "1.10"})
    accepted.suspend(**PAIR, by="RIFT")
    with pytest.raises(Conflict, match="suspended"):
        person(accepted, "LAKE", "admin").preview(**PAIR)
    accepted.end(**PAIR, by="RIFT")
    with pytest.raises(Conflict, match="ended"):
        accepted.preview(**PAIR)


def test_pages_follow_one_another_and_belong_to_their_rate(accepted: K2K) -> None:
    first = accepted.preview(**PAIR, rate="1.10", limit=1)
    second = accepted.preview(**PAIR, rate="1.10", limit=1, cursor=first["next"])
    assert [one["lot"] for one in first["items"] + second["items"]] == ["RIFT/R101", "RIFT/R102"]
    with pytest.raises(Invalid, match="cursor"):
        accepted.preview(**PAIR, rate="1.20", limit=1, cursor=first["next"])
    assert list(lots(accepted, lots=["RIFT/R102"])) == ["R102"]


@pytest.mark.parametrize("rate", ["0", "-1", "x", 1.5])
def test_a_rate_is_an_exact_number_above_zero(accepted: K2K, rate: Any) -> None:
    with pytest.raises(Invalid):
        accepted.preview(**PAIR, rate=rate)


def requirements(net: K2K) -> dict[str, Any]:
    return {one["requirement"]: one for one in net.readiness(**PAIR, with_met=True)}


def test_each_requirement_says_whether_it_is_met_and_where_it_is_set(accepted: K2K) -> None:
    found = requirements(accepted)
    places = {name: tuple(one["place"].values()) for name, one in found.items()}
    assert places == {
        "vendor_record": (None, "vendors", "V-RIFT", "company"),
        "transit_days": (None, "vendors", "V-RIFT", "transit_days"),
        "inbound_truck_freight": ("cube_rate", None, None, None),
        "box_types": (None, "box_types", None, "code"),
        "exchange_rate": (None, "vendors", "V-RIFT", "exchange_rate"),
        "product_mapping": (None, "offers", None, "product"),
        "customer_record": (None, "customers", "C-LAKE", "company"),
        "days_of_service": (None, "customers", "C-LAKE", "days_of_service"),
        "ecommerce_enabled": ("ecommerce_enabled", None, None, None),
    }
    open_ones = {name for name, one in found.items() if not one["met"]}
    assert open_ones == {"exchange_rate", "product_mapping", "days_of_service"}
    assert [one["requirement"] for one in accepted.readiness(**PAIR)] == [n for n in found if n in open_ones]
    assert found["exchange_rate"]["facts"] == {"record": "V-RIFT", "currency": "EUR"}


def test_what_is_missing_says_which_setting_or_new_record_it_needs(net: K2K) -> None:
    net.set("LAKE", settings={"inbound_truck_freight": False, "multicurrency": False})
    net.set("RIFT", settings={"ecommerce_enabled": False})
    net.set("RIFT", customer="C-LAKE", values={"company": None})
    net.propose(**PAIR, by="LAKE")
    found = requirements(net)
    assert found["inbound_truck_freight"]["place"]["setting"] == "inbound_truck_freight"
    assert found["currency_ignored"]["place"]["setting"] == "multicurrency"
    assert found["customer_record"]["place"] == {
        "setting": None,
        "collection": "customers",
        "code": None,
        "field": "company",
    }
    assert not any(found[name]["met"] for name in ("inbound_truck_freight", "currency_ignored", "ecommerce_enabled"))


def test_no_requirement_tells_a_rate_or_a_cost(accepted: K2K) -> None:
    accepted.set("LAKE", vendor="V-RIFT", values={"exchange_rate": "1.2345"})
    told = str(person(accepted, "RIFT", "admin").readiness(**PAIR, with_met=True))
    assert "1.2345" not in told
    assert "4.1" not in told


def test_the_history_names_ones_own_people_alone(net: K2K) -> None:
    person(net, "RIFT", "admin").propose(**PAIR, by="RIFT")
    answer = person(net, "LAKE", "admin").accept(**PAIR, by="LAKE")
    assert [(one["by"], one["person"]) for one in answer["history"]] == [
        ("RIFT", None),
        ("LAKE", "person@lake.example"),
    ]
    (seen,) = person(net, "RIFT", "admin").connections("RIFT")["items"]
    assert [one["person"] for one in seen["history"]] == ["person@rift.example", None]
    assert [one["person"] for one in net.connections("RIFT")["items"][0]["history"]] == [
        "person@rift.example",
        "person@lake.example",
    ]


def notified(net: K2K, company: str) -> list[tuple[str, str]]:
    told = net.notifications(company, "connection.reminded")
    return [(one["to"], one["body"]) for one in told]


def test_a_reminder_reaches_whoever_can_meet_it_in_their_language(accepted: K2K) -> None:
    answer = person(accepted, "LAKE", "setup").remind(**PAIR, requirement="days_of_service")
    assert (answer["company"], answer["roles"]) == ("RIFT", ["admin", "setup"])
    assert "example" not in str(answer)
    ((to, body),) = notified(accepted, "RIFT")
    assert to == "ann@rift.example", "neither the warehouse nor whoever is deactivated"
    assert "días de servicio" in body
    assert "LAKE" in body


def test_mapping_is_for_whoever_buys(accepted: K2K) -> None:
    accepted.remind(**PAIR, requirement="product_mapping")
    assert [to for to, _ in notified(accepted, "LAKE")] == ["pat@lake.example"]


def test_a_requirement_is_reminded_of_once_a_day(accepted: K2K, clock: Clock) -> None:
    lake = person(accepted, "LAKE", "admin")
    first = lake.remind(**PAIR, requirement="days_of_service", key="k")
    clock.now += dt.timedelta(hours=23, minutes=59)
    assert lake.remind(**PAIR, requirement="days_of_service", key="k") == first
    with pytest.raises(Conflict, match="once a day"):
        lake.remind(**PAIR, requirement="days_of_service")
    clock.now += dt.timedelta(minutes=1)
    lake.remind(**PAIR, requirement="days_of_service")
    assert len(notified(accepted, "RIFT")) == 2


def test_every_requirement_is_for_the_side_that_it_says(net: K2K) -> None:
    net.set("LAKE", settings={"inbound_truck_freight": False})
    net.propose(**PAIR, by="LAKE")
    assert {one["requirement"]: one["owner"] for one in requirements(net).values()}.items() <= OWNERS.items()


def test_only_the_other_side_reminds_and_only_of_what_is_open(accepted: K2K) -> None:
    with pytest.raises(NotAllowed, match="own company"):
        person(accepted, "RIFT", "admin").remind(**PAIR, requirement="days_of_service")
    with pytest.raises(NotAllowed):
        person(accepted, "LAKE", "sales_manager").remind(**PAIR, requirement="days_of_service")
    for wrong in ("customer_record", "nothing"):
        with pytest.raises(NotFound):
            person(accepted, "LAKE", "admin").remind(**PAIR, requirement=wrong)
    with pytest.raises((NotFound, NotAllowed)):
        person(accepted, "THIRD", "admin").remind(**PAIR, requirement="days_of_service")
    assert notified(accepted, "RIFT") == []
