"""The frame of every page: the clock with the next cut-off, what waits, the search, one's own page, and local files."""

from __future__ import annotations

import datetime as dt
import re
from pathlib import Path
from typing import Any

import pytest
from flask import Flask

from k2k_console import menu
from k2k_console.app import create_app
from k2k_console.appearance import COOKIE
from k2k_console.assets import Assets
from k2k_core.api import K2K
from k2k_core.domain.roles import ROLES, Actor
from k2k_core.store.tables import User
from tests.console.conftest import PASSWORD, Browser, Seen, add_person
from tests.console.trading import trade

ON_ONE_ENGINE = pytest.mark.parametrize("engine", ["sqlite"], indirect=True)
pytestmark = ON_ONE_ENGINE


def _clock(browser: Any) -> str:
    """The clock of the fragment that renews it."""
    found = re.search(r'<p class="clock".*?</p>', browser.get("/frame/").html, re.DOTALL)
    return " ".join(re.sub(r"<[^>]+>", " ", found[0]).split()) if found else ""


@pytest.mark.parametrize(
    ("cut_offs", "email", "shown"),
    [
        ({}, "admin@andes.test", "Mon 2 Feb, 09:00 Bogotá"),
        ({"mon": "1500"}, "admin@andes.test", "Mon 2 Feb, 09:00 Bogotá Cut-off today 15:00, in 6 h 00 min"),
        ({"mon": "0930"}, "admin@andes.test", "Mon 2 Feb, 09:00 Bogotá Cut-off today 09:30, in 30 min"),
        ({"mon": "0900", "tue": "1200"}, "admin@andes.test", "Mon 2 Feb, 09:00 Bogotá Next cut-off Tue 3 Feb, 12:00"),
        ({"mon": "no_shipping"}, "admin@andes.test", "Mon 2 Feb, 09:00 Bogotá"),
        ({"mon": "0920"}, "admin@bloom.test", "Mon 2 Feb, 09:00 New York ANDES takes orders for 20 more minutes"),
        ({"mon": "1500"}, "admin@bloom.test", "Mon 2 Feb, 09:00 New York ANDES takes orders until 15:00"),
    ],
)
def test_the_clock_tells_the_next_cut_off_that_matters(
    visit: Any, k2k: K2K, cut_offs: dict[str, str], email: str, shown: str
) -> None:
    k2k.set("ANDES", settings={"cut_offs": cut_offs})
    assert _clock(visit(email)) == shown


def test_a_partners_cut_off_stands_in_both_zones(visit: Any, k2k: K2K) -> None:
    k2k.set("ANDES", values={"timezone": "Africa/Nairobi"})
    k2k.set("ANDES", settings={"cut_offs": {"mon": "1800"}})
    assert _clock(visit("admin@bloom.test")).endswith("ANDES takes orders until 10:00, 18:00 Nairobi")


@pytest.mark.parametrize(
    ("now", "cut_off", "said"),
    [
        ("2026-03-08T06:30:00Z", "0230", "Cut-off today 03:00, in 30 min"),  # clocks leap over it
        ("2026-03-08T07:00:00Z", "0230", "Next cut-off Sun 15 Mar, 02:30"),
        ("2026-11-01T05:10:00Z", "0130", "Cut-off today 01:30, in 20 min"),  # clocks show it twice
        ("2026-11-01T05:40:00Z", "0130", "Next cut-off Sun 8 Nov, 01:30"),
        ("2026-11-01T06:10:00Z", "0130", "Next cut-off Sun 8 Nov, 01:30"),
    ],
)
def test_a_cut_off_is_said_once_where_clocks_leap_over_it_or_show_it_twice(
    k2k: K2K, database_url: str, now: str, cut_off: str, said: str
) -> None:
    k2k.set("ANDES", values={"timezone": "America/New_York"})
    k2k.set("ANDES", settings={"cut_offs": {"sun": cut_off}})
    with K2K.open(database_url, clock=lambda: dt.datetime.fromisoformat(now)) as then:
        browser = Browser(create_app(then, secret_key="only for these tests", testing=True))
        browser.log_in("admin@andes.test")
        assert _clock(browser).endswith(said)


def test_the_clock_of_a_spaniard_is_in_spanish(visit: Any, k2k: K2K) -> None:
    with k2k.context.store.whole_network.writing() as session:
        session.change(User.update(locale="es").where(User.email == "admin@bloom.test"))
    assert _clock(visit("admin@bloom.test")) == "lun 2 feb, 09:00 Nueva York"


def test_the_menu_has_the_pages_of_the_table_for_each_role(engine: str) -> None:
    def pages(*roles: str, operator: bool = False) -> set[str]:
        actor = Actor("x@y.test", None if operator else "BLOOM", frozenset(roles))
        return {item.name for item in menu.items() if menu.may_look(actor, item)}

    network = {item.name for item in menu.items() if item.name.startswith("network")}
    everything = {item.name for item in menu.items()} - network
    assert pages("admin") == everything
    assert pages("setup") == everything - {"scan", "prebook", "people", "notifications", "api_keys"}
    assert {"scan", "orders", "gpms", "connections"} <= pages("sales_manager")
    assert not pages("sales_manager") & {"people", "notifications", *network}
    warehouse = {"home", "awbs", "staging", "scan", "inventory", "available_items", "audit"}
    assert pages("warehouse") == warehouse
    assert not pages("salesperson") & {
        "gpms",
        "markups",
        "price_lists",
        "costs",
        "drafts",
        "offers",
        "scan",
        "companies",
    }
    assert {"carts", "invoices", "offers", "customers"} <= pages("procurement")
    assert not pages("procurement") & {"orders", "gpms", "costs", "companies"}
    assert pages(operator=True) >= network | {"companies", "people", "audit"}
    assert not pages(operator=True) & {"orders", "gpms", "markups", "price_lists", "inventory", "scan"}
    assert pages(*ROLES) == everything


def test_every_page_of_the_menu_has_an_icon_and_a_key_of_its_own(app: Flask) -> None:
    icons = Assets(_static(app)).icons
    assert [item.icon for item in menu.items() if item.icon not in icons] == []
    keys = [item.key for item in menu.items() if item.key]
    assert sorted(keys) == ["c", "f", "m", "o", "s"]


def _static(app: Flask) -> Path:
    return Path(str(app.static_folder))


def test_files_are_stored_for_good_under_the_address_of_their_content(app: Flask, visit: Any) -> None:
    client = visit("").client
    page = client.get("/log-in").get_data(as_text=True)
    addresses = re.findall(r'(?:src|href)="(/static/[^"#]+)', page)
    assert len(addresses) >= 5
    for address in addresses:
        with client.get(address) as answer:
            assert answer.status_code == 200
            assert answer.headers["Cache-Control"] == "public, max-age=31536000, immutable"
        with client.get(address.partition("?")[0] + "?v=other") as answer:
            assert "immutable" not in answer.headers["Cache-Control"]


def test_the_scripts_of_the_console_are_small_and_their_licences_are_beside_them(app: Flask) -> None:
    static = _static(app)
    assert (static / "app.js").stat().st_size <= 6_000
    licences = (static / "LICENSES.txt").read_text("utf-8")
    assert all(word in licences for word in ("htmx 4.0.1", "Zero-Clause BSD", "Tabler Icons", "MIT License"))


def test_no_template_asks_for_what_the_policy_forbids(app: Flask) -> None:
    for path in (Path(app.root_path) / "templates").rglob("*.html"):
        source = path.read_text("utf-8")
        assert not re.search(r"hx-on|js:|javascript:|\sstyle=|<style|\son[a-z]+=|hx-vals='js", source), path.name


def test_an_exact_code_opens_its_page_and_anything_else_is_listed(visit: Any) -> None:
    browser = visit("admin@bloom.test")
    assert browser.get("/search/?q=c-100").at == "/customers/edit/?id=BLOOM/C-100"
    found = browser.get("/search/?q=corner")
    assert "Customers C-100 Corner Florist" in found.text
    assert 'href="/customers/edit/?id=BLOOM/C-100"' in found.html
    assert "Pages Margins" in browser.get("/search/?q=margin").text
    assert "Nothing matches “zzz”." in browser.get("/search/?q=zzz").text
    assert browser.get("/search/").status == 200


def test_what_waits_is_counted_in_the_menu_of_whoever_can_do_it(visit: Any, k2k: K2K) -> None:
    trade(k2k)

    def counted(email: str) -> str:
        found = re.search(r'<b id="count-orders"[^>]*>([^<]*)</b>', visit(email).get("/frame/").html)
        return found[1] if found else "not shown"

    assert counted("admin@andes.test") == "1"
    assert counted("setup@andes.test") == ""
    assert counted("admin@bloom.test") == "not shown"
    browser = visit("admin@andes.test")
    assert '<b id="count-orders">1</b>' in browser.get("/").html  # known by now: the page brings it itself


def test_the_exact_number_of_an_order_opens_it(visit: Any, k2k: K2K) -> None:
    number = trade(k2k)["ready"]
    assert visit("admin@andes.test").get(f"/search/?q={number.lower()}").at == f"/orders/{number}"
    assert visit("warehouse@andes.test").get(f"/search/?q={number}").at.startswith("/search/")


def test_what_a_role_cannot_open_is_found_without_a_link(visit: Any) -> None:
    found = visit("warehouse@bloom.test").get("/search/?q=C-100")
    assert found.status == 200
    assert "C-100" in found.text
    assert "/customers/edit/" not in found.html


@pytest.mark.parametrize("nasty", ["%00", "%22%3E%3Cscript%3E", "a" * 3000, "%F0%9F%8C%B9", "' OR 1=1 --"])
def test_a_malformed_search_never_breaks(visit: Any, nasty: str) -> None:
    page = visit("admin@bloom.test").get(f"/search/?q={nasty}")
    assert page.status == 200
    assert "<script>" not in page.html


def _chosen(browser: Any, **values: str) -> Any:
    form = browser.get("/me/").forms[2]
    for name, value in values.items():
        form.values = [pair for pair in form.values if pair[0] != name] + [(name, value)]
    return browser.send(form)


def test_a_person_chooses_language_theme_rows_and_keys_for_good(visit: Any) -> None:
    browser = visit("admin@bloom.test")
    page = _chosen(browser, language="es", theme="dark", density="compact", keys="off")
    opening = '<html lang="es" data-theme="dark" data-density="compact" data-keys="off">'
    assert opening in page.html
    assert "Guardado" in page.text
    assert opening in visit("admin@bloom.test").get("/").html  # another browser
    out = browser.send(browser.get("/gpms/").forms[1])
    assert opening in out.html  # the log-in looks as the person left it


def test_what_cannot_be_chosen_is_ignored(visit: Any) -> None:
    page = _chosen(visit("admin@bloom.test"), theme='"><script>', density="", language="xx")
    assert page.status == 200
    assert '<html lang="en">' in page.html


def test_a_language_is_chosen_before_the_log_in_and_leads_back(visit: Any) -> None:
    browser = visit("")
    page = browser.get("/language?language=es&next=/gpms/")
    assert page.at == "/log-in?next=/gpms/"
    assert '<html lang="es">' in page.html
    assert page.form["next"] == "/gpms/"
    assert '<html lang="es">' in browser.get("/language?language=xx").html
    assert browser.client.get_cookie(COOKIE).http_only


@pytest.mark.parametrize("cookie", ["theme=neon", "%00", "theme=dark&theme=light", "a" * 3000, "language=../etc"])
def test_a_forged_cookie_of_the_look_breaks_nothing(visit: Any, cookie: str) -> None:
    browser = visit("")
    browser.client.set_cookie(COOKIE, cookie)
    assert browser.get("/log-in").status == 200


def _password_form(browser: Any) -> Any:
    return next(form for form in browser.get("/me/").forms if "present" in form)


def test_a_person_changes_their_own_password_and_stays_logged_in_here_alone(visit: Any) -> None:
    browser, elsewhere = visit("admin@bloom.test"), visit("admin@bloom.test")
    page = browser.send(_password_form(browser).put("present", PASSWORD).put("new", "thirteen white lilies"))
    assert "The password is changed." in page.text
    assert browser.get("/").status == 200
    assert elsewhere.get("/").text.startswith("Log in")
    assert visit("").log_in("admin@bloom.test", "thirteen white lilies").status == 200


@pytest.mark.parametrize(
    ("present", "new", "said"),
    [
        ("wrong", "thirteen white lilies", "The present password is not right."),
        ("", "thirteen white lilies", "The present password is not right."),
        ("x" * 5000, "thirteen white lilies", "The present password is not right."),
        (PASSWORD, "short", "12 characters"),
    ],
)
def test_a_password_is_not_changed_by_whoever_does_not_know_it_or_to_a_weak_one(
    visit: Any, present: str, new: str, said: str
) -> None:
    browser = visit("admin@bloom.test")
    page = browser.send(_password_form(browser).put("present", present).put("new", new))
    assert page.status == 422
    assert said in page.text
    assert visit("").log_in("admin@bloom.test").status == 200


def test_a_person_sees_their_sessions_and_ends_the_others(visit: Any) -> None:
    browser, elsewhere = visit("admin@bloom.test"), visit("admin@bloom.test")
    form = next(form for form in browser.get("/me/").forms if form.action == "/me/sessions")
    assert "Every other session is ended." in browser.send(form).text
    assert elsewhere.get("/").text.startswith("Log in")
    assert browser.get("/me/").text.count("127.0.0.1") == 1


def test_a_number_that_reads_both_ways_is_refused_and_the_chosen_reading_is_saved(visit: Any, k2k: K2K) -> None:
    browser = visit("admin@bloom.test")
    form = browser.get("/gpms/").form
    page = browser.send(form.put("k2k_gpm", "28,5"))
    assert page.status == 422
    assert "Did you mean 28.5?" in page.text
    assert page.html.count("<title>Error:") == 1
    chosen = re.search(r'name="reading" value="([^"]+)"', page.html)
    assert chosen is not None
    answer = page.form
    answer.values.append(("reading", chosen[1]))
    assert "K2K GPM: 28 → 28.5." in browser.look_and_save(answer).text
    assert browser.get("/gpms/").form["k2k_gpm"] == "28.5"


def test_a_reading_counts_only_for_the_text_that_was_refused(visit: Any) -> None:
    browser = visit("admin@bloom.test")
    form = browser.get("/gpms/").form.put("k2k_gpm", "30")
    form.values.append(("reading", "k2k_gpm:28,5=28.5"))
    browser.look_and_save(form)
    assert browser.get("/gpms/").form["k2k_gpm"] == "30"


def _expired(browser: Any, form: Any) -> Any:
    """A form as a browser sends it after its session is gone."""
    browser.client.delete_cookie("k2k")
    data = dict(form.values)
    answer = browser.client.post(form.action, data=data, headers={"Origin": "http://localhost"})
    return Seen(answer.status_code, answer.get_data(as_text=True), answer.headers, form.action)


def test_a_form_survives_a_lost_session_and_a_wrong_password(visit: Any, k2k: K2K) -> None:
    browser = visit("admin@bloom.test")
    page = _expired(browser, browser.get("/gpms/").form.put("k2k_gpm", "31"))
    assert page.status == 401
    assert "Your session has ended." in page.text
    assert k2k.settings("BLOOM")["k2k_gpm"]["value"] == "28"
    page = browser.send(page.form.put("email", "admin@bloom.test").put("password", "wrong"))
    page = browser.send(page.form.put("password", PASSWORD))
    assert "nothing was done yet" in page.text
    assert k2k.settings("BLOOM")["k2k_gpm"]["value"] == "28"
    assert "K2K GPM: 28 → 31." in browser.look_and_save(page.form).text
    assert k2k.settings("BLOOM")["k2k_gpm"]["value"] == "31"


def test_a_form_of_another_site_is_not_carried(visit: Any) -> None:
    browser = visit("admin@bloom.test")
    form = browser.get("/gpms/").form
    browser.client.delete_cookie("k2k")
    for origin in ({}, {"Origin": "https://evil.test"}, {"Origin": "null"}):
        assert browser.client.post(form.action, data=dict(form.values), headers=origin).status_code == 400


def test_a_typed_password_is_never_carried(visit: Any) -> None:
    browser = visit("admin@bloom.test")
    page = _expired(browser, _password_form(browser).put("present", PASSWORD).put("new", "thirteen white lilies"))
    assert page.status == 400
    assert PASSWORD not in page.html


@pytest.mark.parametrize(
    ("address", "fields"),
    [
        ("https://evil.test/", "[]"),
        ("//evil.test", "[]"),
        ("/\\evil.test", "[]"),
        ("/gpms/", "nonsense"),
        ("/gpms/", "[1]"),
        ("/gpms/", "{}"),
        ("/gpms/", "7"),
    ],
)
def test_a_log_in_with_a_forged_form_leads_to_the_overview(visit: Any, address: str, fields: str) -> None:
    browser = visit("")
    form = browser.get("/log-in").form.put("email", "admin@bloom.test").put("password", PASSWORD)
    form.values += [("carried_to", address), ("carried", fields)]
    assert browser.send(form).at == "/"


def test_examples_of_numbers_are_those_of_each_reader(visit: Any, k2k: K2K) -> None:
    add_person(k2k, "BLOOM", "administradora@bloom.test", "admin", locale="es")
    address = "/markups/edit/?id=BLOOM/C-100"
    assert "2.00 + 0.10 = 2.10" in visit("admin@bloom.test").get(address).text
    assert "2,00 + 0,10 = 2,10" in visit("administradora@bloom.test").get(address).text


def test_a_spaniard_types_and_reads_numbers_with_a_comma(visit: Any, k2k: K2K) -> None:
    with k2k.context.store.whole_network.writing() as session:
        session.change(User.update(locale="es").where(User.email == "admin@bloom.test"))
    browser = visit("admin@bloom.test")
    browser.look_and_save(browser.get("/gpms/").form.put("k2k_gpm", "28,5"))
    page = browser.get("/gpms/")
    assert page.form["k2k_gpm"] == "28,5"
    assert k2k.settings("BLOOM")["k2k_gpm"]["value"] == "28.5"
    refused = browser.send(page.form.put("k2k_gpm", "1.500"))
    assert refused.status == 422
    assert "¿Quiso decir 1.500 o 1,5?" in refused.text
