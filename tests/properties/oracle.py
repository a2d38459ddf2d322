"""The oracle of prices: what every lot costs a customer, written from the pricing document alone, in exact fractions.

It reads the same plain network that is loaded into K2K, imports nothing but the standard library, and shares no line
with the code that it checks. Slow and simple on purpose: each sentence of the document can be found here.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from fractions import Fraction
from functools import cached_property
from math import floor
from zoneinfo import ZoneInfo

from tests.properties.network_values import Facts, best_row, boxes, cubes, day, fbe, half_up, number, only, stored

OPEN_MARKET = (("open_market", "all"),)
"""Groups of list types: the first group with a row wins; within a group types do not matter."""
PREBOOK_FIRST = (("prebook",), ("season",), ("all",))

HIERARCHIES: dict[tuple[str, str], tuple[str, ...]] = {
    ("open_market_boxes", "A"): ("landed_cost_as_price", "web_price", "price_a"),
    ("open_market_boxes", "B"): (
        *("landed_cost_as_price", "price_list", "master_price_list", "web_price", "price_b", "price_b_manual"),
    ),
    ("open_market_units", "A"): ("landed_cost_as_price", "unit_price"),
    ("open_market_units", "B"): ("landed_cost_as_price", "price_list", "master_price_list", "unit_price"),
    ("future_sales", ""): (
        *("landed_cost_as_price", "price_reminder", "open_market_price", "price_list", "master_price_list"),
        "purchase_order_price",
    ),
    ("vendor_availability", ""): ("price_list", "master_price_list", "va_price"),
    ("k2k", "warehouse"): ("va_price", "k2k_gpm", "company_gpm"),
    ("k2k", "grower"): ("k2k_gpm", "company_gpm"),
}

PACK = ("product", "box_type", "unit_type", "units_per_box", "stems_per_bunch")
"""What a future lot has in common with those whose prices it takes."""

MARKED_UP_FOR_TYPE_B = ("open_market_boxes", "open_market_units", "future_sales")
DECIMALS = {"JPY": 0, "KWD": 3}


@dataclass(frozen=True)
class Quote:
    """The oracle's answer: `reason` is `no_price` or `not_positive` where there is no price."""

    price: Fraction | None
    step: str | None
    base_price: Fraction | None
    landed_cost: Fraction | None
    components: Mapping[str, Fraction]
    adjustments: Sequence[tuple[str, Fraction, Fraction]] = ()
    reason: str | None = None


@dataclass(frozen=True)
class Ask:
    """One lot for one customer, with everything that the steps look at."""

    company: Facts
    customer: Facts
    lot: Facts
    inventory_type: str
    product: str | None
    category: str | None
    vendor: str | None
    port: str | None
    cubes: Fraction | None
    fbe: Fraction
    unit_cost: Fraction | None
    ship_via: str
    order_date: dt.date
    ship_date: dt.date
    location: str | None
    duties_by: dt.date
    typed_va_price: Fraction | None = None
    channel: str = "ecommerce"

    @property
    def units(self) -> Fraction:
        return Fraction(self.lot["units_per_box"])

    @property
    def settings(self) -> Facts:
        return self.company.get("settings", {})


@dataclass(frozen=True)
class Oracle:
    """Prices of one network at one moment.

    `awbs` are the real amounts by (company, AWB number); `offers` what a person typed or mapped by (buyer, `VC/LOT`).
    """

    network: Facts
    now: dt.datetime
    awbs: Mapping[tuple[str, str], Facts] = field(default_factory=dict)
    offers: Mapping[tuple[str, str], Facts] = field(default_factory=dict)

    @cached_property
    def companies(self) -> dict[str, Facts]:
        return {company["code"]: company for company in self.network["companies"]}

    def today(self, company: Facts) -> dt.date:
        return self.now.astimezone(ZoneInfo(company["timezone"])).date()

    def quote(
        self,
        company: str,
        customer: str,
        lot: str,
        ship_via: str = "warehouse",
        order_date: dt.date | None = None,
        ship_date: dt.date | None = None,
        location: str | None = None,
        channel: str = "ecommerce",
    ) -> Quote:
        """What a lot costs a customer; a lot of a connected vendor is written `VENDOR/LOT`."""
        own = self.companies[company]
        buying = only(own["customers"], code=customer)
        assert buying is not None
        ordered = order_date or self.today(own)
        shipped = ship_date or ordered
        place = location or buying.get("location")
        ask = self._own_ask if "/" not in lot else self._k2k_ask
        asked = ask(own, buying, lot, ship_via, ordered, shipped, place)
        return NOTHING if asked is None else self._priced(replace(asked, channel=channel))

    # The lot as one company sees it

    def _own_ask(
        self, own: Facts, buying: Facts, code: str, via: str, ordered: dt.date, shipped: dt.date, place: str | None
    ) -> Ask:
        lot = only(own["lots"], code=code)
        assert lot is not None
        product = only(own["products"], code=lot["product"]) or {}
        ask = Ask(
            own, buying, lot, lot["inventory_type"], lot["product"], product["category"], lot.get("vendor"),
            lot.get("port"), cubes(own, lot), fbe(own, lot), number(lot.get("unit_cost")),
            via, ordered, shipped, place, day(lot["arrival_date"]),
        )  # fmt: skip
        if ask.inventory_type == "vendor_availability" and ask.unit_cost is None:
            ask = replace(ask, unit_cost=self._cost_of_a_row(ask))
        return ask

    def _k2k_ask(
        self, own: Facts, buying: Facts, code: str, via: str, ordered: dt.date, shipped: dt.date, place: str | None
    ) -> Ask | None:
        """A lot of another company: None when it is not shared for want of a price or of an exchange rate."""
        seller, lot_code = code.split("/")
        theirs = self.companies[seller]
        lot = only(theirs["lots"], code=lot_code)
        vendor = only(own["vendors"], company=seller)
        cost = self._vendor_price(theirs, own, lot_code)
        assert lot is not None
        assert vendor is not None
        if cost is None:
            return None
        if own.get("settings", {}).get("multicurrency") and vendor["currency"] != own["currency"]:
            rate = number(vendor.get("exchange_rate"))
            if rate is None:
                return None
            cost *= rate
        offer = self.offers.get((own["code"], code), {})
        product, category = self._mapped(own, theirs, lot, offer)
        return Ask(
            own, buying, lot, "k2k", product, category, vendor["code"], vendor.get("port"), cubes(theirs, lot),
            fbe(theirs, lot), cost, via, ordered, shipped, place, shipped, number(offer.get("va_price")),
        )  # fmt: skip

    def _vendor_price(self, theirs: Facts, own: Facts, lot: str) -> Fraction | None:
        """The vendor's finished price for the buyer: today is its order date and its ship date."""
        as_customer = only(theirs["customers"], company=own["code"])
        return self.quote(theirs["code"], as_customer["code"], lot).price if as_customer else None

    def _mapped(self, own: Facts, theirs: Facts, lot: Facts, offer: Facts) -> tuple[str | None, str | None]:
        """The buyer's product and its category: as a person mapped the lot, or earlier another lot of its product, else
        the one of the same description, else the vendor's own, added to the buyer under a code that is free."""
        product = only(theirs["products"], code=lot["product"])
        assert product is not None
        chosen = offer.get("product") or self._earlier(own, theirs, lot["product"])
        mapped = only(own["products"], code=chosen) if chosen else None
        mapped = mapped or only(own["products"], description=product["description"])
        return (mapped["code"], mapped["category"]) if mapped else (None, product["category"])

    def _earlier(self, own: Facts, theirs: Facts, product: str) -> str | None:
        """What the vendor's product was last mapped to, on whichever of its lots."""
        of_it = {f"{theirs['code']}/{lot['code']}" for lot in theirs["lots"] if lot["product"] == product}
        said = [offer for (buyer, ref), offer in self.offers.items() if buyer == own["code"] and ref in of_it]
        return next((offer["product"] for offer in reversed(said) if offer.get("product")), None)

    # Base price

    def hierarchy(self, ask: Ask) -> tuple[str, ...]:
        """The steps for this lot and this customer, in order."""
        kind = ask.inventory_type
        if kind == "k2k":
            steps = HIERARCHIES[kind, ask.ship_via]
            if ask.settings.get("k2k_price_is_landed_cost"):
                steps = ("va_price", "k2k_landed_cost") if ask.ship_via == "warehouse" else ("k2k_landed_cost",)
            if ask.settings.get("price_lists_for_k2k") and ask.customer["type"] == "B":
                steps = ("price_list", "master_price_list", *steps)
            return steps
        return HIERARCHIES.get((kind, "")) or HIERARCHIES[kind, ask.customer["type"]]

    def base(self, ask: Ask) -> tuple[str, Fraction] | None:
        """The first step that yields a value, with it."""
        for step in self.hierarchy(ask):
            value = getattr(self, f"_{step}")(ask)
            if value is not None:
                return step, value
        return None

    def _landed_cost_as_price(self, ask: Ask) -> Fraction | None:
        return self.landed(replace(ask, ship_via="warehouse")) if ask.customer.get("landed_cost_as_price") else None

    def _web_price(self, ask: Ask) -> Fraction | None:
        return number(ask.lot.get("web_price"))

    def _price_a(self, ask: Ask) -> Fraction | None:
        return number(ask.lot.get("price_a"))

    def _price_b(self, ask: Ask) -> Fraction | None:
        return number(ask.lot.get("price_b"))

    def _price_b_manual(self, ask: Ask) -> Fraction | None:
        return number(ask.lot.get("price_b_manual"))

    def _unit_price(self, ask: Ask) -> Fraction | None:
        return number(ask.lot.get("unit_price"))

    def _purchase_order_price(self, ask: Ask) -> Fraction | None:
        return number(ask.lot.get("purchase_order_price"))

    def _va_price(self, ask: Ask) -> Fraction | None:
        return ask.typed_va_price if ask.inventory_type == "k2k" else number(ask.lot.get("va_price"))

    def _k2k_gpm(self, ask: Ask) -> Fraction | None:
        place = only(ask.company.get("locations", ()), code=ask.location) if ask.location else None
        of_location = number((place or {}).get("k2k_gpm"))
        return self._at(ask, number(ask.settings.get("k2k_gpm")) if of_location is None else of_location)

    def _company_gpm(self, ask: Ask) -> Fraction | None:
        return self._at(ask, number(ask.settings.get("gpm")))

    def _at(self, ask: Ask, gpm: Fraction | None) -> Fraction | None:
        cost = self.landed(ask)
        return None if gpm is None or cost is None else cost / (1 - gpm / 100)

    def _k2k_landed_cost(self, ask: Ask) -> Fraction | None:
        return self.landed(ask)

    def _open_market_price(self, ask: Ask) -> Fraction | None:
        """The highest base price for this customer of the on-hand boxes of the same product and pack."""
        found = []
        for lot in ask.company["lots"]:
            if lot["inventory_type"] != "open_market_boxes" or any(lot.get(name) != ask.lot.get(name) for name in PACK):
                continue
            value = self.base(
                self._own_ask(
                    ask.company, ask.customer, lot["code"], ask.ship_via, ask.order_date, ask.ship_date, ask.location
                )
            )
            found += [value[1]] if value else []
        return max(found, default=None)

    def _price_reminder(self, ask: Ask) -> Fraction | None:
        oldest = ask.settings.get("price_reminder_max_age")
        if not ask.settings.get("price_reminder"):
            return None
        today = self.today(ask.company)
        lots = [lot for lot in ask.company["lots"] if all(lot.get(name) == ask.lot.get(name) for name in PACK)]
        typed = [lot["last_price"] for lot in lots if "last_price" in lot]
        latest = ask.lot.get("last_price") or max(typed, key=lambda last: day(last["typed_on"]), default=None)
        if latest is None:
            return None
        if oldest is not None and not int(oldest) > (today - day(latest["arrival_date"])).days:
            return None
        soon = ask.settings.get("future_price_override_days")
        near = soon is not None and ask.ship_date <= today + dt.timedelta(int(soon))
        if near and self._open_market_price(ask) is not None:  # a price of 0 on hand is one, too
            return None  # the on-hand price, which is the next step, stands in its place
        return number(latest["price"])

    # Price lists

    def _price_list(self, ask: Ask) -> Fraction | None:
        row = self._row_of_assigned_lists(ask)
        return number(row["price"]) if row else None

    def _master_price_list(self, ask: Ask) -> Fraction | None:
        row = self._row_of_master(ask)
        return number(row["price"]) if row else None

    def _row_of_assigned_lists(self, ask: Ask) -> Facts | None:
        assigned = ask.customer.get("price_lists", ())
        known = ask.company.get("price_lists", ())
        lists = [each for each in known if each.get("everyone") or each["code"] in assigned]
        for types in PREBOOK_FIRST if ask.inventory_type == "future_sales" else OPEN_MARKET:
            if row := self._best_row([each for each in lists if each["type"] in types], ask):
                return row
        return None

    def _row_of_master(self, ask: Ask) -> Facts | None:
        masters = [each for each in ask.company.get("price_lists", ()) if each.get("master")]
        return self._best_row(masters, ask)

    def _best_row(self, lists: Sequence[Facts], ask: Ask) -> Facts | None:
        on_hand = ask.inventory_type in ("open_market_boxes", "open_market_units")
        on = ask.order_date if on_hand else ask.ship_date
        return best_row(lists, ask.product, ask.lot["box_type"], ask.vendor, on)

    def _cost_of_a_row(self, ask: Ask) -> Fraction | None:
        rows = (self._row_of_assigned_lists(ask), self._row_of_master(ask))
        return next((number(row["cost"]) for row in rows if row and row.get("cost") is not None), None)

    # Landed cost

    def landed(self, ask: Ask) -> Fraction | None:
        """The landed cost per unit by the lot's ship via; None where it cannot be known."""
        components = self.components(ask)
        return None if components is None else sum(components.values(), Fraction(0))

    def components(self, ask: Ask) -> dict[str, Fraction] | None:
        """Every part of the landed cost per unit."""
        if ask.unit_cost is None:
            return None
        parts = {"unit_cost": ask.unit_cost}
        if ask.ship_via == "grower":
            return parts
        truck = self._inbound_truck(ask)
        if truck is None:
            return None
        parts["freight"] = self._spread(ask, "freight")
        parts["handling"] = self._spread(ask, "handling")
        parts["duties"] = self._duties(ask)
        parts["inbound_truck"] = truck
        return parts

    def _spread(self, ask: Ask, name: str) -> Fraction:
        per_fbe = number(ask.settings.get(f"{name}_per_fbe")) or Fraction(0)
        flight = ask.lot.get("awb") if ask.inventory_type != "k2k" else None
        real = number(self.awbs.get((ask.company["code"], flight), {}).get(name)) if flight else None
        if real is not None:
            aboard = [lot for lot in ask.company["lots"] if lot.get("awb") == flight]
            per_fbe = real / sum((boxes(lot) * fbe(ask.company, lot) for lot in aboard), Fraction(0))
        return per_fbe * ask.fbe / ask.units

    def _duties(self, ask: Ask) -> Fraction:
        assert ask.unit_cost is not None
        counting = [
            row
            for row in ask.settings.get("duties", ())
            if (row["category"], row["port"]) == (ask.category, ask.port)
            and (row.get("from") is None or day(row["from"]) <= ask.duties_by)
        ]
        latest = max(counting, key=lambda row: day(row.get("from") or dt.date.min), default=None)
        return ask.unit_cost * (number(latest["percent"]) or 0) / 100 if latest else Fraction(0)

    def _inbound_truck(self, ask: Ask) -> Fraction | None:
        if not ask.settings.get("inbound_truck_freight"):
            return Fraction(0)
        rate = number(ask.settings.get("cube_rate"))
        return None if rate is None or ask.cubes is None else rate * ask.cubes / ask.units

    # After the base price

    def _priced(self, ask: Ask) -> Quote:
        parts = self.components(ask)
        landed = None if parts is None else sum(parts.values(), Fraction(0))
        found = self.base(ask)
        if found is None:
            return Quote(None, None, None, landed, parts or {}, (), "no_price")
        step, base = found
        adjusted = tuple(self._adjusted(ask, base))
        exact = adjusted[-1][2] if adjusted else base
        price = self.rounded(ask.company, exact)
        if exact <= 0 or price <= 0:
            return Quote(None, step, base, landed, parts or {}, adjusted, "not_positive")
        return Quote(price, step, base, landed, parts or {}, adjusted)

    def _adjusted(self, ask: Ask, value: Fraction) -> Iterator[tuple[str, Fraction, Fraction]]:
        for name in ("price_b_markup", "sell_fast_markup", "ecommerce_markup", "fob"):
            after = self._fob(ask, value) if name == "fob" else self._marked_up(ask, name, value)
            if after is not None:
                yield name, value, after
                value = after

    def _marked_up(self, ask: Ask, name: str, value: Fraction) -> Fraction | None:
        markup = ask.customer.get(name)
        if markup is None or not self._counts(ask, name):
            return None
        percent = number(markup.get("percent"))
        if percent is not None:
            return value * (1 + percent / 100)
        return value + (number(markup["amount"]) or 0)

    def _counts(self, ask: Ask, name: str) -> bool:
        if name == "price_b_markup":
            return (
                ask.inventory_type in MARKED_UP_FOR_TYPE_B
                and ask.customer["type"] == "B"
                and ask.lot.get("price_b_manual") is None
                and not (ask.channel == "ecommerce" and ask.customer.get("ecommerce_markup") is not None)
            )
        if name == "sell_fast_markup":
            return ask.inventory_type == "open_market_boxes" and bool(ask.lot.get("sell_fast"))
        return ask.channel == "ecommerce"

    def _fob(self, ask: Ask, value: Fraction) -> Fraction | None:
        shown = ask.customer.get("show_fob_price") and ask.customer.get("charge_fuel_surcharge")
        if not shown or ask.ship_via == "grower":
            return None
        return value + sum(self._per_box(ask.company, ask.customer, ask.lot, ask.port, ask.cubes)) / ask.units

    def _per_box(
        self, company: Facts, customer: Facts, lot: Facts, port: str | None, size: Fraction | None
    ) -> tuple[Fraction, Fraction]:
        """Fuel surcharge and outbound freight of one box."""
        rows = company.get("settings", {}).get("fuel_surcharges", ())
        row = only(rows, box_type=lot["box_type"], port=port)
        rate = number(customer.get("outbound_cube_rate")) or Fraction(0)
        return (number(row["amount"]) if row else None) or Fraction(0), rate * (size or Fraction(0))

    def rounded(self, company: Facts, value: Fraction) -> Fraction:
        """A computed unit price, rounded once: up to the currency's smallest coin, or half up."""
        scale = self._coins(company["code"])
        if company.get("settings", {}).get("rounding", "up") == "half_up":
            return half_up(value, scale)
        return Fraction(-floor(-value * scale), scale)

    # Orders

    def lot(self, company: str, code: str) -> Facts:
        """A lot by its code, or by `VENDOR/LOT`."""
        return self._lot_and_port(self.companies[company], code)[2]

    def total(self, company: str, lot: Facts, boxes: int, price: Fraction | None) -> Fraction:
        """A line total: rounded half up; loose units are counted as they are; nothing without a price."""
        units = boxes if lot["inventory_type"] == "open_market_units" else boxes * lot["units_per_box"]
        return half_up((price or Fraction(0)) * units, self._coins(company))

    def charges(
        self, company: str, customer: str, lines: Sequence[tuple[str, int]], ship_via: str, subtotal: Fraction
    ) -> dict[str, Fraction]:
        """The charge lines of an order, of lots and numbers of boxes, whose goods come to `subtotal`."""
        own = self.companies[company]
        buying = only(own["customers"], code=customer) or {}
        apart = buying.get("charge_fuel_surcharge") and not buying.get("show_fob_price") and ship_via != "grower"
        found = {"Fuel surcharge": Fraction(0), "Outbound freight": Fraction(0)}
        count = Fraction(0)
        for code, quantity in lines:
            port, seller, lot = self._lot_and_port(own, code)
            number_of_boxes = boxes({**lot, "boxes": quantity})
            count += number_of_boxes
            if apart:
                fuel, freight = self._per_box(own, buying, lot, port, cubes(seller, lot))
                found["Fuel surcharge"] += fuel * number_of_boxes
                found["Outbound freight"] += stored(freight) * number_of_boxes
        for charge in buying.get("additional_charges", ()):
            percent, per_order, per_box = (number(charge.get(k)) or 0 for k in ("percent", "per_order", "per_box"))
            found[charge["name"]] = subtotal * percent / 100 + per_order + per_box * count
        return {name: half_up(amount, self._coins(company)) for name, amount in found.items()}

    def _lot_and_port(self, own: Facts, code: str) -> tuple[str | None, Facts, Facts]:
        """The port of a lot as this company sees it, whose lot it is, and the lot."""
        seller, _, lot_code = code.rpartition("/")
        theirs = self.companies[seller] if seller else own
        lot = only(theirs["lots"], code=lot_code)
        assert lot is not None
        vendor = only(own["vendors"], company=seller) if seller else None
        return (vendor or {}).get("port") if seller else lot.get("port"), theirs, lot

    def _coins(self, company: str) -> int:
        return 10 ** DECIMALS.get(self.companies[company]["currency"], 2)


NOTHING = Quote(None, None, None, None, {}, (), "no_price")
