"""`k2k explain` answers in sentences that an admin understands."""

from __future__ import annotations

import json
from typing import Any

from k2k_core.api import K2K
from k2k_core.cli.language import speak

AT = ("--at", "2026-02-02T09:00:00-05:00")


def _asked(k2k: Any, network: str, *arguments: str) -> str:
    ran = k2k("explain", *arguments, *AT, "--database", network)
    assert (ran.status, ran.err) == (0, "")
    out: str = ran.out
    return out


def test_a_price_is_told_with_steps_components_and_rounding(k2k: Any, network: str) -> None:
    told = _asked(k2k, network, "price", "BLOOM", "C-100", "ANDES/L1")
    assert told.startswith("0.48 USD  ANDES/L1 for C-100 of BLOOM, via warehouse")
    assert "k2k_gpm      (k2k_network)  gave the price  landed cost 0.3406 ÷ (1 − 28 %)" in told
    assert "va_price     (k2k_network)  no value        not typed by a person" in told
    assert "company_gpm  (k2k_network)  not reached" in told
    assert "unit cost         0.3\n" in told
    assert "inbound truck  0.0406\n" in told
    assert "base price 0.4730…" in told
    assert "rounded once, at the end: 0.48 USD" in told


def test_no_price_is_told_with_its_reason(k2k: Any, network: str) -> None:
    told = _asked(k2k, network, "price", "BLOOM", "C-100", "ANDES/HELD")
    assert told.startswith("no price  ANDES/HELD")


def test_a_price_by_another_way(k2k: Any, network: str) -> None:
    assert _asked(k2k, network, "price", "BLOOM", "C-100", "ANDES/L1", "--ship-via", "grower").startswith("0.42 USD")


def test_a_lot_that_is_held_back_is_told_with_every_rule_and_whose_setting_it_is(k2k: Any, network: str) -> None:
    told = _asked(k2k, network, "sharing", "ANDES", "BLOOM", "HELD")
    assert told.startswith("HELD is not shared from ANDES to BLOOM")
    assert "no_price: " in told
    assert "on_hold: the lot is on hold\n      set by ANDES: on_hold" in told


def test_the_side_of_a_rule_without_a_setting_is_named_in_the_language(k2k: Any, network: str) -> None:
    with K2K.open(network) as net:
        net.adjust("ANDES", "L1", -10, "counted", "COUNT-1")
    asked = ("sharing", "ANDES", "BLOOM", "L1")
    assert "\n      on the vendor's side\n" in _asked(k2k, network, *asked)
    try:
        assert "\n      del lado del proveedor\n" in _asked(k2k, network, *asked, "--language", "es")
    finally:
        speak("en")


def test_a_shared_lot_is_told_in_one_line(k2k: Any, network: str) -> None:
    assert _asked(k2k, network, "sharing", "ANDES", "BLOOM", "L1") == "L1 is shared from ANDES to BLOOM\n"


def test_without_a_lot_the_rules_are_counted(k2k: Any, network: str) -> None:
    told = _asked(k2k, network, "sharing", "ANDES", "BLOOM")
    assert told.startswith("1 of 3 lots are shared from ANDES to BLOOM")
    assert "  1  too_young  COMING (until 2026-02-04): " in told


def test_a_hidden_lot_is_told_with_the_day_that_cures_it(k2k: Any, network: str) -> None:
    told = _asked(k2k, network, "visible", "BLOOM", "C-100", "ANDES/COMING", "--ship-date", "2026-02-07")
    assert "too_young: " in told
    assert "time alone cures it on 2026-02-04" in told
    assert "It will be visible from 2026-02-04 on, by time alone." in told


def test_a_lot_that_comes_too_late_for_the_ship_date_is_promised_for_a_later_one(k2k: Any, network: str) -> None:
    told = _asked(k2k, network, "visible", "BLOOM", "C-100", "ANDES/COMING", "--ship-date", "2026-02-06")
    assert "time alone cures it on 2026-02-04" in told
    assert "It will be visible from 2026-02-04 on, by time alone, for a later ship date." in told


def test_a_visible_lot_is_told_with_the_day_on_which_time_hides_it(k2k: Any, network: str) -> None:
    told = _asked(k2k, network, "visible", "BLOOM", "C-100", "ANDES/L1", "--ship-date", "2026-02-06")
    assert told.startswith("ANDES/L1 is visible to C-100 of BLOOM")
    assert "It will be hidden from 2026-02-04 on, by time alone: before_earliest_ship_date." in told


def test_a_date_that_is_too_early_is_told_with_the_next_one(k2k: Any, network: str) -> None:
    told = _asked(k2k, network, "visible", "BLOOM", "C-100", "ANDES/L1", "--ship-date", "2026-02-03")
    assert "before_earliest_ship_date: " in told
    assert "2026-02-05" in told


def test_what_is_asked_for_another_moment_is_answered_for_it(k2k: Any, network: str) -> None:
    later = k2k(
        *("explain", "sharing", "ANDES", "BLOOM", "COMING", "--at", "2026-02-05T09:00:00Z", "--database", network)
    )
    assert later.out.startswith("COMING is shared")


def test_programs_get_the_whole_answer(k2k: Any, network: str) -> None:
    answer = json.loads(_asked(k2k, network, "price", "BLOOM", "C-100", "ANDES/L1", "--json"))
    assert answer[0]["base_price"] == "0.4730555556"
    assert {step["step"] for step in answer[0]["explanation"]} >= {"va_price", "k2k_gpm", "company_gpm"}
    assert json.loads(_asked(k2k, network, "sharing", "ANDES", "BLOOM", "COMING", "--json"))[0]["lot"] == "COMING"
    counted = json.loads(_asked(k2k, network, "sharing", "ANDES", "BLOOM", "--json"))
    assert (counted["shared"], counted["held_back"]) == (1, 2)
    seen = json.loads(_asked(k2k, network, "visible", "BLOOM", "C-100", "--json"))
    assert {row["code"] for row in seen["by_reason"]} >= {"too_young", "no_price"}


def test_the_planner_tells_its_chain_of_reasons_and_every_date(k2k: Any, network: str) -> None:
    told = _asked(k2k, network, "dates", "BLOOM", "C-100", "ANDES")
    assert told.startswith("first date 2026-02-05\n  ANDES: today is Monday 2026-02-02 (America/Bogota)\n")
    assert "\n  1 day(s) in transit\n" in told
    assert told.splitlines()[-1] == "58 date(s): 2026-02-05 to 2026-04-03"


def test_a_lot_of_a_vendor_that_is_named_without_it_is_told_how_it_is_written(k2k: Any, network: str) -> None:
    ran = k2k("explain", "price", "BLOOM", "C-100", "L1", "--database", network)
    assert ran.status == 2
    assert "no lot L1 that you can see (the lot of a vendor is written VENDOR/LOT)" in ran.err


def test_what_leaves_customers_with_nothing_is_found_and_an_error_is_the_exit_status(k2k: Any, network: str) -> None:
    assert _asked(k2k, network, "dates", "BLOOM").endswith("nothing to find fault with.\n")
    with K2K.open(network) as net:
        net.set("ANDES", customer="BLOOM", values={"min_age": 8})
    found = k2k("explain", "dates", "ANDES", *AT, "--database", network)
    assert found.status == 1
    assert "ages_never_meet" in found.out
    assert "customers.BLOOM.min_age" in found.out
    assert k2k("explain", "dates", "ANDES", "BLOOM", "--database", network).status == 2


def test_the_buyer_itself_has_dates_without_a_customer(k2k: Any, network: str) -> None:
    told = _asked(k2k, network, "dates", "BLOOM", "--from", "ANDES")
    with K2K.open(network) as net:
        at = "2026-02-02T09:00:00-05:00"
        assert told.startswith(f"first date {net.ship_dates('BLOOM', vendor='ANDES', at=at)['first']}\n")
    refused = k2k("explain", "dates", "BLOOM", "C-100", "--from", "ANDES", "--database", network)
    assert (refused.status, "error[usage]" in refused.err) == (2, True)


def test_a_text_that_names_a_hidden_vendor_is_found(k2k: Any, network: str) -> None:
    named = ("explain", "names", "BLOOM", "--database", network)
    assert "nothing to find fault with" in k2k(*named).out
    with K2K.open(network) as net:
        net.change_terms("ANDES", "BLOOM", by="BLOOM", terms={"hide_vendor": True})
        net.put("BLOOM", "categories", [{"code": "FARM", "name": "Andes Flower Farms"}])
    found = k2k(*named)
    assert "hidden_vendor_named" in found.out
    assert json.loads(k2k(*named, "--json").out)[0]["place"] == "categories.FARM.name"
