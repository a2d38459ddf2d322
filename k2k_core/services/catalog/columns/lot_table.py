"""The table of a buyer's lots in columns: its own and its vendors' offers, by slot.

It has what depends on the lots and on how the companies are set up, and nothing of a customer or a date. Only
`CompanyColumns` writes to it, under its lock.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from operator import attrgetter
from typing import Any, cast

import numpy as np
from numpy.typing import NDArray

from k2k_core.domain.grouping import BY_INVENTORY_TYPE, GROUPS, first_in_first_out, group_of
from k2k_core.domain.items import K2K, OPEN_MARKET_UNITS, Lot
from k2k_core.domain.money import Exact
from k2k_core.domain.price_formulas import BY_HAND, TYPED, fact_of
from k2k_core.domain.sharing import LOCATION_FACT, LOT_FACTS, OFFER_FACTS, PRICE_FACT, EligibilityRequest, OfferState
from k2k_core.services.catalog.columns.facts import Fact, Kinds, Numbers, Slots

MISSING = -(2**63)
"""Stands for a number that a lot does not have."""

OWN = 0
"""The owner number of the buyer's own lots; vendors are numbered from 1."""

INSERT_UP_TO = 200
"""New places that are found one by one; of more, all lots are sorted again."""

IDENTITY = ("description", "unit_type", "units_per_box", "stems_per_bunch", "box_type", "is_units")
SHOWN_VENDOR = "vendor_if_shown"
"""The fact of who the vendor is, where the shop shows it."""

SHARED = ("cubes", "product")

Goods = tuple[object, ...]
"""What an identity says apart from the vendor."""

VENDOR_SIDE = "vendor's "
"""Begins the names of facts of the lots as their vendors see them."""


@dataclass
class Stock:
    """Lots to put into a table, all of one owner: as the buyer sees them, and offers as their vendor sees them too."""

    owner: int
    lots: Sequence[Lot]
    unit_costs: Sequence[int | None]
    """Of own lots in micros, of offers the vendor's price in its smallest units."""
    states: Sequence[OfferState | None]
    vendors_lots: Sequence[Lot] = ()
    has_price: Sequence[int | None] = ()
    location_connected: Sequence[bool] = ()


@dataclass
class FactsRead:
    """Which facts the rules of each side read."""

    buyer_rules: set[tuple[str, ...]] = field(default_factory=set)
    vendor_rules: set[tuple[str, ...]] = field(default_factory=set)


class LotTable:
    """Lots in columns."""

    def __init__(self, size: int, reads: FactsRead, grouping: str, hidden_vendors: frozenset[str]) -> None:
        self.size = size + size // 16 + 64
        self.count = 0
        self.lots: list[Lot | None] = [None] * self.size
        self.present = np.zeros(self.size, np.bool_)
        self.owner = np.zeros(self.size, np.int16)
        self.units = np.ones(self.size, np.int64)
        self.available = np.zeros(self.size, np.int64)
        self.unit_cost = np.full(self.size, MISSING, np.int64)
        self.typed = {name: np.full(self.size, MISSING, np.int64) for name in TYPED}
        self.rank: Numbers = np.zeros(self.size, np.int32)
        self.by_rank: Slots = np.zeros(0, np.int64)
        self.order_changes = 0
        """Counts changes of ranks and identities."""
        self._is_ranked = False
        self._slots: dict[str, int] = {}
        self._grouping = grouping
        self._hidden = hidden_vendors
        self._facts: dict[str, Fact] = {}
        self._kinds: dict[tuple[str, ...], Kinds] = {}
        self._goods: dict[str, tuple[list[Goods], dict[Goods, list[int]]]] = {}
        self._put: tuple[Stock, dict[int, int]] | None = None
        """What is being put in, with the places of its lots by slot."""
        self._declare(reads)

    def _declare(self, reads: FactsRead) -> None:
        """The kinds that rules are asked about: their samples are whole requests. All others are made when asked."""
        side = ("owner", "inventory_type")
        for some in sorted({(), *reads.buyer_rules}):
            self._add_kinds((*side, *some), self._buyers_sample)
        for some in sorted({(), *reads.vendor_rules}):
            theirs = tuple(VENDOR_SIDE + name for name in ("inventory_type", *some))
            self._add_kinds(("owner", *theirs), self._vendors_sample)

    @property
    def _group_facts(self) -> tuple[str, ...]:
        return ("group",) if self._grouping == BY_INVENTORY_TYPE else ()

    def _add_kinds(self, names: tuple[str, ...], sample_of: Callable[[int], object]) -> Kinds:
        facts = [self.fact(name) for name in names]
        self._kinds[names] = Kinds(facts, self.size, sample_of)
        return self._kinds[names]

    def _buyers_sample(self, slot: int) -> EligibilityRequest:
        stock, place = self._putting(slot)
        return EligibilityRequest(stock.lots[place], 0, offer=stock.states[place])

    def _vendors_sample(self, slot: int) -> EligibilityRequest | None:
        stock, place = self._putting(slot)
        if not stock.vendors_lots:
            return None
        price, connected = stock.has_price[place], stock.location_connected[place]
        return EligibilityRequest(stock.vendors_lots[place], 0, price=price, location_connected=connected)

    def _putting(self, slot: int) -> tuple[Stock, int]:
        assert self._put is not None, "rules' kinds are numbered as their lots are put in"
        stock, places = self._put
        return stock, places[slot]

    def fact(self, name: str) -> Fact:
        """One fact of the lots."""
        found = self._facts.get(name)
        if found is None:
            found = self._facts[name] = Fact(self.size, shared=name in SHARED)
            if self.count:
                lots = cast(list[Lot], self.lots[: self.count])  # those up to the count are there
                found.put(np.arange(self.count), self._lot_values(name, lots))
        return found

    def kinds(self, *names: str) -> Kinds:
        """Kinds of lots by some facts of theirs; a sample is a lot."""
        found = self._kinds.get(names)
        if found is None:
            found = self._add_kinds(names, self.lots.__getitem__)
            found.put(np.arange(self.count))
        return found

    def buyers_kinds(self, reads: tuple[str, ...]) -> Kinds:
        """Kinds of lots by owner, inventory type and what rules of the buyer read, with sample requests."""
        return self._kinds[("owner", "inventory_type", *reads)]

    def vendors_kinds(self, reads: tuple[str, ...]) -> Kinds:
        """The same for rules of the vendors."""
        return self._kinds[("owner", *(VENDOR_SIDE + name for name in ("inventory_type", *reads)))]

    def identities(self, vendor_fact: str | None) -> Kinds:
        """Kinds of lots by what makes a catalog line, apart from its price."""
        vendor = () if vendor_fact is None else (vendor_fact,)
        return self.kinds(*IDENTITY, *vendor, *self._group_facts)

    @property
    def inventory_types(self) -> list[str]:
        """The inventory types of the lots, as the buyer sees them."""
        return [str(one) for one in self._facts["inventory_type"].values]

    def types_of(self, owner: int) -> list[str]:
        """The inventory types of a vendor's lots, as the vendor sees them."""
        kinds = self._kinds[("owner", VENDOR_SIDE + "inventory_type")]
        return [str(type_) for number, type_ in kinds.values if number == owner]

    def kinds_of_goods(self, vendor_fact: str | None, kind: int) -> list[int]:
        """The identities with this vendor fact that are of the same goods as one of them, whatever vendor they are
        from."""
        kinds, vendor = self.identities(vendor_fact), len(IDENTITY)
        if vendor_fact is None:
            return [kind]
        noted, by_goods = self._goods.setdefault(vendor_fact, ([], {}))
        for number in range(len(noted), len(kinds)):
            values = kinds.values[number]
            noted.append(values[:vendor] + values[vendor + 1 :])
            by_goods.setdefault(noted[number], []).append(number)
        return by_goods[noted[kind]]

    @property
    def kinds_known(self) -> int:
        """How many kinds of lots there are, apart from identities: it rises with the first lot of a new kind."""
        return sum(len(kinds) for names, kinds in self._kinds.items() if names[:1] != IDENTITY[:1])

    def has_unit_cost(self, slot: int) -> bool:
        """Whether a lot has a unit cost."""
        return bool(self.unit_cost[slot] != MISSING)

    def slot(self, ref: str) -> int | None:
        """The slot of a lot that the table has."""
        return self._slots.get(ref)

    @property
    def has_room(self) -> int:
        """How many new lots there is room for."""
        return self.size - self.count

    def remove(self, refs: Sequence[str]) -> Slots:
        """Take lots out. Their slots are given to them again if they come back."""
        slots = np.asarray([self._slots[ref] for ref in refs if ref in self._slots], np.int64)
        self.present[slots] = False
        return slots

    def put(self, stock: Stock) -> Slots:
        """Put lots in, or their new states. Their slots."""
        slots = np.fromiter((self._slot_for(lot.ref) for lot in stock.lots), np.int64, len(stock.lots))
        moved: list[Lot] = []
        if self._is_ranked:
            moved = [lot for slot, lot in zip(slots, stock.lots, strict=True) if self._moves(int(slot), lot)]
        self._set(slots, stock)
        if moved:
            self._rank_again(moved)
        return slots

    def _slot_for(self, ref: str) -> int:
        slot = self._slots.get(ref)
        if slot is None:
            slot = self._slots[ref] = self.count
            self.count += 1
        return slot

    def _moves(self, slot: int, lot: Lot) -> bool:
        before = self.lots[slot]
        return before is None or self._place(before) != self._place(lot)

    def _set(self, slots: Slots, stock: Stock) -> None:
        for slot, lot in zip(slots.tolist(), stock.lots, strict=True):
            self.lots[slot] = lot
        self.present[slots] = True
        self.owner[slots] = stock.owner
        self.units[slots] = [lot.units_per_box for lot in stock.lots]
        self.available[slots] = [lot.available for lot in stock.lots]
        self.unit_cost[slots] = _numbers(list(stock.unit_costs))
        for name, column in self.typed.items():
            column[slots] = _numbers(list(map(attrgetter(name), stock.lots)))
        identities = [kinds.numbers[slots] for names, kinds in self._kinds.items() if names[:1] == IDENTITY[:1]]
        self._set_facts(slots, stock)
        after = [kinds.numbers[slots] for names, kinds in self._kinds.items() if names[:1] == IDENTITY[:1]]
        if any((one != other).any() for one, other in zip(identities, after, strict=True)):
            self.order_changes += 1

    def _set_facts(self, slots: Slots, stock: Stock) -> None:
        self._put = stock, dict(zip(slots.tolist(), range(len(slots)), strict=True))
        for name, fact in self._facts.items():
            if name == "owner":
                fact.put_same(slots, stock.owner)
            elif name.startswith(VENDOR_SIDE):
                _put_rule_fact(fact, slots, name.removeprefix(VENDOR_SIDE), stock, stock.vendors_lots)
            elif name in _FACTS or name in LOT_FACTS or name in (SHOWN_VENDOR, BY_HAND):
                fact.put(slots, self._lot_values(name, stock.lots))
            else:
                _put_rule_fact(fact, slots, name, stock, stock.lots)
        for kinds in self._kinds.values():
            kinds.put(slots)
        self._put = None

    def _lot_values(self, name: str, lots: Sequence[Lot]) -> Sequence[object]:
        """The values of a fact that the lots themselves have."""
        if name == SHOWN_VENDOR:
            return [None if lot.vendor in self._hidden else lot.vendor for lot in lots]
        if name in _FACTS:
            return list(map(_FACTS[name], lots))
        if name in LOT_FACTS:
            return list(map(LOT_FACTS[name], lots))
        return [fact_of(lot, name) for lot in lots]

    # The order of lots: by description, then first in, first out

    def _place(self, lot: Lot) -> tuple[object, ...]:
        group = GROUPS.index(group_of(lot)) if self._grouping == BY_INVENTORY_TYPE else 0
        return lot.product.description.casefold(), group, *first_in_first_out(lot)

    def rank_all(self) -> None:
        """Sort all lots."""
        self._is_ranked = True
        some = [lot for lot in self.lots[: self.count] if lot is not None]
        columns = [
            _in_order([lot.ref.rpartition("/")[0] for lot in some]),
            _in_order([lot.ref.rpartition("/")[2] for lot in some]),
            np.asarray([lot.inventory_type == K2K for lot in some]),
            _in_order([lot.arrival_date for lot in some]),
            np.asarray([self._place(lot)[1] if self._grouping == BY_INVENTORY_TYPE else 0 for lot in some], np.int64),
            _in_order([lot.product.description.casefold() for lot in some]),
        ]
        self._ranked(np.lexsort(columns) if some else np.zeros(0, np.int64))

    def _rank_again(self, moved: Sequence[Lot]) -> None:
        if len(moved) > INSERT_UP_TO:
            self.rank_all()
            return
        slots = [self._slots[lot.ref] for lot in moved]
        order = self.by_rank[~np.isin(self.by_rank, slots)]
        for slot, lot in zip(slots, moved, strict=True):
            place = bisect_left(order, self._place(lot), key=self._place_in_slot)
            order = np.insert(order, place, slot)
        self._ranked(order)

    def _place_in_slot(self, slot: Any) -> tuple[Any, ...]:
        lot = self.lots[slot]
        assert lot is not None, "only slots of lots are in the order"
        return self._place(lot)

    def _ranked(self, order: Slots) -> None:
        self.by_rank = order
        self.rank[order] = np.arange(len(order), dtype=np.int32)
        self.order_changes += 1


def _put_rule_fact(fact: Fact, slots: Slots, name: str, stock: Stock, lots: Sequence[Lot]) -> None:
    """Set what rules read of lots, as one side sees them; of own lots a vendor sees nothing."""
    if not lots:
        fact.put_same(slots, None)
    elif name == PRICE_FACT:
        fact.put(slots, [price is not None for price in stock.has_price])
    elif name == LOCATION_FACT:
        fact.put(slots, stock.location_connected)
    elif name in OFFER_FACTS:
        fact.put(slots, list(map(OFFER_FACTS[name], stock.states)))
    else:
        fact.put(slots, list(map(LOT_FACTS[name], lots)))


def _in_order(values: Sequence[Any]) -> NDArray[np.int64]:
    """The place of each value among the different ones."""
    places = {value: place for place, value in enumerate(sorted(dict.fromkeys(values)))}  # they come nearly sorted
    return np.fromiter(map(places.__getitem__, values), np.int64, len(values))


def _numbers(values: list[int | None]) -> NDArray[np.int64]:
    if values.count(None) == len(values):
        return np.full(len(values), MISSING, np.int64)
    return np.fromiter((MISSING if value is None else value for value in values), np.int64, len(values))


def _shelf(lot: Lot) -> tuple[str, bool]:
    """What the shop shows or does not, as a whole."""
    return lot.inventory_type, lot.future


def _cost(lot: Lot) -> tuple[object, ...]:
    """What the cost of a lot depends on, apart from its unit cost and units (pricing section 3)."""
    cubes: Exact | None = lot.cubes
    kind = (lot.box_type, cubes and (cubes.n, cubes.d), lot.product.category, lot.port, lot.fbe)
    came = (lot.awb, lot.awb_id, lot.vendor if lot.awb else None)
    if lot.inventory_type == K2K:
        return kind
    if lot.received is None:
        return (*kind, *came, lot.arrival_date)
    landed, components, fbe = lot.received
    return (*kind, *came, lot.arrival_date, landed, tuple(sorted(components.items())), fbe, lot.units_per_box)


_FACTS: dict[str, Callable[[Lot], object]] = {
    "description": lambda lot: lot.product.description,
    "product_code": lambda lot: lot.product.code,
    "is_units": lambda lot: lot.inventory_type == OPEN_MARKET_UNITS,
    "group": group_of,
    "shelf": _shelf,
    "cost": _cost,
}
