"""Random changes by users and of the clock, applied one after the other to the network of the catalog tests."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from random import Random
from typing import Any

from k2k_core.api import K2K
from k2k_core.errors import K2KError
from tests.properties.catalog_changes.network import BUYER, CUSTOMERS, DAYS, LILY, NOW, ROSE, SHIP_DATES, VENDORS, lot

SELDOM = 0.12
"""Which part of the steps are of set-up, after which everything is worked out anew."""

HOURS = tuple(dt.timedelta(minutes=minutes) for minutes in (1, 5, 20, 20, 60, 180, 660))
OWN_LOTS = ("OWN", "OWN2", "UNITS", "LATER", "VA")
VENDOR_LOTS = ("V1", "V2", "V3", "V4", "VF")
PRICES = ("web_price", "price_a", "price_b", "price_b_manual", "unit_price", "va_price", "purchase_order_price")


class Steps:
    """Takes steps in a network; its clock is theirs. What is refused was a step too."""

    def __init__(self, net: K2K, random: Random, name: str = "") -> None:
        self.net = net
        self.random = random
        self._name = name
        self.taken: list[str] = []
        self._orders: list[dict[str, Any]] = []
        self._new = 0
        self._often: tuple[Callable[[], object], ...] = (
            *(self.sell,) * 4,
            *(self.sell_a_line,) * 2,
            *(self.edit_a_lot,) * 5,
            *(self.go_on_with_an_order,) * 5,
            *(self.add_a_lot,) * 2,
            *(self.map_an_offer,) * 2,
            self.edit_many_lots,
        )
        self._seldom: tuple[Callable[[], object], ...] = (
            self.set_up_the_buyer,
            self.set_up_a_vendor,
            self.set_up_a_customer,
            self.set_up_a_partner,
            self.move_a_season,
            self.close_a_place,
            self.type_what_an_awb_costs,
            self.move_a_connection,
            self.describe_a_product,
            self.size_a_box,
            self.name_a_box,
        )

    def take(self) -> str:
        """Take one step; its name."""
        step = self._of(self._seldom if self.random.random() < SELDOM else self._often)
        try:
            step()
            self.taken.append(step.__name__)
        except K2KError as error:
            self.taken.append(f"{step.__name__}: {error.code}")
        return self.taken[-1]

    def sell(self) -> None:
        """Boxes of a lot go into a cart."""
        owner, code = self._some_lot()
        ref = code if owner == BUYER else f"{owner}/{code}"
        self._add(lot=ref, boxes=self.random.randint(1, 3))

    def sell_a_line(self) -> None:
        """Boxes of a catalog line go into a cart."""
        asked = {"customer": self._of(CUSTOMERS), "ship_date": self._of(SHIP_DATES)}
        lines = self.net.catalog(BUYER, **asked)["lines"]
        if lines:
            self._add(line=self._of(lines)["line"], **asked)

    def go_on_with_an_order(self) -> None:
        """A cart is checked out or cancelled, an order confirmed, voided, shipped or received; carts expire."""
        self.net.sweep()
        if not self._orders:
            return
        order = self._of(self._orders)
        doing = self._of(("checkout", "cancel", "confirm", "confirm", "void", "receive"))
        vendor = order["lines"][0]["lot"].rpartition("/")[0]
        sales_order = order["sales_order"]
        if doing == "checkout":
            self.net.checkout(BUYER, cart=order["cart"])
        elif doing == "cancel":
            self.net.cancel(BUYER, cart=order["cart"])
        elif doing == "confirm" and vendor:
            self.net.confirm(vendor, sales_order, drop_pending=True)
        elif doing == "void" and vendor:
            self.net.void(vendor, sales_order, reason="frost", confirm="CONFIRM")
        else:
            codes = [box["box_code"] for box in self.net.staging(BUYER)]
            self.net.receive(BUYER, codes[: self.random.randint(1, 4)])

    def edit_a_lot(self) -> None:
        """One fact of a lot."""
        owner, code = self._some_lot()
        values = self._of(
            (
                {self._of(PRICES): self._price()},
                {self._of(PRICES): None},
                {"on_hold": self._of((True, False))},
                {"sell_fast": self._of((True, False))},
                {"solid": self._of((True, False))},
                {"boxes": self.random.randint(1, 9)},
                {"unit_cost": self._price()},
                {"arrival_date": f"2026-03-0{self.random.randint(1, 8)}"},
                {"awb": self._of(("176-1", "176-V", None))},
                {"location": self._of(("DOCK", "BACK", None))},
                {"product": self._of(("ROSE", "LILY"))},
                {"last_price": {"price": self._price(), "typed_on": f"2026-03-0{self.random.randint(1, 6)}"}},
            )
        )
        self.net.set(owner, lot=code, values=values)

    def edit_many_lots(self) -> None:
        """Several lots in one transaction."""
        changes = [{"lot": code, "values": {"price_a": self._price()}} for code in OWN_LOTS[:3]]
        self.net.set_all(BUYER, changes)

    def add_a_lot(self) -> None:
        """A new lot, or one that is there as another."""
        owner = self._of((BUYER, *VENDORS))
        self._new += self._of((0, 1))
        kind = self._of(("open_market_boxes", "open_market_boxes", "future_sales"))
        more = {"inventory_type": kind, "product": self._of(("ROSE", "LILY")), "awb": self._of((None, "176-1"))}
        self.net.put(owner, "lots", [lot(f"NEW{self._name}{self._new}", boxes=self.random.randint(1, 5), **more)])

    def map_an_offer(self) -> None:
        """The buyer says something of a vendor's lot."""
        said: dict[str, Any] = self._of(
            ({"product": self._of(("ROSE", "LILY"))}, {"confirmed": self._of((True, False))}, {"va_price": "0.77"})
        )
        self.net.map(BUYER, f"{self._of(VENDORS)}/{self._of(VENDOR_LOTS)}", **said)

    def set_up_the_buyer(self) -> None:
        """A setting of the buyer."""
        yes_or_no = self._of((True, False))
        self.net.set(
            BUYER,
            settings=self._of(
                (
                    {"k2k_gpm": self.random.randint(10, 40)},
                    {"gpm": self.random.randint(10, 40)},
                    {"show_vendor": yes_or_no},
                    {"hide_on_hand": yes_or_no},
                    {"show_future_inventory": yes_or_no},
                    {"apply_aging_restrictions_per_customer": yes_or_no},
                    {"autoconfirm": yes_or_no},
                    {"price_reminder": yes_or_no},
                    {"price_reminder_max_age": self.random.randint(1, 9)},
                    {"grouping": self._of(("merged", "by_inventory_type"))},
                    {"max_order_days_in_advance": self.random.randint(2, 9)},
                    {"freight_per_fbe": self._price()},
                    {"duties": [{"category": "R", "port": "BOG", "percent": "9", "from": "2026-03-08"}]},
                    {"cut_offs": dict.fromkeys(DAYS, self._of(("0005", "0230", "1200", "2359")))},
                )
            ),
        )

    def set_up_a_vendor(self) -> None:
        """A setting of a vendor."""
        self.net.set(
            self._of(VENDORS),
            settings=self._of(
                (
                    {"max_age": self.random.randint(2, 9)},
                    {"min_age": self.random.randint(0, 2)},
                    {"gpm": self.random.randint(10, 40)},
                    {"ship_days_offset": self.random.randint(0, 2)},
                    {"cut_offs": dict.fromkeys(DAYS, self._of(("0005", "0900", "1430", "2359")))},
                    {"transfer_real_aging_to": self._of(([], [BUYER]))},
                )
            ),
        )

    def set_up_a_customer(self) -> None:
        """A fact of a customer, of the buyer's or of a vendor's."""
        values: dict[str, Any] = self._of(
            (
                {"ecommerce_markup": {"percent": str(self.random.randint(0, 9))}},
                {"max_age": self.random.randint(2, 9)},
                {"type": self._of(("A", "B"))},
                {"price_lists": self._of(([], ["SPRING"]))},
                {"days_of_service": dict.fromkeys(self.random.sample(DAYS, 5), "")},
                {"landed_cost_as_price": self._of((True, False))},
                {"location": self._of(("DOCK", None))},
            )
        )
        owner = self._of((BUYER, BUYER, *VENDORS))
        self.net.set(owner, customer=self._of(CUSTOMERS) if owner == BUYER else "B", values=values)

    def set_up_a_partner(self) -> None:
        """A fact of a vendor record."""
        values: dict[str, Any] = self._of(
            (
                {"exchange_rate": self._of((self._price(), None))},
                {"transit_days": self.random.randint(0, 3)},
                {"port": self._of(("BOG", "UIO", None))},
            )
        )
        self.net.set(BUYER, vendor=self._of(("AND", "SIE")), values=values)

    def move_a_season(self) -> None:
        """The seasons of the price list begin and end on other days."""
        day = self.random.randint(6, 12)
        rows = [{"product": "ROSE", "price": self._price()}]
        seasons = [
            {"name": "now", "start": "2026-03-01", "end": f"2026-03-{day:02}", "rows": rows},
            {"name": "then", "start": f"2026-03-{day + 2:02}", "end": "2026-04-30", "rows": rows},
        ]
        master = self._of((True, False))
        self.net.put(BUYER, "price_lists", [{"code": "SPRING", "type": "all", "master": master, "seasons": seasons}])

    def close_a_place(self) -> None:
        """A vendor's place shares, or does not."""
        self.net.set(self._of(VENDORS), location="DOCK", values={"connected": self._of((True, False))})

    def type_what_an_awb_costs(self) -> None:
        """The real amounts of an AWB, or none."""
        owner, number = self._of(((BUYER, "176-1"), ("ANDES", "176-V"), ("SIERRA", "176-V")))
        self.net.awb(owner, number, freight=self._of((self._price(), None)), handling=self._of((self._price(), None)))

    def move_a_connection(self) -> None:
        """A connection is suspended or goes on."""
        vendor = self._of(VENDORS)
        self._of((self.net.suspend, self.net.resume, self.net.resume))(vendor, BUYER, by=self._of((vendor, BUYER)))

    def describe_a_product(self) -> None:
        """A product gets another name, which is how offers find it."""
        row = {"code": "ROSE", "description": self._of((ROSE, ROSE, LILY, "Rose Pink")), "category": "R"}
        self.net.put(self._of((BUYER, *VENDORS)), "products", [row])

    def size_a_box(self) -> None:
        """A box type gets other dimensions."""
        size = {"box_type": "HB", "length": 40, "width": 12, "height": self.random.randint(8, 12)}
        self.net.put(self._of((BUYER, *VENDORS)), "box_dimensions", [size])

    def name_a_box(self) -> None:
        """The buyer calls a vendor's box type by another name, or not."""
        self.net.map_box_type(BUYER, self._of(VENDORS), "HB", self._of(("QB", None)))

    def _add(self, customer: str | None = None, **wish: Any) -> None:
        wish = {"ship_date": self._of(SHIP_DATES), **wish}
        answer = self.net.add(BUYER, customer or self._of(CUSTOMERS), **wish)
        self._orders.append(answer)

    def _some_lot(self) -> tuple[str, str]:
        owner = self._of((BUYER, *VENDORS))
        return owner, self._of(OWN_LOTS if owner == BUYER else VENDOR_LOTS)

    def _price(self) -> str:
        return f"0.{self.random.randint(20, 95)}"

    def _of(self, choices: Any) -> Any:
        return self.random.choice(choices)


class Clock:
    """A clock that goes on when it is told to, mostly to where something happens."""

    def __init__(self, random: Random) -> None:
        self.now = NOW
        self._random = random

    def go_on(self) -> None:
        """Some time passes."""
        self.now += self._random.choice(HOURS)

    def go_on_to(self, moment: dt.datetime) -> None:
        """It is that moment."""
        self.now = max(self.now, moment)
