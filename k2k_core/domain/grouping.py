"""Groups identical lots into catalog lines (pricing section 9), sold first in, first out."""

from __future__ import annotations

import hashlib
import hmac
import json
from bisect import bisect_left, insort
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from typing import TypeVar

from k2k_core.domain.hidden_vendor_numbers import HiddenVendorLines
from k2k_core.domain.items import FUTURE_SALES, K2K, OPEN_MARKET_UNITS, VENDOR_AVAILABILITY, Lot

T = TypeVar("T")
Identity = tuple[object, ...]
"""What the lots of one line have in common."""

Place = tuple[str, int, tuple[object, ...], str]
"""Where a line stands in the catalog: its description without regard to case, its group of inventory types, its oldest
boxes, and its name."""

SORT_FROM = 100
"""Lines that change at once, from which on sorting all of them is quicker than finding the place of each."""

BY_INVENTORY_TYPE = "by_inventory_type"
MERGED = "merged"
WHEN_SHOWN = "when_shown"
ALWAYS = "always"


@dataclass(frozen=True, slots=True)
class Goods:
    """A lot with what the catalog shows of it: its price in minor units (None: call), its vendor, and its age if the
    shop's staff may know it."""

    lot: Lot
    price: int | None
    vendor_shown: str | None
    aging: int | None = None


@dataclass(frozen=True, slots=True)
class CatalogLine:
    """One line of the catalog with its lots in the order in which they are sold. `line` is its name, the same for every
    reader while its identity is the same."""

    line: str
    description: str
    price: int | None
    available: int
    goods: tuple[Goods, ...]

    @property
    def inventory_types(self) -> list[str]:
        return sorted({goods.lot.inventory_type for goods in self.goods})

    @property
    def vendor(self) -> str | None:
        """The vendor, where the shop shows it and all lots of the line are from one."""
        names = {goods.vendor_shown for goods in self.goods}
        return names.pop() if len(names) == 1 else None

    @property
    def vendor_hidden(self) -> bool:
        """Whether some of its boxes are from a vendor that the shop does not show."""
        return any(goods.vendor_shown is None and goods.lot.vendor is not None for goods in self.goods)


class Catalog:
    """The catalog lines of some lots, by description and then by arrival; updated lot by lot.

    After any changes in any order, the lines are those of the lots that are in it. The names of lines are derived from
    their identities with the secret `line_key`: nobody who knows codes and prices can find out from the name of a line
    which hidden vendor it is from.
    """

    def __init__(self, grouping: str, vendor_in_group: str, line_key: bytes = b"") -> None:
        self._grouping = grouping
        self._vendor_in_group = vendor_in_group
        self._line_key = line_key
        self._identities: dict[str, Identity] = {}
        self._members: dict[Identity, dict[str, Goods]] = {}
        self._by_goods: dict[Identity, dict[Identity, None]] = {}
        self._names: dict[Identity, str] = {}
        self._lines: dict[str, CatalogLine] = {}
        self._order: list[Place] = []

    def __len__(self) -> int:
        """How many lines there are."""
        return len(self._order)

    @property
    def lots(self) -> int:
        """How many lots are in the lines."""
        return len(self._identities)

    def lines(self, start: int = 0, stop: int | None = None) -> list[CatalogLine]:
        """The lines from place `start` up to `stop`."""
        return [self._lines[name] for *_, name in self._order[start:stop]]

    def line(self, name: str) -> CatalogLine | None:
        """The line of that name."""
        return self._lines.get(name)

    def line_of_lot(self, ref: str) -> CatalogLine | None:
        """The line that a lot is in."""
        identity = self._identities.get(ref)
        return None if identity is None else self._lines[self._names[identity]]

    def hidden_vendor_lines(self, line: CatalogLine) -> HiddenVendorLines:
        """The lines of hidden vendors with the same goods as this line."""
        same = without_vendor(self._identities[line.goods[0].lot.ref])
        lines = (self._lines[self._names[identity]] for identity in self._by_goods[same])
        hidden = sorted(
            (one for one in lines if one.vendor_hidden), key=lambda one: first_in_first_out(one.goods[0].lot)
        )
        return HiddenVendorLines(self._name(same), tuple(one.line for one in hidden))

    def replace(self, refs: Iterable[str], goods: Iterable[Goods]) -> None:
        """Remove lots and add goods. Goods that are already there replace themselves."""
        goods = list(goods)
        changed: dict[Identity, None] = {}
        for ref in (*refs, *(one.lot.ref for one in goods)):
            identity = self._identities.pop(ref, None)
            if identity is not None:
                del self._members[identity][ref]
                changed[identity] = None
        for one in goods:
            identity = identity_of(one, self._grouping, self._vendor_in_group)
            self._identities[one.lot.ref] = identity
            self._members.setdefault(identity, {})[one.lot.ref] = one
            changed[identity] = None
        self._redraw(changed)

    def _redraw(self, identities: Collection[Identity]) -> None:
        """Rebuild the lines of some identities. A few are inserted one by one; many are sorted together."""
        gone = [self._take_line(identity) for identity in identities if identity in self._names]
        made = [self._make_line(identity) for identity in identities if self._members.get(identity)]
        if len(gone) + len(made) > SORT_FROM:
            removed = set(gone)
            self._order = sorted([*(place for place in self._order if place not in removed), *made])
            return
        for place in gone:
            del self._order[bisect_left(self._order, place)]
        for place in made:
            insort(self._order, place)

    def _take_line(self, identity: Identity) -> Place:
        name = self._names[identity]
        place = self._place(self._lines.pop(name))
        if not self._members[identity]:
            del self._members[identity], self._names[identity]
            same = without_vendor(identity)
            del self._by_goods[same][identity]
            if not self._by_goods[same]:
                del self._by_goods[same]
        return place

    def _make_line(self, identity: Identity) -> Place:
        name = self._names.get(identity)
        if name is None:
            name = self._names[identity] = self._name(identity)
            self._by_goods.setdefault(without_vendor(identity), {})[identity] = None
        line = self._lines[name] = line_of(name, self._members[identity].values())
        return self._place(line)

    def _place(self, line: CatalogLine) -> Place:
        group = GROUPS.index(group_of(line.goods[0].lot)) if self._grouping == BY_INVENTORY_TYPE else 0
        return line.description.casefold(), group, first_in_first_out(line.goods[0].lot), line.line

    def _name(self, identity: Identity) -> str:
        return line_name(identity, self._line_key)


def line_name(identity: Identity, line_key: bytes) -> str:
    """The name of the line with this identity: of goods, without the vendor."""
    return hmac.new(line_key, json.dumps(identity).encode(), hashlib.sha256).hexdigest()[:16]


def group(goods: Iterable[Goods], grouping: str, vendor_in_group: str) -> list[CatalogLine]:
    """The catalog lines of some lots, by description and then by arrival."""
    catalog = Catalog(grouping, vendor_in_group)
    catalog.replace((), goods)
    return catalog.lines()


def first_in_first_out(lot: Lot) -> tuple[object, ...]:
    """Earliest arrival, then the company's own stock before K2K, then the lot code, then the vendor."""
    vendor, _, code = lot.ref.rpartition("/")
    return lot.arrival_date, lot.inventory_type == K2K, code, vendor


ON_HAND, FUTURE, AVAILABILITY, K2K_ON_HAND, K2K_FUTURE = GROUPS = (
    "on_hand",
    "future",
    "vendor_availability",
    "k2k_on_hand",
    "k2k_future",
)
"""The groups of `by_inventory_type`, in the order in which lines of one description stand (pricing section 9)."""


def group_of(lot: Lot) -> str:
    """The group of `GROUPS` that a lot belongs to."""
    if lot.inventory_type == K2K:
        return K2K_FUTURE if lot.future else K2K_ON_HAND
    return {FUTURE_SALES: FUTURE, VENDOR_AVAILABILITY: AVAILABILITY}.get(lot.inventory_type, ON_HAND)


VENDOR_PLACE = 5
"""Where the vendor stands in an identity."""


def without_vendor(identity: Identity) -> Identity:
    """What lots of the same goods have in common, whatever vendor they are from."""
    return identity[:VENDOR_PLACE] + identity[VENDOR_PLACE + 1 :]


def identity_of(goods: Goods, grouping: str, vendor_in_group: str) -> Identity:
    """What lots of one line have in common. Loose units are counted one by one: they are never a line with boxes."""
    lot = goods.lot
    vendor = lot.vendor if vendor_in_group == ALWAYS else goods.vendor_shown
    same = (
        lot.product.description,
        lot.unit_type,
        lot.units_per_box,
        lot.stems_per_bunch,
        lot.box_type,
        vendor,
        goods.price is None,
        lot.inventory_type == OPEN_MARKET_UNITS,
    )
    if grouping == BY_INVENTORY_TYPE:
        return (*same, GROUPS.index(group_of(lot)))
    return (*same, goods.price)


def line_of(name: str, members: Iterable[Goods]) -> CatalogLine:
    """The line of some lots that have one identity."""
    members = list(members)
    if len(members) > 1:
        members.sort(key=lambda goods: first_in_first_out(goods.lot))
    prices = [goods.price for goods in members if goods.price is not None]
    return CatalogLine(
        name,
        members[0].lot.product.description,
        max(prices, default=None),
        sum(goods.lot.available for goods in members),
        tuple(members),
    )


def spread(boxes: int, lots: Iterable[tuple[T, int]]) -> list[tuple[T, int]]:
    """Take boxes from lots in order: `(lot, available)` → `(lot, taken)`; may be fewer than asked for."""
    taken: list[tuple[T, int]] = []
    for lot, available in lots:
        if boxes <= 0:
            break
        part = min(boxes, available)
        if part > 0:
            taken.append((lot, part))
            boxes -= part
    return taken
