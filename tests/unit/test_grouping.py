"""Identical lots as one catalog line, sold first in, first out (pricing section 9)."""

from __future__ import annotations

import datetime as dt
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from k2k_core.domain.grouping import (
    ALWAYS,
    BY_INVENTORY_TYPE,
    MERGED,
    SORT_FROM,
    WHEN_SHOWN,
    Catalog,
    Goods,
    group,
    spread,
)
from k2k_core.domain.items import Lot, Product

ROSE = Product("R-60", "Rose Freedom 60cm", "ROSES")


def goods(ref: str, price: int | None, shown: str | None = None, **changes: Any) -> Goods:
    lot = Lot(ref, "open_market_boxes", ROSE, "HB", 500_000, None, 5, 5, 250, "stem", 25, dt.date(2026, 2, 1))
    return Goods(lot._replace(**changes), price, shown)


def test_merged_lines_join_across_inventory_types_at_one_price() -> None:
    lines = group([goods("L1", 50), goods("A/L2", 50, inventory_type="k2k")], MERGED, WHEN_SHOWN)
    assert [(line.price, line.available, line.inventory_types) for line in lines] == [
        (50, 10, ["k2k", "open_market_boxes"])
    ]


def test_in_merged_mode_another_price_makes_another_line() -> None:
    assert len(group([goods("L1", 50), goods("L2", 51)], MERGED, WHEN_SHOWN)) == 2


def test_by_inventory_type_the_highest_price_stands_for_the_group() -> None:
    lines = group(
        [goods("L1", 50), goods("L2", 52), goods("A/L3", 49, inventory_type="k2k")], BY_INVENTORY_TYPE, WHEN_SHOWN
    )
    assert sorted((line.price, len(line.goods)) for line in lines) == [(49, 1), (52, 2)]


def test_lots_without_a_price_group_among_themselves() -> None:
    for grouping in (MERGED, BY_INVENTORY_TYPE):
        lines = group([goods("L1", None), goods("L2", None), goods("L3", 50)], grouping, WHEN_SHOWN)
        assert sorted((line.price is None, len(line.goods)) for line in lines) == [(False, 1), (True, 2)]


def test_hidden_vendors_are_one_line_unless_the_shop_always_separates_them() -> None:
    lots = [goods("L1", 50, None, vendor="ANDES"), goods("L2", 50, None, vendor="RIFT")]
    assert len(group(lots, MERGED, WHEN_SHOWN)) == 1
    assert len(group(lots, MERGED, ALWAYS)) == 2
    shown = [goods("L1", 50, "ANDES", vendor="ANDES"), goods("L2", 50, "RIFT", vendor="RIFT")]
    assert len(group(shown, MERGED, WHEN_SHOWN)) == 2


def test_another_pack_is_another_line() -> None:
    lots = [goods("L1", 50), goods("L2", 50, units_per_box=200), goods("L3", 50, box_type="QB")]
    lots += [goods("L4", 50, unit_type="bunch"), goods("L5", 50, stems_per_bunch=20)]
    assert len(group(lots, MERGED, WHEN_SHOWN)) == 5


def test_the_earliest_arrival_is_sold_first_then_own_stock_then_the_lot_code() -> None:
    later, day = dt.date(2026, 2, 3), dt.date(2026, 2, 1)
    lots = [
        goods("A/L0", 50, inventory_type="k2k", arrival_date=day),
        goods("L9", 50, arrival_date=day),
        goods("L2", 50, arrival_date=day),
        goods("L1", 50, arrival_date=later),
    ]
    (line,) = group(lots, MERGED, WHEN_SHOWN)
    assert [one.lot.ref for one in line.goods] == ["L2", "L9", "A/L0", "L1"]


def test_offers_of_the_same_day_are_sold_by_lot_code_whoever_the_vendor_is() -> None:
    offers = [goods(ref, 50, inventory_type="k2k") for ref in ("ANDES/K3", "ZENIT/K2", "ZENIT/K1", "ANDES/K2")]
    (line,) = group(offers, MERGED, WHEN_SHOWN)
    assert [one.lot.ref for one in line.goods] == ["ZENIT/K1", "ANDES/K2", "ZENIT/K2", "ANDES/K3"]


def test_a_line_keeps_its_name_while_its_identity_is_the_same() -> None:
    (one,) = group([goods("L1", 50)], MERGED, WHEN_SHOWN)
    (other,) = group([goods("L7", 50), goods("L1", 50)], MERGED, WHEN_SHOWN)
    (dearer,) = group([goods("L1", 51)], MERGED, WHEN_SHOWN)
    assert one.line == other.line != dearer.line


@given(st.integers(1, 40), st.lists(st.integers(0, 9), max_size=8))
def test_boxes_are_taken_in_order_and_never_more_than_there_are(asked: int, available: list[int]) -> None:
    taken = spread(asked, list(enumerate(available)))
    assert sum(part for _, part in taken) == min(asked, sum(available))
    assert all(0 < part <= available[lot] for lot, part in taken)
    assert all(part == available[lot] for lot, part in taken[:-1])


REFS = st.sampled_from(["L1", "L2", "A/L1", "A/L2", "B/L3", "B/L4"])
PRICES_AND_BOXES = st.tuples(st.sampled_from([None, 50, 51]), st.integers(1, 3))
CHANGES = st.lists(st.tuples(REFS, st.none() | PRICES_AND_BOXES), max_size=5)


@given(st.lists(CHANGES, max_size=8), st.sampled_from([MERGED, BY_INVENTORY_TYPE]))
def test_a_catalog_that_is_kept_up_to_date_is_the_one_that_is_made_anew(
    steps: list[list[tuple[str, tuple[int | None, int] | None]]], grouping: str
) -> None:
    kept, now = Catalog(grouping, WHEN_SHOWN), dict[str, Goods]()
    for step in steps:
        changed = dict(step)
        put = {ref: goods(ref, what[0], available=what[1]) for ref, what in changed.items() if what is not None}
        now = {ref: one for ref, one in now.items() if ref not in changed} | put
        kept.replace(changed, put.values())
        assert kept.lines() == group(now.values(), grouping, WHEN_SHOWN)
        assert (len(kept), kept.lots) == (len(kept.lines()), len(now))
        assert [kept.line(line.line) for line in kept.lines()] == kept.lines()


def test_many_lines_that_change_at_once_stand_where_they_belong() -> None:
    all_of_them = [goods(f"L{number}", 50, units_per_box=number) for number in range(1, 2 * SORT_FROM)]
    kept = Catalog(MERGED, WHEN_SHOWN)
    for one in all_of_them:
        kept.replace((), [one])
    kept.replace([one.lot.ref for one in all_of_them[:-5]], all_of_them[-9:])
    assert kept.lines() == group(all_of_them[-9:], MERGED, WHEN_SHOWN)
    assert kept.lines(2, 4) == kept.lines()[2:4]
