"""How hidden vendors are numbered in a catalog (pricing section 9)."""

from __future__ import annotations

import datetime as dt

import pytest

from k2k_core.domain.grouping import ALWAYS, BY_INVENTORY_TYPE, MERGED, WHEN_SHOWN, Catalog
from k2k_core.domain.hidden_vendor_numbers import HiddenVendorLines, merge_numbers, numbers_of
from tests.unit.test_grouping import goods

EARLY, LATE = dt.date(2026, 2, 1), dt.date(2026, 2, 3)


def sources(catalog: Catalog) -> dict[str, int | None]:
    """The `source` of each line by its first lot, for a customer without a cart."""
    return {
        line.goods[0].lot.ref: numbers_of(catalog.hidden_vendor_lines(line), {})[line.line]
        if line.vendor_hidden
        else None
        for line in catalog.lines()
    }


@pytest.mark.parametrize("grouping", [MERGED, BY_INVENTORY_TYPE])
def test_hidden_vendors_are_numbered_by_first_arrival(grouping: str) -> None:
    catalog = Catalog(grouping, ALWAYS)
    catalog.replace((), [goods("A/L1", 50, vendor="A", arrival_date=LATE), goods("B/L1", 50, vendor="B")])
    assert sources(catalog) == {"B/L1": 1, "A/L1": 2}
    catalog.replace((), [goods("A/L2", 50, vendor="A", arrival_date=EARLY - dt.timedelta(1))])
    assert sources(catalog) == {"A/L2": 1, "B/L1": 2}


@pytest.mark.parametrize("grouping", [MERGED, BY_INVENTORY_TYPE])
def test_a_vendor_that_is_shown_and_goods_of_no_vendor_have_no_number(grouping: str) -> None:
    catalog = Catalog(grouping, ALWAYS)
    catalog.replace((), [goods("A/L1", 50, "A", vendor="A"), goods("B/L1", 50, vendor="B"), goods("OWN", 50)])
    assert sources(catalog) == {"A/L1": None, "B/L1": 1, "OWN": None}


@pytest.mark.parametrize("grouping", [MERGED, BY_INVENTORY_TYPE])
def test_what_hidden_vendors_have_alike_is_one_source_where_it_is_one_line(grouping: str) -> None:
    catalog = Catalog(grouping, WHEN_SHOWN)
    catalog.replace((), [goods("A/L1", 50, vendor="A"), goods("B/L1", 50, vendor="B")])
    assert sources(catalog) == {"A/L1": 1}


def test_the_price_is_part_of_the_goods_when_merged_only() -> None:
    lots = [goods("A/L1", 50, vendor="A"), goods("B/L1", 51, vendor="B", arrival_date=LATE)]
    for grouping, expected in ((MERGED, {"A/L1": 1, "B/L1": 1}), (BY_INVENTORY_TYPE, {"A/L1": 1, "B/L1": 2})):
        catalog = Catalog(grouping, ALWAYS)
        catalog.replace((), lots)
        assert sources(catalog) == expected


def test_goods_that_are_gone_leave_nothing_behind() -> None:
    catalog = Catalog(MERGED, ALWAYS)
    catalog.replace((), [goods("A/L1", 50, vendor="A"), goods("B/L1", 50, vendor="B")])
    catalog.replace(["A/L1"], [])
    assert sources(catalog) == {"B/L1": 1}
    catalog.replace(["B/L1"], [])
    assert sources(catalog) == {}


def test_numbers_that_a_cart_has_fixed_stay_and_what_comes_later_is_numbered_after_them() -> None:
    held = {"roses": {"a": 1, "b": 2}}
    assert numbers_of(HiddenVendorLines("roses", ("new", "b")), held) == {"a": 1, "b": 2, "new": 3}
    assert numbers_of(HiddenVendorLines("lilies", ("new", "b")), held) == {"new": 1, "b": 2}


def test_of_two_carts_the_one_that_fixed_a_number_first_counts() -> None:
    fixed = merge_numbers([("roses", {"a": 1}), ("lilies", {"c": 1}), ("roses", {"a": 2, "b": 1})])
    assert fixed == {"roses": {"a": 1, "b": 1}, "lilies": {"c": 1}}


@pytest.mark.parametrize("grouping", [MERGED, BY_INVENTORY_TYPE])
def test_the_name_of_a_line_is_derived_with_a_key(grouping: str) -> None:
    def name(key: bytes) -> str:
        catalog = Catalog(grouping, ALWAYS, key)
        catalog.replace((), [goods("A/L1", 50, vendor="A")])
        return catalog.lines()[0].line

    assert name(b"one key") == name(b"one key")
    assert len({name(b"one key"), name(b"another key"), name(b"")}) == 3


def test_lines_of_one_description_stand_by_arrival_whatever_the_key() -> None:
    for key in (b"", b"one key", b"another key", b"a third key"):
        catalog = Catalog(MERGED, ALWAYS, key)
        late = goods("A/L1", 50, vendor="A", arrival_date=LATE)
        catalog.replace((), [late, goods("B/L1", 50, vendor="B"), goods("C/L1", 51, vendor="C", arrival_date=LATE)])
        assert [line.goods[0].lot.ref for line in catalog.lines()] == ["B/L1", "A/L1", "C/L1"]
