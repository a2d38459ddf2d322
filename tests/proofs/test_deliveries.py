"""The short form of the proof of deliveries. `make proofs ONLY=deliveries` runs it in full: see docs/proofs.md."""

from __future__ import annotations

import pytest

from tests.proofs import deliveries


@pytest.mark.long
def test_events_arrive_in_order_though_a_receiver_is_sick_and_the_sender_is_killed(empty_database_url: str) -> None:
    found = deliveries.survive(empty_database_url, events=150, kills=2)
    assert found.sound, f"{found}\n{found.faults}"
    assert found.posted > 300
