"""What a change changes, who may make it, and what the audit stores of it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from typing import Any

import pytest

from k2k_core.api import K2K
from k2k_core.domain.roles import Actor
from k2k_core.errors import InsufficientStock, Invalid, NotAllowed, NotFound
from k2k_core.schemas.network import COLLECTIONS
from k2k_core.services.context import ServiceContext
from k2k_core.services.setup import changes, network_loading
from k2k_core.services.setup.changes import COLLECTION_OF, FIELD_ACTIONS, ChangeRequest, change_all
from k2k_core.store import tables
from k2k_core.store.inventory import stock_ledger

NETWORK: dict[str, Any] = {
    "companies": [
        {
            "code": "ANDES",
            "currency": "USD",
            "timezone": "America/Bogota",
            "settings": {"gpm": 30},
            "locations": [{"code": "HUB", "k2k_gpm": 20}],
            "categories": [{"code": "ROSES"}],
            "products": [{"code": "ROSE", "description": "Rose", "category": "ROSES"}],
            "customers": [
                {"code": "C-1", "type": "A", "price_b_markup": {"percent": 0}},
                {"code": "BLOOM", "type": "A", "company": "BLOOM"},
            ],
            "vendors": [{"code": "FARM", "currency": "EUR"}],
            "lots": [
                {
                    "code": "L1",
                    "inventory_type": "open_market_boxes",
                    "product": "ROSE",
                    "box_type": "HB",
                    "boxes": 3,
                    "units_per_box": 100,
                    "unit_type": "stem",
                    "price_a": "0.30",
                    "arrival_date": "2026-02-01",
                }
            ],
        },
        {"code": "BLOOM", "currency": "USD", "timezone": "America/New_York"},
    ],
    "connections": [{"vendor": "ANDES", "buyer": "BLOOM", "state": "active"}],
}


def change(context: ServiceContext, company: str, **asked: Any) -> Any:
    return changes.change(context, company, ChangeRequest(**asked))


ABOUT = ("audit", "undoable", "version", "findings")


def moved(context: ServiceContext, **asked: Any) -> Any:
    """What a change of ANDES answers that causes nothing, without its version and its entry of the audit."""
    answer = change(context, "ANDES", **asked)
    assert answer["undoable"]
    assert answer["findings"] == []
    assert min(answer["version"], answer["audit"]) > 0
    return {name: value for name, value in answer.items() if name not in ABOUT}


@pytest.fixture
def context(database_url: str) -> Iterator[ServiceContext]:
    with K2K.open(database_url, clock=lambda: dt.datetime(2026, 2, 2, 14, tzinfo=dt.UTC)) as opened:
        network, faults = network_loading.read_network(NETWORK)
        assert faults == []
        network_loading.load_network(opened.context, network)
        yield opened.context


def acting(context: ServiceContext, *roles: str) -> ServiceContext:
    return context.on_behalf_of(Actor("ana@andes.example", "ANDES", frozenset(roles)))


def last_audit(context: ServiceContext) -> tuple[Any, ...]:
    table = tables.Audit
    query = table.select(table.person, table.action, table.subject, table.before, table.after).order_by(table.id.desc())
    with context.store.whole_network.reading() as session:
        found = session.first(query)
    assert found is not None
    return found


def offers_changed(context: ServiceContext) -> list[dict[str, Any]]:
    """What is told of offers, without the id and version of the vendor's."""
    with context.store.whole_network.reading() as session:
        rows = session.rows(tables.Event.select(tables.Event.type, tables.Event.data))
    told = [data for kind, data in rows if kind == "offer.changed"]
    assert all(data.pop("id") == "ANDES" and data.pop("version") > 0 for data in told)
    return told


def test_settings_change_and_null_takes_one_back(context: ServiceContext) -> None:
    answer = moved(context, settings={"gpm": None, "max_age": 7, "cube_rate": "3.50"})
    assert answer == {"settings": {"gpm": None, "max_age": 7, "cube_rate": "3.5"}}
    with context.store.whole_network.reading() as session:
        settings = context.snapshots.get(session, "ANDES").company.settings
    assert (settings.gpm, settings.max_age, settings.cube_rate) == (None, 7, 3_500_000)
    assert last_audit(context) == (
        "host",
        "settings.changed",
        "ANDES",
        {"gpm": "30", "max_age": None, "cube_rate": None},
        {"gpm": None, "max_age": 7, "cube_rate": "3.5"},
    )


@pytest.mark.parametrize(
    ("target", "code", "values", "before"),
    [
        ("customer", "C-1", {"price_b_markup": {"amount": "-0.05"}}, {"price_b_markup": {"percent": "0"}}),
        ("customer", "C-1", {"location": "HUB", "max_age": 5}, {"location": None, "max_age": None}),
        ("customer", "C-1", {"ship_to": {"city": "Miami"}}, {"ship_to": {}}),
        ("vendor", "FARM", {"exchange_rate": "1.08"}, {"exchange_rate": None}),
        ("vendor", "FARM", {"currency": "USD"}, {"currency": "EUR"}),
        ("location", "HUB", {"k2k_gpm": "25", "connected": False}, {"k2k_gpm": "20", "connected": True}),
        ("lot", "L1", {"price_a": "0.35", "on_hold": True}, {"price_a": "0.3", "on_hold": False}),
        ("lot", "ANDES/L1", {"boxes": 5, "location": "HUB"}, {"boxes": 3, "location": None}),
        (
            "lot",
            "L1",
            {"product": "ROSE", "arrival_date": "2026-02-02"},
            {"product": "ROSE", "arrival_date": "2026-02-01"},
        ),
    ],
)
def test_a_record_changes_in_what_is_named_and_what_was_is_kept(
    context: ServiceContext, target: str, code: str, values: dict[str, Any], before: dict[str, Any]
) -> None:
    named: dict[str, Any] = {target: code}
    plain = code.removeprefix("ANDES/")
    answer = moved(context, **named, values=values)
    assert (answer.pop("movement", None) is not None) == ("boxes" in values)
    assert answer == {target: plain, "values": values}
    assert last_audit(context) == ("host", f"{target}.changed", plain, before, values)
    back = moved(context, **named, values=before)
    assert {name: value for name, value in back.items() if name != "movement"} == {target: plain, "values": before}


def test_a_lot_keeps_its_boxes_in_step_and_never_below_what_is_sold(context: ServiceContext) -> None:
    change(context, "ANDES", lot="L1", values={"boxes": 1})
    box = tables.Box
    with context.store.whole_network.reading() as session:
        states = [state for (state,) in session.rows(box.select(box.state).order_by(box.position))]
    assert states == ["in_stock", "withdrawn", "withdrawn"]
    with pytest.raises(Invalid):
        change(context, "ANDES", lot="L1", values={"boxes": -1})
    with context.store.whole_network.writing() as session:
        lot = tables.Lot
        company_id, lot_id = session.rows(lot.select(lot.company_id, lot.id))[0]

        stock_ledger.take(session, company_id, lot_id, 1, "sold")
    with pytest.raises(InsufficientStock):
        change(context, "ANDES", lot="L1", values={"boxes": 0, "price_a": "9"})
    with context.store.whole_network.reading() as session:
        assert session.rows(lot.select(lot.boxes, lot.available, lot.price_a)) == [(1, 0, 300_000)]


def test_a_last_price_without_its_arrival_has_that_of_the_lot(context: ServiceContext) -> None:
    change(context, "ANDES", lot="L1", values={"last_price": {"price": "0.40", "typed_on": "2026-02-02"}})
    with context.store.whole_network.reading() as session:
        found = session.value(tables.Lot.select(tables.Lot.last_price))
    assert found == {"price": 400_000, "typed_on": "2026-02-02", "arrival_date": "2026-02-01"}
    change(context, "ANDES", lot="L1", values={"last_price": None})


def test_buyers_hear_of_a_changed_lot_and_that_the_set_up_changed_but_not_how(context: ServiceContext) -> None:
    change(context, "ANDES", customer="C-1", values={"max_age": 5})
    assert offers_changed(context) == [{"vendor": "ANDES"}]
    change(context, "ANDES", lot="L1", values={"unit_cost": "0.21"})
    told = {"vendor": "ANDES", "lots": ["ANDES/L1"], "available": {"ANDES/L1": 3}, "edited": ["ANDES/L1"]}
    told["movement"] = {"ANDES/L1": 1}
    assert offers_changed(context)[1:] == [told]


@pytest.mark.parametrize(
    ("arguments", "paths"),
    [
        ({"settings": {"gpm": 100, "colour": 1}}, {"settings.gpm", "settings.colour"}),
        ({"settings": []}, {"settings"}),
        ({"location": "HUB", "values": {"k2k_gpm": "100", "code": "X"}}, {"values.k2k_gpm", "values.code"}),
        ({"customer": "C-1", "values": {"type": None, "company": "X"}}, {"values.type", "values.company"}),
        ({"customer": "C-1", "values": {"price_lists": ["X"]}}, {"values.price_lists[0]"}),
        ({"lot": "L1", "values": {"product": "X", "box_codes": []}}, {"values.product", "values.box_codes"}),
        ({"lot": "L1", "values": {"price_a": 0.3}}, {"values.price_a"}),
        ({"lot": "L1", "values": {"price_a": "-0.3"}}, {"values.price_a"}),
        ({"lot": "L1", "values": "all"}, {"values"}),
        ({}, {"values"}),
        ({"lot": "L1"}, {"values"}),
        ({"lot": "L1", "customer": "C-1", "values": {}}, {"values"}),
        ({"settings": {}, "values": {}}, {"values"}),
    ],
)
def test_a_change_that_would_be_invalid_is_refused_with_every_fault(
    context: ServiceContext, arguments: dict[str, Any], paths: set[str]
) -> None:
    with pytest.raises(Invalid) as refused:
        change(context, "ANDES", **arguments)
    assert {fault["path"] for fault in refused.value.faults} == paths


@pytest.mark.parametrize("target", COLLECTION_OF)
def test_what_is_not_there_cannot_change(context: ServiceContext, target: str) -> None:
    named: dict[str, Any] = {target: "NOBODY"}
    with pytest.raises(NotFound):
        change(context, "ANDES", **named, values={})
    with pytest.raises(NotFound):
        change(context, "NOBODY", settings={})


def test_each_setting_and_field_asks_for_its_role(context: ServiceContext) -> None:
    manager, buyer, setup_person = (acting(context, role) for role in ("sales_manager", "procurement", "setup"))
    change(manager, "ANDES", settings={"gpm": 31})
    change(manager, "ANDES", customer="C-1", values={"ecommerce_markup": {"percent": 1}})
    change(buyer, "ANDES", lot="L1", values={"arrival_date": "2026-02-02"})
    change(setup_person, "ANDES", settings={"max_age": 7, "gpm": 32})
    change(acting(context, "admin"), "ANDES", settings={"send_invoice_to": ["a@b.example"]})
    refused: list[tuple[ServiceContext, dict[str, Any]]] = [
        (manager, {"settings": {"max_age": 7}}),
        (manager, {"settings": {"gpm": 1, "max_age": 7}}),
        (setup_person, {"settings": {"send_invoice_to": []}}),
        (setup_person, {"customer": "C-1", "values": {"send_invoice_to": []}}),
        (buyer, {"lot": "L1", "values": {"price_a": "1"}}),
        (manager, {"customer": "C-1", "values": {"name": "X"}}),
        (acting(context), {"settings": {"gpm": 1}}),
    ]
    for someone, arguments in refused:
        with pytest.raises(NotAllowed):
            change(someone, "ANDES", **arguments)
    with pytest.raises(NotAllowed):
        change(acting(context, "admin"), "BLOOM", settings={"gpm": 1})


def test_the_fields_with_a_role_of_their_own_are_fields() -> None:

    known = {name for collection in COLLECTION_OF.values() for name in COLLECTIONS[collection]().fields}
    assert set(FIELD_ACTIONS) <= known


def test_several_changes_are_made_together_or_not_at_all(context: ServiceContext) -> None:
    good = [{"settings": {"gpm": 40}}, {"location": "HUB", "values": {"k2k_gpm": 41}}]
    answers = change_all(context, "ANDES", good)
    assert [[*ABOUT, *sorted(set(answer) - {*ABOUT})] for answer in answers] == [
        [*ABOUT, "settings"],
        [*ABOUT, "location", "values"],
    ]
    with pytest.raises(NotFound):
        change_all(context, "ANDES", [{"settings": {"gpm": 50}}, {"location": "MOON", "values": {"k2k_gpm": 1}}])
    with context.store.whole_network.reading() as session:
        company = context.snapshots.get(session, "ANDES").company
    assert (company.settings.gpm, company.locations["HUB"].k2k_gpm) == (40_000_000, 41_000_000)
