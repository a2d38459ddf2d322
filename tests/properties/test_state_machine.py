"""Any commands in any order: SQLite alone, and both engines with the same commands and the same answers."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis.stateful import run_state_machine_as_test

from k2k_core.testing.postgres import PrivatePostgres
from tests.properties.state_machine.network_copies import OpenCopies, copies_on_both_engines, copy_on_sqlite
from tests.properties.state_machine.voids_and_credits_rules import trading

USUAL = 100
"""What hypothesis itself calls the usual number of examples; the nightly run asks for more."""


def trade(open_copies: OpenCopies, examples: int, steps: int) -> None:
    """Let the machine trade: always the same examples while working, others and more of them every night."""
    times = settings().max_examples // USUAL
    how = settings(
        max_examples=examples * times,
        stateful_step_count=steps * min(times, 3),
        derandomize=times == 1,
        database=None,
        deadline=None,
        phases=(Phase.generate, Phase.shrink) if times > 1 else (Phase.generate,),
        suppress_health_check=list(HealthCheck),
    )
    run_state_machine_as_test(trading(open_copies), settings=how)


def test_any_commands_in_any_order(loaded_sqlite: Path, tmp_path: Path) -> None:
    trade(copy_on_sqlite(loaded_sqlite, tmp_path), examples=4, steps=25)


@pytest.mark.needs("postgresql")
def test_both_engines_answer_the_same(
    loaded_sqlite: Path, postgres_server: PrivatePostgres, loaded_postgres: str, tmp_path: Path
) -> None:
    trade(copies_on_both_engines(loaded_sqlite, tmp_path, postgres_server, loaded_postgres), examples=6, steps=20)
