"""A feed is read page by page, by types, and with waiting; what is older than 90 days is gone, and said to be."""

from __future__ import annotations

import threading
import time
from typing import Any

import pytest

from k2k_core.domain.roles import Actor
from k2k_core.errors import FeedGone, Invalid
from k2k_core.services.administration import maintenance
from k2k_core.store.tables import Event, Feed
from tests.services.conftest import Trade

SOON = 20


def seqs(page: Any) -> list[int]:
    return [one["seq"] for one in page["items"]]


def test_a_reader_that_goes_on_page_by_page_reads_every_event_once(trade: Trade) -> None:
    trade.confirmed(2)
    every, after, found = trade.net.events("BLOOM"), 0, []
    while (page := trade.net.events("BLOOM", after, limit=2, wait=0))["items"]:
        assert len(page["items"]) <= 2
        assert (page["oldest"], page["next_after"]) == (1, page["items"][-1]["seq"])
        found += page["items"]
        after = page["next_after"]
    assert found == every
    assert page == {"items": [], "next_after": every[-1]["seq"], "oldest": 1}


def test_of_some_types_the_place_to_go_on_is_past_what_was_left_out(trade: Trade) -> None:
    trade.confirmed(2)
    every = trade.net.events("ANDES")
    page = trade.net.events("ANDES", types=["order.confirmed", "order_line.added"])
    assert [one["type"] for one in page["items"]] == ["order_line.added", "order.confirmed"]
    assert page["next_after"] == every[-1]["seq"]
    first = trade.net.events("ANDES", limit=1, types=["order.confirmed", "order_line.added"])
    assert (len(first["items"]), first["next_after"]) == (1, first["items"][0]["seq"])
    assert trade.net.events("ANDES", types=[])["items"] == every
    assert trade.net.events("ANDES", types=["box.billed"])["items"] == []


@pytest.mark.parametrize(
    "asked",
    [{"types": ["no.event"]}, {"types": "offer.changed"}, {"wait": -1}, {"wait": 61}, {"wait": 0, "limit": 1001}],
)
def test_what_no_feed_can_answer_is_refused(trade: Trade, asked: dict[str, Any]) -> None:
    with pytest.raises(Invalid):
        trade.net.events("ANDES", **asked)


def test_an_empty_feed_begins_with_its_first_place(trade: Trade) -> None:
    assert trade.net.events("SIERRA", wait=0) == {"items": [], "next_after": 0, "oldest": 1}


def test_whoever_waits_is_answered_with_the_first_event_of_its_own_or_of_a_vendor(trade: Trade) -> None:
    answers: dict[str, Any] = {}

    def read(company: str, **more: Any) -> None:
        after = trade.net.events(company, wait=0)["next_after"]
        ready.release()
        answers[company] = trade.net.events(company, after, wait=SOON, **more)

    ready = threading.Semaphore(0)
    asked = (("ANDES", {"types": ["order.checked_out"]}), ("PETAL", {}))
    threads = [threading.Thread(target=read, args=(company,), kwargs=more) for company, more in asked]
    for thread in threads:
        thread.start()
        ready.acquire()
    began = time.monotonic()
    trade.checked_out(1)
    for thread in threads:
        thread.join(SOON)
    assert time.monotonic() - began < SOON
    assert [one["type"] for one in answers["ANDES"]["items"]] == ["order.checked_out"]
    assert [one["type"] for one in answers["PETAL"]["items"]] == ["offer.changed"]


def test_whoever_waits_in_vain_is_answered_when_the_time_is_over(trade: Trade) -> None:
    began = time.monotonic()
    assert trade.net.events("ANDES", wait=1)["items"] == []
    assert time.monotonic() - began >= 1


def test_events_of_ninety_days_ago_are_gone_and_a_reader_that_stands_before_them_is_told(trade: Trade) -> None:
    trade.ordered(1)
    old = trade.net.events("ANDES")[-1]["seq"]
    trade.later(days=90)
    trade.net.set("ANDES", lot="L2", values={"on_hold": True})
    trade.net.tidy()
    assert trade.net.events("ANDES", wait=0)["oldest"] == 1, "ninety days old is not older than ninety days"
    trade.later(seconds=1)
    trade.net.tidy()
    page = trade.net.events("ANDES", old, wait=0)
    assert (page["oldest"], seqs(page)[0]) == (old + 1, old + 1)
    for asked in ({}, {"wait": 0}, {"wait": SOON}):
        with pytest.raises(FeedGone) as refused:
            trade.net.events("ANDES", old - 1, **asked)
        assert (refused.value.facts["oldest"], refused.value.status) == (old + 1, 410)


def test_a_feed_of_which_everything_is_gone_goes_on_with_its_next_place(trade: Trade) -> None:
    trade.ordered(1)
    last = trade.net.events("ANDES")[-1]["seq"]
    trade.later(days=91)
    trade.net.tidy()
    assert trade.net.events("ANDES", last, wait=0) == {"items": [], "next_after": last, "oldest": last + 1}
    with pytest.raises(FeedGone):
        trade.net.events("ANDES", 0, wait=0)
    with trade.net.context.store.whole_network.reading() as session:
        assert session.rows(Event.select(Event.id)) == []


def test_a_buyer_that_reads_too_late_for_a_vendors_events_is_told_to_read_its_offers_anew(trade: Trade) -> None:
    trade.ordered(1)
    trade.later(days=91)
    trade.net.tidy()
    (event,) = trade.net.events("PETAL")
    assert (event["type"], event["data"]["vendor"], "lots" in event["data"]) == ("offer.changed", "ANDES", False)
    assert trade.net.events("PETAL", event["seq"]) == []


def test_old_events_are_deleted_in_batches(trade: Trade, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(maintenance, "AT_ONCE", 2)
    trade.confirmed(2)
    trade.later(days=91)
    trade.net.tidy()
    with trade.net.context.store.whole_network.reading() as session:
        assert session.rows(Event.select(Event.id)) == []
        assert session.rows(Feed.select(Feed.seq)) == []


def test_who_looks_after_no_people_is_not_told_of_them_and_who_sees_no_costs_not_of_margins(trade: Trade) -> None:
    trade.net.put("BLOOM", "users", [{"email": "ana@bloom.example", "name": "Ana", "roles": ["warehouse"]}])
    trade.net.set("BLOOM", settings={"k2k_gpm": 29, "max_age": 9})
    seen = {}
    for role in ("admin", "setup", "salesperson", "warehouse"):
        person = trade.net.on_behalf_of(Actor(f"{role}@bloom.example", "BLOOM", frozenset((role,))))
        told = [one["data"] for one in person.events("BLOOM", types=["record.changed", "setting.changed"])["items"]]
        seen[role] = [one.get("setting", one.get("collection")) for one in told]
    assert seen["admin"] == ["users", "k2k_gpm", "max_age"]
    assert seen["setup"] == ["k2k_gpm", "max_age"]
    assert seen["salesperson"] == seen["warehouse"] == ["max_age"]


def test_a_subscriber_hears_of_the_types_that_it_names(trade: Trade) -> None:
    some: list[str] = []
    every: list[str] = []
    named = trade.net.subscribe("ANDES", lambda event: some.append(event["type"]), types=["lot.changed"])
    whole = trade.net.subscribe("ANDES", lambda event: every.append(event["type"]), types=[])
    trade.ordered(1)
    assert named.wait(SOON)
    assert whole.wait(SOON)
    assert some == ["lot.changed"]
    assert every == [one["type"] for one in trade.net.events("ANDES")]
