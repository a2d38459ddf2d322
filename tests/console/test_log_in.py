"""Log-in, log-out, and when a session ends."""

from __future__ import annotations

import secrets
import time
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from k2k_console.app import create_app
from k2k_core.api import K2K
from k2k_core.domain.roles import ROLES
from k2k_core.services.administration import users
from k2k_core.store.tables import User
from tests.console.test_declared_pages import token_of

GOOD = {"email": "admin@bloom.test", "password": "twelve red roses"}
ON_ONE_ENGINE = pytest.mark.parametrize("engine", ["sqlite"], indirect=True)
"""For what has nothing to do with the database."""


def test_a_person_logs_in_and_sees_who_they_are(visit: Any) -> None:
    page = visit("").log_in("admin@bloom.test")
    assert page.status == 200
    assert "Bloom Wholesale BLOOM · New York" in page.text
    assert "Admin admin@bloom.test" in page.text
    assert "Log out" in page.text


@pytest.mark.parametrize(
    ("email", "password"),
    [
        ("admin@bloom.test", "wrong password"),
        ("nobody@bloom.test", "twelve red roses"),
        ("admin@bloom.test", ""),
        ("", ""),
        ("admin@bloom.test\x00", "twelve red roses"),
        ("admin@bloom.test", "x" * 5000),
    ],
)
def test_a_wrong_password_and_an_unknown_address_answer_the_same(visit: Any, email: str, password: str) -> None:
    page = visit("").log_in(email, password)
    assert page.status == 401
    assert page.html.partition("<title>")[2].startswith("Error: ")
    assert "do not belong together" in page.text
    assert password not in page.html or not password


def test_the_log_in_keeps_the_address_that_was_typed(visit: Any) -> None:
    assert visit("").log_in("admin@bloom.test", "wrong").form["email"] == "admin@bloom.test"


def test_whoever_is_deactivated_is_out_at_once(visit: Any, k2k: K2K) -> None:
    browser = visit("admin@bloom.test")
    users.set_active(k2k.context, "admin@bloom.test", False)
    assert browser.get("/companies/").text.startswith("Log in")
    assert browser.log_in("admin@bloom.test").status == 401


def test_a_new_password_ends_the_sessions_of_the_old_one(visit: Any, k2k: K2K) -> None:
    browser = visit("admin@bloom.test")
    k2k.change_password("admin@bloom.test", "another long password")
    assert browser.get("/").text.startswith("Log in")


def test_roles_that_are_taken_away_are_gone_at_once(visit: Any, k2k: K2K) -> None:
    browser = visit("admin@bloom.test")
    assert browser.get("/gpms/").status == 200
    users.set_roles(k2k.context, "admin@bloom.test", ["warehouse"])
    assert browser.get("/gpms/").text.startswith("Log in")
    browser.log_in("admin@bloom.test")
    assert browser.get("/gpms/").status == 403


def test_logging_out_ends_the_session(visit: Any) -> None:
    browser = visit("admin@bloom.test")
    page = browser.send(browser.get("/").form)  # the only form of the overview is the one to log out
    assert "You are logged out." in page.text
    assert browser.get("/companies/").text.startswith("Log in")


def test_a_copy_of_the_cookie_is_worth_nothing_once_its_user_has_logged_out(visit: Any) -> None:
    browser, thief = visit("admin@bloom.test"), visit("")
    cookie = browser.client.get_cookie("k2k")
    browser.send(browser.get("/").form)
    thief.client.set_cookie("k2k", cookie.value)
    assert thief.get("/companies/").text.startswith("Log in")


def test_each_log_in_is_a_session_that_can_be_ended_from_elsewhere(visit: Any, k2k: K2K) -> None:
    first, second = visit("admin@bloom.test"), visit("admin@bloom.test")
    newer, older = k2k.sessions("admin@bloom.test")
    assert (older["address"], older["agent"][:8]) == ("127.0.0.1", "Werkzeug")
    k2k.end_sessions("admin@bloom.test", session=older["session"])
    assert first.get("/companies/").text.startswith("Log in")
    assert second.get("/companies/").status == 200
    k2k.end_sessions("admin@bloom.test")
    assert second.get("/companies/").text.startswith("Log in")
    assert newer["session"] != older["session"]


def test_whoever_is_activated_again_logs_in_anew(visit: Any, k2k: K2K) -> None:
    browser = visit("admin@bloom.test")
    copied = browser.client.get_cookie("k2k").value
    for active in (False, True):
        users.set_active(k2k.context, "admin@bloom.test", active)
    assert browser.get("/companies/").text.startswith("Log in")
    browser.log_in("admin@bloom.test")
    browser.client.set_cookie("k2k", copied)
    assert browser.get("/companies/").text.startswith("Log in")


def test_logging_out_of_a_session_that_was_just_ended_is_no_error(visit: Any, k2k: K2K) -> None:
    browser = visit("admin@bloom.test")
    form = browser.get("/").form
    k2k.end_sessions("admin@bloom.test")
    assert browser.send(form).status == 200


def test_the_log_in_leads_back_to_the_page_that_was_asked_for(visit: Any) -> None:
    browser = visit("")
    form = browser.get("/markups/edit/?id=BLOOM/C-100").form
    page = browser.send(form.put("email", "admin@bloom.test").put("password", "twelve red roses"))
    assert page.at == "/markups/edit/?id=BLOOM/C-100"


@ON_ONE_ENGINE
@pytest.mark.parametrize(
    "target",
    [
        *("https://evil.test/", "//evil.test", "/\\evil.test", "\\\\evil.test", "javascript:alert(1)", "http:evil"),
        *("/\n/evil.test", "/\t/evil.test", "///evil.test", "evil.test"),
    ],
)
def test_the_log_in_never_leads_to_another_site(visit: Any, target: str) -> None:
    browser = visit("")
    form = browser.get("/log-in").form.put("next", target)
    page = browser.send(form.put("email", "admin@bloom.test").put("password", "twelve red roses"))
    assert page.at == "/"


@ON_ONE_ENGINE
def test_guessing_a_password_is_stopped_and_says_so(visit: Any) -> None:
    browser = visit("")
    assert [browser.log_in("admin@bloom.test", f"guess {number}").status for number in range(10)] == [401] * 10
    page = browser.log_in("admin@bloom.test", "guess 11")
    assert page.status == 429
    assert "Wait a minute" in page.text
    answer = browser.client.post("/log-in", data=guess("ADMIN@bloom.test", browser))
    assert (answer.status_code, 0 < int(answer.headers["Retry-After"]) <= 60) == (429, True)


def guess(email: str, browser: Any, password: str = "guess") -> dict[str, str]:
    """A log-in as a form sends it."""
    return {"email": email, "password": password, "csrf_token": dict(browser.get("/log-in").form.values)["csrf_token"]}


@ON_ONE_ENGINE
def test_nobody_locks_a_person_out_from_elsewhere_or_on_a_device_that_knows_them(visit: Any) -> None:
    known = visit("admin@bloom.test")
    known.send(known.get("/").form)  # logs out
    office = visit("")
    for number in range(12):
        office.log_in("admin@bloom.test", f"guess {number}")
    assert office.log_in("admin@bloom.test").status == 429
    assert known.log_in("admin@bloom.test").status == 200  # the same source, and a device that knows them
    elsewhere = visit("")
    data = guess("admin@bloom.test", elsewhere, "twelve red roses")
    answer = elsewhere.client.post("/log-in", data=data, environ_overrides={"REMOTE_ADDR": "203.0.113.9"})
    assert answer.status_code == 302
    forged = visit("")
    forged.client.set_cookie("k2k_device", known.client.get_cookie("k2k_device").value + "x")
    assert forged.log_in("admin@bloom.test").status == 429


def test_of_sixty_wrong_passwords_at_once_no_more_are_tried_than_may(
    visit: Any, k2k: K2K, monkeypatch: pytest.MonkeyPatch
) -> None:
    tried: list[str] = []
    checked = users.authenticate

    def slowly(context: Any, email: str, password: str) -> Any:
        tried.append(email)
        time.sleep(0.05)
        return checked(context, email, password)

    monkeypatch.setattr(users, "authenticate", slowly)
    browsers = [visit("") for _ in range(60)]
    forms = [(browser.client, guess("admin@bloom.test", browser)) for browser in browsers]
    with ThreadPoolExecutor(60) as pool:
        jobs = [pool.submit(client.post, "/log-in", data=form) for client, form in forms]
        answers = [job.result().status_code for job in jobs]
    assert sorted(answers) == [401] * 10 + [429] * 50
    assert len(tried) == 10


@ON_ONE_ENGINE
def test_addresses_are_compared_without_case(visit: Any) -> None:
    assert visit("").log_in("Admin@BLOOM.test").status == 200


@ON_ONE_ENGINE
@pytest.mark.parametrize("target", ["http://[", "//[::1", "/\\[", "/orders/?\x00", "http://a@[x]:99999/", "\ud800"])
def test_no_address_to_go_on_to_breaks_the_log_in(visit: Any, target: str) -> None:
    browser = visit("")
    assert (
        browser.client.get("/log-in", query_string={"next": target.encode("utf-8", "surrogatepass")}).status_code == 200
    )
    data = {**guess("admin@bloom.test", browser, "twelve red roses"), "next": target.encode("utf-8", "surrogatepass")}
    assert browser.client.post("/log-in", data=data).status_code == 302


@ON_ONE_ENGINE
def test_guessing_many_addresses_from_one_place_is_stopped(visit: Any) -> None:
    browser = visit("")
    people_of_both = [f"{role}@{company}.test" for role in ROLES for company in ("andes", "bloom")]
    answers = [browser.log_in(email, "guess").status for email in (people_of_both * 4)[:31]]
    assert answers == [401] * 30 + [429]


@ON_ONE_ENGINE
def test_right_passwords_are_not_counted(visit: Any) -> None:
    for _ in range(12):
        assert visit("").log_in("admin@bloom.test").status == 200


def test_the_cookie_of_the_session_is_out_of_reach_of_scripts_and_other_sites(k2k: K2K, visit: Any) -> None:
    cookie = visit("").client.get("/log-in").headers["Set-Cookie"]
    assert "HttpOnly" in cookie
    assert "SameSite=Lax" in cookie
    safe = create_app(k2k, secret_key=secrets.token_urlsafe(48), production=True)
    answer = safe.test_client().get("/log-in", base_url="https://k2k.test")
    assert answer.headers["Set-Cookie"].startswith("__Host-k2k=")
    assert "Secure" in answer.headers["Set-Cookie"]
    assert answer.headers["Strict-Transport-Security"]


def test_a_session_from_before_the_log_in_is_worth_nothing_after_it(visit: Any) -> None:
    browser = visit("")
    browser.get("/log-in")
    before = browser.client.get_cookie("k2k").value
    browser.log_in("admin@bloom.test")
    assert browser.client.get_cookie("k2k").value != before
    browser.client.set_cookie("k2k", before)
    assert browser.get("/companies/").text.startswith("Log in")


@ON_ONE_ENGINE
def test_a_session_that_somebody_else_planted_is_not_the_one_after_the_log_in(visit: Any, k2k: K2K) -> None:
    planted, victim = visit("warehouse@bloom.test"), visit("")
    token = token_of(planted.get("/"))
    victim.client.set_cookie("k2k", planted.client.get_cookie("k2k").value)
    victim.client.post("/log-in", data={**GOOD, "csrf_token": token})
    assert "admin@bloom.test" in victim.get("/").text
    assert "warehouse@bloom.test" in planted.get("/").text
    assert [one["address"] for one in k2k.sessions("admin@bloom.test")] == ["127.0.0.1"]


@pytest.mark.parametrize("kept", ["", "1", "1.", "x.y", "-1.a", "1" * 30 + ".a", "٣.a", "1.0000", ".."])
def test_a_forged_session_is_nobody(visit: Any, kept: str) -> None:
    browser = visit("admin@bloom.test")
    with browser.client.session_transaction() as session:
        session["_user_id"] = kept
    assert browser.get("/companies/").text.startswith("Log in")


def test_a_person_reads_the_console_in_their_language(visit: Any, k2k: K2K) -> None:
    with k2k.context.store.whole_network.writing() as session:
        session.change(User.update(locale="es").where(User.email == "admin@bloom.test"))
    page = visit("admin@bloom.test").get("/gpms/")
    assert '<html lang="es">' in page.html
    assert "Es un margen, no un recargo." in page.text
