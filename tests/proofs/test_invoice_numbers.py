"""The short form of the proof that invoice numbers have no gaps when processes are killed."""

from __future__ import annotations

import pytest

from tests.proofs.invoicing import kill_desks


@pytest.mark.long
def test_a_killed_desk_leaves_no_gap_in_the_numbers_of_invoices(empty_database_url: str) -> None:
    found = kill_desks(empty_database_url, kills=3)
    assert found.sound, f"{found}\n{found.faults}"
    assert 3 <= found.acknowledged <= found.invoices
