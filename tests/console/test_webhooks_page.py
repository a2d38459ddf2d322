"""Webhooks are added, tried, switched off and on, and what was given up is sent again; a secret is shown once."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator
from typing import Any

import pytest

from k2k_core.api import K2K
from k2k_core.domain.retry_policy import RetryPolicy
from k2k_core.services.events.dispatcher import Dispatcher
from tests.console.conftest import Browser, Seen
from tests.console.trading import order
from tests.delivery.receivers import Posted, Receiver, Reply, receiving

pytestmark = pytest.mark.parametrize("engine", ["sqlite"], indirect=True)

SECRET = re.compile(r"whsec_[A-Za-z0-9+/=]{32,}")


@pytest.fixture
def receiver(monkeypatch: pytest.MonkeyPatch) -> Iterator[Receiver]:
    monkeypatch.setenv("K2K_WEBHOOK_LOCAL", "on")
    with receiving() as made:
        yield made


@pytest.fixture
def admin(visit: Any) -> Browser:
    found: Browser = visit("admin@andes.test")
    return found


def added(admin: Browser, **typed: str) -> Seen:
    """The answer to the form of a new webhook."""
    form = admin.get("/webhooks/?do=add").form
    for name, value in {"code": "ERP", "url": "https://erp.andes.example/k2k", **typed}.items():
        form = form.put(name, value)
    return admin.send(form, "/webhooks/")


def done(admin: Browser, do: str, own: str = "/webhooks/ERP", **typed: str) -> Seen:
    """The answer to an action on a webhook."""
    form = admin.get(f"{own}?do={do}").form
    for name, value in typed.items():
        form = form.put(name, value)
    return admin.send(form, own)


def broken(posted: Posted) -> Reply:
    return Reply(500)


def test_a_webhook_is_added_and_its_secret_shown_once(admin: Browser, k2k: K2K) -> None:
    assert "No webhook yet" in admin.get("/webhooks/").text
    page = added(admin, events="order.checked_out, box.received")
    assert len(set(SECRET.findall(html.unescape(page.html)))) == 1
    (made,) = k2k.endpoints("ANDES")
    assert made["events"] == ["box.received", "order.checked_out"]
    for address in ("/webhooks/", "/webhooks/ERP", "/audit/"):
        assert not SECRET.search(html.unescape(admin.get(address).html))


def test_what_is_wrong_with_it_is_said_beside_its_field(admin: Browser) -> None:
    refused = added(admin, url="http://erp.andes.example/k2k")
    assert refused.status == 422
    assert "url" in refused.html
    unknown = added(admin, events="order.checkedout")
    assert unknown.status == 422
    assert "order.checkedout" in unknown.text


def test_a_test_says_whether_it_was_answered(admin: Browser, k2k: K2K, receiver: Receiver) -> None:
    k2k.add_endpoint("ANDES", "ERP", receiver.url)
    assert "It answered within" in done(admin, "try").text
    assert [one.told["type"] for one in receiver.posted] == ["webhook.test"]
    receiver.answering = broken
    assert "It was not delivered" in done(admin, "try").text


def test_what_was_given_up_is_seen_and_sent_again(admin: Browser, k2k: K2K, receiver: Receiver) -> None:
    k2k.add_endpoint("ANDES", "ERP", receiver.url)
    answering, receiver.answering = receiver.answering, broken
    order(k2k)
    Dispatcher(k2k.context, policy=RetryPolicy(attempts=1)).drain()
    page = admin.get("/webhooks/ERP").text
    assert "Given up" in page
    assert "answered 500" in page
    assert "Resting after failures" in page
    receiver.answering = answering
    assert "at once" in done(admin, "end_pause").text
    assert "is sent to ERP again" in done(admin, "replay").text
    k2k.send_deliveries()
    assert receiver.accepted
    assert "Delivered" in admin.get("/webhooks/ERP").text
    assert "do=replay" not in admin.get("/webhooks/ERP").html


def test_it_is_switched_off_and_goes_on_where_it_stopped(admin: Browser, k2k: K2K, receiver: Receiver) -> None:
    k2k.add_endpoint("ANDES", "ERP", receiver.url)
    assert "until it is switched on again" in done(admin, "disable").text
    order(k2k)
    k2k.send_deliveries()
    assert not receiver.posted
    assert "ERP" in admin.get("/webhooks/?view=disabled").text
    assert "goes on where it stopped" in done(admin, "enable").text
    k2k.send_deliveries()
    assert receiver.accepted


def test_its_address_and_events_are_changed(admin: Browser, k2k: K2K) -> None:
    k2k.add_endpoint("ANDES", "ERP", "https://erp.andes.example/k2k", ["order.confirmed"])
    done(admin, "change", url="https://new.andes.example/k2k", events="")
    (now,) = k2k.endpoints("ANDES")
    assert (now["url"], now["events"]) == ("https://new.andes.example/k2k", [])


def test_the_webhooks_of_another_company_are_not_there(admin: Browser, k2k: K2K) -> None:
    k2k.add_endpoint("BLOOM", "SHOP", "https://shop.bloom.example/k2k")
    assert admin.get("/webhooks/SHOP").status == 404
    assert "shop.bloom.example" not in admin.get("/webhooks/").html


@pytest.mark.parametrize("do", ["try", "change", "rotate", "disable", "enable", "end_pause", "replay"])
def test_nothing_is_done_to_a_webhook_of_another_company(admin: Browser, k2k: K2K, do: str) -> None:
    k2k.add_endpoint("BLOOM", "SHOP", "https://shop.bloom.example/k2k")
    before = k2k.endpoints("BLOOM")
    token = next(form["csrf_token"] for form in admin.get("/webhooks/").forms if "csrf_token" in form)
    values = {"csrf_token": token, "key": "a key that is long enough", "do": do, "id": "SHOP", "counted": "1"}
    for address in ("/webhooks/", "/webhooks/SHOP"):
        typed = {**values, "url": "https://other.example/k2k"}
        assert 400 <= admin.client.post(address, data=typed).status_code < 500, address
    assert k2k.endpoints("BLOOM") == before
