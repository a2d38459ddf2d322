"""People get accounts, roles and passwords, and are logged out, in the browser alone."""

from __future__ import annotations

import html
import re
from dataclasses import replace
from typing import Any

import pytest

from k2k_core.api import K2K
from tests.console.conftest import Browser, Form, Seen

pytestmark = pytest.mark.parametrize("engine", ["sqlite"], indirect=True)

PASSWORD = re.compile(r">([A-Za-z0-9_-]{20})<")
NEW = "ana@andes.test"


@pytest.fixture
def admin(visit: Any) -> Browser:
    found: Browser = visit("admin@andes.test")
    return found


def form_of_a_new_person(admin: Browser, **typed: str) -> Any:
    form = admin.get("/people/?do=add").form
    for name, value in {"email": NEW, "name": "Ana", **typed}.items():
        form = ticked(form, name) if value == "on" else form.put(name, value)
    return form


def ticked(form: Form, name: str) -> Form:
    """A form with a box ticked that was not."""
    return replace(form, values=[*form.values, (name, "on")])


def added(admin: Browser, **typed: str) -> Seen:
    """The answer to the form of a new person."""
    return admin.send(form_of_a_new_person(admin, **typed), "/people/")


def password_of(page: Seen) -> str:
    (found,) = set(PASSWORD.findall(html.unescape(page.html)))
    return str(found)


def done(admin: Browser, do: str, email: str = NEW, **typed: str) -> Seen:
    own = f"/people/{email}"
    form = admin.get(f"{own}?do={do}").form
    for name, value in typed.items():
        form = form.put(name, value)
    return admin.send(form, own)


def person(k2k: K2K, email: str = NEW) -> Any:
    (found,) = k2k.users("ANDES", email=email, limit=1)["items"]
    return found


def test_a_new_person_logs_in_with_a_password_that_is_shown_once(admin: Browser, k2k: K2K) -> None:
    password = password_of(added(admin, warehouse="on", procurement="on"))
    actor = k2k.authenticate(NEW, password)
    assert actor is not None
    assert actor.roles == {"warehouse", "procurement"}
    for address in ("/people/", f"/people/{NEW}", "/audit/", "/"):
        assert password not in html.unescape(admin.get(address).html)


def test_a_form_that_is_sent_twice_adds_one_person_with_one_password(admin: Browser, k2k: K2K) -> None:
    form = form_of_a_new_person(admin, warehouse="on")
    first, second = admin.send(form, "/people/"), admin.send(form, "/people/")
    assert password_of(first) == password_of(second)
    assert k2k.authenticate(NEW, password_of(first)) is not None


def test_an_address_that_has_an_account_is_refused_in_words(admin: Browser) -> None:
    refused = added(admin, email="admin@bloom.test", warehouse="on")
    assert refused.status == 409
    assert "admin@bloom.test" in refused.text


def test_roles_are_switched_one_by_one(admin: Browser, k2k: K2K) -> None:
    added(admin, warehouse="on", procurement="on")
    form = admin.get(f"/people/{NEW}?do=roles").form
    form.values[:] = [(name, value) for name, value in form.values if name != "procurement"]
    assert "The roles of Ana were changed." in admin.send(ticked(form, "salesperson"), f"/people/{NEW}").text
    assert set(person(k2k)["roles"]) == {"warehouse", "salesperson"}


def test_another_password_ends_the_sessions_and_the_old_one(admin: Browser, k2k: K2K) -> None:
    old = password_of(added(admin, warehouse="on"))
    k2k.start_session(NEW, agent="Firefox")
    new = password_of(done(admin, "reset"))
    assert new != old
    assert (k2k.authenticate(NEW, old), k2k.sessions(NEW)) == (None, [])
    assert k2k.authenticate(NEW, new) is not None


def test_a_person_is_logged_out_of_one_browser_or_of_all(admin: Browser, k2k: K2K) -> None:
    added(admin, warehouse="on")
    for agent in ("Firefox", "Chrome", "Safari"):
        k2k.start_session(NEW, agent=agent)
    assert all(agent in admin.get(f"/people/{NEW}").text for agent in ("Firefox", "Chrome", "Safari"))
    (one,) = [session for session in k2k.sessions(NEW) if session["agent"] == "Chrome"]
    own = f"/people/{NEW}"
    admin.send(admin.get(f"{own}?do=end-session&row={NEW}%20{one['session']}").form, own)
    assert {session["agent"] for session in k2k.sessions(NEW)} == {"Firefox", "Safari"}
    assert "logged out everywhere" in done(admin, "log-out").text
    assert k2k.sessions(NEW) == []


def test_who_left_cannot_log_in_until_switched_on_again(admin: Browser, k2k: K2K) -> None:
    password = password_of(added(admin, warehouse="on"))
    assert "cannot log in any more" in done(admin, "shut").text
    assert k2k.authenticate(NEW, password) is None
    assert "Ana" in admin.get("/people/?view=off").text
    assert "can log in again" in done(admin, "open").text
    assert k2k.authenticate(NEW, password) is not None


def test_people_of_another_company_are_not_there(admin: Browser) -> None:
    assert admin.get("/people/admin@bloom.test").status == 404
    assert "bloom.test" not in admin.get("/people/?view=all").html


@pytest.mark.parametrize("do", ["reset", "roles", "log-out", "shut", "end-session"])
def test_nothing_is_done_to_a_person_of_another_company(admin: Browser, k2k: K2K, do: str) -> None:
    theirs = "admin@bloom.test"
    session = k2k.start_session(theirs, agent="Firefox")["session"]
    before = k2k.users("BLOOM"), k2k.sessions(theirs)
    key = f"{theirs} {session}" if do == "end-session" else theirs
    token = next(form["csrf_token"] for form in admin.get("/people/").forms if "csrf_token" in form)
    values = {"csrf_token": token, "key": "a key that is long enough", "do": do, "id": key, "row": key, "counted": "1"}
    for address in ("/people/", f"/people/{theirs}"):
        assert 400 <= admin.client.post(address, data={**values, "warehouse": "on"}).status_code < 500, address
    assert (k2k.users("BLOOM"), k2k.sessions(theirs)) == before
