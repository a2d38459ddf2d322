"""A quarantine is in force in every process and after a restart, until a person lifts it (architecture section 2)."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from k2k_core.api import K2K
from k2k_core.domain.roles import ROLES, Actor
from k2k_core.domain.sharing import Denial, EligibilityRequest
from k2k_core.errors import IdempotencyMismatch, NotAllowed, NotFound
from tests.conftest import OwnDatabase
from tests.misbehaving_plugins import with_rule
from tests.raising_lines import raised_in
from tests.services.conftest import BEGINNING, Trade

SHIP = "2026-02-05"
RULE = "acme/eligibility_rules/acme"
ADMIN = Actor("ana@bloom.example", "BLOOM", frozenset({"admin"}))


class Papers:
    """A rule that fails for BLOOM as long as it is ill, and counts how often it was asked."""

    def __init__(self) -> None:
        self.ill, self.asked = True, 0

    def check(self, _request: EligibilityRequest) -> Denial | None:
        self.asked += 1
        if self.ill:
            raise ValueError("no export papers")
        return None


@pytest.fixture
def process(trade: Trade, database: OwnDatabase) -> Iterator[Callable[[Papers], K2K]]:
    """Opens the network in another process, with the plugin of this rule."""
    opened: list[K2K] = []

    def make(papers: Papers) -> K2K:
        opened.append(
            K2K.open(database.url, clock=lambda: BEGINNING, plugins=[("acme", with_rule("acme", papers.check))])
        )
        return opened[-1]

    yield make
    for one in opened:
        one.close()


def seen(net: K2K) -> bool:
    return net.visible("BLOOM", "C-100", ["ANDES/L1"], SHIP)[0]["visible"]


def fail(net: K2K) -> None:
    """Ask until the rule is in quarantine."""
    assert [seen(net) for _ in range(3)] == [False] * 3


def quarantines(net: K2K) -> Any:
    """What `plugins` says of the quarantines of the rule."""
    found = [plugin for plugin in net.plugins() if plugin["name"] == "acme"]
    return [one for plugin in found for each in plugin["contributions"] for one in each["quarantines"]]


def audited(net: K2K, action: str) -> list[Any]:
    return [row for row in net.audit("BLOOM", limit=50)["items"] if row["action"] == action]


def test_a_quarantine_holds_in_every_process_until_a_person_lifts_it_in_one(process: Callable[..., K2K]) -> None:
    here, there = Papers(), Papers()
    first, second = process(here), process(there)
    there.ill = False
    assert seen(second)
    asked = there.asked
    fail(first)
    assert not seen(second)
    assert (here.asked, there.asked) == (3, asked), "nobody asks a rule that is in quarantine"
    (one,) = quarantines(second)
    assert (one["company"], one["problem"], one["calls"], one["failures"]) == (
        "BLOOM",
        f"raised ValueError: no export papers, {raised_in(Papers.check)}",
        3,
        3,
    )
    assert one["process"]
    (plugin,) = [each for each in second.company_plugins("BLOOM") if each["name"] == "acme"]
    assert plugin["state"] == "quarantined"
    assert [each["quarantined_since"] for each in plugin["contributions"]] == [one["since"]]
    (finding,) = [each for each in second.check_prices("BLOOM") if each["code"] == "plugin_quarantined"]
    assert one["process"] in finding["problem"]
    (work,) = second.work("BLOOM", ["quarantine"])
    assert work["facts"]["contributions"] == [RULE]
    here.ill = False
    assert second.on_behalf_of(ADMIN).lift_quarantine("BLOOM", RULE, key="lift")
    assert seen(first)
    assert seen(second)
    assert quarantines(first) == quarantines(second) == []
    here.ill = True
    fail(first)
    assert not seen(second), "it may come into quarantine again"
    assert second.lift_quarantine("BLOOM", RULE, key="lift"), "a repeat answers as the first time, and lifts nothing"
    assert len(quarantines(second)) == 1
    with pytest.raises(IdempotencyMismatch):
        second.lift_quarantine("BLOOM", "k2k_labels/label_renderers/pdf", key="lift")


def test_it_holds_after_a_restart_and_is_audited_with_why_and_by_whom(process: Callable[..., K2K]) -> None:
    papers = Papers()
    first = process(papers)
    fail(first)
    first.close()
    papers.ill = False
    again = process(papers)
    (one,) = quarantines(again)
    assert not seen(again)
    assert papers.asked == 3
    (began,) = audited(again, "quarantine.began")
    assert (began["subject"], began["person"], began["after"]["failures"]) == (RULE, "plugin guard", 3)
    assert (began["after"]["since"], began["after"]["process"]) == (one["since"], one["process"])
    assert "no export papers" in began["after"]["problem"]
    warehouse = again.on_behalf_of(Actor("w@bloom.example", "BLOOM", frozenset({"warehouse"})))
    assert [each["problem"] for each in quarantines(warehouse)] == [""]
    assert quarantines(again.on_behalf_of(Actor("a@andes.example", "ANDES", frozenset(ROLES)))) == []
    with pytest.raises(NotAllowed):
        warehouse.lift_quarantine("BLOOM", RULE)
    with pytest.raises(NotFound):
        again.lift_quarantine("BLOOM", "acme/eligibility_rules/other")
    spanish = again.in_language("es").check_prices("BLOOM")
    assert any("en cuarentena" in each["problem"] for each in spanish), "its words were stored with their facts"
    assert again.on_behalf_of(ADMIN).lift_quarantine("BLOOM", RULE)
    assert not again.lift_quarantine("BLOOM", RULE)
    assert [row["person"] for row in audited(again, "quarantine.lifted")] == ["ana@bloom.example"]
    assert seen(process(papers))
    assert again.verify() == []


def test_a_process_that_is_killed_leaves_its_quarantine_behind(
    process: Callable[..., K2K], database: OwnDatabase
) -> None:
    command = [sys.executable, "-m", "tests.services.administration.quarantining_process", database.url]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as running:
        assert running.stdout is not None
        assert running.stdout.readline() == "answered\n"
        running.kill()
    papers = Papers()
    papers.ill = False
    net = process(papers)
    assert not seen(net)
    assert papers.asked == 0
    assert len(quarantines(net)) == 1
