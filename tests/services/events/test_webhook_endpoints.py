"""A company's webhook endpoints: its admins, and whoever sets it up, manage them; nobody else does, and nobody reads a
secret."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from typing import Any

import pytest

from k2k_core.delivery.signing import is_signed
from k2k_core.domain.roles import ROLES, Actor
from k2k_core.errors import Conflict, Invalid, K2KError, NotAllowed, NotFound
from k2k_core.store.tables import Audit
from tests.delivery.receivers import Receiver, Reply, receiving
from tests.services.conftest import Trade

URL = "https://erp.andes.example/k2k"


@pytest.fixture
def receiver(monkeypatch: pytest.MonkeyPatch) -> Iterator[Receiver]:
    monkeypatch.setenv("K2K_WEBHOOK_LOCAL", "on")
    with receiving() as made:
        yield made


def person(trade: Trade, company: str | None, *roles: str) -> Any:
    return trade.net.on_behalf_of(Actor("p@example.example", company, frozenset(roles)))


def calls(net: Any) -> list[Any]:
    return [
        lambda: net.endpoints("ANDES"),
        lambda: net.add_endpoint("ANDES", "other", URL),
        lambda: net.change_endpoint("ANDES", "erp", active=False),
        lambda: net.rotate_secret("ANDES", "erp"),
        lambda: net.deliveries("ANDES"),
        lambda: net.replay("ANDES"),
    ]


@pytest.mark.parametrize("role", ROLES)
def test_admins_and_whoever_sets_up_look_after_endpoints_and_nobody_else_does(trade: Trade, role: str) -> None:
    trade.net.add_endpoint("ANDES", "erp", URL)
    for call in calls(person(trade, "ANDES", role)):
        if role in ("admin", "setup"):
            call()
        else:
            with pytest.raises(NotAllowed):
                call()


def test_neither_another_company_nor_a_customer_does(trade: Trade) -> None:
    trade.net.add_endpoint("ANDES", "erp", URL)
    customer = trade.net.on_behalf_of(Actor("c@example.example", "ANDES", customer="BLOOM"))
    for net in (person(trade, "BLOOM", *ROLES), customer):
        for call in calls(net):
            with pytest.raises(NotAllowed):
                call()


@pytest.mark.parametrize("company", ["ANDES", None])
def test_the_network_as_a_whole_is_for_its_operators(trade: Trade, company: str | None) -> None:
    net = person(trade, company, *(ROLES if company else ()))
    for call in (net.delivery_health, net.deliveries, net.tidy):
        if company is None:
            call()
        else:
            with pytest.raises(NotAllowed):
                call()


def test_every_fault_of_an_endpoint_is_named(trade: Trade) -> None:
    with pytest.raises(Invalid) as refused:
        trade.net.add_endpoint("ANDES", "no code!", "http://10.0.0.1/", ["order.confirmed", "no.event"])
    assert {fault["path"] for fault in refused.value.faults} == {"code", "url", "events"}
    assert trade.net.endpoints("ANDES") == []


def test_a_code_is_given_once_in_a_company(trade: Trade) -> None:
    trade.net.add_endpoint("ANDES", "erp", URL)
    with pytest.raises(Conflict):
        trade.net.add_endpoint("ANDES", "erp", URL)
    trade.net.add_endpoint("BLOOM", "erp", URL)


def test_an_unknown_endpoint_is_not_found(trade: Trade) -> None:
    for call in (trade.net.rotate_secret, trade.net.change_endpoint, trade.net.try_endpoint, trade.net.replay):
        with pytest.raises(NotFound):
            call("ANDES", "nothing")


def test_the_house_is_no_target_and_in_production_cannot_be_allowed(
    trade: Trade, monkeypatch: pytest.MonkeyPatch
) -> None:
    with pytest.raises(Invalid):
        trade.net.add_endpoint("ANDES", "erp", "https://192.168.1.10/hook")
    monkeypatch.setenv("K2K_WEBHOOK_LOCAL", "on")
    trade.net.add_endpoint("ANDES", "erp", "https://192.168.1.10/hook")
    monkeypatch.setenv("K2K_ENV", "production")
    with pytest.raises(K2KError, match="not in production"):
        trade.net.add_endpoint("ANDES", "other", "https://192.168.1.10/hook")


def test_what_an_admin_does_is_audited_without_a_secret(trade: Trade) -> None:
    secrets = [trade.net.add_endpoint("ANDES", "erp", URL)["secret"]]
    secrets.append(trade.net.rotate_secret("ANDES", "erp")["secret"])
    trade.net.change_endpoint("ANDES", "erp", events=["order.confirmed"], active=False)
    with trade.net.context.store.whole_network.reading() as session:
        rows = session.rows(Audit.select(Audit.action, Audit.before, Audit.after).order_by(Audit.id.desc()).limit(3))
    assert [row[0] for row in rows] == ["endpoint.changed", "endpoint.secret_rotated", "endpoint.added"]
    assert rows[0][2] == {"url": URL, "events": ["order.confirmed"], "state": "disabled"}
    seen = str(rows) + str(trade.net.endpoints("ANDES")) + str(trade.net.deliveries("ANDES"))
    assert not [secret for secret in secrets if secret.removeprefix("whsec_") in seen]


def test_for_a_day_both_secrets_sign_and_then_the_new_one_alone(trade: Trade, receiver: Receiver) -> None:
    old = trade.net.add_endpoint("ANDES", "erp", receiver.url)["secret"]
    new = trade.net.rotate_secret("ANDES", "erp")["secret"]
    signed = []
    for _ in range(2):
        trade.net.set("ANDES", lot="L2", values={"boxes": 10 + len(signed)})
        trade.net.send_deliveries()
        posted = receiver.posted[-1]
        moment = int(posted.headers["webhook-timestamp"])
        header = posted.headers["webhook-signature"]
        signed.append([is_signed(key, header, posted.id, moment, posted.body) for key in (old, new)])
        trade.later(hours=25)
    assert signed == [[True, True], [False, True]]
    assert dt.datetime.fromtimestamp(moment, dt.UTC) == dt.datetime(2026, 2, 3, 15, tzinfo=dt.UTC)


def test_a_test_is_sent_at_once_and_signed(trade: Trade, receiver: Receiver) -> None:
    secret = trade.net.add_endpoint("ANDES", "erp", receiver.url)["secret"]
    assert trade.net.try_endpoint("ANDES", "erp")["delivered"] is True
    (posted,) = receiver.posted
    moment = int(posted.headers["webhook-timestamp"])
    assert is_signed(secret, posted.headers["webhook-signature"], posted.id, moment, posted.body)
    assert (posted.told["type"], posted.told["company"]) == ("webhook.test", "ANDES")
    receiver.answering = lambda posted: Reply(302, {"Location": URL})
    answer = trade.net.try_endpoint("ANDES", "erp")
    assert (answer["delivered"], answer["error"]) == (False, "answered 302")
    assert trade.net.deliveries("ANDES") == []


def test_what_happens_while_it_is_disabled_is_sent_once_it_is_enabled(trade: Trade, receiver: Receiver) -> None:
    trade.net.add_endpoint("ANDES", "erp", receiver.url)
    trade.net.change_endpoint("ANDES", "erp", active=False)
    trade.ordered(1)
    assert trade.net.send_deliveries()["delivered"] == 0
    assert trade.net.endpoints("ANDES")[0]["behind"] == 4, "the line, its lot and offer, and the order"
    trade.later(days=30)
    trade.net.change_endpoint("ANDES", "erp", active=True)
    assert trade.net.send_deliveries()["delivered"] == 4
    assert sorted(receiver.seqs()) == [1, 2, 3, 4]
