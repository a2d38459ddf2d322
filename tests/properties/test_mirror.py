"""Lists that were read once and are kept by the feed alone are always the lists that there are, whatever happens."""

from __future__ import annotations

from collections.abc import Iterator
from random import Random
from typing import Any

import pytest
from hypothesis import settings

from k2k_core.api import K2K
from tests.properties.catalog_changes.network import BUYER, VENDORS, network
from tests.properties.catalog_changes.random_changes import Clock, Steps
from tests.properties.mirror import Mirror

ROUNDS = max(1, settings().max_examples // 100)
"""More every night."""

STEPS = 60


class Mirrored:
    """A network, its clock, and a mirror of the lists of each company."""

    def __init__(self, url: str, seed: int) -> None:
        self.random = Random(seed)
        self.clock = Clock(self.random)
        self.net = K2K.open(url, clock=lambda: self.clock.now)
        self.net.load(network())
        self.steps = Steps(self.net, self.random)
        self.mirrors = [Mirror(self.net, company) for company in (BUYER, *VENDORS)]

    def go_on(self) -> None:
        """Something happens, or time passes."""
        if self.random.random() < 0.1:
            self.clock.go_on()
            self.steps.taken.append("time")
            self.net.sweep()
        else:
            self.steps.take()

    def differing(self) -> dict[str, Any]:
        """The rows that a mirror has otherwise than the list: the mirror's and the list's."""
        found: dict[str, Any] = {}
        for mirror in self.mirrors:
            mirror.follow()
            for name, read in mirror.lists.read.items():
                there, here = read(), mirror.rows[name]
                for key in there.keys() | here.keys():
                    if there.get(key) != here.get(key):
                        found[f"{mirror.company} {name} {key}"] = (here.get(key), there.get(key))
        return found


@pytest.fixture
def mirrored(database_url: str, request: pytest.FixtureRequest) -> Iterator[Mirrored]:
    made = Mirrored(database_url, request.param)
    yield made
    made.net.close()


@pytest.mark.parametrize("mirrored", range(ROUNDS), indirect=True)
def test_a_mirror_that_follows_the_feed_equals_every_list_after_every_step(mirrored: Mirrored) -> None:
    for _ in range(STEPS):
        before = mirrored.clock.now
        mirrored.go_on()
        if mirrored.clock.now != before:
            for mirror in mirrored.mirrors:
                mirror.read_anew("offers")
        assert mirrored.differing() == {}, mirrored.steps.taken
