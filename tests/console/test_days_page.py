"""Days and cut-offs: a week that is typed cell by cell, what counts of it, and what an order would come to."""

from __future__ import annotations

from typing import Any

import pytest

from k2k_core.api import K2K
from k2k_core.domain.price_checks import ERROR, Finding
from k2k_core.messages import Message
from k2k_core.services.dates import date_checks
from tests.console.conftest import Browser, Form, add_person

pytestmark = pytest.mark.parametrize("engine", ["sqlite"], indirect=True)

CARRIERS = [{"code": "AV", "name": "Avianca Cargo", "cut_offs": {"thu": "1630", "fri": "1300"}}]


@pytest.fixture
def browser(visit: Any, k2k: K2K) -> Browser:
    k2k.put("ANDES", "carriers", CARRIERS)
    k2k.set("ANDES", settings={"cut_offs": {"thu": "1500", "fri": "1400", "sun": "no_shipping"}})
    k2k.set("ANDES", customer="BLOOM", values={"days_of_service": {"thu": "AV", "fri": "AV"}})
    found: Browser = visit("setup@andes.test")
    return found


def week(browser: Browser, **typed: str) -> Form:
    form = next(form for form in browser.get("/ship_days/").forms if "was.cut:mon" in form)
    for name, value in typed.items():
        form = form.put(name.replace("_", ":"), value)
    return form


def cut_offs(k2k: K2K) -> Any:
    return k2k.settings("ANDES")["cut_offs"]["own"]


def served(k2k: K2K) -> Any:
    return k2k.record("ANDES", "customers", "BLOOM")["days_of_service"]


@pytest.mark.parametrize(
    ("typed", "stored", "said"),
    [
        ("1430", "1430", "14:30"),
        ("14:30", "1430", "14:30"),
        ("9", "0900", "09:00"),
        ("closed", "no_shipping", "closed"),
    ],
)
def test_a_cut_off_is_typed_as_one_writes_it(browser: Browser, k2k: K2K, typed: str, stored: str, said: str) -> None:
    page = browser.send(week(browser, cut_thu=typed))
    assert f"Orders until, Thursday: 15:00 → {said}." in page.text
    assert cut_offs(k2k) == {"thu": stored, "fri": "1400", "sun": "no_shipping"}
    assert week(browser)["cut:thu"] == said
    assert "Undone." in browser.send(page.form if "entry" in page.form else page.forms[-1]).text
    assert cut_offs(k2k)["thu"] == "1500"


def test_how_far_ahead_customers_order_is_limited_and_the_limit_taken_away(browser: Browser, k2k: K2K) -> None:
    for typed, own in (("30", 30), ("", None)):
        page = browser.send(week(browser).put("max_order_days_in_advance", typed))
        assert "Orders ahead: " in page.text
        assert k2k.settings("ANDES")["max_order_days_in_advance"]["own"] == own
    refused = browser.send(week(browser).put("max_order_days_in_advance", "4000"))
    assert (refused.status, "is not a whole number from 0 to 3650" in refused.text) == (422, True)


def test_a_cell_that_is_emptied_has_no_cut_off_any_more(browser: Browser, k2k: K2K) -> None:
    page = browser.send(week(browser, cut_fri="", cut_mon="1600"))
    assert "2 changes are saved." in page.text
    assert cut_offs(k2k) == {"mon": "1600", "thu": "1500", "sun": "no_shipping"}


@pytest.mark.parametrize("typed", ["2500", "15:60", "noon", "1e3", "٣", "15 00 00"])
def test_what_is_no_time_is_refused_with_the_cell_that_it_stands_in(browser: Browser, k2k: K2K, typed: str) -> None:
    page = browser.send(week(browser, cut_thu=typed))
    assert page.status == 422
    assert "Orders until, Thursday : " in page.text
    assert "is no time of day. Type 1500 or 15:00" in page.text
    assert 'aria-describedby="cut:thu-about"' in page.html
    assert next(form for form in page.forms if "was.cut:mon" in form)["cut:thu"] == typed
    assert cut_offs(k2k)["thu"] == "1500"


def test_the_earlier_of_both_cut_offs_counts_also_while_it_is_typed(browser: Browser) -> None:
    assert "Counts with Avianca Cargo the earlier of both – – – 15:00 13:00 – closed" in browser.get("/ship_days/").text
    form = week(browser, cut_fri="1200")
    form.values.append(("do", "effect"))
    assert "the earlier of both – – – 15:00 12:00 – closed" in browser.send(form).text


def test_cut_offs_of_carriers_and_days_of_service_are_saved_together_and_taken_back(browser: Browser, k2k: K2K) -> None:
    form = week(browser, carrier_AV_thu="1400")
    form.values.append(("serve:BLOOM:mon", "on"))
    form.values.remove(("serve:BLOOM:fri", "on"))
    page = browser.send(form)
    assert "3 changes are saved." in page.text
    assert k2k.record("ANDES", "carriers", "AV")["cut_offs"] == {"thu": "1400", "fri": "1300"}
    assert served(k2k) == {"mon": "AV", "thu": "AV"}
    undo = next(form for form in page.forms if "entry" in form)
    assert "Undone." in browser.send(undo).text
    assert k2k.record("ANDES", "carriers", "AV")["cut_offs"]["thu"] == "1630"
    assert served(k2k) == {"thu": "AV", "fri": "AV"}


def test_with_several_carriers_each_day_names_its_own(browser: Browser, k2k: K2K) -> None:
    k2k.put("ANDES", "carriers", [{"code": "LATAM", "name": "LATAM Cargo", "cut_offs": {}}])
    k2k.set("ANDES", customer="BLOOM", values={"days_of_service": {"thu": "AV", "fri": ""}})
    form = week(browser)
    assert (form["serve:BLOOM:thu"], form["serve:BLOOM:fri"], form["serve:BLOOM:mon"]) == ("AV", "+", "")
    browser.send(week(browser, serve_BLOOM_mon="LATAM", serve_BLOOM_thu=""))
    assert served(k2k) == {"mon": "LATAM", "fri": ""}


def test_two_people_change_different_days_and_the_same_day(browser: Browser, k2k: K2K) -> None:
    one, other, third = (week(browser) for _ in range(3))
    browser.send(one.put("cut:mon", "1100"))
    page = browser.send(other.put("cut:tue", "1200"))
    assert "setup@andes.test changed Orders until, Monday meanwhile." in page.text
    assert cut_offs(k2k)["mon"] == "1100"
    assert cut_offs(k2k)["tue"] == "1200"
    held = browser.send(third.put("cut:mon", "1030"))
    assert held.status == 409
    assert "Orders until, Monday – 11:00 setup@andes.test" in held.text
    assert cut_offs(k2k)["mon"] == "1100"
    form = next(form for form in held.forms if "keep.cut:mon" in form)
    assert "Orders until, Monday: 11:00 → 10:30." in browser.send(form.put("keep.cut:mon", "yours")).text
    assert cut_offs(k2k)["mon"] == "1030"


def closed_on_mondays(context: Any, session: Any, company: Any) -> list[Finding]:
    """A check that finds an error in a week without Mondays."""
    if company.company.settings.cut_offs.get("mon") != "no_shipping":
        return []
    return [Finding("no_mondays", ERROR, "settings.cut_offs", Message("nobody orders"), Message("Open the Monday."))]


def test_an_error_holds_a_save_back_until_it_is_saved_all_the_same(
    browser: Browser, k2k: K2K, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(date_checks, "findings", closed_on_mondays)
    typed = week(browser, cut_mon="closed")
    form = week(browser, cut_mon="closed")
    form.values.append(("do", "effect"))
    looked = browser.send(form)
    assert "nobody orders Open the Monday. no_mondays" in looked.text
    assert "Save all the same" in looked.text
    held = browser.send(typed)
    assert held.status == 409
    assert "nobody orders" in held.text
    assert "mon" not in cut_offs(k2k)
    again = next(form for form in held.forms if "was.cut:mon" in form and "anyway" in form)
    saved = browser.send(again)
    assert "Orders until, Monday: none → closed." in saved.text
    assert "no_mondays" in saved.text
    assert cut_offs(k2k)["mon"] == "no_shipping"


def test_an_operator_chooses_the_company_whose_week_it_is(browser: Browser, k2k: K2K, visit: Any) -> None:
    operator = visit("operator@k2k.test")
    choice = operator.get("/ship_days/")
    assert choice.at.startswith("/company/")
    form = choice.form
    form.values.append(("company", "ANDES"))
    assert "All times are Bogotá." in operator.send(form).text
    assert "Orders until, Monday: none → 10:00." in operator.send(week(operator, cut_mon="10")).text
    assert cut_offs(k2k)["mon"] == "1000"


def test_who_may_only_look_sees_the_week_and_no_button(browser: Browser, visit: Any) -> None:
    page = visit("sales_manager@andes.test").get("/ship_days/")
    assert "You can look at this page" in page.text
    form = next(form for form in page.forms if "was.cut:mon" in form)
    assert "cut:thu" in form.readonly
    assert 'value="save"' not in page.html


def test_an_order_is_tried_with_its_reasons_in_both_zones(browser: Browser, k2k: K2K) -> None:
    k2k.set("ANDES", customer="BLOOM", values={"days_of_service": {}})
    address = "/ship_days/?to=BLOOM&via=warehouse&day=2026-03-12&time="
    page = browser.get(f"{address}1510").text
    assert "15:10 Bogotá, 16:10 New York" in page  # summer time began on the 8th in New York
    assert "Cut-off has passed" in page
    assert "15:00 Bogotá, 16:00 New York" in page
    assert "Transit days: 1" in page
    assert "BLOOM takes orders until" not in page
    assert "Ordered before 15:00 it would be" in page
    assert "Cut-off has passed" not in browser.get(f"{address}1459").text
    assert "is no time of day" in browser.get(f"{address}25").text
    assert "is no day" in browser.get("/ship_days/?day=2026-02-30").text
    assert browser.get("/ship_days/?to=NOBODY&via=nothing").status == 200


def test_a_time_that_the_clocks_leap_over_is_the_moment_of_the_leap(visit: Any) -> None:
    page = visit("admin@bloom.test").get("/ship_days/?to=BLOOM&day=2026-03-08&time=0230").text
    assert "Sun 8 Mar at BLOOM 03:00 New York" in page


def test_the_page_is_in_spanish_with_the_names_of_its_days(browser: Browser, k2k: K2K, visit: Any) -> None:
    add_person(k2k, "ANDES", "jefa@andes.test", "admin", locale="es")
    spanish = visit("jefa@andes.test")
    page = spanish.send(week(spanish, cut_thu="cerrado"))
    assert "Pedidos hasta, jueves: 15:00 → cerrado." in page.text
    assert cut_offs(k2k)["thu"] == "no_shipping"


def test_what_saving_would_do_is_answered_while_one_types_without_trying_an_order_again(
    browser: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    form = week(browser, cut_thu="1430")
    data = {**dict(form.values), "do": "effect"}
    tried: list[Any] = []
    read = K2K.ship_dates
    monkeypatch.setattr(K2K, "ship_dates", lambda *given, **named: (tried.append(given), read(*given, **named))[1])
    by_itself = {"HX-Request": "true", "HX-Target": "#edit", "K2K-Background": "effect"}
    shown = browser.client.post("/ship_days/", data=data, headers=by_itself)
    assert (shown.status_code, "14:30" in shown.get_data(as_text=True), tried) == (200, True, [])
    assert "Try it" in browser.client.post("/ship_days/", data=data).get_data(as_text=True)
    assert tried != []
