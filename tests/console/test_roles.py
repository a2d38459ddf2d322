"""Every route × every role: who may read, who may change, and that another company's object answers like an unknown
one."""

from __future__ import annotations

from typing import Any

import pytest
from flask import Flask

from k2k_console.pages import PAGES
from k2k_core.api import K2K
from k2k_core.domain.roles import ROLES
from tests.console.conftest import add_person

pytestmark = pytest.mark.parametrize("engine", ["sqlite"], indirect=True)

EVERYBODY = frozenset((*ROLES, "operator"))
PRICING = frozenset(("admin", "setup", "sales_manager"))
SETUP = frozenset(("admin", "setup", "operator"))
SEEING_SETUP = SETUP | {"sales_manager"}
SEEING_PARTNERS = EVERYBODY - {"warehouse"}
SCANNING = frozenset(("admin", "sales_manager", "procurement", "warehouse"))

LOOKING = {
    "/": EVERYBODY,
    "/margin/": frozenset(("admin", "setup", "sales_manager", "procurement")),
    "/seen/": EVERYBODY - {"warehouse", "procurement", "operator"},
    "/companies/": SEEING_SETUP,
    "/companies/?company=BLOOM": SEEING_SETUP,
    "/companies/export/csv/": SEEING_SETUP,
    "/companies/edit/?id=BLOOM": SEEING_SETUP,
    "/companies/new/": frozenset(("operator",)),
    "/markups/": PRICING,
    "/markups/export/csv/": PRICING,
    "/markups/edit/?id=BLOOM/C-100": PRICING,
    "/customers/": SEEING_PARTNERS,
    "/customers/export/csv/": SEEING_PARTNERS,
    "/customers/edit/?id=BLOOM/C-100": SEEING_PARTNERS,
    "/price-lists/": PRICING,
    "/price-lists/export/csv/": PRICING,
    "/price-lists/edit/?id=BLOOM/SUMMER": PRICING,
    "/audit/": EVERYBODY,
    "/scan/": SCANNING,
    "/scan/session": SCANNING,
    "/scan/reader.js": SCANNING,
    "/me/": EVERYBODY,
    "/search/": EVERYBODY,
    "/search/?q=C-100": EVERYBODY,
    "/frame/": EVERYBODY,
    "/company/": frozenset(("operator",)),
    "/audit/export/csv/": EVERYBODY,
}
CHANGING = {
    "/companies/edit/?id=BLOOM": ("name", SETUP),
    "/markups/edit/?id=BLOOM/C-100": ("sell_fast_markup", PRICING),
    "/customers/edit/?id=BLOOM/C-100": ("show_vendor", SETUP - {"operator"}),
    "/price-lists/edit/?id=BLOOM/SUMMER": ("name", PRICING),
}
NEW_VALUES = {
    "name": ["Bloom"],
    "sell_fast_markup": ["percent", "-7"],
    "show_vendor": ["shown"],
}
NOT_FOUND_EVERYWHERE = (
    *("/audit/edit/", "/audit/new/", "/markups/new/"),
    *("/customers/new/", "/price-lists/new/"),
)
PUBLIC = ("/health", "/log-in", "/language", "/session", "/static/<path:filename>")
SENDING = ("/log-out", "/undo/", "/audit/undo/", "/me/appearance", "/me/password", "/me/sessions")
"""Take forms only; their tests are those of logging in, of the overview and of the audit."""
OF_JOBS = ("/jobs/<job>", "/jobs/<job>/stop", "/jobs/<job>/file")
"""Are there for whoever began the work; their tests are those of long work."""


def email_of_role(role: str) -> str:
    return "operator@k2k.test" if role == "operator" else f"{role}@bloom.test"


@pytest.mark.parametrize("role", sorted(EVERYBODY))
def test_who_may_look(visit: Any, role: str) -> None:
    browser = visit(email_of_role(role))
    for address, allowed in LOOKING.items():
        assert browser.get(address).status == (200 if role in allowed else 403), address
    for address in NOT_FOUND_EVERYWHERE:
        assert browser.get(address).status in (403, 404), address


@pytest.mark.parametrize("role", sorted(EVERYBODY))
def test_who_may_change(visit: Any, role: str) -> None:
    browser, admin = visit(email_of_role(role)), visit("admin@bloom.test")
    for address, (name, allowed) in CHANGING.items():
        form = admin.get(address).form.put(name, *NEW_VALUES[name])
        page = browser.get(address)
        if role in allowed:
            assert name not in page.form.readonly
            assert "Saved" in browser.send(page.form.put(name, *NEW_VALUES[name])).text, address
            continue
        token = browser.get("/").form["csrf_token"]  # a forged form: the values of another, one's own token
        answer = browser.send(form.put("csrf_token", token), address)
        assert answer.status == 403, address
        assert "not_allowed" in answer.text


def test_the_refusal_says_which_role_is_needed(visit: Any) -> None:
    page = visit("warehouse@bloom.test").get("/gpms/")
    assert page.status == 403
    assert "one of these is needed: admin, sales_manager, setup" in page.text


def test_a_refusal_is_in_the_language_of_its_reader(visit: Any, k2k: K2K) -> None:
    add_person(k2k, "BLOOM", "bodega@bloom.test", "warehouse", locale="es")
    page = visit("bodega@bloom.test").get("/gpms/")
    assert page.status == 403
    assert (
        "bodega@bloom.test no tiene un rol para esto; hace falta uno de estos: admin, sales_manager, setup" in page.text
    )
    assert "has no role" not in page.text
    assert "Ask an admin" not in page.text


@pytest.mark.parametrize("role", sorted(EVERYBODY))
def test_the_menu_shows_the_desks_that_a_person_may_open(visit: Any, role: str) -> None:
    page = visit(email_of_role(role)).get("/")
    for address in ("/companies/", "/markups/", "/customers/", "/price-lists/", "/audit/"):
        assert (f'href="{address}"' in page.html) == (role in LOOKING[address]), address


def test_nobody_sees_anything_without_a_log_in(visit: Any) -> None:
    client = visit("").client
    for address in LOOKING:
        answer = client.get(address)
        assert answer.status_code == 302, address
        assert answer.headers["Location"].startswith("/log-in")


@pytest.mark.parametrize("role", ROLES)
@pytest.mark.parametrize(
    ("foreign", "unknown"),
    [
        ("/companies/edit/?id=TULIP", "/companies/edit/?id=NOBODY"),
        ("/markups/edit/?id=TULIP/C-100", "/markups/edit/?id=NOBODY/C-100"),
        ("/markups/edit/?id=ANDES/BLOOM", "/markups/edit/?id=BLOOM/C-999"),
        ("/customers/edit/?id=TULIP/C-100", "/customers/edit/?id=NOBODY/C-100"),
        ("/price-lists/edit/?id=TULIP/SUMMER", "/price-lists/edit/?id=NOBODY/SUMMER"),
        ("/markups/?company=TULIP", "/markups/?company=NOBODY"),
        ("/companies/export/csv/?company=TULIP", "/companies/export/csv/?company=NOBODY"),
        ("/audit/?company=TULIP", "/audit/?company=NOBODY"),
    ],
)
def test_a_foreign_id_answers_like_an_unknown_one(visit: Any, role: str, foreign: str, unknown: str) -> None:
    browser = visit(email_of_role(role))
    one, other = browser.get(foreign), browser.get(unknown)
    assert one.status == other.status
    assert one.status in (403, 404)
    assert one.text == other.text


@pytest.mark.parametrize("role", ROLES)
def test_nothing_of_a_foreign_company_is_in_any_page_or_export(visit: Any, role: str) -> None:
    browser = visit(email_of_role(role))
    for address in LOOKING:
        page = browser.get(address)
        assert "TULIP" not in page.html, address
        assert "Secret" not in page.html, address


def test_a_foreign_record_cannot_be_changed(visit: Any) -> None:
    browser, stranger = visit("admin@bloom.test"), visit("operator@k2k.test")
    for address in ("/companies/edit/?id=TULIP", "/customers/edit/?id=TULIP/C-100"):
        form = stranger.get(address).form
        answer = browser.send(form.put("csrf_token", browser.get("/").form["csrf_token"]), address)
        assert answer.status == 404, address


def test_an_operator_sees_every_company(visit: Any) -> None:
    browser = visit("operator@k2k.test")
    assert all(code in browser.get("/companies/").text for code in ("ANDES", "BLOOM", "TULIP"))
    assert "Secret Customer" in browser.get("/customers/?company=TULIP").text
    assert "Corner Florist" not in browser.get("/customers/?company=TULIP").text


def test_an_operator_looks_into_one_company_until_another_is_chosen(visit: Any) -> None:
    browser = visit("operator@k2k.test")
    form = browser.get("/company/").form
    form.values.append(("company", "TULIP"))
    assert "Tulip Traders TULIP · Amsterdam" in browser.send(form).text
    assert "Secret Customer" in browser.get("/customers/").text
    assert "Corner Florist" not in browser.get("/customers/").text
    assert browser.get("/customers/edit/?id=BLOOM/C-100").status == 200
    browser.send(browser.get("/company/").form)
    assert "Corner Florist" in browser.get("/customers/").text


def test_those_who_do_not_set_the_company_up_see_what_they_did_themselves(visit: Any, k2k: K2K) -> None:
    k2k.set(company="BLOOM", settings={"gpm": "31"})
    manager = visit("sales_manager@bloom.test")
    manager.look_and_save(manager.get("/gpms/").form.put("k2k_gpm", "44"))
    own = manager.get("/audit/").text
    assert "K2K GPM 28 → 44" in own
    assert "GPM unset → 31" not in own
    assert "Nothing here" in visit("warehouse@bloom.test").get("/audit/").text
    assert "GPM unset → 31" in visit("setup@bloom.test").get("/audit/").text


def test_the_sweep_knows_every_route(app: Flask) -> None:
    known = {address.partition("?")[0] for address in LOOKING} | set(NOT_FOUND_EVERYWHERE) | set(PUBLIC) | set(SENDING)
    known |= set(OF_JOBS)
    exports = {address.replace("/csv/", "/<export_type>/") for address in known}
    declared = {f"/{page.name}/{rest}" for page in PAGES for rest in ("", "<path:key>")}
    assert {str(rule) for rule in app.url_map.iter_rules()} <= known | exports | declared


def test_flask_admins_own_ways_to_write_are_not_there(app: Flask) -> None:
    doors = {str(rule) for rule in app.url_map.iter_rules()}
    assert [door for door in doors if any(word in door for word in ("delete", "action", "ajax", "details"))] == []


def test_a_sales_manager_sees_the_company_in_a_form_that_cannot_be_changed(visit: Any) -> None:
    page = visit("sales_manager@bloom.test").get("/companies/edit/?id=BLOOM")
    assert page.status == 200
    assert {"name", "currency"} <= set(page.form.readonly)
    assert 'type="submit"' not in page.html.split("<main", 1)[1].split("</main")[0]
