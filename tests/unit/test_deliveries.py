"""How often a delivery is tried, when it is given up, and which events stay in order."""

from __future__ import annotations

import datetime as dt
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from k2k_core.domain.deliveries import DEAD, DELIVERED, WAITING, documents_of
from k2k_core.domain.events import EVENTS
from k2k_core.domain.retry_policy import Outcome, RetryPolicy, after_attempt

NOW = dt.datetime(2026, 2, 2, tzinfo=dt.UTC)
FAILED = Outcome(False, "answered 500")
chances = st.integers(0, 1000)


@given(st.integers(1, 10_000), chances)
def test_a_pause_doubles_up_to_a_bound_and_is_at_most_half_shorter(attempts: int, chance: int) -> None:
    policy = RetryPolicy()
    longest = min(policy.max_delay, policy.first_delay * 2 ** min(attempts - 1, 20))
    assert longest / 2 <= policy.delay(attempts, chance) <= longest


def test_those_who_failed_together_do_not_come_back_together() -> None:
    assert len({RetryPolicy().delay(5, number * 10) for number in range(100)}) == 100


def test_all_attempts_fit_into_the_age_and_take_more_than_a_day() -> None:
    policy = RetryPolicy()
    whole = sum((policy.delay(number, 0) for number in range(1, policy.attempts)), dt.timedelta())
    assert dt.timedelta(days=1) < whole < policy.give_up_after


def test_a_lease_is_longer_than_an_attempt() -> None:
    assert RetryPolicy().lease > 2 * (RetryPolicy().connect + RetryPolicy().answer)


def after(outcome: Outcome, attempts: int = 1, waited: dt.timedelta = dt.timedelta()) -> Any:
    return after_attempt(outcome, attempts, NOW - waited, NOW, RetryPolicy(), 0)


def test_what_becomes_of_a_delivery() -> None:
    assert after(Outcome(True)).state == DELIVERED
    assert after(FAILED) == (WAITING, NOW + dt.timedelta(seconds=5), "answered 500")
    assert after(FAILED, RetryPolicy().attempts).state == DEAD
    assert after(FAILED, waited=dt.timedelta(days=3)).state == DEAD
    assert after(Outcome(False, "no such box", final=True)).state == DEAD
    gone = Outcome(False, "answered 410", gone=True)
    assert after(gone, RetryPolicy().attempts).state == WAITING  # for its endpoint, which is disabled now


@pytest.mark.parametrize(("asked", "waits"), [(600, 600), (1, 5), (-3, 5), (10**9, 3600)])
def test_a_pause_that_was_asked_for_is_kept_within_reason(asked: int, waits: int) -> None:
    outcome = Outcome(False, "answered 503", retry_after=dt.timedelta(seconds=asked))
    assert after(outcome).next_at == NOW + dt.timedelta(seconds=waits)


def test_an_endpoint_rests_once_it_has_failed_often_enough() -> None:
    policy = RetryPolicy()
    rests = [policy.backoff(number, 0) for number in range(1, 20)]
    assert rests[:4] == [None] * 4
    assert rests[4:7] == [dt.timedelta(seconds=seconds) for seconds in (5, 10, 20)]
    assert rests[-1] == policy.max_backoff


LINES = {"7": ["PB-1", "PO-1", "S-1K"], "8": ["PB-1", "PO-2", "S-2K"]}


def about(**data: Any) -> set[str]:
    return set(documents_of(data, lambda line: LINES.get(line, [])))


def test_events_of_one_order_share_a_document_whatever_they_name() -> None:
    added = about(line="7", lot="ANDES/L1", boxes=2)
    checked_out = about(document="PB-1", lines=["7", "8"])
    confirmed = about(sales_order="S-1K", vendor="ANDES", buyer="BLOOM", awb="729-1", boxes=2)
    shipped = about(awb="729-1", vendor="ANDES", buyer="BLOOM", sales_orders=["S-1K"])
    received = about(box_code="B1", line="7", buyer="BLOOM", how="scan")
    steps = [added, checked_out, confirmed, shipped, received]
    assert all(one & other for one, other in pairwise(steps))
    assert not about(sales_order="S-9K", vendor="ANDES", buyer="BLOOM", awb="729-9", boxes=1) & added


def test_offers_of_a_vendor_stay_in_order_and_those_of_two_do_not_wait_for_each_other() -> None:
    assert about(vendor="ANDES", lots=["ANDES/L1"], available={"ANDES/L1": 3}) == about(vendor="ANDES")
    assert about(lot="ANDES/L1", buyer="BLOOM") == about(vendor="ANDES")
    assert not about(vendor="SIERRA") & about(vendor="ANDES")


@pytest.mark.parametrize("event", EVENTS, ids=lambda event: event.name)
def test_every_event_is_about_something(event: Any) -> None:
    names = {*event.fields, *event.optional}
    data = {name: ["7"] if name in ("lines", "sales_orders", "lots") else "7" for name in names}
    assert about(**data)
