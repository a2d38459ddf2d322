"""The short forms of the proofs. `make nightly` runs them in full: see docs/proofs.md."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import closing
from dataclasses import replace
from fractions import Fraction
from typing import Any

import pytest

from k2k_core.store import tables
from k2k_core.store.database.paging import Asked
from k2k_core.store.engine import Store
from k2k_core.testing.postgres import PrivatePostgres
from tests.benchmarks import lists as measured
from tests.benchmarks.list_rows import code_of, name_of
from tests.proofs import arrivals, lists, oracle, prices, subscribers
from tests.proofs.crashes import crash_the_server, kill_all_clients
from tests.proofs.hammer import MIXED, Swing, hammer, hammer_naively
from tests.proofs.kills import kill_writers
from tests.proofs.migrating import kill_migrations
from tests.proofs.quantities import NEWER, RuleLot, simulate
from tests.proofs.versions import race


@pytest.mark.long
def test_customers_who_order_at_once_are_never_sold_more_than_there_is(empty_database_url: str) -> None:
    found = hammer(empty_database_url, attempts=240)
    assert found.sound, f"{found}\n{found.errors}\n{found.faults}"
    assert found.refused > 0
    assert found.sold > 0


def test_orders_of_one_lot_of_five_lots_and_of_catalog_lines_at_once_neither_oversell_nor_deadlock(
    empty_database_url: str,
) -> None:
    found = hammer(empty_database_url, 60, Swing(MIXED))
    assert found.sound, f"{found}\n{found.errors}\n{found.faults}"
    assert found.refused > 0
    assert found.sold > 0


def test_the_same_hammer_oversells_a_program_that_reads_checks_and_writes(empty_database_url: str) -> None:
    assert hammer_naively(empty_database_url, attempts=2000) > 0


def test_a_killed_writer_loses_no_acknowledged_order_and_leaves_none_half_written(empty_database_url: str) -> None:
    found = kill_writers(empty_database_url, kills=5)
    assert found.sound, f"{found}\n{found.faults}"
    assert 5 <= found.acknowledged <= found.written


def test_a_killed_migration_leaves_nothing_half_done_and_the_next_one_completes(
    new_database: Callable[[], str],
) -> None:
    found = kill_migrations(new_database, kills=6)
    assert found.sound, f"{found}\n{found.faults}"
    assert found.undone + found.done == 6
    assert found.undone > 0


def test_when_all_processes_are_killed_at_once_no_order_is_lost_and_none_is_doubled(empty_database_url: str) -> None:
    found = kill_all_clients(empty_database_url, crashes=2, clients=2)
    assert found.sound, f"{found}\n{found.faults}"
    assert 4 <= found.acknowledged <= found.written


@pytest.mark.needs("postgresql")
def test_when_the_server_is_killed_its_clients_go_on_and_no_order_is_lost_or_doubled() -> None:
    with PrivatePostgres(durable=True) as server:
        found = crash_the_server(server, crashes=1, clients=2)
    assert found.sound, f"{found}\n{found.faults}"
    assert 4 <= found.acknowledged <= found.written


def test_late_statements_and_killed_commands_oversell_nothing_and_leave_what_is_in_the_house(
    empty_database_url: str,
) -> None:
    found = simulate(empty_database_url, steps=250, kills=2)
    assert found.sound, f"{found}\n{found.counts.faults}"
    assert found.counts.kills > 0
    assert found.counts.stale > 0


def test_books_that_claim_to_know_what_they_have_not_heard_oversell(empty_database_url: str) -> None:
    found = simulate(empty_database_url, steps=100, kills=0, books=[NEWER])
    assert found.counts.oversold > 0
    assert found.counts.faults == []


def test_the_rule_that_the_store_is_held_to_subtracts_nothing_twice() -> None:
    lot = RuleLot(10)
    lot.move(2, 0, -3)
    lot.move(3, -3, 0)
    for on_hand, as_of in ((10, 2), (7, 3), (7, 3), (10, 1)):
        lot.state(on_hand, as_of)
        assert lot.numbers() == (7, 7, 0)
    lot.move(4, 0, -3)
    lot.state(0, 3)
    assert lot.numbers() == (0, 0, 3)


def test_two_scanners_at_once_receive_each_box_of_an_awb_once_from_its_label(empty_database_url: str) -> None:
    found = arrivals.arrive(empty_database_url, boxes=40)
    assert found.sound, f"{found}\n{found.faults}"
    assert found.outcomes == {"billed": 20, "received": 20, "already_received": 4}


def test_a_box_that_is_received_twice_or_never_is_found() -> None:
    answers = [arrivals.Answered(code, "received", 0, 1) for code in ("A", "A", "B")]
    assert arrivals.faults_of(["A", "B", "C"], 3, answers) == ["A was received 2 times", "C was received 0 times"]


@pytest.mark.parametrize("seed", range(4))
def test_a_k2k_price_is_what_fractions_say_and_its_explanation_gives_it_again(seed: int) -> None:
    found = prices.compare(500, seed)
    assert found.faults == []
    assert found.kinds["k2k_gpm"] > 0


def test_the_oracle_knows_the_worked_numbers() -> None:
    settings = {"rounding": "up", "gpm": None, "k2k_gpm": "28", "multicurrency": False, "duties": []}
    settings |= {"freight_per_fbe": "0", "handling_per_fbe": "0", "inbound_truck_freight": True, "cube_rate": "3.50"}
    vendor = {"currency": "USD", "settings": {"rounding": "up"}, "customers": [{}]}
    customer = {"show_fob_price": False, "charge_fuel_surcharge": False}
    lot = {"price_a": "0.30", "box_type": "HB", "units_per_box": 250, "cubes": Fraction("2.9"), "category": "ROSES"}
    case = {
        "vendor": vendor,
        "buyer": {"currency": "USD", "settings": settings},
        "record": {"port": "BOG"},
        "customer": customer,
        "lot": lot,
        "location": {},
        "ship_date": "2026-02-06",
    }
    assert oracle.k2k_price(case, "warehouse") == (Fraction("0.3406"), Fraction("0.48"))
    assert oracle.k2k_price(case, "grower") == (Fraction("0.30"), Fraction("0.42"))
    assert oracle.k2k_price({**case, "location": {"k2k_gpm": "25"}}, "warehouse")[1] == Fraction("0.46")
    assert oracle.k2k_price({**case, "lot": {**lot, "va_price": "0.45"}}, "warehouse")[1] == Fraction("0.45")


def test_a_float_in_an_answer_is_found() -> None:
    assert prices.floats({"lines": [{"price": "0.10", "boxes": 1}, {"price": 0.1}]}) == ["answer.lines[1].price"]


def test_the_pages_of_every_list_are_bounded_and_have_each_row_once_while_a_process_writes(
    empty_database_url: str,
) -> None:
    found = lists.walk(empty_database_url, lists.Sizes(rows=90, limit=30, sorts=False))
    assert found.sound, f"{found}\n{found.faults}"
    assert found.walks == 2 * found.lists
    assert found.written > 0
    assert found.searches > 0


@pytest.mark.parametrize(("sort", "faults"), [("name", 0), ("email", 2)], ids=["by an index", "without one"])
def test_a_sort_that_reads_the_whole_list_for_a_page_is_named(empty_database_url: str, sort: str, faults: int) -> None:
    customers: Any = tables.Customer
    listing = replace(measured.listed("customers"), sorts={sort: (getattr(customers, sort),)})
    with closing(Store(empty_database_url)) as store:
        store.migrate()
        with store.whole_network.writing() as session:
            session.insert(tables.Company, code="BLOOM", name="Bloom", currency="USD", timezone="UTC")
            named = {one: name_of(one) for one in range(4_000)}
            rows = [{"company_id": 1, "type": "A", "code": code_of(one), "name": name} for one, name in named.items()]
            session.insert_many(tables.Customer, [{**one, "email": f"{one['code'][::-1]}@x.example"} for one in rows])
            if store.engine == "postgresql":
                session.run("ANALYZE")
        order = lists.Order("customers", f"sort {sort}", Asked({}, sort=sort), listing)
        figures = lists.Figures(store.engine, len(rows))
        figures.note(order, lists.bounded(figures, order, None, store, limit=20))
    assert len([one for one in figures.faults if "for each" in one]) == faults, figures.faults
    assert figures.sound == (faults == 0), figures.faults


def test_a_subscriber_hears_what_other_processes_commit_once_and_in_order(empty_database_url: str) -> None:
    found = subscribers.hear_others(empty_database_url, events=60)
    assert found.sound, str(found)
    assert found.events >= 60


def test_changes_that_several_processes_make_of_one_value_are_all_there_in_the_end(empty_database_url: str) -> None:
    found = race(empty_database_url, changes=5)
    assert [(one.door, one.changes, one.lost) for one in found] == [
        ("set", 40, 0),
        ("put", 40, 0),
        ("map", 40, 0),
        ("set_reference", 20, 0),
    ]
    assert sum(one.refused for one in found) > 0
