"""Events reach endpoints and notification addresses: at least once, in order; what fails is stored and can be
retried."""

from __future__ import annotations

import datetime as dt
import threading
from collections.abc import Iterator
from email import message_from_bytes, policy
from pathlib import Path
from typing import Any

import pytest

from k2k_core.delivery.mail_message import MailMessage
from k2k_core.delivery.signing import is_signed
from k2k_core.domain.retry_policy import Outcome, RetryPolicy
from k2k_core.errors import StoreUnavailable
from k2k_core.services.events import dispatcher as dispatch
from k2k_core.services.events.dispatcher import Dispatcher
from k2k_core.services.events.outbound_messages import Transports
from k2k_core.store.events import deliveries
from k2k_core.store.events.journal import add_event
from k2k_core.store.tables import Company, DeliveryTurn
from tests.delivery.receivers import HANG_UP, Posted, Receiver, Reply, receiving
from tests.services.conftest import Trade

PACE = RetryPolicy(answer=dt.timedelta(seconds=2), connect=dt.timedelta(seconds=2))
Answer = dict[str, Any]


class Letters:
    """A mailbox in memory."""

    def __init__(self) -> None:
        self.taken: list[MailMessage] = []

    def send(self, letter: MailMessage) -> Outcome:
        self.taken.append(letter)
        return Outcome(True)


@pytest.fixture(autouse=True)
def _local(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("K2K_WEBHOOK_LOCAL", "on")
    monkeypatch.setenv("K2K_MAIL", f"file:{tmp_path / 'mail'}")


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    with receiving() as made:
        yield made


def hook(trade: Trade, receiver: Receiver, company: str = "ANDES", code: str = "erp", **more: Any) -> Answer:
    return trade.net.add_endpoint(company, code, receiver.url, **more)


def sent(trade: Trade, **more: Any) -> Answer:
    """Send what waits now."""
    return dict(Dispatcher(trade.net.context, policy=PACE, chance=lambda: 0, **more).drain())


def tell(trade: Trade, company: str, *documents: str, kind: str = "order.confirmed") -> None:
    """One event for each document, in a transaction of its own."""
    for document in documents:
        with trade.net.context.store.whole_network.writing() as session:
            company_id = session.value(Company.select(Company.id).where(Company.code == company))
            data = {"sales_order": document, "vendor": "ANDES", "buyer": "BLOOM", "awb": f"awb {document}", "boxes": 1}
            data |= {"id": document, "version": 1, "lines": [], "dropped": []}
            add_event(session, kind, data, [company_id])


def states(trade: Trade, company: str = "ANDES") -> list[tuple[int, str, int]]:
    rows = trade.net.deliveries(company)
    return sorted((row["seq"], row["state"], row["attempts"]) for row in rows if row["endpoint"])


def test_what_happens_is_posted_signed_and_just_as_the_feed_tells_it(trade: Trade, receiver: Receiver) -> None:
    made = hook(trade, receiver)
    trade.confirmed(2)
    feed = trade.net.events("ANDES")
    assert sent(trade) == {"delivered": len(feed) + len(trade.net.notifications())}
    assert sorted(receiver.seqs()) == [event["seq"] for event in feed]
    for posted in receiver.accepted:
        event = feed[posted.told["seq"] - 1]
        told = posted.told
        assert (told["company"], told["type"], told["data"]) == ("ANDES", event["type"], event["data"])
        assert told["timestamp"] == event["at"]
        moment = int(posted.headers["webhook-timestamp"])
        assert is_signed(made["secret"], posted.headers["webhook-signature"], posted.id, moment, posted.body)
        assert posted.path == "/hooks?of=k2k"
    assert sent(trade) == {}


def test_a_companys_events_reach_no_other_companys_endpoint(trade: Trade, receiver: Receiver) -> None:
    hook(trade, receiver, "SIERRA")
    trade.confirmed(2)
    assert sent(trade)["delivered"] > 0  # mails
    assert receiver.posted == []


def test_an_endpoint_gets_the_types_it_wants_from_when_it_was_added(trade: Trade, receiver: Receiver) -> None:
    trade.ordered()
    hook(trade, receiver, events=["order.checked_out"])
    trade.checked_out(1)
    sent(trade)
    assert [one.told["type"] for one in receiver.accepted] == ["order.checked_out"]


def test_a_buyers_endpoint_hears_of_its_vendors_offers(trade: Trade, receiver: Receiver) -> None:
    hook(trade, receiver, "PETAL", events=["offer.changed"])
    trade.ordered(2)
    sent(trade)
    assert [one.told["data"]["available"] for one in receiver.accepted] == [{"ANDES/L1": 4}]


def test_what_fails_comes_again_later_with_the_same_id_and_the_same_body(trade: Trade, receiver: Receiver) -> None:
    answers = iter([Reply(500), Reply(HANG_UP), Reply()])
    receiver.answering = lambda posted: next(answers)
    hook(trade, receiver)
    tell(trade, "ANDES", "S-1K")
    assert sent(trade) == {"failed": 1}
    assert sent(trade) == {}  # its pause is not over
    trade.later(seconds=6)
    assert sent(trade) == {"failed": 1}
    trade.later(seconds=11)
    assert sent(trade) == {"delivered": 1}
    assert len({(one.id, one.body) for one in receiver.posted}) == 1
    assert states(trade) == [(1, "delivered", 3)]


def test_a_document_waits_for_its_own_and_for_no_other(trade: Trade, receiver: Receiver) -> None:
    receiver.answering = lambda posted: Reply(500 if "S-1K" in str(posted.told) else 204)
    hook(trade, receiver)
    tell(trade, "ANDES", "S-1K", "S-2K", "S-1K", "S-2K", "S-1K")
    assert sent(trade) == {"failed": 1, "delivered": 2}
    assert receiver.seqs() == [2, 4]
    receiver.answering = lambda posted: Reply()
    trade.later(minutes=1)
    assert sent(trade) == {"delivered": 3}
    assert receiver.seqs() == [2, 4, 1, 3, 5]
    with trade.net.context.store.whole_network.reading() as session:
        assert session.rows(DeliveryTurn.select()) == []


def test_an_event_about_a_line_waits_for_those_about_its_order(trade: Trade, receiver: Receiver) -> None:
    receiver.answering = lambda posted: Reply(500 if posted.told["type"] == "order_line.added" else 204)
    hook(trade, receiver, events=["order_line.added", "order.checked_out", "order.confirmed"])
    trade.confirmed(1)
    assert sent(trade)["failed"] == 1
    assert receiver.accepted == []
    receiver.answering = lambda posted: Reply()
    trade.later(minutes=1)
    sent(trade)
    assert [one.told["type"] for one in receiver.accepted] == [
        *("order_line.added", "order.checked_out", "order.confirmed")
    ]


def test_after_too_many_attempts_it_is_dead_gives_its_turn_up_and_can_be_replayed(
    trade: Trade, receiver: Receiver
) -> None:
    receiver.answering = lambda posted: Reply(500 if posted.told["seq"] == 1 else 204)
    hook(trade, receiver)
    tell(trade, "ANDES", "S-1K", "S-1K")
    policy = RetryPolicy(attempts=2)
    assert dict(Dispatcher(trade.net.context, policy=policy).drain()) == {"failed": 1}
    trade.later(hours=1)
    assert dict(Dispatcher(trade.net.context, policy=policy).drain()) == {"dead": 1, "delivered": 1}
    (dead,) = trade.net.deliveries("ANDES", state="dead")
    assert (dead["seq"], dead["attempts"], dead["error"], dead["endpoint"]) == (1, 2, "answered 500", "erp")
    assert trade.net.delivery_health() == {"waiting": 0, "oldest_seconds": 0, "dead": 1}
    receiver.answering = lambda posted: Reply()
    assert trade.net.replay("ANDES", messages=["msg_of_nobody"]) == []
    assert trade.net.replay("ANDES") == [dead["id"]]
    assert sent(trade) == {"delivered": 1}
    assert len({one.id for one in receiver.posted if one.told["seq"] == 1}) == 1
    assert trade.net.replay("ANDES") == []


def test_what_is_replayed_goes_before_what_waits_for_the_same_document(trade: Trade, receiver: Receiver) -> None:
    receiver.answering = lambda posted: Reply(500)
    hook(trade, receiver)
    tell(trade, "ANDES", "S-1K", "S-1K", "S-1K")
    Dispatcher(trade.net.context, policy=RetryPolicy(attempts=1)).drain()
    assert [row[1] for row in states(trade)] == ["dead", "dead", "dead"]
    tell(trade, "ANDES", "S-1K")
    trade.net.replay("ANDES")
    receiver.answering = lambda posted: Reply()
    trade.later(hours=1)
    sent(trade)
    assert receiver.seqs() == [1, 2, 3, 4]


def test_what_has_waited_too_long_is_dead(trade: Trade, receiver: Receiver) -> None:
    receiver.answering = lambda posted: Reply(500)
    hook(trade, receiver)
    tell(trade, "ANDES", "S-1K")
    sent(trade)
    trade.later(days=4)
    assert sent(trade) == {"dead": 1}


def test_a_lease_keeps_others_away_until_it_runs_out(trade: Trade, receiver: Receiver) -> None:
    sending, go = threading.Event(), threading.Event()

    class Stuck(Transports):
        """A way out in which somebody is stuck, as if its process were gone."""

    def stuck(url: str, headers: Any, body: bytes) -> Outcome:
        sending.set()
        go.wait(30)
        return Outcome(False, "killed")

    hook(trade, receiver)
    tell(trade, "ANDES", "S-1K")
    first = Dispatcher(trade.net.context, policy=PACE, out=Stuck(stuck, Letters()))
    thread = threading.Thread(target=first.drain)
    thread.start()
    assert sending.wait(30)
    assert sent(trade) == {}
    (row,) = trade.net.deliveries("ANDES")
    assert row["leased_until"] is not None
    trade.later(seconds=61)
    assert sent(trade) == {"delivered": 1}
    go.set()
    thread.join(30)
    assert states(trade) == [(1, "delivered", 2)]  # what the first one says afterwards changes nothing


def test_two_dispatchers_at_once_send_each_delivery_once(trade: Trade, receiver: Receiver) -> None:
    hook(trade, receiver)
    tell(trade, "ANDES", *(f"S-{number}K" for number in range(40)))
    threads = [threading.Thread(target=sent, args=(trade,)) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert sorted(receiver.seqs()) == list(range(1, 41))
    assert len({one.id for one in receiver.posted}) == len(receiver.posted) == 40


def test_an_endpoint_that_is_gone_is_disabled_and_goes_on_where_it_stopped(trade: Trade, receiver: Receiver) -> None:
    receiver.answering = lambda posted: Reply(410)
    hook(trade, receiver)
    tell(trade, "ANDES", "S-1K")
    sent(trade)
    (shown,) = trade.net.endpoints("ANDES")
    assert (shown["state"], shown["why"]) == ("disabled", "the receiver answered 410 Gone")
    tell(trade, "ANDES", "S-1K")
    trade.later(days=5)
    assert sent(trade) == {}
    assert trade.net.delivery_health()["waiting"] == 0
    receiver.answering = lambda posted: Reply()
    trade.net.change_endpoint("ANDES", "erp", active=True)
    sent(trade)
    assert receiver.seqs() == [1, 2]


def test_a_receiver_that_asks_for_a_pause_gets_it_within_reason(trade: Trade, receiver: Receiver) -> None:
    receiver.answering = lambda posted: Reply(503, {"Retry-After": "600"})
    hook(trade, receiver)
    tell(trade, "ANDES", "S-1K")
    sent(trade)
    tell(trade, "ANDES", "S-2K")
    trade.later(seconds=590)
    assert sent(trade) == {}
    receiver.answering = lambda posted: Reply(429, {"Retry-After": "99999999"})
    trade.later(seconds=20)
    assert sent(trade)["failed"] >= 1
    receiver.answering = lambda posted: Reply()
    trade.later(seconds=3700)
    assert sent(trade) == {"delivered": 2}


def test_an_endpoint_that_goes_on_failing_rests(trade: Trade, receiver: Receiver) -> None:
    receiver.answering = lambda posted: Reply(500)
    hook(trade, receiver)
    tell(trade, "ANDES", *(f"S-{number}K" for number in range(60)))
    sent(trade)
    assert 5 <= len(receiver.posted) <= 15  # those that were on their way already, and then no more
    (shown,) = trade.net.endpoints("ANDES")
    assert shown["rests_until"] is not None
    receiver.answering = lambda posted: Reply()
    trade.later(minutes=10)
    sent(trade)
    assert len(receiver.accepted) == 60


def test_a_stalling_endpoint_does_not_delay_a_healthy_one(trade: Trade, receiver: Receiver) -> None:
    over = threading.Event()

    def stall(posted: Posted) -> Reply:
        return Reply(after=0.0 if over.is_set() else 1.5)

    with receiving(stall) as slow:
        hook(trade, slow, code="slow")
        hook(trade, receiver, code="sound")
        tell(trade, "ANDES", *(f"S-{number}K" for number in range(30)))
        dispatcher = Dispatcher(trade.net.context, policy=PACE, out=None)
        thread = threading.Thread(target=dispatcher.run)
        thread.start()
        for _ in range(600):
            if len(receiver.accepted) == 30:
                break
            thread.join(0.05)
        arrived = len(slow.posted)
        over.set()
        dispatcher.close()
        thread.join(60)
    assert len(receiver.accepted) == 30
    assert arrived < 15


def test_however_busy_the_healthy_ones_are_a_sick_one_is_tried_too(trade: Trade, receiver: Receiver) -> None:
    dispatcher = Dispatcher(trade.net.context, threads=4)
    due = [deliveries.Due(number, 0) for number in range(1, 9)] + [deliveries.Due(9, 3)]
    for _ in range(20):
        shared = dict(dispatcher._shared_out(due))
        assert sum(shared.values()) == 4
        assert shared[9] == 1


def test_what_waits_is_counted_whether_a_worker_has_seen_it_or_not(trade: Trade, receiver: Receiver) -> None:
    receiver.answering = lambda posted: Reply(500)
    hook(trade, receiver)
    tell(trade, "ANDES", "S-1K", "S-2K")
    trade.later(minutes=2)
    assert trade.net.delivery_health() == {"waiting": 2, "oldest_seconds": 120, "dead": 0}
    sent(trade)
    trade.later(minutes=3)
    tell(trade, "ANDES", "S-3K")
    assert trade.net.delivery_health() == {"waiting": 3, "oldest_seconds": 180, "dead": 0}


@pytest.mark.parametrize("error", [StoreUnavailable("away"), RuntimeError("a defect")])
def test_a_dispatcher_outlives_a_database_that_is_away(
    trade: Trade, receiver: Receiver, monkeypatch: pytest.MonkeyPatch, error: Exception
) -> None:
    hook(trade, receiver)
    tell(trade, "ANDES", "S-1K")
    monkeypatch.setattr(dispatch, "BACK_OFF", 0.01)
    failures = iter([error, error])
    settle = deliveries.settle

    def fails_first(*given: Any) -> list[str]:
        for each in failures:
            raise each
        return settle(*given)

    monkeypatch.setattr(deliveries, "settle", fails_first)
    dispatcher = Dispatcher(trade.net.context, policy=PACE)
    thread = threading.Thread(target=dispatcher.run)
    thread.start()
    for _ in range(600):
        if states(trade) == [(1, "delivered", 1)]:
            break
        thread.join(0.05)
    dispatcher.close()
    thread.join(60)
    assert states(trade) == [(1, "delivered", 1)]
    assert receiver.seqs() == [1]  # what came of it was not forgotten meanwhile


def test_deliveries_of_long_ago_are_forgotten_and_dead_ones_kept(trade: Trade, receiver: Receiver) -> None:
    hook(trade, receiver)
    tell(trade, "ANDES", "S-1K")
    sent(trade)
    assert trade.net.tidy() == 0
    trade.later(days=31)
    assert trade.net.tidy() == 1
    assert trade.net.deliveries("ANDES") == []


def test_each_notification_is_mailed_once_in_the_words_that_were_written(trade: Trade) -> None:
    letters = Letters()
    trade.confirmed(2)
    out = Transports(lambda url, headers, body: Outcome(False), letters)
    assert sent(trade, out=out) == {"delivered": len(letters.taken)}
    told = trade.net.notifications()
    assert sorted((one.to, one.body) for one in letters.taken) == sorted((row["to"], row["body"]) for row in told)
    assert len({one.message_id for one in letters.taken}) == len(told) > 1
    assert sent(trade, out=out) == {}


@pytest.mark.parametrize("engine", ["sqlite"], indirect=True)
def test_without_a_mail_server_mails_are_files_beside_the_database(
    trade: Trade, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("K2K_MAIL", "")
    trade.checked_out(1)
    assert trade.net.send_deliveries()["delivered"] == len(list((tmp_path / "mail").iterdir())) > 0
    mails = [message_from_bytes(path.read_bytes(), policy=policy.default) for path in (tmp_path / "mail").iterdir()]
    assert {mail["To"] for mail in mails} == {row["to"] for row in trade.net.notifications()}
    assert all(mail["From"].addresses[0].display_name in ("Bloom Wholesale", "Andes Flower Farms") for mail in mails)


def test_an_older_event_that_commits_later_is_never_passed_over(trade: Trade, receiver: Receiver) -> None:
    """Writers that overlap are the trap of "id > last seen": here they commit while a dispatcher takes out."""
    hook(trade, receiver)
    over = threading.Event()

    def write(name: str) -> None:
        for number in range(25):
            tell(trade, "ANDES", f"{name}-{number}")

    writers = [threading.Thread(target=write, args=(f"W{number}",)) for number in range(4)]
    dispatcher = Dispatcher(trade.net.context, policy=PACE)
    sender = threading.Thread(target=dispatcher.run)
    for thread in (*writers, sender):
        thread.start()
    for thread in writers:
        thread.join(60)
    for _ in range(600):
        if len(receiver.accepted) >= 100 or over.wait(0.05):
            break
    dispatcher.close()
    sender.join(60)
    assert sorted(receiver.seqs()) == list(range(1, 101))
