"""Settings saved at a desk change the next price and the next ship date."""

from __future__ import annotations

from typing import Any

import pytest

from k2k_core.api import K2K

ON_ONE_ENGINE = pytest.mark.parametrize("engine", ["sqlite"], indirect=True)
"""For what has nothing to do with the database."""


def _price(k2k: K2K, **asked: str) -> Any:
    (line,) = k2k.price(company="BLOOM", customer="C-100", lots=["ANDES/L1"], **asked)
    return line["price"]


def test_a_company_gets_another_name_currency_zone_and_language(visit: Any, k2k: K2K) -> None:
    browser = visit("setup@bloom.test")
    form = browser.get("/companies/edit/?id=BLOOM").form
    form = form.put("name", "Bloom & Daughters").put("currency", "CAD").put("timezone", "America/Toronto")
    page = browser.send(form.put("locale", "es"))
    assert "Saved" in page.text
    assert page.form["name"] == "Bloom & Daughters"
    (line,) = k2k.price(company="BLOOM", customer="C-100", lots=["ANDES/L1"])
    assert line["currency"] == "CAD"


def test_the_code_of_a_company_cannot_be_sent(visit: Any) -> None:
    browser = visit("admin@bloom.test")
    form = browser.get("/companies/edit/?id=BLOOM").form
    assert "code" not in form
    form.values.append(("code", "OTHER"))
    assert browser.send(form).status == 200
    assert browser.get("/companies/edit/?id=BLOOM").status == 200


def test_an_operator_adds_a_company_and_a_taken_code_is_refused_with_the_values_kept(visit: Any) -> None:
    browser = visit("operator@k2k.test")
    form = browser.get("/companies/new/").form.put("code", "PEONY").put("name", "Peony Imports")
    form = form.put("currency", "USD").put("timezone", "America/Bogota")
    assert "Peony Imports" in browser.send(form).text
    again = browser.send(browser.get("/companies/new/").form.put("code", "PEONY").put("name", "Another").put(
        "currency", "USD").put("timezone", "America/Bogota"))  # fmt: skip
    assert again.status == 409
    assert again.form["name"] == "Another"


def test_the_gpm_of_k2k_changes_the_next_price(visit: Any, k2k: K2K) -> None:
    assert _price(k2k) == "0.48"
    browser = visit("sales_manager@bloom.test")
    looked = browser.send(browser.get("/gpms/").form.put("k2k_gpm", "50"))
    assert looked.status == 200
    assert "Save, 3 prices rise" in looked.text
    assert _price(k2k) == "0.48"
    assert "K2K GPM: 28 → 50. 3 prices rise." in browser.send(looked.form).text
    assert _price(k2k) == "0.69"


def test_without_a_k2k_gpm_the_company_gpm_makes_the_price(visit: Any, k2k: K2K) -> None:
    browser = visit("admin@bloom.test")
    browser.look_and_save(browser.get("/gpms/").form.put("k2k_gpm", "").put("gpm", "0"))
    assert _price(k2k) == "0.35"


def test_the_gpm_of_a_place_changes_the_price_there_and_nowhere_else(visit: Any, k2k: K2K) -> None:
    browser = visit("admin@bloom.test")
    browser.look_and_save(browser.get("/gpms/").form.put("place.MIA", "60"))
    assert _price(k2k, location="MIA") == "0.86"
    assert _price(k2k) == "0.48"


def test_the_page_of_margins_says_that_gpm_is_a_margin_and_shows_the_sum(visit: Any) -> None:
    page = visit("admin@bloom.test").get("/gpms/")
    assert "It is a margin, not a markup." in page.text
    assert "Landed cost 1.40 at 28\xa0% sells at 1.95." in page.html
    assert "A markup of 28\xa0% would give 1.80." in page.html


@pytest.mark.parametrize(("kind", "number", "price"), [("percent", "10", "0.53"), ("amount", "-0.10", "0.38")])
def test_a_markup_changes_the_next_price_of_that_customer(
    visit: Any, k2k: K2K, kind: str, number: str, price: str
) -> None:
    browser = visit("sales_manager@bloom.test")
    form = browser.get("/markups/edit/?id=BLOOM/C-100").form
    page = browser.send(form.put("ecommerce_markup", kind, number))
    assert "Saved" in page.text
    assert _price(k2k) == price


def test_a_markup_of_0_is_set_and_an_emptied_one_is_gone(visit: Any, k2k: K2K) -> None:
    browser = visit("admin@bloom.test")
    page = browser.send(browser.get("/markups/edit/?id=BLOOM/C-200").form.put("ecommerce_markup", "percent", "0"))
    assert ("ecommerce_markup", "0") in page.form.values
    assert "+0 %" in browser.get("/markups/").text
    browser.send(page.form.put("ecommerce_markup", "percent", ""))
    row = browser.get("/markups/?search=C-200").text
    assert "%" not in row.partition("Petal & Stem")[2]


def test_a_customer_at_landed_cost_pays_the_landed_cost_on_open_market(visit: Any, k2k: K2K) -> None:
    browser = visit("admin@andes.test")
    form = browser.get("/markups/edit/?id=ANDES/BLOOM").form
    form.values.append(("landed_cost_as_price", "y"))
    assert "Saved" in browser.send(form).text
    (line,) = k2k.price(company="ANDES", customer="BLOOM", lots=["L1"])
    assert (line["price"], line["step"]) == ("0.21", "landed_cost_as_price")


@pytest.mark.parametrize(
    ("company", "own", "shown"),
    [(False, "shown", "ANDES"), (True, "hidden", None), (True, "", "ANDES"), (False, "", None)],
)
def test_the_shop_of_a_customer_shows_vendors_as_is_set_for_it(
    visit: Any, k2k: K2K, company: bool, own: str, shown: str | None
) -> None:
    k2k.set("BLOOM", settings={"show_vendor": company})
    browser = visit("setup@bloom.test")
    k2k.set("BLOOM", customer="C-100", values={"show_vendor": not company})
    page = browser.send(browser.get("/customers/edit/?id=BLOOM/C-100").form.put("show_vendor", own))
    assert "Saved" in page.text
    assert page.form["show_vendor"] == own
    (line,) = k2k.catalog("BLOOM", "C-100", "2026-02-06")["lines"]
    assert line["vendor"] == shown


def test_a_customer_gets_a_language_of_its_own_and_gives_it_back(visit: Any, k2k: K2K) -> None:
    browser = visit("admin@bloom.test")
    page = browser.send(browser.get("/customers/edit/?id=BLOOM/C-100").form.put("locale", "es"))
    assert "Saved" in page.text
    assert k2k.record("BLOOM", "customers", "C-100")["locale"] == "es"
    assert "Español" in browser.get("/customers/?search=C-100").text
    browser.send(page.form.put("locale", ""))
    assert k2k.record("BLOOM", "customers", "C-100")["locale"] is None
    assert "Español" not in browser.get("/customers/?search=C-100").text


def test_a_price_list_counts_for_everyone_and_keeps_its_rows(visit: Any, k2k: K2K) -> None:
    k2k.put("BLOOM", "categories", [{"code": "ROSES"}])
    rose = {"code": "ROSE", "description": "Rose Red Freedom 60cm", "category": "ROSES"}
    k2k.put("BLOOM", "products", [rose])
    season = {"name": "All", "start": "2026-01-01", "end": "2026-12-31", "rows": [{"product": "ROSE", "price": "2.59"}]}
    k2k.put("BLOOM", "price_lists", [{"code": "SUMMER", "name": "Summer List", "seasons": [season]}])
    k2k.set("BLOOM", settings={"price_lists_for_k2k": True})
    assert _price(k2k) == "0.48"
    browser = visit("sales_manager@bloom.test")
    form = browser.get("/price-lists/edit/?id=BLOOM/SUMMER").form
    form.values.append(("everyone", "y"))
    page = browser.send(form)
    assert "Saved" in page.text
    assert _price(k2k) == "2.59"
    form = page.form
    form.values[:] = [pair for pair in form.values if pair[0] != "active"]
    browser.send(form)
    assert _price(k2k) == "0.48"
    found = k2k.record("BLOOM", "price_lists", "SUMMER")
    assert (found["everyone"], found["active"], found["name"]) == (True, False, "Summer List")
    assert [row["price"] for row in found["seasons"][0]["rows"]] == ["2.59"]
    assert "Summer List all types – yes –" in browser.get("/price-lists/").text


def test_the_page_of_markups_says_in_which_sales_channel_each_counts(visit: Any) -> None:
    page = visit("admin@bloom.test").get("/markups/edit/?id=BLOOM/C-100")
    assert "in the sales channel e-commerce alone" in page.text
    assert "Sales: prebooks of salespeople and procurement, without e-commerce markup." in page.text


@pytest.mark.parametrize("role", ["admin", "setup", "sales_manager"])
def test_the_type_of_a_customer_is_set_by_whoever_sets_its_markups(visit: Any, role: str) -> None:
    browser = visit(f"{role}@bloom.test")
    form = browser.get("/markups/edit/?id=BLOOM/C-100").form
    assert form["type"] == "B"
    page = browser.send(form.put("type", "A").put("sell_fast_markup", "percent", "-10"))
    assert "Saved" in page.text
    assert page.form["type"] == "A"


def test_the_type_of_a_customer_is_not_for_salespeople_to_set(visit: Any) -> None:
    browser, admin = visit("salesperson@bloom.test"), visit("admin@bloom.test")
    forged = admin.get("/markups/edit/?id=BLOOM/C-100").form.put("type", "A")
    token = browser.get("/").form["csrf_token"]
    assert browser.send(forged.put("csrf_token", token)).status == 403
    assert admin.get("/markups/edit/?id=BLOOM/C-100").form["type"] == "B"


def test_the_ship_days_offset_changes_the_next_ship_date(visit: Any, k2k: K2K) -> None:
    asked = {"buyer": "BLOOM", "customer": "C-100", "vendor": "ANDES"}
    assert k2k.ship_dates(**asked)["earliest_vendor_ship"] == "2026-02-04"
    browser = visit("setup@andes.test")
    page = browser.send(browser.get("/ship_days/").forms[-2].put("ship_days_offset", "3"))
    assert "Ship-days offset: 2 → 3." in page.text
    assert k2k.ship_dates(**asked)["earliest_vendor_ship"] == "2026-02-05"


def test_nobody_overwrites_what_they_never_saw(visit: Any, k2k: K2K) -> None:
    browser = visit("admin@bloom.test")
    form = browser.get("/gpms/").form
    k2k.set(company="BLOOM", settings={"k2k_gpm": "33"})
    page = browser.send(form.put("k2k_gpm", "44"))
    assert page.status == 409
    assert "Somebody else changed" in page.text
    assert "K2K GPM 28 33" in page.text
    assert page.form["k2k_gpm"] == "44"
    assert _price(k2k) == "0.51"
    assert "Nothing was changed." in browser.send(page.form.put("keep.k2k_gpm", "theirs")).text
    assert "K2K GPM: 33 → 44." in browser.look_and_save(page.form.put("keep.k2k_gpm", "yours")).text


@pytest.fixture
def overruled(monkeypatch: pytest.MonkeyPatch) -> None:
    """An installation that sets the K2K GPM of every company."""
    monkeypatch.setenv("K2K_SETTING_K2K_GPM", "40")


@ON_ONE_ENGINE
def test_a_value_that_the_installation_overrules_is_saved_and_told_so(overruled: None, k2k: K2K, visit: Any) -> None:
    browser = visit("admin@bloom.test")
    page = browser.look_and_save(browser.get("/gpms/").form.put("k2k_gpm", "33").put("gpm", "20"))
    assert "Saved, but the installation overrides: K2K GPM." in page.text
    assert browser.get("/gpms/").form["k2k_gpm"] == "33"
    assert _price(k2k) == "0.57"


def test_a_form_that_changes_nothing_leaves_no_trace(visit: Any, k2k: K2K) -> None:
    browser = visit("admin@bloom.test")
    forms = ("/companies/edit/?id=BLOOM", "/gpms/", "/markups/edit/?id=BLOOM/C-200")
    assert browser.send(browser.get("/ship_days/").forms[-2]).status == 200
    for address in (*forms, "/customers/edit/?id=BLOOM/C-200", "/price-lists/edit/?id=BLOOM/SUMMER"):
        assert browser.send(browser.get(address).form).status == 200
    assert "Nothing here" in browser.get("/audit/").text


@ON_ONE_ENGINE
@pytest.mark.parametrize("typed", ["1e3", "NaN", "Infinity", "0.1234567890123", "--1", "٣", "abc", "1" * 400])
def test_a_gpm_that_is_no_exact_number_is_refused_beside_its_field_and_kept(visit: Any, k2k: K2K, typed: str) -> None:
    browser = visit("admin@bloom.test")
    page = browser.send(browser.get("/gpms/").form.put("k2k_gpm", typed))
    assert page.status == 422
    assert page.form["k2k_gpm"] == typed
    assert 'aria-invalid="true" autofocus aria-describedby="k2k_gpm-about"' in page.html
    assert "is not a number" in page.text or "decimals" in page.text
    assert _price(k2k) == "0.48"


@ON_ONE_ENGINE
@pytest.mark.parametrize("typed", ["100", "-0.000001", "250"])
def test_a_gpm_outside_its_limits_is_refused(visit: Any, typed: str) -> None:
    browser = visit("admin@bloom.test")
    page = browser.send(browser.get("/gpms/").form.put("gpm", typed))
    assert page.status == 422
    assert "Choose at least 0 and less than 100." in page.text


@ON_ONE_ENGINE
@pytest.mark.parametrize("typed", ["", "-1", "1.5", "61", "1e1", "³"])
def test_an_offset_that_is_no_number_of_days_is_refused(visit: Any, typed: str) -> None:
    browser = visit("admin@andes.test")
    page = browser.send(browser.get("/ship_days/").forms[-2].put("ship_days_offset", typed))
    assert page.status == 422
    assert "is not a whole number from 0 to 60" in page.text


@ON_ONE_ENGINE
@pytest.mark.parametrize(
    ("name", "typed"),
    [("currency", "usd"), ("currency", "DOLLAR"), ("timezone", "Mars/Olympus"), ("name", ""), ("name", "a\x00b")],
)
def test_a_company_with_a_wrong_value_is_refused_beside_its_field(visit: Any, name: str, typed: str) -> None:
    browser = visit("admin@bloom.test")
    page = browser.send(browser.get("/companies/edit/?id=BLOOM").form.put(name, typed))
    assert page.status == 422
    assert f'id="{name}-fault"' in page.html


def test_a_currency_that_does_not_exist_is_refused_by_the_core_and_shown_at_the_field(visit: Any) -> None:
    browser = visit("admin@bloom.test")
    page = browser.send(browser.get("/companies/edit/?id=BLOOM").form.put("currency", "QQQ"))
    assert page.status == 422
    assert 'id="currency-fault"' in page.html
