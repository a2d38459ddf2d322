"""Catalog lines: identical lots shown as one (pricing section 9), sold first in, first out."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable
from dataclasses import dataclass
from typing import TypeVar

from k2k_core.domain.items import K2K, Lot

T = TypeVar("T")

BY_INVENTORY_TYPE = "by_inventory_type"
MERGED = "merged"
WHEN_SHOWN = "when_shown"
ALWAYS = "always"


@dataclass(frozen=True, slots=True)
class Goods:
    """A lot on its way into the catalog: its price in minor units (None: call), its vendor if the shop shows it."""

    lot: Lot
    price: int | None
    vendor_shown: str | None


@dataclass(frozen=True, slots=True)
class CatalogLine:
    """One line of the catalog with its lots in the order in which they are sold. `line` is its name, the same for every
    reader as long as its identity is the same."""

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


def group(goods: Iterable[Goods], grouping: str, vendor_in_group: str) -> list[CatalogLine]:
    """The catalog lines of some lots, by description and then by line name."""
    groups: dict[tuple[object, ...], list[Goods]] = {}
    for one in goods:
        groups.setdefault(_identity(one, grouping, vendor_in_group), []).append(one)
    lines = [_line(identity, members) for identity, members in groups.items()]
    return sorted(lines, key=lambda line: (line.description.casefold(), line.line))


def first_in_first_out(lot: Lot) -> tuple[object, ...]:
    """Earliest arrival, then the company's own stock before K2K, then the lot code; where codes agree, the vendor."""
    vendor, _, code = lot.ref.rpartition("/")
    return lot.arrival_date, lot.inventory_type == K2K, code, vendor


def _identity(goods: Goods, grouping: str, vendor_in_group: str) -> tuple[object, ...]:
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
    )
    if grouping == BY_INVENTORY_TYPE:
        return (*same, lot.inventory_type)
    return (*same, goods.price)


def _line(identity: tuple[object, ...], members: list[Goods]) -> CatalogLine:
    members.sort(key=lambda goods: first_in_first_out(goods.lot))
    prices = [goods.price for goods in members if goods.price is not None]
    return CatalogLine(
        hashlib.sha256(json.dumps(identity).encode()).hexdigest()[:16],
        members[0].lot.product.description,
        max(prices, default=None),
        sum(goods.lot.available for goods in members),
        tuple(members),
    )


def spread(boxes: int, lots: Iterable[tuple[T, int]]) -> list[tuple[T, int]]:
    """Take boxes from lots in their order: `(lot, available)` → `(lot, taken)`; may fall short of what was asked."""
    taken: list[tuple[T, int]] = []
    for lot, available in lots:
        if boxes <= 0:
            break
        part = min(boxes, available)
        if part > 0:
            taken.append((lot, part))
            boxes -= part
    return taken
