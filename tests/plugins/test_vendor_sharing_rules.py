"""What hides a vendor's lot from a buyer company, each rule at its boundary."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest

from k2k_core.domain.sharing import Denial, EligibilityRequest

CODES = {
    "not_open_market",
    "not_in_boxes",
    "no_price",
    "on_hold",
    "too_old",
    "too_young",
    "local_after",
    "arrives_later",
    "too_old_on_ship_date",
    "no_box_dimensions",
    "mixed_box",
    "location_not_connected",
    "no_exchange_rate",
    "not_connected",
    "sold_out",
}


@pytest.fixture
def denials(hooks: Any) -> Any:
    """All denials of a request on the vendor's side, by code."""
    rules = [rule for rule in hooks["contributed"]("k2k_sharing_rules", "eligibility_rules") if rule.side == "vendor"]
    assert {rule.code for rule in rules} == CODES

    def ask(request: EligibilityRequest) -> dict[str, Denial]:
        answers = [(rule.code, rule.check(request)) for rule in rules]
        assert all(answer is None or answer.code == code for code, answer in answers)
        return {code: answer for code, answer in answers if answer is not None}

    return ask


def test_a_plain_box_on_hand_is_shared(trade: Any, denials: Any) -> None:
    assert denials(trade.share(trade.old(2))) == {}


@pytest.mark.parametrize(
    ("lot", "terms", "codes"),
    [
        ({"inventory_type": "vendor_availability"}, {}, {"not_open_market"}),
        ({"inventory_type": "future_sales"}, {}, {"not_open_market"}),
        ({"inventory_type": "future_sales"}, {"share_future_sales": True}, set()),
        ({"inventory_type": "future_sales", "aging": -5}, {}, {"not_open_market", "too_young"}),
        ({"inventory_type": "future_sales", "aging": -5}, {"share_future_sales": True}, set()),
        ({"inventory_type": "vendor_availability"}, {"share_future_sales": True}, {"not_open_market"}),
        ({"inventory_type": "open_market_units"}, {}, {"not_in_boxes"}),
        ({"aging": -1}, {"share_future_sales": True}, {"too_young"}),
        ({}, {"price": None}, {"no_price"}),
        ({"on_hold": True}, {}, {"on_hold"}),
        ({"cubes": None}, {}, {"no_box_dimensions"}),
        ({"solid": False}, {}, {"mixed_box"}),
        ({"location": "MIA"}, {"location_connected": False}, {"location_not_connected"}),
        ({}, {"rate_missing": True}, {"no_exchange_rate"}),
        ({}, {"connected": False, "customer": None, "price": None}, {"not_connected", "no_price"}),
        ({"available": 0}, {}, {"sold_out"}),
        ({"available": 1}, {}, set()),
        ({"on_hold": True, "solid": False, "aging": 11}, {}, {"on_hold", "mixed_box", "too_old"}),
    ],
)
def test_every_failing_rule_is_reported(trade: Any, denials: Any, lot: Any, terms: Any, codes: set[str]) -> None:
    own = {"aging": 0} | lot
    assert set(denials(trade.share(trade.old(**own), **terms))) == codes


@pytest.mark.parametrize(
    ("aging", "company", "customer", "shared"),
    [
        pytest.param(10, None, None, True, id="ten is shared"),
        pytest.param(11, None, None, False, id="eleven is not"),
        pytest.param(7, 7, None, True, id="the company's own limit is inclusive"),
        pytest.param(8, 7, None, False, id="one more is too old"),
        pytest.param(8, 7, 9, True, id="the customer record lifts the company's limit"),
        pytest.param(6, 9, 5, False, id="the customer record tightens it"),
        pytest.param(10, 30, 20, True, id="ten under generous limits"),
        pytest.param(11, 30, 20, False, id="nothing lifts the ten"),
        pytest.param(0, 0, None, True, id="a limit of nothing shares today's boxes"),
        pytest.param(1, 0, None, False, id="a limit of nothing keeps yesterday's"),
    ],
)
def test_the_maximum_age(
    trade: Any, denials: Any, aging: int, company: int | None, customer: int | None, shared: bool
) -> None:
    vendor, record = trade.company("ANDES", max_age=company), trade.customer(code="BLOOM", max_age=customer)
    assert ("too_old" not in denials(trade.share(trade.old(aging), vendor=vendor, customer=record))) == shared


@pytest.mark.parametrize(
    ("aging", "company", "customer", "shared"),
    [
        (-1, None, None, False),
        (0, None, None, True),
        (1, 2, None, False),
        (2, 2, None, True),
        (1, 2, 1, True),
        (2, 0, 3, False),
    ],
)
def test_the_minimum_age(
    trade: Any, denials: Any, aging: int, company: int | None, customer: int | None, shared: bool
) -> None:
    vendor, record = trade.company("ANDES", min_age=company), trade.customer(code="BLOOM", min_age=customer)
    assert ("too_young" not in denials(trade.share(trade.old(aging), vendor=vendor, customer=record))) == shared


@pytest.mark.parametrize(
    ("aging", "local_after", "codes"),
    [
        (5, 6, set()),
        (6, 6, {"local_after"}),
        (7, 6, {"local_after"}),
        (8, 6, {"local_after"}),
        (8, 9, set()),
        (9, 9, {"local_after"}),
        (10, 14, set()),
        (11, 14, {"too_old"}),
        (14, 14, {"local_after", "too_old"}),
        (8, None, {"too_old"}),
        (0, 0, {"local_after"}),
    ],
)
def test_local_after_is_exclusive_and_takes_the_place_of_the_companys_maximum_age(
    trade: Any, denials: Any, aging: int, local_after: int | None, codes: set[str]
) -> None:
    request = trade.share(trade.old(aging, local_after=local_after), vendor=trade.company("ANDES", max_age=7))
    assert set(denials(request)) == codes


@pytest.mark.parametrize(
    ("aging", "local_after", "codes"),
    [
        (7, 9, set()),
        (8, 9, {"too_old"}),
        (9, 9, {"local_after", "too_old"}),
        (6, 6, {"local_after"}),
        (5, 6, set()),
    ],
)
def test_the_maximum_age_of_the_customer_record_stays_beside_local_after(
    trade: Any, denials: Any, aging: int, local_after: int, codes: set[str]
) -> None:
    lot, record = trade.old(aging, local_after=local_after), trade.customer(code="BLOOM", max_age=7)
    assert set(denials(trade.share(lot, customer=record))) == codes


@pytest.mark.parametrize(
    ("arrives_in", "leaves_in", "codes"),
    [
        pytest.param(3, 2, {"arrives_later"}, id="a day before they are there"),
        pytest.param(3, 3, set(), id="on the day on which they arrive"),
        pytest.param(-2, 5, set(), id="at the maximum age"),
        pytest.param(-2, 6, {"too_old_on_ship_date"}, id="a day older"),
        pytest.param(3, None, set(), id="sharing asks for no day"),
    ],
)
@pytest.mark.parametrize("inventory_type", ["open_market_boxes", "future_sales"])
def test_the_day_on_which_boxes_leave(
    trade: Any, denials: Any, inventory_type: str, arrives_in: int, leaves_in: int | None, codes: set[str]
) -> None:
    leaves = None if leaves_in is None else trade.today + dt.timedelta(leaves_in)
    terms = {"vendor": trade.company("ANDES", max_age=7, min_age=-9), "share_future_sales": True, "leaves": leaves}
    assert set(denials(trade.share(trade.old(-arrives_in, inventory_type), **terms))) == codes


@pytest.mark.parametrize(
    ("settings", "record", "local_after", "fresh_until"),
    [
        pytest.param({}, {}, None, 10, id="the network's ten"),
        pytest.param({"max_age": 15}, {"max_age": 20}, None, 10, id="nothing lifts it"),
        pytest.param({"max_age": 5}, {}, None, 5, id="the company's"),
        pytest.param({"max_age": 5}, {"max_age": 8}, None, 8, id="the customer record's"),
        pytest.param({"max_age": 5}, {}, 8, 7, id="local after in the place of the company's"),
        pytest.param({"max_age": 5}, {}, 3, 2, id="local after that is tighter"),
        pytest.param({}, {"max_age": 4}, 8, 4, id="the customer record's beside local after"),
        pytest.param({}, {}, 20, 10, id="local after beyond the ten"),
        pytest.param({"freshness_on_ship_date": False, "max_age": 5}, {}, 3, None, id="switched off"),
    ],
)
def test_boxes_that_leave_pass_the_same_limits_as_sharing(
    trade: Any, denials: Any, settings: Any, record: Any, local_after: int | None, fresh_until: int | None
) -> None:
    """On the day on which they leave; today they are fresh."""
    terms = {"vendor": trade.company("ANDES", **settings), "customer": trade.customer(code="BLOOM", **record)}
    lot = trade.old(0, local_after=local_after)
    fresh = [
        days for days in range(30) if not denials(trade.share(lot, leaves=trade.today + dt.timedelta(days), **terms))
    ]
    assert fresh == list(range(30 if fresh_until is None else fresh_until + 1))


def test_what_leaves_too_early_or_too_late_has_no_day_that_time_brings(trade: Any, denials: Any) -> None:
    tomorrow, later = (trade.today + dt.timedelta(days) for days in (1, 12))
    vendor = trade.company("ANDES", min_age=-9)
    assert denials(trade.share(trade.old(-2), vendor=vendor, leaves=tomorrow))["arrives_later"] == Denial(
        "arrives_later",
        f"the boxes arrive on {trade.today + dt.timedelta(2)}, and would have to leave on {tomorrow}",
        "arrival_date",
        "ANDES",
    )
    assert denials(trade.share(trade.old(0), vendor=vendor, leaves=later))["too_old_on_ship_date"] == Denial(
        "too_old_on_ship_date",
        f"aging 12 on {later} is over the maximum of 10 (the network's own limit)",
        "the network's own limit",
        "ANDES",
    )


def test_a_denial_of_time_names_the_setting_its_owner_and_the_day(trade: Any, denials: Any) -> None:
    vendor = trade.company("ANDES", max_age=7, min_age=2)
    record = trade.customer(code="BLOOM", min_age=3)
    today = trade.today
    assert denials(trade.share(trade.old(9), vendor=vendor))["too_old"] == Denial(
        "too_old", "aging 9 is over the maximum of 7 (max_age)", "max_age", "ANDES", None, today - dt.timedelta(1)
    )
    assert denials(trade.share(trade.old(1), vendor=vendor, customer=record))["too_young"] == Denial(
        "too_young",
        "aging 1 is under the minimum of 3 (min_age of customer BLOOM)",
        "min_age of customer BLOOM",
        "ANDES",
        today + dt.timedelta(2),
    )
    assert denials(trade.share(trade.old(7, local_after=6)))["local_after"] == Denial(
        "local_after",
        "aging 7 has reached the 6 days after which ROSE-RED-60 stays local",
        "local_after",
        "ANDES",
        None,
        today - dt.timedelta(1),
    )
    assert denials(trade.share(trade.old(12)))["too_old"].setting == "the network's own limit"


def test_a_cured_lot_is_shared_on_the_very_day_that_was_named(trade: Any, denials: Any) -> None:
    vendor = trade.company("ANDES", min_age=3)
    request = trade.share(trade.old(1), vendor=vendor)
    days = (denials(request)["too_young"].cured_on - trade.today).days
    assert "too_young" in denials(request._replace(aging=request.aging + days - 1))
    assert "too_young" not in denials(request._replace(aging=request.aging + days))


def test_the_exchange_rate_is_the_buyers_to_set_and_everything_else_the_vendors(trade: Any, denials: Any) -> None:
    lot = trade.old(12, "future_sales", on_hold=True, cubes=None, solid=False, available=0, local_after=3)
    found = denials(trade.share(lot, price=None, rate_missing=True, connected=False, location_connected=False))
    assert {code for code, denial in found.items() if denial.owner == "BLOOM"} == {"no_exchange_rate"}
    assert {denial.owner for code, denial in found.items() if code != "no_exchange_rate"} == {"ANDES"}
    assert all(denial.reason for denial in found.values())
