"""Lists that were read once and are kept by the feed alone are always the lists that there are, whatever happens."""

from __future__ import annotations

from collections.abc import Iterator
from random import Random
from typing import Any

import pytest
from hypothesis import settings

from k2k_core.api import K2K
from tests.properties.catalog_changes.network import BUYER, SHIP_DATES, VENDORS, network
from tests.properties.catalog_changes.random_changes import Clock
from tests.properties.mirror import ADDED_TO, COMPUTED, MIRRORED, ONLY_GROW, ORDER, WITHOUT_EVENTS, Mirror
from tests.properties.trade_steps import TradeSteps
from tests.services.lists.declared_lists import paged_methods

ROUNDS = max(1, settings().max_examples // 100)
"""More every night."""

STEPS = 45
SHIP_DATE = SHIP_DATES[2]


class Mirrored:
    """A network, its clock, and a mirror of the lists of each company."""

    def __init__(self, url: str, seed: int) -> None:
        self.random = Random(seed)
        self.clock = Clock(self.random)
        self.net = K2K.open(url, clock=lambda: self.clock.now)
        self.net.load(network())
        self.steps = TradeSteps(self.net, self.random)
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


def test_every_list_of_the_facade_is_in_the_mirror_or_says_why_it_is_not() -> None:
    """The lists are read from the facade: a new one has to stand in one of these places."""
    held = {*ORDER, *ADDED_TO}
    without = {name for name in paged_methods() if MIRRORED.get(name, name) not in held and name != "records"}
    assert without == ONLY_GROW | COMPUTED | WITHOUT_EVENTS


@pytest.mark.long
@pytest.mark.parametrize("mirrored", range(ROUNDS), indirect=True)
def test_a_mirror_that_follows_the_feed_equals_every_list_after_every_step(mirrored: Mirrored) -> None:
    for _ in range(STEPS):
        before = mirrored.clock.now
        mirrored.go_on()
        if mirrored.clock.now != before:
            for mirror in mirrored.mirrors:
                mirror.read_anew("offers")
        assert mirrored.differing() == {}, mirrored.steps.taken


@pytest.mark.long
@pytest.mark.parametrize("mirrored", [0], indirect=True)
def test_a_mirror_equals_every_list_through_procurement_fulfilment_and_what_stands_beside(mirrored: Mirrored) -> None:
    for step in trade(mirrored.net):
        assert mirrored.differing() == {}, step


def trade(net: K2K) -> Iterator[str]:
    """A purchase order from its approval to the invoice, and whatever else has a list; each step by its name."""
    order = net.purchase_order(BUYER, "ANDES", [{"product": "ROSE", "boxes": 4}], SHIP_DATE)["number"]
    yield "ordered"
    net.approve(BUYER, purchase_order=order)
    net.transfer(BUYER, order)
    yield "transferred"
    net.accept_order("ANDES", order)
    yield "accepted"
    line = net.show(BUYER, order)["lines"][0]["line"]
    net.fill("ANDES", order, [{"line": line, "lots": [{"lot": "V1", "boxes": 4}]}])
    yield "filled"
    net.confirm("ANDES", last(net, "ANDES", "sales_order")["number"], reference_number="176-9")
    yield "confirmed"
    codes = [box["box_code"] for box in net.staging(BUYER)]
    yield from _on_the_way(net, codes)
    yield from _sold(net)
    yield from _beside(net)


def last(net: K2K, company: str, kind: str) -> dict[str, Any]:
    """The last document of a kind."""
    return dict(net.orders(company, filters={"kind": kind}, lines=True, limit=100)["items"][-1])


def _on_the_way(net: K2K, codes: list[str]) -> Iterator[str]:
    awb = net.awbs("ANDES", filters={"awb": "176-9"}, limit=5)["items"][0]["id"]
    net.labels("ANDES", awb)
    yield "printed"
    net.awb("ANDES", awb, arrival_date="2026-03-10")
    yield "its arrival typed"
    net.awb(BUYER, awb, freight="12.50")
    yield "its costs typed"
    net.void(
        "ANDES", last(net, "ANDES", "sales_order")["number"], box_codes=codes[3:], reason="frost", confirm="CONFIRM"
    )
    yield "voided"
    net.ship("ANDES", awb)
    yield "shipped"
    net.missing(BUYER, codes[:1], "not on the pallet")
    yield "missing"
    net.decline_missing("ANDES", codes[:1], "signed for")
    yield "not missing"
    net.scan(BUYER, codes[:2])
    yield "scanned"
    net.receive(BUYER, codes[2:3])
    yield "received"


def _sold(net: K2K) -> Iterator[str]:
    book = net.prebook(BUYER, "SHOP", [{"lot": "ANDES/V3", "boxes": 2}], SHIP_DATE)
    yield "prebooked"
    if last(net, BUYER, "purchase_order")["status"] == "pending_approval":
        net.approve(BUYER, prebook=book["prebook"])
    sales_order = last(net, "ANDES", "sales_order")["number"]
    net.confirm("ANDES", sales_order, reference_number="176-9")
    codes = [box["box_code"] for box in net.staging(BUYER)]
    yield "confirmed for a customer"
    net.receive(BUYER, codes)
    yield "received for a customer"
    if "invoice" not in {one["kind"] for one in net.orders(BUYER)}:
        net.bill(BUYER, book["prebook"])
        yield "billed"
    invoice = last(net, BUYER, "invoice")
    net.credit(BUYER, invoice["number"], invoice["lines"][0]["line"], boxes=1, reason="late", confirm="CONFIRM")
    yield "credited"
    own = net.prebook(BUYER, "SHOP", [{"lot": "OWN", "boxes": 1}], SHIP_DATE)
    yield f"own stock sold with {own['invoice_order']}"


def _beside(net: K2K) -> Iterator[str]:
    drafts = [net.what_if(BUYER, [{"settings": {"k2k_gpm": 20 + number}}])["draft"] for number in range(2)]
    yield "drafted"
    net.apply_draft(BUYER, drafts[0])
    net.drop_draft(BUYER, drafts[1])
    yield "decided"
    job = net.submit(BUYER, "what_if", {"changes": [{"settings": {"gpm": 30}}]})["id"]
    yield "a job submitted"
    net.cancel_job(BUYER, job)
    yield "a job cancelled"
    net.submit(BUYER, "what_if", {"changes": [{"settings": {"gpm": 31}}]})
    net.run_jobs()
    yield "a job done"
    net.archive(BUYER, "lots", "OWN2")
    yield "archived"
    net.archive(BUYER, "lots", "OWN2", restore=True)
    yield "restored"
    net.adjust(BUYER, "OWN2", -1, "broken", "E-1")
    net.state_quantity("ANDES", "V4", on_hand=9, as_of=net.quantities("ANDES", ["V4"])["items"][0]["movement"])
    yield "counted"
    net.add_user(BUYER, "ana@bloom.example", roles=["warehouse"])
    net.set_roles("ana@bloom.example", ["salesperson"])
    yield "a person added"
