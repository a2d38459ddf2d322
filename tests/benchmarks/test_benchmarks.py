"""The benchmarks run, on a very small network. Their figures at full size are for `make bench`."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import pytest

from tests.benchmarks import (
    audit_chain,
    baseline_prices,
    catalog_pages,
    catalog_queries,
    catalogs,
    committed_figures,
    console_pages,
    fulfilment,
    labels,
    lists,
    order_lines,
    orders,
    other_catalogs,
    pricing,
    scaling,
    sharing,
    stampede,
    start,
    valentine_week,
)
from tests.benchmarks.__main__ import PARTS
from tests.benchmarks.interleaved_timing import Target, best_of


def test_pricing_is_measured_and_the_chain_by_hand_comes_to_the_same_prices(empty_database_url: str) -> None:
    assert all(target.measured > 0 for target in pricing.measure(empty_database_url, lots=60, rounds=1))


def test_mixed_catalogs_and_drafts_are_measured(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'mixed.db'}"
    assert all(target.measured > 0 for target in catalogs.measure(url, lots=50, rounds=1))
    (draft,) = catalogs.measure_drafts(f"sqlite:///{tmp_path / 'draft.db'}", lots=50, customers=3)
    assert draft.measured > 0


def test_orders_of_several_lines_are_measured_by_one_process_and_by_several(tmp_path: Path) -> None:
    targets = order_lines.measure(f"sqlite:///{tmp_path / 'lines.db'}", orders=2, rounds=1, processes=2, lots=6)
    assert all(target.measured > 0 for target in targets)


def test_confirmations_and_scans_are_measured(empty_database_url: str) -> None:
    targets = fulfilment.measure(empty_database_url, orders=2, rounds=2, lots=6)
    assert len([target for target in targets if target.measured > 0 and target.limit is not None]) == 2


def test_in_a_stampede_every_box_is_sold_and_everybody_else_is_told_so(tmp_path: Path) -> None:
    targets = stampede.measure(f"sqlite:///{tmp_path / 'stampede.db'}", callers=24, boxes=9, processes=2)
    assert [target.measured for target in targets[:2]] == [0, 0]


def test_orders_are_measured(empty_database_url: str) -> None:
    assert all(target.measured > 0 for target in orders.measure(empty_database_url, orders=3, rounds=1, lots=4))


@pytest.mark.parametrize("engine", ["sqlite"], indirect=True)
def test_what_the_chain_of_the_audit_costs_an_order_is_measured(empty_database_url: str) -> None:
    (found,) = audit_chain.measure(empty_database_url, orders=1, rounds=1, lots=4)
    assert found.measured > 0


def test_a_page_takes_no_more_queries_for_more_lots_and_more_vendors(tmp_path: Path) -> None:
    sizes = iter(range(9))
    found = catalog_queries.measure(lambda: f"sqlite:///{tmp_path / str(next(sizes))}.db", (20, 200), (1, 4))
    asked = [target for target in found if target.limit is not None]
    assert len(asked) == 12
    assert len({target.measured for target in asked[::3]}) == 1
    assert len({target.measured for target in asked[1::3]}) == 1
    assert not any(target.missed for target in asked), [str(target) for target in asked]


def test_what_a_change_costs_a_vendor_is_measured_and_every_buyer_sees_it(empty_database_url: str) -> None:
    found = sharing.measure(empty_database_url, (1, 3), 2)
    assert all(target.measured > 0 for target in found)
    assert len([target for target in found if target.limit is not None]) == 5


def test_starts_are_measured(tmp_path: Path) -> None:
    assert all(target.measured > 1 for target in start.measure(tmp_path, rounds=1))


def test_a_valentine_week_is_lived_through_and_everything_agrees_at_its_end(tmp_path: Path) -> None:
    sizes = iter(range(9))
    found = valentine_week.measure(lambda: f"sqlite:///{tmp_path / str(next(sizes))}.db", 20, lots=8, works=60)
    assert {target.what.split(":")[0].strip() for target in found} >= {"look", "order", "confirm", "change a lot"}
    faults = [target for target in found if target.what.endswith("faults that verify finds")]
    assert [target.measured for target in faults] == [0, 0]
    assert not any(target.missed for target in found if "refused" in target.what)


def test_a_week_is_the_same_with_the_same_seed(tmp_path: Path) -> None:
    weeks = [valentine_week.Week(f"sqlite:///{tmp_path / str(number)}.db", 10, lots=6) for number in range(2)]
    for week in weeks:
        week.live(30)
        week.k2k.close()
    one, other = ({kind: len(seconds) for kind, seconds in week.seconds.items()} for week in weeks)
    assert (one, weeks[0].refused) == (other, weeks[1].refused)


def test_how_each_cost_grows_is_measured(tmp_path: Path) -> None:
    sizes = iter(range(9))
    found = scaling.measure(lambda: f"sqlite:///{tmp_path / str(next(sizes))}.db", (20, 40), (5, 10), rounds=1)
    assert len(found) == len(scaling.OF_LOTS) + len(scaling.OF_COMPANIES)
    assert all(target.measured >= 0 for target in found)


def test_labels_are_measured_in_each_format_and_as_a_sheet() -> None:
    found = labels.measure(labels=2, rounds=1, boxes=20)
    assert len(found) == 6
    assert all(target.measured > 0 for target in found)


def test_pages_are_measured_cold_warm_and_while_a_vendor_writes(tmp_path: Path) -> None:
    sizes = iter(range(9))
    found = catalog_pages.measure(lambda: f"sqlite:///{tmp_path / str(next(sizes))}.db", (20, 40), pages=3, changes=4)
    assert all(target.measured > 0 for target in found)
    assert len(found) == 2 * 4 + 3


def test_first_pages_of_other_customers_and_dates_are_measured(tmp_path: Path) -> None:
    found = other_catalogs.measure(f"sqlite:///{tmp_path / 'other.db'}", 200, rounds=2, customers=8)
    assert len(found) == len(other_catalogs.LIMITS) + 1
    assert all(target.measured > 0 for target in found[:-1])
    assert not any(target.missed for target in found)


def test_a_page_of_every_list_is_measured_and_is_one_statement(tmp_path: Path) -> None:
    sizes = iter(range(9))
    found = lists.measure(lambda: f"sqlite:///{tmp_path / str(next(sizes))}.db", 110, 240, rounds=1)
    assert len(found) > 60
    assert all(target.measured > 0 for target in found)
    statements = [target.measured for target in found if target.what.strip() == "statements"]
    assert len(statements) > 20
    assert set(statements) == {1}


@pytest.mark.long
def test_pages_of_the_console_are_measured_question_by_question(tmp_path: Path) -> None:
    sizes = iter(range(9))
    found = console_pages.measure(
        lambda: f"sqlite:///{tmp_path / str(next(sizes))}.db", 6, 52, rounds=1, only=("overview", "invoices")
    )
    assert all(target.measured > 0 for target in found)
    assert {target.what.strip() for target in found} >= {"first page: ms", "next page: ms", "sort number: ms"}
    assert len([one for one in found if one.limit is not None and not one.what.endswith(": ms")]) == 4
    assert all(one.limit == console_pages.MOST_MILLISECONDS for one in found if one.what.endswith(": ms"))


def test_the_arithmetic_by_hand_is_right() -> None:
    assert baseline_prices.bare([Decimal("0.30")], Decimal(28), Decimal(0)) == [Decimal("0.42")]
    costs = baseline_prices.Costs(0, 0, 3_500_000, 28_000_000, 0)
    assert baseline_prices.inlined([baseline_prices.Goods(300_000, 500_000, (29, 10), 250)], costs) == [48]


def test_the_best_round_counts_and_a_target_says_whether_it_was_missed() -> None:
    prepared: list[str] = []
    best = best_of(3, {"a": lambda: None, "b": lambda: None}, {"b": lambda: prepared.append("b")})
    assert set(best) == {"a", "b"}
    assert prepared == ["b"] * 3
    assert Target("too slow", 7, 6).missed
    assert "MISSED" in str(Target("too slow", 7, 6))
    assert not Target("only told", 7).missed


def test_figures_are_shown_beside_those_of_the_release_and_times_are_not_committed(tmp_path: Path) -> None:
    names = committed_figures.Names("pages 1")
    kept = Target("a page, kept (0.5 ms)", 0.02, 0.05)
    below = Target("       statements", 3)
    assert [names.of(kept), names.of(below)] == ["pages 1: a page, kept", "pages 1: a page, kept: statements"]
    assert names.of(Target("a draft over 50 customers: 11.0 s, 10.9 µs a price, peak in MB", 114)) == (
        "pages 1: a draft over 50 customers: s, µs a price, peak in MB"
    )
    assert names.of(Target("       a search: 80 ms", 80)) is None
    file = tmp_path / "committed.toml"
    committed_figures.write({"pages 1: a page, kept": 0.016}, file)
    committed_figures.write({"pages 1: b": 2}, file)
    assert committed_figures.read(file) == {"pages 1: a page, kept": 0.016, "pages 1: b": 2}
    assert kept.beside(0.016).endswith("at most 0.05   (release: 0.016, × 1.25)")
    assert kept.beside(None) == str(kept)


def test_the_committed_figures_are_ratios_and_counts_of_parts_that_there_are() -> None:
    committed = committed_figures.read()
    assert committed
    assert {name.split()[0] for name in committed} <= set(PARTS)
    assert all(figure >= 0 for figure in committed.values())
