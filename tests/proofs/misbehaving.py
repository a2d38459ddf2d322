"""Plugins that misbehave, alone, in random company and all together: no other company's answer is another than without
them, each is named, and what they add to a request is bounded. And a process that lacks a plugin sells nothing that the
plugin forbids in another one.
"""

from __future__ import annotations

import multiprocessing
import random
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from types import ModuleType
from typing import Any, NamedTuple

from k2k_core.api import K2K
from k2k_core.bootstrap import InstalledPlugins
from k2k_core.domain.sharing import Denial
from k2k_core.errors import K2KError
from k2k_core.hooks import EligibilityRule, hookimpl
from k2k_core.runtime import Limits
from tests.misbehaving_plugins import LOADING, RULES, STEPS, module_of, with_rule, with_step
from tests.services.conftest import BEGINNING, NETWORK

DEADLINE = 0.25
SLACK = 3.0
"""Seconds that a request may take besides the deadlines of what is late in it: the machine is at work."""

SHIP = "2026-02-05"
OTHERS = (("PETAL", "P-1"),)
LOTS = ["ANDES/L1", "ANDES/L2"]


class Figures(NamedTuple):
    """What the plugins came to."""

    companies: int
    plugins: int
    worst: float
    faults: list[str]

    @property
    def sound(self) -> bool:
        """Nobody else noticed, everybody is named, nothing took too long."""
        return not self.faults

    def __str__(self) -> str:
        return (
            f"{self.plugins} plugins that misbehave, {self.companies} times in other company: the slowest request took"
            f" {self.worst:.1f} s, {len(self.faults)} faults"
        )


def tricks() -> dict[str, Callable[[str], ModuleType]]:
    """Every way to misbehave."""
    rules = {f"rule {name}": lambda n, check=check: with_rule(n, check) for name, check in RULES.items()}
    steps = {f"step {name}": lambda n, resolve=resolve: with_step(n, resolve) for name, resolve in STEPS.items()}
    return {**rules, **steps, **{f"loading {name}": make for name, make in LOADING.items()}}


def misbehave(url: str, rounds: int, seed: int = 4711) -> Figures:
    """Each plugin alone, `rounds` random companies of them, and all together."""
    with K2K.open(url, clock=lambda: BEGINNING) as net:
        net.load(NETWORK)
        expected = _of_others(net)
    known, chance = tricks(), random.Random(seed)
    together = [[name] for name in known]
    together += [chance.sample(sorted(known), chance.randint(2, len(known))) for _ in range(rounds)]
    together.append(list(known))
    worst, faults = 0.0, []
    for names in together:
        seconds, found = _met(url, names, expected)
        worst = max(worst, seconds)
        faults += [f"{', '.join(names[:3])}: {fault}" for fault in found]
    return Figures(len(together), len(known), worst, faults)


def _met(url: str, names: Sequence[str], expected: list[Any]) -> tuple[float, list[str]]:
    """One process with some of the plugins: its slowest request, and what was wrong."""
    modules = {f"plugin_{place}": tricks()[name](f"plugin_{place}") for place, name in enumerate(names)}
    steps = [plugin for plugin, name in zip(modules, names, strict=True) if name.startswith("step")]
    late = sum("never" in name or "forever" in name for name in names)
    faults = []
    with _opened(url, modules) as net:
        net.set_hierarchies("BLOOM", {"hierarchy": [{"inventory_type": "k2k", "steps": [*steps, "k2k_gpm"]}]})
        start = time.monotonic()
        seen = net.visible("BLOOM", "C-100", LOTS, SHIP)
        seconds = time.monotonic() - start
        if seconds > 2 * late * DEADLINE + SLACK:
            faults.append(f"a request took {seconds:.1f} s")
        if any(name.startswith("rule") for name in names) and any(one["visible"] for one in seen):
            faults.append("a lot is visible that a failed rule should hold back")
        priced = net.price("BLOOM", "C-100", LOTS)
        if steps and any(line["price"] is not None for line in priced):
            faults.append("a line has a price of a step that should not have been reached")
        named = {one["name"] for one in net.plugins() if one["problem"] or one["failures"]}
        silent = [name for plugin, name in zip(modules, names, strict=True) if plugin not in named]
        unasked = steps[1:]  # the first step that fails closes the line
        faults += [f"{name} is not named" for name in silent if not name.startswith("step") or not unasked]
        if _of_others(net) != expected:
            faults.append("another company noticed")
        net.set_hierarchies("BLOOM", {})
        for plugin in modules:  # what the next process lacks must not hold its lots back
            _given_up(url, plugin)
    return seconds, faults


def _given_up(url: str, plugin: str) -> None:
    with K2K.open(url, clock=lambda: BEGINNING) as net, net.context.store.whole_network.reading() as session:
        relied_on = plugin in net.context.snapshots.get(session, "BLOOM").company.plugin_record
    if relied_on:
        with K2K.open(url, clock=lambda: BEGINNING) as net:
            net.set_plugin("BLOOM", plugin, {})


@contextmanager
def _opened(url: str, modules: dict[str, ModuleType]) -> Iterator[K2K]:
    with K2K.open(url, clock=lambda: BEGINNING, plugins=list(modules.items())) as net:
        assert isinstance(net.context.plugins, InstalledPlugins)
        net.context.plugins.statistics.limits = Limits(deadline=DEADLINE, loading=5.0)
        yield net


def _of_others(net: K2K) -> list[Any]:
    """What every company but the victim answers, and what its vendors say of it."""
    found: list[Any] = [net.share(vendor, buyer) for vendor, buyer in (("ANDES", "BLOOM"), ("ANDES", "PETAL"))]
    for buyer, customer in OTHERS:
        found += [net.catalog(buyer, customer, ship_date=SHIP), net.price(buyer, customer, LOTS)]
        found += [net.visible(buyer, customer, LOTS, SHIP), net.check_prices(buyer)]
    return found


def forbids() -> ModuleType:
    """A plugin that forbids ANDES everything."""

    def eligibility_rules() -> list[EligibilityRule]:
        return [EligibilityRule("embargo", lambda request: Denial("embargo"))]

    module = module_of("embargo", {})
    vars(module)["eligibility_rules"] = hookimpl(eligibility_rules)
    return module


def sell(url: str, times: int) -> int:
    """How many boxes a process without the plugin sells of what another one forbids."""
    sold = 0
    with K2K.open(url, clock=lambda: BEGINNING) as net:
        for _ in range(times):
            try:
                net.add("BLOOM", customer="C-100", lot="ANDES/L1", boxes=1, ship_date=SHIP)
            except K2KError:
                continue
            sold += 1
    return sold


def sell_elsewhere(url: str, times: int) -> tuple[int, int]:
    """What another process sells without the plugin: before the company relies on it, and after."""
    with K2K.open(url, clock=lambda: BEGINNING) as net:
        net.load(NETWORK)
    with multiprocessing.get_context("spawn").Pool(1) as elsewhere:
        before = elsewhere.apply(sell, (url, 1))
        with K2K.open(url, clock=lambda: BEGINNING, plugins=[("embargo", forbids())]) as net:
            net.accept_plugin("ANDES", "embargo")
        return before, elsewhere.apply(sell, (url, times))
