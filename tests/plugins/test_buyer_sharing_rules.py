"""What hides a line from a customer of the buyer company."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest

from k2k_core.domain.sharing import Denial, EligibilityRequest, OfferState

DATES = {
    "before_earliest_ship_date",
    "vendor_no_service",
    "customer_no_service",
    "beyond_max_days",
    "cut_off_passed",
}
CODES = DATES | {"not_mapped", "not_confirmed", "buyer_age_limits", "ship_via_not_allowed", "on_hold", "sold_out"}
CODES |= {"arrives_later", "too_old_on_ship_date"}
SELLABLE = OfferState("R-RED-60", True)


@pytest.fixture
def denials(hooks: Any) -> Any:
    """All denials of a request on the buyer's side, by code."""
    rules = [rule for rule in hooks["contributed"]("k2k_sharing_rules", "eligibility_rules") if rule.side == "buyer"]
    assert {rule.code for rule in rules} == CODES

    def ask(request: EligibilityRequest) -> dict[str, Denial]:
        kind = request.lot.inventory_type
        asked = [rule for rule in rules if not rule.inventory_types or kind in rule.inventory_types]
        answers = [(rule.code, rule.check(request)) for rule in asked]
        assert all(answer is None or answer.code == code for code, answer in answers)
        return {code: answer for code, answer in answers if answer is not None}

    return ask


@pytest.mark.parametrize(
    ("offer", "codes"),
    [
        (SELLABLE, set()),
        (OfferState("R-RED-60", False), {"not_confirmed"}),
        (OfferState(None, True), {"not_mapped"}),
        (OfferState(), {"not_mapped", "not_confirmed"}),
        (None, {"not_mapped", "not_confirmed"}),
    ],
)
def test_an_offer_is_sellable_when_it_is_mapped_and_confirmed(
    trade: Any, denials: Any, offer: OfferState | None, codes: set[str]
) -> None:
    found = denials(trade.sale(trade.old(2, "k2k"), offer))
    assert set(found) == codes
    assert {denial.owner for denial in found.values()} <= {"BLOOM"}


def test_own_stock_needs_no_mapping(trade: Any, denials: Any) -> None:
    assert denials(trade.sale(trade.old(2))) == {}


@pytest.mark.parametrize(("lot", "code"), [({"on_hold": True}, "on_hold"), ({"available": 0}, "sold_out")])
def test_own_stock_on_hold_or_sold_out_is_hidden(trade: Any, denials: Any, lot: Any, code: str) -> None:
    assert set(denials(trade.sale(trade.old(2, **lot)))) == {code}


@pytest.mark.parametrize(
    ("aging", "company", "customer", "visible"),
    [
        pytest.param(30, {}, {}, True, id="no limits at all"),
        pytest.param(-3, {}, {}, True, id="in transit without a minimum"),
        pytest.param(7, {"max_age": 7}, {}, True, id="inclusive"),
        pytest.param(8, {"max_age": 7}, {}, False, id="too old for the company"),
        pytest.param(8, {"max_age": 7}, {"max_age": 9}, True, id="the customer's own limit counts"),
        pytest.param(5, {"max_age": 7}, {"max_age": 4}, False, id="also when it is tighter"),
        pytest.param(1, {"min_age": 2}, {}, False, id="too young for the company"),
        pytest.param(2, {"min_age": 2}, {}, True, id="old enough"),
        pytest.param(0, {"min_age": 2}, {"min_age": 0}, True, id="a limit of 0 is set"),
        pytest.param(12, {}, {"max_age": 20}, True, id="the network's ten is the vendor's business"),
    ],
)
def test_the_buyers_own_age_limits(
    trade: Any, denials: Any, aging: int, company: Any, customer: Any, visible: bool
) -> None:
    for applied in (True, False):
        buyer = trade.company(apply_aging_restrictions_per_customer=applied, **company)
        request = trade.sale(trade.old(aging, "k2k"), SELLABLE, buyer=buyer, customer=trade.customer(**customer))
        assert ("buyer_age_limits" not in denials(request)) == (visible or not applied)


def test_an_age_limit_names_its_setting_and_the_day(trade: Any, denials: Any) -> None:
    buyer = trade.company(apply_aging_restrictions_per_customer=True, min_age=2, max_age=7)
    customer = trade.customer(max_age=5)
    young = denials(trade.sale(trade.old(0), buyer=buyer, customer=customer))["buyer_age_limits"]
    assert young == Denial(
        "buyer_age_limits",
        "aging 0 is under the minimum of 2 (min_age)",
        "min_age",
        "BLOOM",
        trade.today + dt.timedelta(2),
    )
    old = denials(trade.sale(trade.old(8), buyer=buyer, customer=customer))["buyer_age_limits"]
    assert (old.setting, old.cured_on, old.caused_on) == (
        "max_age of customer C-100",
        None,
        trade.today - dt.timedelta(2),
    )


def test_the_handlers_answer_hides_a_line_and_gives_the_reason(trade: Any, denials: Any) -> None:
    request = trade.sale(trade.old(2), ship_via="grower", via_allowed=False, via_reason="no grower ships that")
    assert denials(request)["ship_via_not_allowed"].reason == "no grower ships that"
    plain = trade.sale(trade.old(2), ship_via="grower", via_allowed=False)
    assert denials(plain)["ship_via_not_allowed"] == Denial(
        "ship_via_not_allowed",
        "customer C-100 cannot have open_market_boxes via grower",
        "ship_via of customer C-100",
        "BLOOM",
    )


def test_every_refusal_of_the_planner_is_passed_on_as_it_stands(trade: Any, denials: Any) -> None:
    refusals = {code: Denial(code, f"because of {code}", "s", "ANDES", trade.today) for code in sorted(DATES)}
    for code in sorted(DATES):
        request = trade.sale(trade.old(2, "k2k"), SELLABLE, date_denials={code: refusals[code]})
        assert denials(request) == {code: refusals[code]}
    assert denials(trade.sale(trade.old(2), date_denials=refusals)) == refusals


OWN_TYPES = ("open_market_boxes", "open_market_units", "future_sales", "vendor_availability")


@pytest.mark.parametrize("inventory_type", OWN_TYPES)
@pytest.mark.parametrize(
    ("arrives_in", "ships_in", "lot", "record", "codes"),
    [
        pytest.param(3, 2, {}, {}, {"arrives_later"}, id="a day before it is there"),
        pytest.param(3, 3, {}, {}, set(), id="on the day on which it arrives"),
        pytest.param(0, 400, {}, {}, set(), id="no limit of the customer record"),
        pytest.param(0, 4, {}, {"max_age": 4}, set(), id="at the limit of the customer record"),
        pytest.param(0, 5, {}, {"max_age": 4}, {"too_old_on_ship_date"}, id="a day older"),
        pytest.param(0, 5, {"sell_fast": True}, {"max_age": 4}, set(), id="to sell fast"),
        pytest.param(0, 5, {"local_after": 2}, {}, set(), id="local after is about sharing"),
    ],
)
def test_own_stock_on_the_ship_date(
    trade: Any,
    denials: Any,
    inventory_type: str,
    arrives_in: int,
    ships_in: int,
    lot: dict[str, Any],
    record: dict[str, Any],
    codes: set[str],
) -> None:
    day = trade.today + dt.timedelta(ships_in)
    buyer = trade.company("BLOOM", max_age=3)
    stock = trade.old(-arrives_in, inventory_type, **lot)
    assert set(denials(trade.sale(stock, buyer=buyer, customer=trade.customer(**record), ship_date=day))) == codes


def test_of_a_vendors_boxes_the_vendor_speaks(trade: Any, denials: Any) -> None:
    late = trade.sale(trade.old(-3, "k2k"), SELLABLE, customer=trade.customer(max_age=0))
    assert denials(late) == {}
