"""Records are read exactly, with the defaults of the data dictionary, and refused with every error."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Any

import pytest

from k2k_core.schemas.network import COLLECTIONS, CompanySchema, read_change, read_company, read_rows, shown
from k2k_core.schemas.record import read

LOT: dict[str, Any] = {
    "code": "L1",
    "inventory_type": "open_market_boxes",
    "product": "ROSE",
    "box_type": "HB",
    "boxes": 2,
    "units_per_box": 250,
    "unit_type": "stem",
    "arrival_date": "2026-01-31",
}


def faults_of(collection: str, row: dict[str, Any]) -> dict[str, str]:
    _, faults = read_rows(collection, [row])
    return {fault["path"]: fault["message"] for fault in faults}


def one(collection: str, row: dict[str, Any]) -> Any:
    loaded, faults = read_rows(collection, [row])
    assert faults == []
    return loaded[0]


REQUIRED = {
    "locations": {"code"},
    "users": {"email"},
    "categories": {"code"},
    "products": {"code", "description", "category"},
    "box_types": {"code"},
    "box_dimensions": {"box_type", "length", "width", "height"},
    "customers": {"code", "type"},
    "vendors": {"code"},
    "carriers": {"code"},
    "price_lists": {"code"},
    "lots": set(LOT),
}


@pytest.mark.parametrize("collection", COLLECTIONS)
def test_only_what_the_dictionary_requires_is_required(collection: str) -> None:
    assert set(faults_of(collection, {})) == {f"{collection}[0].{name}" for name in REQUIRED[collection]}


@pytest.mark.parametrize("collection", COLLECTIONS)
def test_unknown_keys_are_refused(collection: str) -> None:
    assert faults_of(collection, {"colour": "red"})[f"{collection}[0].colour"] == "is not known here"


def test_every_collection_can_stand_under_a_company() -> None:
    assert set(COLLECTIONS) < set(CompanySchema().fields)


def test_a_company_needs_its_code_currency_and_time_zone() -> None:
    _, faults = read_company({})
    assert {fault["path"] for fault in faults} == {"code", "currency", "timezone"}


@pytest.mark.parametrize(
    ("field", "value"),
    [("currency", "XXX"), ("currency", "usd"), ("timezone", "Mars/Olympus"), ("timezone", "../etc"), ("locale", "fr")],
)
def test_a_company_of_nowhere_is_refused(field: str, value: str) -> None:
    _, faults = read_company({"code": "A", "currency": "USD", "timezone": "America/Bogota", field: value})
    assert [fault["path"] for fault in faults] == [field]


def test_a_lot_has_the_defaults_of_the_dictionary() -> None:
    lot = one("lots", LOT)
    assert (lot["solid"], lot["on_hold"], lot["sell_fast"], lot["box_codes"]) == (True, False, False, [])
    assert lot["arrival_date"] == dt.date(2026, 1, 31)
    assert {lot[name] for name in ("unit_cost", "price_a", "last_price", "awb", "location")} == {None}


def test_a_customer_has_the_defaults_of_the_dictionary() -> None:
    customer = one("customers", {"code": "C-1", "type": "A"})
    assert (customer["name"], customer["ship_via"], customer["credit_hold"]) == ("C-1", "warehouse", False)
    assert (customer["price_lists"], customer["days_of_service"], customer["ship_to"]) == ([], {}, {})
    assert customer["ecommerce_markup"] is None


def test_places_are_connected_and_lists_active_unless_they_say_otherwise() -> None:
    assert one("locations", {"code": "HUB"})["connected"] is True
    found = one("price_lists", {"code": "SPRING"})
    assert (found["active"], found["master"], found["type"], found["seasons"]) == (True, False, "all", [])


@pytest.mark.parametrize(("given", "fbe"), [("FB", 1_000_000), ("QB", 250_000), ("XB", 1_000_000)])
def test_a_box_type_without_fbe_is_the_standard_one_or_a_full_box(given: str, fbe: int) -> None:
    assert one("box_types", {"code": given})["fbe"] == fbe


@pytest.mark.parametrize("written", ["0.30", Decimal("0.30"), Decimal("0.3")])
def test_money_is_read_exactly(written: object) -> None:
    assert one("lots", {**LOT, "price_a": written})["price_a"] == 300_000


@pytest.mark.parametrize("written", [0.3, "0.1234567", "NaN", "1e3", "", True, -1, 10**12, "three"])
def test_what_is_no_exact_amount_is_refused(written: object) -> None:
    assert list(faults_of("lots", {**LOT, "price_a": written})) == ["lots[0].price_a"]


@pytest.mark.parametrize("code", ["", "a b", "x" * 41, "rosé", True, None, ["A"], "A/B"])
def test_what_is_no_code_is_refused(code: object) -> None:
    assert list(faults_of("categories", {"code": code})) == ["categories[0].code"]


def test_codes_that_look_like_numbers_are_text() -> None:
    assert one("categories", {"code": 100})["code"] == "100"
    assert one("categories", {"code": Decimal("1.10")})["code"] == "1.10"


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("boxes", -1),
        ("boxes", "1.5"),
        ("boxes", 2.0),
        ("boxes", True),
        ("boxes", 2**31),
        ("units_per_box", 0),
        ("unit_type", "box"),
        ("inventory_type", "k2k"),
        ("arrival_date", "2026-02-30"),
        ("arrival_date", "31.1.2026"),
        ("on_hold", "maybe"),
        ("vendor", "a b"),
        ("awb", "line\nbreak"),
        ("awb", "nul\0"),
        ("last_price", {"price": 1}),
        ("box_codes", ["B1"]),
        ("box_codes", ["B1", "B1"]),
        ("box_codes", "B1"),
    ],
)
def test_a_lot_with_a_wrong_value_is_refused(field: str, value: object) -> None:
    assert all(path.startswith(f"lots[0].{field}") for path in faults_of("lots", {**LOT, field: value}))
    assert faults_of("lots", {**LOT, field: value})


def test_a_lot_has_exactly_as_many_box_codes_as_boxes() -> None:
    assert one("lots", {**LOT, "box_codes": ["B1", "B2"]})["box_codes"] == ["B1", "B2"]
    assert faults_of("lots", {**LOT, "box_codes": ["B1", "B2", "B3"]}) == {"lots[0].box_codes": "3 codes for 2 boxes"}
    loose = {**LOT, "inventory_type": "open_market_units", "box_codes": ["B1", "B2"]}
    assert list(faults_of("lots", loose)) == ["lots[0].box_codes"]


def test_a_markup_of_0_is_set_and_an_unset_one_is_absent() -> None:
    found = one("customers", {"code": "C", "type": "B", "price_b_markup": {"percent": 0}, "sell_fast_markup": None})
    assert (found["price_b_markup"], found["sell_fast_markup"]) == ({"percent": 0}, None)


@pytest.mark.parametrize("markup", [{}, {"percent": 1, "amount": 1}, {"per_cent": 1}, 5, {"percent": None}])
def test_a_markup_is_a_percentage_or_an_amount(markup: object) -> None:
    assert faults_of("customers", {"code": "C", "type": "B", "ecommerce_markup": markup})


def test_a_charge_has_one_kind() -> None:
    charges = [{"name": "Fuel", "percent": 2}, {"name": "Box", "per_box": "0.5"}]
    found = one("customers", {"code": "C", "type": "A", "additional_charges": charges})
    expected = [{"name": "Fuel", "percent": 2_000_000}, {"name": "Box", "per_box": 500_000}]
    assert found["additional_charges"] == expected
    wrong = {"code": "C", "type": "A", "additional_charges": [{"name": "Both", "percent": 1, "per_box": 1}]}
    assert list(faults_of("customers", wrong)) == ["customers[0].additional_charges[0]"]


@pytest.mark.parametrize(("written", "read"), [("0930", "0930"), (930, "0930"), (1430, "1430"), ("no_shipping",) * 2])
def test_a_cut_off_is_a_time_or_no_shipping(written: object, read: str) -> None:
    found = one("carriers", {"code": "TRUCK", "cut_offs": {"mon": written, "sun": None}})
    assert found["cut_offs"] == {"mon": read}


@pytest.mark.parametrize("week", [{"mon": "2400"}, {"mon": "9:30"}, {"monday": "0930"}, "0930", {"mon": "1260"}])
def test_what_is_no_cut_off_is_refused(week: object) -> None:
    assert faults_of("carriers", {"code": "TRUCK", "cut_offs": week})


def test_a_season_may_be_open_and_never_ends_before_it_starts() -> None:
    def season(**days: str) -> dict[str, Any]:
        return {"code": "S", "seasons": [{"name": "2026", "rows": [{"product": "ROSE", "price": 1}], **days}]}

    found = one("price_lists", season(start="2026-02-01"))["seasons"][0]
    assert (found["start"], found["end"]) == (dt.date(2026, 2, 1), dt.date.max)
    faults = faults_of("price_lists", season(start="2026-02-02", end="2026-02-01"))
    assert faults == {"price_lists[0].seasons[0].end": "ends before it starts"}


def test_a_change_reads_only_what_is_given_and_null_takes_it_back() -> None:
    assert read_change("customers", {"min_age": 3}) == ({"min_age": 3}, [])
    assert read_change("customers", {"ship_via": None, "max_age": None}) == (
        {"ship_via": "warehouse", "max_age": None},
        [],
    )
    _, faults = read_change("customers", {"type": None, "colour": 1})
    assert {fault["path"] for fault in faults} == {"type", "colour"}


def test_what_was_read_can_be_shown_again() -> None:
    given = {
        "code": "C",
        "type": "B",
        "ecommerce_markup": {"percent": "-2.5"},
        "outbound_cube_rate": "1.25",
        "additional_charges": [{"name": "Fuel", "percent": "2"}],
        "ship_to": {"city": "Miami"},
    }
    assert shown("customers", one("customers", given)).items() >= given.items()
    lot = {**LOT, "price_a": "0.3", "last_price": {"price": "1", "typed_on": "2026-01-01", "arrival_date": None}}
    assert shown("lots", one("lots", lot)).items() >= lot.items()


FIELDS = [(name, field) for name, schema in sorted(COLLECTIONS.items()) for field in sorted(schema().fields)]


@pytest.mark.parametrize("value", [None, "word", 1.5, True, [1], {"no": "such"}], ids=repr)
def test_what_is_wrong_with_a_field_is_said_in_words_that_follow_its_path(value: object) -> None:
    said = {
        str(fault["message"])
        for collection, field in FIELDS
        for partial in (True, None)
        for fault in read(COLLECTIONS[collection](partial=partial), {field: value})[1]
    }
    assert said
    assert not [words for words in said if words.endswith(".")]  # a sentence of the library
