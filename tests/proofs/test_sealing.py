"""The short form of the proof that there is one chain of the audit. `python -m tests.proofs kills` does it in full."""

from __future__ import annotations

import pytest

from tests.proofs.sealing import kill_sealers


@pytest.mark.long
def test_sealers_that_are_killed_beside_one_another_make_one_chain(empty_database_url: str) -> None:
    found = kill_sealers(empty_database_url, 3)
    assert found.sound, found.faults
    assert found.sealed >= found.acknowledged > 0
