"""Random commands in any order: on SQLite alone, and on both engines with the same commands and the same answers.

A command that is always refused proves nothing: every rule of the machine must succeed at least once.
"""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest
from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis import strategies as st
from hypothesis.stateful import run_state_machine_as_test

from k2k_core.testing.postgres import PrivatePostgres
from tests.properties.state_machine.commands import ENDED_FIRST, MODES
from tests.properties.state_machine.network_copies import OpenCopies, copies_on_both_engines, copy_on_sqlite
from tests.properties.state_machine.own_stock_rules import OwnStockMachine, trading

USUAL = 100
"""What hypothesis itself calls the usual number of examples; the nightly run asks for more."""


MOST_WALKS, STEPS = 30, 50
"""How many networks may be walked through until every rule is done, and for how long each; a handful will do."""

CHECKED_EVERY = 5
"""After how many steps of such a walk the invariants are checked; the random commands are checked after each."""


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


@pytest.mark.long
@pytest.mark.needs("postgresql")
def test_both_engines_answer_the_same(
    loaded_sqlite: Path, postgres_server: PrivatePostgres, loaded_postgres: str, tmp_path: Path
) -> None:
    trade(copies_on_both_engines(loaded_sqlite, tmp_path, postgres_server, loaded_postgres), examples=4, steps=20)


ONLY_REFUSED = {
    *("another_vendor_tries", "somebody_else_tries", "check_out_what_waits_for_its_approval"),
    "use_a_key_for_something_else",
}
"""Rules whose commands are refused, whoever gives them."""

NO_COMMAND = {"time_goes_by"}


def walk(machine: OwnStockMachine, data: st.DataObject, missing: set[str]) -> None:
    """All the machine's rules in turn, and every third time one of those whose command has not been done yet."""
    tried: Counter[str] = Counter()
    before = Counter(machine.outcomes)
    for step in range(STEPS):
        enabled = [rule for rule in machine.rules if all(one(machine) for one in rule.preconditions)]
        missing = missing - shown(machine.outcomes - before)
        wanted = [rule for rule in enabled if rule.function.__name__ in missing and step % 3 == 2] or enabled
        rule = min(wanted, key=lambda rule: tried[rule.function.__name__])
        tried[rule.function.__name__] += 1
        rule.function(machine, **{name: data.draw(strategy) for name, strategy in rule.arguments.items()})
        if step % CHECKED_EVERY == CHECKED_EVERY - 1:
            for invariant in machine.invariants:
                invariant.function(machine)


def shown(outcomes: Counter[tuple[str, str]]) -> set[str]:
    """The rules that have come to what they are there for."""
    done = {rule for rule, outcome in outcomes if outcome == ("refused" if rule in ONLY_REFUSED else "done")}
    return NO_COMMAND | done | {outcome for _, outcome in outcomes if outcome == ENDED_FIRST}


def walk_once(kind: type[OwnStockMachine], number: int, missing: set[str]) -> None:
    """One walk through a network of its own, always the same for its number."""

    @seed(number)
    @settings(max_examples=2, database=None, deadline=None, phases=(Phase.generate,))
    @given(st.data(), st.integers(0, 1_000_000), st.sampled_from(MODES), st.sampled_from(MODES))
    def walk_on(data: st.DataObject, simplest: int, bloom: str, petal: str) -> None:
        if not simplest:
            return  # hypothesis begins with the least of everything, which is the same whatever the number
        machine = kind()
        try:
            machine.open_for_business(bloom=bloom, petal=petal, sold=[("BLOOM", 0, 0, 2, 3), ("PETAL", 0, 3, 2, 2)])
            walk(machine, data, missing)
        finally:
            machine.teardown()

    walk_on()


def test_every_rule_of_the_machine_is_done(loaded_sqlite: Path, tmp_path: Path) -> None:
    kind = trading(copy_on_sqlite(loaded_sqlite, tmp_path))
    every = {rule.function.__name__ for rule in kind.setup_state().rules} | {ENDED_FIRST}
    for number in range(MOST_WALKS):
        if missing := every - shown(kind.outcomes):
            walk_once(kind, number, missing)
    assert every - shown(kind.outcomes) == set()
