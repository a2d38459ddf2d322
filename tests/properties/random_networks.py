"""Random networks to price: a vendor and a buyer with everything that a price can depend on, each part now and then.

One seed makes one network, always the same one. Amounts are unusual on purpose: six decimals, primes, zeros, amounts
that nearly end on a cent.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, field
from random import Random
from typing import Any

Row = dict[str, Any]

PRODUCTS = ("P1", "P2", "P3")
CATEGORIES = ("ROSES", "LILIES")
PORTS = ("BOG", "MIA")
BOXES = ("FB", "HB", "QB", "EB", "JUMBO")
TYPES = ("open_market_boxes", "open_market_units", "future_sales", "vendor_availability")
CURRENCIES = ("USD", "USD", "USD", "EUR", "JPY", "KWD")
ZONES = ("America/New_York", "America/Bogota", "Asia/Tokyo", "Pacific/Auckland")
UNITS = (1, 3, 7, 12, 13, 97, 100, 101, 125, 250, 251, 293)
AWBS = ("176-1", "176-2")
FARMS = ("FARM", "ROSEFARM")
VENDOR, BUYER = "ANDES", "BLOOM"


@dataclass
class Case:
    """One network at one moment, the real amounts of its AWBs, and what people typed for its offers."""

    seed: int
    now: dt.datetime
    network: Row
    awbs: dict[tuple[str, str], Row] = field(default_factory=dict)
    offers: dict[tuple[str, str], Row] = field(default_factory=dict)


@dataclass(frozen=True)
class Question:
    """What one customer may ask: everything that `price` takes besides the lots."""

    company: str
    customer: str
    ship_via: str
    order_date: dt.date | None
    ship_date: dt.date | None
    location: str | None
    channel: str = "ecommerce"


class Maker:
    """Makes one network from one number."""

    def __init__(self, seed: int, suffix: str = "") -> None:
        self.seed = seed
        self.random = Random(seed)
        self.vendor, self.buyer = VENDOR + suffix, BUYER + suffix
        self.now = dt.datetime(2026, 2, 1, tzinfo=dt.UTC) + dt.timedelta(minutes=self.random.randrange(20 * 24 * 60))
        self.today = self.now.date()

    def case(self) -> Case:
        """The network with all that belongs to it."""
        vendor = self._company(self.vendor, lots=4, customers=2)
        buyer = self._company(self.buyer, lots=6, customers=5)
        vendor["customers"].append(self._customer(vendor, "K-BUYER", company=self.buyer))
        theirs = {"code": "V-ANDES", "company": self.vendor, "currency": vendor["currency"]}
        buyer["vendors"].append(self._some(theirs, exchange_rate=self._positive, port=lambda: self._of(PORTS)))
        buyer["settings"] |= {"auto_map_products": True, "autoconfirm": True}
        connection = {"vendor": self.vendor, "buyer": self.buyer, "state": "active", "share_future_sales": True}
        case = Case(self.seed, self.now, {"companies": [vendor, buyer], "connections": [connection]})
        self._real_costs(case)
        self._typed_offers(case)
        return case

    def order(self) -> tuple[str, str, dt.date]:
        """Who of the buyer's customers orders, by which way, for which day."""
        via = "grower" if self.random.random() < 0.2 else "warehouse"
        return f"C{self.random.randrange(5)}", via, self.today + dt.timedelta(self.random.randint(2, 4))

    def some_of(self, boxes: int) -> int:
        """A number of boxes of a lot that has so many."""
        return self.random.randint(1, boxes)

    def questions(self, case: Case) -> list[Question]:
        """One question of every customer of the network."""
        return [
            Question(
                company["code"],
                customer["code"],
                "grower" if self.random.random() < 0.25 else "warehouse",
                self._near(self.today) if self._now_and_then() else None,
                self._near(self.today) if self._now_and_then() else None,
                self._of([place["code"] for place in company["locations"]]) if self._now_and_then() else None,
                self._of(("ecommerce", "sales")),
            )
            for company in case.network["companies"]
            for customer in company["customers"]
        ]

    # Chance

    def _of(self, choices: Sequence[Any]) -> Any:
        return self.random.choice(choices)

    def _now_and_then(self) -> bool:
        return self.random.random() < 0.4

    def _some(self, row: Row, **perhaps: Any) -> Row:
        """The row with some of the optional fields."""
        return row | {name: make() for name, make in perhaps.items() if self._now_and_then()}

    def _near(self, day: dt.date) -> dt.date:
        return day + dt.timedelta(self.random.randint(-8, 8))

    def _day(self) -> str:
        return self._near(self.today).isoformat()

    def _yes(self) -> bool:
        return self.random.random() < 0.7

    def _amount(self) -> str:
        """Zero or more: cents, or odd decimals, or large."""
        kind = self.random.randrange(8)
        if kind == 0:
            return "0"
        if kind < 4:
            return f"{self.random.randrange(1, 500) / 100:.2f}"
        if kind == 7:
            return f"{self.random.randrange(1, 10**6)}.{self.random.randrange(10**6):06}"
        return f"{self.random.randrange(4)}.{self.random.randrange(10 ** self.random.randint(1, 6)):06}"

    def _positive(self) -> str:
        return f"{self.random.randrange(60)}.{self.random.randrange(1, 10**6):06}"

    def _per_box(self) -> str:
        return self._of(("0", "2", "20.15", "3.333333", "17.000001", "0.000001", self._positive()))

    def _signed(self) -> str:
        sign = self._of(("", "", "-"))
        return sign + self._of(("0", "5", "10", "12.5", "33.333333", "0.000001", "99", "100", "130", self._positive()))

    def _markup(self) -> Row:
        if self._yes():
            return {"percent": self._signed()}
        return {"amount": self._of(("0", "0.05", "-0.05", "0.013579", "-1.000001", self._signed()))}

    def _gpm(self) -> str:
        return self._of(("0", "25", "28", "30", "28.571428", "99.999999", f"{self.random.randrange(100)}.5"))

    # A company

    def _company(self, code: str, lots: int, customers: int) -> Row:
        company: Row = {
            "code": code,
            "currency": self._of(CURRENCIES),
            "timezone": self._of(ZONES),
            "categories": [{"code": category} for category in CATEGORIES],
            "products": self._products(code),
            "box_types": [{"code": "JUMBO", "fbe": self._of(("1.5", "0.333333", "0.7"))}],
            "box_dimensions": self._dimensions(),
            "locations": [self._some({"code": place}, k2k_gpm=self._gpm) for place in ("EAST", "WEST")],
            "vendors": [self._some({"code": farm}, port=lambda: self._of(PORTS)) for farm in FARMS],
        }
        company["price_lists"] = self._price_lists()
        company["settings"] = self._settings()
        company["customers"] = [self._customer(company, f"C{number}") for number in range(customers)]
        company["lots"] = [self._lot(f"L{number}") for number in range(lots)]
        return company

    def _products(self, code: str) -> list[Row]:
        """The buyer's products have codes of their own: some are described as the vendor's are."""
        shift = 0 if code == self.vendor else self.random.randrange(2)
        return [
            {"code": product, "description": f"Rose {number + shift}", "category": self._of(CATEGORIES)}
            for number, product in enumerate(PRODUCTS)
        ]

    def _dimensions(self) -> list[Row]:
        rows: list[Row] = [{"box_type": box} for box in BOXES if self._yes()]
        rows += [{"box_type": box, "product": self._of(PRODUCTS)} for box in BOXES if self._now_and_then()]
        sides = ("40", "12", "10.44", "20.5", "11.333333")
        return [row | {side: self._of(sides) for side in ("length", "width", "height")} for row in rows]

    def _settings(self) -> Row:
        settings = self._some(
            {},
            gpm=self._gpm,
            k2k_gpm=self._gpm,
            price_lists_for_k2k=self._yes,
            price_reminder=self._yes,
            price_reminder_max_age=lambda: self.random.randrange(12),
            future_price_override_days=lambda: self.random.randrange(5),
            rounding=lambda: self._of(("up", "half_up")),
            freight_per_fbe=self._per_box,
            handling_per_fbe=self._per_box,
            inbound_truck_freight=self._yes,
            cube_rate=self._per_box,
            multicurrency=self._yes,
        )
        if self.random.random() < 0.15:
            settings["k2k_price_is_landed_cost"] = True
        settings["duties"] = [
            self._some({"category": category, "port": port, "percent": self._of(("0", "6.4", "10", "3.3"))}, **since)
            for category in CATEGORIES
            for port in PORTS
            for since in ({}, {"from": self._day})
            if self._now_and_then()
        ]
        settings["fuel_surcharges"] = [
            {"box_type": box, "port": port, "amount": self._per_box()} for box in BOXES for port in PORTS if self._yes()
        ]
        return settings

    def _customer(self, seller: Row, code: str, **more: str) -> Row:
        customer = self._some(
            {"code": code, "type": self._of("ABB"), "ship_via": "choice", **more},
            ecommerce_markup=self._markup,
            price_b_markup=self._markup,
            sell_fast_markup=self._markup,
            show_fob_price=self._yes,
            charge_fuel_surcharge=self._yes,
            outbound_cube_rate=self._per_box,
            location=lambda: self._of(("EAST", "WEST")),
            additional_charges=self._charges,
        )
        if self.random.random() < 0.15:
            customer["landed_cost_as_price"] = True
        customer["price_lists"] = [each["code"] for each in seller["price_lists"] if self._now_and_then()]
        return customer

    def _charges(self) -> list[Row]:
        kinds = [kind for kind in ("percent", "per_order", "per_box") if self._now_and_then()]
        return [{"name": f"Charge {kind}", kind: self._of(("1", "2.5", "0.333333", "-1.25"))} for kind in kinds]

    # Price lists

    def _price_lists(self) -> list[Row]:
        kinds = [kind for kind in ("all", "open_market", "prebook", "season", "all") if self._yes()]
        lists = [self._price_list(f"LIST{number}", kind) for number, kind in enumerate(kinds)]
        self.random.shuffle(lists)
        if lists and self._yes():
            lists[0]["master"] = True
        return lists

    def _price_list(self, code: str, kind: str) -> Row:
        seasons = [self._season() for _ in range(self.random.randint(1, 2))]
        made = {"code": code, "type": kind, "active": self.random.random() < 0.9, "seasons": seasons}
        return made | ({"everyone": True} if self.random.random() < 0.2 else {})

    def _season(self) -> Row:
        start = self.today + dt.timedelta(self.random.choice((-40, -12, -8, -3, 0, 2)))
        end = start + dt.timedelta(self.random.choice((0, 6, 20, 90)))
        rows = {}
        for _ in range(self.random.randint(1, 6)):
            key = self._of(PRODUCTS), self._of((None, *BOXES[:3])), self._of((None, *FARMS, "V-ANDES"))
            names = ("product", "box_type", "vendor")
            row = {name: value for name, value in zip(names, key, strict=True) if value is not None}
            rows[key] = self._some(row | {"price": self._amount()}, cost=self._amount)
        return {"start": start.isoformat(), "end": end.isoformat(), "rows": list(rows.values())}

    # Lots

    def _lot(self, code: str) -> Row:
        lot: Row = {
            "code": code,
            "inventory_type": self._of(TYPES),
            "product": self._of(PRODUCTS[:2]),
            "box_type": self._of(BOXES),
            "boxes": self._of((1, 2, 5, 13)),
            "units_per_box": self._of(UNITS),
            "unit_type": self._of(("stem", "bunch")),
            "arrival_date": self._day(),
        }
        if self.random.random() < 0.4:  # the same pack as others: then the on-hand price of a future lot has a chance
            lot |= {"product": "P1", "box_type": "HB", "units_per_box": 100, "unit_type": "stem"}
        if lot["inventory_type"] == "open_market_units":
            lot["boxes"] *= self._of((1, 50, 333))
        return self._priced(lot)

    def _priced(self, lot: Row) -> Row:
        prices = ("web_price", "price_a", "price_b", "price_b_manual", "unit_price", "va_price", "purchase_order_price")
        lot = self._some(
            lot,
            vendor=lambda: self._of(FARMS),
            port=lambda: self._of(PORTS),
            awb=lambda: self._of(AWBS),
            sell_fast=self._yes,
            stems_per_bunch=lambda: self._of((10, 25)),
            last_price=lambda: {"price": self._amount(), "typed_on": self._day(), "arrival_date": self._day()},
            **dict.fromkeys(prices, self._amount),
        )
        if self._yes():
            lot["unit_cost"] = self._amount()
        return lot

    # What people type later

    def _real_costs(self, case: Case) -> None:
        for company in case.network["companies"]:
            for flight in sorted({lot["awb"] for lot in company["lots"] if "awb" in lot}):
                amounts = {name: self._of((None, "0", "45", "101.010101")) for name in ("freight", "handling")}
                if self._yes():
                    case.awbs[company["code"], flight] = amounts

    def _typed_offers(self, case: Case) -> None:
        vendor = case.network["companies"][0]
        for lot in vendor["lots"]:
            if lot["inventory_type"] in ("open_market_boxes", "future_sales") and self.random.random() < 0.3:
                offer = self._some({}, va_price=self._positive, product=lambda: self._of(PRODUCTS))
                if offer:
                    case.offers[self.buyer, f"{self.vendor}/{lot['code']}"] = offer
