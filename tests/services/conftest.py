"""Two vendors, two buyers and a clock that a test can set; afterwards the network must verify, and every event that
occurred must be in the catalogue of events."""

from __future__ import annotations

import copy
import datetime as dt
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from k2k_core.api import K2K
from k2k_core.domain.events import faults
from k2k_core.store.tables import Event
from tests.conftest import OwnDatabase

Answer = dict[str, Any]

ROSES = [{"code": "ROSES", "name": "Roses"}]
FREEDOM = {"code": "R-RED-60", "description": "Rose Red Freedom 60cm", "category": "ROSES"}
HALF = {"box_type": "HB", "length": 40, "width": 12, "height": "10.44"}
LOT = {
    "inventory_type": "open_market_boxes",
    "product": "R-RED-60",
    "box_type": "HB",
    "units_per_box": 250,
    "unit_type": "stem",
    "stems_per_bunch": 25,
    "unit_cost": "0.21",
    "price_a": "0.30",
    "arrival_date": "2026-01-31",
}

NETWORK: dict[str, Any] = {
    "companies": [
        {
            "code": "ANDES",
            "name": "Andes Flower Farms",
            "currency": "USD",
            "timezone": "America/Bogota",
            "settings": {
                "gpm": 30,
                "send_invoice_to": ["bills@andes.example"],
                "send_checkout_notification_to": ["sales@andes.example"],
            },
            "categories": ROSES,
            "products": [FREEDOM],
            "box_dimensions": [HALF],
            "customers": [
                {
                    "code": "BLOOM",
                    "name": "Bloom Wholesale",
                    "type": "A",
                    "company": "BLOOM",
                    "send_checkout_notification_to": ["bloom.desk@andes.example"],
                    "additional_charges": [{"name": "Paperwork", "per_order": "5"}],
                },
                {"code": "PETAL", "name": "Petal", "type": "A", "company": "PETAL"},
            ],
            "lots": [
                {**LOT, "code": "L1", "boxes": 6, "box_codes": [f"B{number}" for number in range(1, 7)]},
                {**LOT, "code": "L2", "boxes": 4, "price_a": "0.40"},
            ],
        },
        {
            "code": "SIERRA",
            "name": "Sierra Blooms",
            "currency": "USD",
            "timezone": "America/Bogota",
            "settings": {"gpm": 30},
            "categories": ROSES,
            "products": [{**FREEDOM, "code": "FREE60"}],
            "box_dimensions": [HALF],
            "customers": [{"code": "BLOOM", "type": "A", "company": "BLOOM"}],
            "lots": [{**LOT, "code": "S1", "product": "FREE60", "boxes": 5}],
        },
        {
            "code": "BLOOM",
            "name": "Bloom Wholesale",
            "currency": "USD",
            "timezone": "America/New_York",
            "settings": {
                "k2k_gpm": 28,
                "inbound_truck_freight": True,
                "cube_rate": "3.50",
                "auto_map_products": True,
                "autoconfirm": True,
                "k2k_cancel_notification_to": ["buyer@bloom.example"],
            },
            "vendors": [
                {"code": "AND-01", "name": "Andes", "company": "ANDES", "currency": "USD", "transit_days": 1},
                {"code": "SIE-01", "company": "SIERRA", "currency": "USD", "transit_days": 1},
            ],
            "categories": ROSES,
            "products": [{**FREEDOM, "code": "FREEDOM"}],
            "customers": [
                {
                    "code": "C-100",
                    "name": "Corner Florist",
                    "type": "B",
                    "ship_via": "choice",
                    "email": "corner@florist.example",
                    "salesperson_email": "sally@bloom.example",
                    "send_invoice_to": ["books@florist.example"],
                    "additional_charges": [{"name": "Fuel", "percent": "2.5"}, {"name": "Boxes", "per_box": "1.25"}],
                },
                {"code": "C-200", "name": "Held Florist", "type": "B", "ship_via": "choice", "credit_hold": True},
            ],
        },
        {
            "code": "PETAL",
            "name": "Petal Trading",
            "currency": "USD",
            "timezone": "America/New_York",
            "settings": {"k2k_gpm": 20, "inbound_truck_freight": True, "cube_rate": "3", "auto_map_products": True},
            "vendors": [{"code": "ANDES", "company": "ANDES", "currency": "USD", "transit_days": 1}],
            "customers": [{"code": "P-1", "type": "B", "ship_via": "choice"}],
        },
    ],
    "connections": [
        {"vendor": "ANDES", "buyer": "BLOOM", "state": "active"},
        {"vendor": "SIERRA", "buyer": "BLOOM", "state": "active"},
        {"vendor": "ANDES", "buyer": "PETAL", "state": "active"},
    ],
}
NETWORK["companies"][3]["settings"]["autoconfirm"] = True


BEGINNING = dt.datetime(2026, 2, 2, 14, tzinfo=dt.UTC)
"""When every test begins: 14:00 in UTC."""


class Trade:
    """An open network and the shortest way through an order."""

    def __init__(self, net: K2K, now: list[dt.datetime]) -> None:
        self.net = net
        self._now = now

    def later(self, **time: int) -> None:
        """Move the clock."""
        self._now[0] += dt.timedelta(**time)

    def ordered(self, boxes: int = 2, lot: str = "ANDES/L1", customer: str = "C-100", **more: Any) -> Answer:
        """Boxes in a cart."""
        wish = {"buyer": "BLOOM", "ship_date": "2026-02-05", **more}
        return self.net.add(customer=customer, lot=lot, boxes=boxes, **wish)

    def checked_out(self, boxes: int = 2, **more: Any) -> Answer:
        """The same, checked out."""
        answer = self.ordered(boxes, **more)
        self.net.checkout(more.get("buyer", "BLOOM"), cart=answer["cart"])
        return answer

    def confirmed(self, boxes: int = 2, **more: Any) -> Answer:
        """The same, confirmed by the vendor: what `add` and `confirm` answered."""
        vendor, confirming = more.get("lot", "ANDES/L1").split("/")[0], {}
        if "reference_number" in more:
            confirming["reference_number"] = more.pop("reference_number")
        answer = self.checked_out(boxes, **more)
        return {**answer, **self.net.confirm(vendor, answer["sales_order"], **confirming)}

    def line(self, company: str, document: str, number: int = 0) -> Answer:
        """One line of a document as a company sees it."""
        found: Answer = self.net.show(company, document)["lines"][number]
        return found

    def available(self, lot: str = "ANDES/L1") -> int:
        """How many boxes can still be bought."""
        return int(self.net.availability([lot])[0]["available"])


@pytest.fixture
def open_unsound_trade(database: OwnDatabase) -> Iterator[Callable[..., Trade]]:
    """Opens the network, changed by a function where a test needs that. What a test leaves behind may be anything."""
    opened: list[K2K] = []

    def load(url: str) -> None:
        with K2K.open(url, clock=lambda: BEGINNING) as net:
            net.load(NETWORK)

    def make(change: Callable[[dict[str, Any]], object] = lambda companies: None) -> Trade:
        network = copy.deepcopy(NETWORK)
        change({company["code"]: company for company in network["companies"]} | {"connections": network["connections"]})
        if network == NETWORK and not opened:
            database.fill("trade", load)
        now = [BEGINNING]
        opened.append(K2K.open(database.url, clock=lambda: now[0]))
        if network != NETWORK:
            opened[-1].load(network)
        return Trade(opened[-1], now)

    yield make
    for net in opened:
        net.close()


@pytest.fixture
def open_worked_trade(database: OwnDatabase) -> Iterator[Callable[[str, Callable[[Trade], object]], Trade]]:
    """Opens the network as some work leaves it. The work is done once, at the beginning, under a name of its own, and
    copied for every other test: it can remember nothing for the test. What a test leaves behind may be anything."""
    opened: list[K2K] = []

    def make(name: str, work: Callable[[Trade], object]) -> Trade:
        def load(url: str) -> None:
            with K2K.open(url, clock=lambda: BEGINNING) as net:
                net.load(NETWORK)
                work(Trade(net, [BEGINNING]))

        database.fill(f"trade {name}", load)
        now = [BEGINNING]
        opened.append(K2K.open(database.url, clock=lambda: now[0]))
        return Trade(opened[-1], now)

    yield make
    for net in opened:
        net.close()


@pytest.fixture
def open_trade(open_unsound_trade: Callable[..., Trade]) -> Iterator[Callable[..., Trade]]:
    """The same; afterwards the network must be sound and its events those of the catalogue."""
    opened: list[Trade] = []

    def make(*change: Callable[[dict[str, Any]], object]) -> Trade:
        opened.append(open_unsound_trade(*change))
        return opened[-1]

    yield make
    for trade in opened:
        assert trade.net.verify() == []
        with trade.net.context.store.whole_network.reading() as session:
            rows = session.rows(Event.select(Event.type, Event.data))
        assert [fault for kind, data in rows for fault in faults(kind, data)] == []


@pytest.fixture
def trade(open_trade: Callable[..., Trade]) -> Trade:
    """The network as it stands above."""
    return open_trade()
