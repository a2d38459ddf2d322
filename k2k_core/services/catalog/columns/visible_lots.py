"""Which lots of a table a customer sees for a date: rules are asked once for all lots that agree in what they read.

The rules are called as for single lots, guarded and with complete requests; a rule that does not say what it reads
cannot be asked so, and the catalog is computed lot by lot.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from k2k_core.domain.items import aging
from k2k_core.domain.sharing import BUYER, VENDOR, EligibilityRequest
from k2k_core.runtime.guarded_contributions import Rule
from k2k_core.services.catalog.assortment import Assortment, is_offered
from k2k_core.services.catalog.columns.facts import Kinds, Slots
from k2k_core.services.catalog.columns.lot_table import OWN, LotTable
from k2k_core.services.catalog.columns.not_in_columns import NotInColumns
from k2k_core.services.sharing.shared_inventory import SharedInventory

Mask = NDArray[np.bool_]


def reads_of(rules: Iterable[Rule]) -> set[tuple[str, ...]]:
    """What rules read, without repetitions; raises `NotInColumns` for one that does not say it."""
    found = set()
    for rule in rules:
        if rule.reads is None:
            raise NotInColumns
        found.add(rule.reads)
    return found


class Verdicts:
    """What the rules say of every kind of lot, for one customer and date: it holds while there is no new kind.
    `partners` are the owners from number 1 of an assortment without lots; `by_vendors` is what their rules say."""

    def __init__(
        self,
        table: LotTable,
        assortment: Assortment,
        partners: list[SharedInventory],
        by_vendors: Sequence[tuple[Kinds, Mask]],
    ) -> None:
        settings, shelves = assortment.buyer.company.settings, table.kinds("shelf")
        hidden = [not is_offered(settings, *shelf) for (shelf,) in shelves.values]
        self._table = table
        self._enabled = settings.ecommerce_enabled
        self._denied = [(shelves, np.asarray(hidden, np.bool_))]
        self._denied += [*by_vendors, *_by_buyer(table, assortment, partners)]
        self._denied = [(kinds, denied) for kinds, denied in self._denied if denied.any()]

    def visible(self, slots: Slots | slice) -> Mask:
        """Which of some slots have lots that the customer sees."""
        visible: Mask = self._table.present[slots] & self._enabled
        for kinds, denied in self._denied:
            visible &= ~denied[kinds.numbers[slots]]
        return visible


def leaving_days_of(assortment: Assortment, partners: Sequence[SharedInventory]) -> tuple[dt.date, ...]:
    """The days on which boxes would leave the vendors for the ship date."""
    return tuple(assortment.planner(partner).vendor_ship_date(assortment.ship_date) for partner in partners)


def denied_by_vendors(
    table: LotTable, assortment: Assortment, partners: Sequence[SharedInventory], days: Sequence[dt.date]
) -> list[tuple[Kinds, Mask]]:
    """What the vendors' rules deny, by the kinds that they read, if boxes leave on these days: the same for all
    customers."""
    found: dict[tuple[str, ...], Mask] = {}
    for number, (partner, leaves) in enumerate(zip(partners, days, strict=True), 1):
        registry = assortment.context.plugins.registry(partner.vendor.company)
        terms = replace(partner.terms, leaves=leaves)
        for inventory_type in table.types_of(number):
            for reads, rules in _by_reads(registry.rules(VENDOR, inventory_type)).items():
                kinds = table.vendors_kinds(reads)
                mine = kinds.groups[(number, inventory_type)]
                requests = [
                    one._replace(share=terms, aging=aging(terms.today, one.lot.arrival_date))
                    for one in map(kinds.samples.__getitem__, mine)
                    if isinstance(one, EligibilityRequest)
                ]
                _note(found.setdefault(reads, np.zeros(len(kinds), np.bool_)), mine, rules, requests)
    return [(table.vendors_kinds(reads), denied) for reads, denied in found.items()]


def _by_buyer(table: LotTable, assortment: Assortment, partners: list[SharedInventory]) -> Iterable[tuple[Kinds, Mask]]:
    """What the buyer's own rules deny, by the kinds that they read."""
    registry = assortment.context.plugins.registry(assortment.buyer.company)
    found: dict[tuple[str, ...], Mask] = {}
    for inventory_type in table.inventory_types:
        for reads, rules in _by_reads(registry.rules(BUYER, inventory_type)).items():
            kinds = table.buyers_kinds(reads)
            mine = [kind for (_, type_), some in kinds.groups.items() if type_ == inventory_type for kind in some]
            requests = []
            for kind in mine:
                owner, one = kinds.values[kind][0], kinds.samples[kind]
                assert isinstance(one, EligibilityRequest)
                assert isinstance(owner, int)
                partner = None if owner == OWN else partners[owner - 1]
                sale = assortment.sale_terms(partner, inventory_type)
                requests.append(one._replace(sale=sale, aging=aging(assortment.today, one.lot.arrival_date)))
            _note(found.setdefault(reads, np.zeros(len(kinds), np.bool_)), mine, rules, requests)
    return [(table.buyers_kinds(reads), denied) for reads, denied in found.items()]


def _by_reads(rules: Iterable[Rule]) -> dict[tuple[str, ...], list[Rule]]:
    found: dict[tuple[str, ...], list[Rule]] = defaultdict(list)
    for rule in rules:
        if rule.reads is None:
            raise NotInColumns
        found[rule.reads].append(rule)
    return found


def _note(denied: Mask, kinds: list[int], rules: list[Rule], requests: list[EligibilityRequest]) -> None:
    """Note the kinds that one of the rules denies."""
    for rule in rules if requests else ():
        for kind, denial in zip(kinds, rule.check_batch(requests), strict=True):
            if denial is not None:
                denied[kind] = True
