"""Keys of programs are made, get another secret and are revoked; a secret is on one page, once."""

from __future__ import annotations

import html
import re
from typing import Any

import pytest

from k2k_core.api import K2K
from tests.console.conftest import Browser, Seen

pytestmark = pytest.mark.parametrize("engine", ["sqlite"], indirect=True)

SECRET = re.compile(r"k2k_[0-9a-f]{16}_[A-Za-z0-9_-]{43}_[0-9a-f]{8}")


@pytest.fixture
def admin(visit: Any) -> Browser:
    found: Browser = visit("admin@andes.test")
    return found


def made(admin: Browser, **typed: str) -> Seen:
    """The answer to the form of a new key."""
    form = admin.get("/api_keys/?do=add").form
    for name, value in {"name": "ERP", "preset": "vendor_erp", **typed}.items():
        form = form.put(name, value)
    return admin.send(form, "/api_keys/")


def secret_of(page: Seen) -> str:
    (found,) = set(SECRET.findall(html.unescape(page.html)))
    return str(found)


def test_a_key_is_made_and_its_secret_shown_once(admin: Browser, k2k: K2K) -> None:
    assert "No key is active" in admin.get("/api_keys/").text
    page = made(admin)
    secret = secret_of(page)
    actor = k2k.key_actor(secret)
    assert actor is not None
    assert actor.company == "ANDES"
    assert "no-store" in page.headers["Cache-Control"]
    cookies = str(admin.client.get_cookie("k2k"))
    for later in (cookies, admin.get("/api_keys/").html, admin.get("/audit/").html, admin.get("/").html):
        assert not SECRET.search(later)
    assert "confirming and shipping" in admin.get("/api_keys/").text


def test_a_form_that_is_sent_twice_makes_one_key_and_shows_no_secret_again(admin: Browser, k2k: K2K) -> None:
    form = admin.get("/api_keys/?do=add").form.put("name", "ERP").put("preset", "price")
    first, second = admin.send(form, "/api_keys/"), admin.send(form, "/api_keys/")
    assert SECRET.search(first.html)
    assert not SECRET.search(second.html)
    assert "It was shown once, and is stored nowhere." in second.text
    assert len(k2k.api_keys("ANDES")["items"]) == 1


def test_a_key_counts_until_the_end_of_its_last_day_at_the_company(admin: Browser, k2k: K2K) -> None:
    made(admin, expires_at="2026-03-31")
    (key,) = k2k.api_keys("ANDES")["items"]
    assert key["expires_at"] == "2026-04-01T05:00:00Z"
    assert made(admin, name="Other", expires_at="tomorrow").status == 422
    taken = made(admin)
    assert (taken.status, "There is a key ERP already." in taken.text) == (409, True)


def test_a_key_gets_another_secret_and_is_revoked(admin: Browser, k2k: K2K) -> None:
    old = secret_of(made(admin))
    (key,) = k2k.api_keys("ANDES")["items"]
    own = f"/api_keys/{key['id']}"
    assert "counts for 24 more hours" in admin.get(f"{own}?do=rotate").text
    new = secret_of(admin.send(admin.get(f"{own}?do=rotate").form, own))
    assert new != old
    assert None not in (k2k.key_actor(old), k2k.key_actor(new))
    revoked = admin.send(admin.get(f"{own}?do=revoke").form, own)
    assert "The key ERP is revoked." in revoked.text
    assert k2k.key_actor(new) is None
    assert "do=rotate" not in admin.get(own).html
    assert "ERP" in admin.get("/api_keys/?view=revoked").text


def test_the_token_of_a_customer_can_be_revoked_alone(visit: Any, k2k: K2K) -> None:
    token = k2k.customer_token("BLOOM", "C-100")
    admin = visit("admin@bloom.test")
    page = admin.get(f"/api_keys/{token['id']}")
    assert "Token of C-100" in page.text
    assert ("do=revoke" in page.html, "do=rotate" in page.html) == (True, False)


def test_the_keys_of_another_company_are_not_there(admin: Browser, k2k: K2K) -> None:
    theirs = k2k.add_api_key("BLOOM", "Shop", preset="web_shop")
    assert admin.get(f"/api_keys/{theirs['id']}").status == 404
    assert theirs["id"] not in admin.get("/api_keys/?view=all").html
