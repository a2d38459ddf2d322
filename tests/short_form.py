"""The pytest plugin of `make test`: the tests in the time that one has while working. `make test-all` runs all of them.

Left out are the tests that are marked `long`, and of each module all but one of those that are run on SQLite too on
PostgreSQL. How many they are is said at the end.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest

left_out_key = pytest.StashKey[int]()
"""How many tests were left out."""


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    left_out = set(_left_out(items))
    config.stash[left_out_key] = len(left_out)
    if left_out:
        config.hook.pytest_deselected(items=[item for item in items if item in left_out])
        items[:] = [item for item in items if item not in left_out]


def _left_out(items: Sequence[pytest.Item]) -> Iterator[pytest.Item]:
    """The tests that are marked `long`, and those of PostgreSQL that are on SQLite too, but for a module's first."""
    names = {item.nodeid for item in items}
    with_one = set[Path]()
    for item in items:
        if item.get_closest_marker("long"):
            yield item
        elif "postgresql" in item.nodeid and item.nodeid.replace("postgresql", "sqlite") in names:
            if item.path in with_one:
                yield item
            with_one.add(item.path)


def pytest_sessionfinish(session: pytest.Session) -> None:
    if hasattr(session.config, "workeroutput"):  # a worker of pytest-xdist: its controller reports
        session.config.workeroutput["left_out"] = session.config.stash[left_out_key]


@pytest.hookimpl(optionalhook=True)
def pytest_testnodedown(node: Any) -> None:
    # Every worker collects every test, so their counts are the same count.
    node.config.stash[left_out_key] = getattr(node, "workeroutput", {}).get("left_out", 0)


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> None:
    if number := config.stash.get(left_out_key, 0):
        terminalreporter.section("left out")
        terminalreporter.line(
            f"LEFT OUT: {number} tests: long ones, and on PostgreSQL what SQLite runs too. To run them: make test-all"
        )
