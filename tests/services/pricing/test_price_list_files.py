"""Price lists are exported to files and imported again: whole or not at all; a dry run is the import without the
writing."""

from __future__ import annotations

import datetime as dt
import io
import json
from collections.abc import Iterator
from typing import Any

import pytest
from openpyxl import Workbook

from k2k_core.api import K2K
from k2k_core.domain.roles import ROLES, Actor
from k2k_core.errors import IdempotencyMismatch, Invalid, NotAllowed, NotFound, UnreadableFile
from k2k_core.services.pricing import price_list_files
from k2k_core.store.tables import Audit, Company

NOW = dt.datetime(2026, 2, 2, 14, tzinfo=dt.UTC)
SPRING = {
    "name": "=Spring",
    "start": "2026-01-01",
    "end": "2026-03-31",
    "rows": [
        {"product": "ROSE", "price": "2.59"},
        {"product": "-LILY", "box_type": "HB", "vendor": "FARM", "price": "0.123456", "cost": "0.1"},
    ],
}
BLOOM: dict[str, Any] = {
    "code": "BLOOM",
    "currency": "USD",
    "timezone": "America/New_York",
    "categories": [{"code": "CUT"}],
    "products": [
        {"code": "ROSE", "description": "Rose", "category": "CUT"},
        {"code": "-LILY", "description": "Lily", "category": "CUT"},
    ],
    "vendors": [{"code": "FARM"}],
    "customers": [{"code": "C-1", "type": "B", "price_lists": ["MAIN"]}],
    "price_lists": [
        {"code": "MAIN", "name": "Main", "type": "all", "seasons": [SPRING]},
        {"code": "SECOND", "type": "prebook", "active": False, "master": True, "seasons": [{"name": "Empty"}]},
        {"code": "THIRD", "everyone": True},
    ],
    "lots": [
        {
            "code": "L1",
            "inventory_type": "open_market_boxes",
            "product": "ROSE",
            "box_type": "HB",
            "boxes": 3,
            "units_per_box": 100,
            "unit_type": "stem",
            "arrival_date": "2026-02-01",
        }
    ],
}
HEADER = "list,season,start,end,product,box_type,vendor,price,cost"
SPRING_CELLS = "MAIN,=Spring,2026-01-01,2026-03-31"


@pytest.fixture
def k2k(database_url: str) -> Iterator[K2K]:
    with K2K.open(database_url, clock=lambda: NOW) as opened:
        opened.add_company(BLOOM)
        opened.add_company({"code": "OTHER", "currency": "USD", "timezone": "UTC"})
        yield opened
        assert opened.verify() == []


def content(*rows: str) -> bytes:
    return "\n".join((HEADER, *rows)).encode()


def price(k2k: K2K) -> str | None:
    found: str | None = k2k.price("BLOOM", "C-1", ["L1"])[0]["price"]
    return found


def state(k2k: K2K) -> tuple[bytes, int, int]:
    """Everything that an import writes: the lists, the company's change sequence, the audit."""
    with k2k.context.store.whole_network.reading() as session:
        sequence = session.value(Company.select(Company.change_seq).where(Company.code == "BLOOM"))
        entries = session.value(Audit.select(Audit.id).order_by(Audit.id.desc()))
    return k2k.export_price_lists("BLOOM"), int(sequence), int(entries)


def test_an_export_says_every_list_season_and_row_and_nothing_that_runs(k2k: K2K) -> None:
    assert k2k.export_price_lists("BLOOM").decode("utf-8-sig").splitlines() == [
        "list,name,type,master,active,everyone,season,start,end,product,box_type,vendor,price,cost",
        "MAIN,Main,all,false,true,false,'=Spring,2026-01-01,2026-03-31,ROSE,,,2.59,",
        "MAIN,Main,all,false,true,false,'=Spring,2026-01-01,2026-03-31,'-LILY,HB,FARM,0.123456,0.1",
        "SECOND,SECOND,prebook,true,false,false,Empty,,,,,,,",
        "THIRD,THIRD,all,false,true,true,,,,,,,,",
    ]


@pytest.mark.parametrize("format", ["csv", "xlsx"])
def test_an_export_goes_in_again_and_changes_nothing(k2k: K2K, format: str) -> None:
    before = state(k2k)
    for mode in ("upsert", "replace"):
        answer = k2k.import_price_lists("BLOOM", k2k.export_price_lists("BLOOM", format), mode=mode)
        assert (answer["format"], answer["rows"], answer["changes"], answer["faults"]) == (format, 4, [], [])
    assert state(k2k) == before


@pytest.mark.parametrize("format", ["csv", "xlsx"])
def test_an_export_makes_the_same_lists_elsewhere(k2k: K2K, format: str) -> None:
    k2k.add_company({**BLOOM, "code": "TWIN", "price_lists": [], "customers": [], "lots": []})
    k2k.import_price_lists("TWIN", k2k.export_price_lists("BLOOM", format))
    assert k2k.export_price_lists("TWIN") == k2k.export_price_lists("BLOOM")


def test_a_list_is_for_everyone_from_the_file_on_and_a_file_without_the_column_leaves_it(k2k: K2K) -> None:
    k2k.set("BLOOM", customer="C-1", values={"price_lists": []})
    assert price(k2k) is None
    answer = k2k.import_price_lists("BLOOM", b"list,everyone,season,product,price\nMAIN,yes,,,\n")
    (change,) = answer["changes"]
    assert (change["before"]["everyone"], change["after"]["everyone"]) == (False, True)
    assert price(k2k) == "2.59"
    k2k.import_price_lists("BLOOM", b"list,name,season,product,price\nMAIN,Main,,,\n")
    assert price(k2k) == "2.59"
    k2k.import_price_lists("BLOOM", b"list,everyone,season,product,price\nMAIN,no,,,\n")
    assert price(k2k) is None


def test_an_export_of_named_lists_has_those_alone(k2k: K2K) -> None:
    told = k2k.export_price_lists("BLOOM", lists=["THIRD"]).decode("utf-8-sig").splitlines()
    assert [row.partition(",")[0] for row in told] == ["list", "THIRD"]
    with pytest.raises(NotFound, match="no price list NONE in BLOOM"):
        k2k.export_price_lists("BLOOM", lists=["NONE"])
    with pytest.raises(Invalid, match="none of the formats"):
        k2k.export_price_lists("BLOOM", "pdf")


def test_the_next_price_is_the_new_one_and_the_audit_says_who_changed_what(k2k: K2K) -> None:
    assert price(k2k) == "2.59"
    boss = k2k.on_behalf_of(Actor("ana@bloom.example", "BLOOM", frozenset({"sales_manager"})))
    answer = boss.import_price_lists("BLOOM", content(f"{SPRING_CELLS},ROSE,,,2.75,1.5"))
    assert price(k2k) == "2.75"
    change = {
        "what": "row",
        "change": "changed",
        "row": 2,
        "list": "MAIN",
        "season": "=Spring",
        "product": "ROSE",
        "box_type": None,
        "vendor": None,
        "before": {"price": "2.59", "cost": None},
        "after": {"price": "2.75", "cost": "1.5"},
    }
    assert answer["changes"] == [change]
    assert answer["counts"]["rows"] == {"added": 0, "changed": 1, "removed": 0, "unchanged": 0}
    with k2k.context.store.whole_network.reading() as session:
        (entry,) = session.dicts(Audit.select().where(Audit.action == "price_lists.imported"))
    assert entry["person"] == "ana@bloom.example"
    assert entry["after"]["changes"] == [change]
    assert len(entry["after"]["sha256"]) == 64


def test_many_changes_at_once_arrive_whole(k2k: K2K) -> None:
    rows = [f"BIG,S{number % 3},2026-01-01,2026-12-31,ROSE,,,{number}.5," for number in range(3)]
    rows += [f"BIG,S{number % 3},2026-01-01,2026-12-31,-LILY,QB,FARM,{number}.25,{number}" for number in range(3)]
    first = k2k.import_price_lists("BLOOM", content(*rows))
    assert first["counts"]["rows"]["added"] == 6
    # Other prices, other days, one row gone, costs taken away, a name, and the master handed over.
    file = (
        "list,name,type,master,season,start,end,product,box_type,vendor,price,cost\n"
        "BIG,Big,season,true,S0,2026-02-01,2026-12-31,ROSE,,,7,\n"
        "BIG,,,,S0,2026-02-01,2026-12-31,-LILY,QB,FARM,8,\n"
        "BIG,,,,S1,2026-01-01,2026-12-31,ROSE,,,1.5,\n"
        "SECOND,,,no,,,,,,,,\n"
    )
    second = k2k.import_price_lists("BLOOM", file.encode(), mode="replace")
    assert second["counts"] == {
        "lists": {"added": 0, "changed": 2, "removed": 0},
        "seasons": {"added": 0, "changed": 1, "removed": 0},
        "rows": {"added": 0, "changed": 2, "removed": 1, "unchanged": 1},
    }
    assert k2k.export_price_lists("BLOOM", lists=["BIG", "SECOND"]).decode("utf-8-sig").splitlines()[1:] == [
        "BIG,Big,season,true,true,false,S1,2026-01-01,2026-12-31,ROSE,,,1.5,",
        "BIG,Big,season,true,true,false,S2,2026-01-01,2026-12-31,ROSE,,,2.5,",
        "BIG,Big,season,true,true,false,S2,2026-01-01,2026-12-31,'-LILY,QB,FARM,2.25,2",
        "BIG,Big,season,true,true,false,S0,2026-02-01,2026-12-31,ROSE,,,7,",
        "BIG,Big,season,true,true,false,S0,2026-02-01,2026-12-31,'-LILY,QB,FARM,8,",
        "SECOND,SECOND,prebook,false,false,false,Empty,,,,,,,",
    ]


FAULTY = content(
    f"{SPRING_CELLS},ROSE,,,NaN,",
    f"{SPRING_CELLS},TULIP,,,1,",
    f"{SPRING_CELLS},ROSE,XL,WHO,1,",
    "MAIN,Fall,2026-10-01,2026-09-01,ROSE,,,1,",
    f"{SPRING_CELLS},-LILY,,,3,",
    f"{SPRING_CELLS},-LILY,,,4,",
)
FAULTS = [(2, "price"), (3, "product"), (4, "box_type"), (4, "vendor"), (5, "end"), (7, "product")]


def test_a_dry_run_lists_every_fault_and_every_change_and_writes_nothing(k2k: K2K) -> None:
    before = state(k2k)
    answer = k2k.import_price_lists("BLOOM", FAULTY, dry_run=True, key="dry")
    assert [(fault["row"], fault["column"]) for fault in answer["faults"]] == FAULTS
    assert (answer["dry_run"], answer["written"], answer["rows"]) == (True, False, 6)
    assert {"change": "added", "product": "-LILY", "row": 6, "before": None}.items() <= answer["changes"][-1].items()
    json.dumps(answer)
    assert state(k2k) == before


def test_with_one_fault_nothing_is_written_and_the_faults_are_those_of_the_dry_run(k2k: K2K) -> None:
    before = state(k2k)
    told = k2k.import_price_lists("BLOOM", FAULTY, dry_run=True)["faults"]
    with pytest.raises(Invalid) as refused:
        k2k.import_price_lists("BLOOM", FAULTY)
    assert refused.value.faults == [
        {"path": f"row {fault['row']}, {fault['column']}", "message": fault["message"]} for fault in told
    ]
    assert state(k2k) == before


@pytest.mark.parametrize("mode", ["upsert", "replace"])
def test_a_dry_run_says_exactly_what_the_import_then_does(k2k: K2K, mode: str) -> None:
    file = content(f"{SPRING_CELLS},ROSE,,,3,", "NEW,Fall,2026-09-01,,ROSE,HB,,1,0", f"{SPRING_CELLS},-LILY,,,2,")
    told = k2k.import_price_lists("BLOOM", file, mode=mode, dry_run=True)
    answer = k2k.import_price_lists("BLOOM", file, mode=mode)
    assert (answer["changes"], answer["counts"]) == (told["changes"], told["counts"])
    assert k2k.import_price_lists("BLOOM", file, mode=mode, dry_run=True)["changes"] == []


def test_an_import_tells_what_is_probably_not_meant(k2k: K2K) -> None:
    answer = k2k.import_price_lists("BLOOM", content("MAIN,Late,2026-03-01,2026-04-30,ROSE,,,1,"))
    assert [finding["code"] for finding in answer["findings"]] == ["overlapping_seasons"]


def test_the_answer_of_a_long_import_is_bounded_and_that_of_its_dry_run_is_whole(
    k2k: K2K, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(price_list_files, "MAX_LISTED_CHANGES", 2)
    file = content(*(f"NEW,S{number},,,ROSE,,,1," for number in range(3)))
    assert len(k2k.import_price_lists("BLOOM", file, dry_run=True)["changes"]) == 7
    answer = k2k.import_price_lists("BLOOM", file)
    assert (len(answer["changes"]), answer["changes_left_out"]) == (2, 5)


def test_the_same_key_imports_once(k2k: K2K) -> None:
    file = content(f"{SPRING_CELLS},ROSE,,,3,")
    first = k2k.import_price_lists("BLOOM", file, key="monday")
    assert price(k2k) == "3.00"
    k2k.import_price_lists("BLOOM", content(f"{SPRING_CELLS},ROSE,,,4,"))
    again = k2k.import_price_lists("BLOOM", file, key="monday")
    assert (again["changes"], price(k2k)) == (first["changes"], "4.00")
    with pytest.raises(IdempotencyMismatch):
        k2k.import_price_lists("BLOOM", content(f"{SPRING_CELLS},ROSE,,,5,"), key="monday")


def test_a_workbook_with_numbers_days_and_a_formula_is_read_cell_by_cell(k2k: K2K) -> None:
    book = Workbook()
    book.active.append(["List", "Season", "Start", "End", "Product", "Price", "Cost"])
    book.active.append(["MAIN", "=Spring", dt.date(2026, 1, 1), dt.datetime(2026, 3, 31), "ROSE", 2.6, None])
    book.active["B2"].data_type = "s"
    whole = io.BytesIO()
    book.save(whole)
    assert k2k.import_price_lists("BLOOM", whole.getvalue())["counts"]["rows"]["changed"] == 1
    assert price(k2k) == "2.60"
    book.active["F2"] = "=1+1"
    broken = io.BytesIO()
    book.save(broken)
    (fault,) = k2k.import_price_lists("BLOOM", broken.getvalue(), dry_run=True)["faults"]
    assert (fault["row"], fault["column"], fault["message"]) == (2, "price", "is a formula: paste its value instead")


def test_a_vendor_that_a_row_names_already_stays_one(k2k: K2K) -> None:
    row = {"product": "ROSE", "vendor": "GONE", "price": 1}
    k2k.put("BLOOM", "price_lists", [{"code": "THIRD", "seasons": [{"name": "S", "rows": [row]}]}])
    assert k2k.import_price_lists("BLOOM", k2k.export_price_lists("BLOOM"))["changes"] == []


def test_only_those_who_set_prices_take_lists_out_or_in(k2k: K2K) -> None:
    for role in ROLES:
        person = k2k.on_behalf_of(Actor("p@bloom.example", "BLOOM", frozenset({role})))
        if role in ("admin", "setup", "sales_manager"):
            person.import_price_lists("BLOOM", person.export_price_lists("BLOOM"), dry_run=True)
            continue
        with pytest.raises(NotAllowed):
            person.export_price_lists("BLOOM")
        with pytest.raises(NotAllowed):
            person.import_price_lists("BLOOM", b"", dry_run=True)
    stranger = k2k.on_behalf_of(Actor("p@other.example", "OTHER", frozenset({"admin"})))
    with pytest.raises(NotAllowed):
        stranger.export_price_lists("BLOOM")


def test_another_companys_products_and_lists_stay_out_of_reach(k2k: K2K) -> None:
    answer = k2k.import_price_lists("OTHER", content("MAIN,S,,,ROSE,,,1,"), dry_run=True)
    assert [fault["message"] for fault in answer["faults"]] == ["ROSE is none of its products"]
    assert answer["changes"][0]["change"] == "added"


def test_what_makes_no_sense_is_refused_with_words(k2k: K2K) -> None:
    with pytest.raises(Invalid, match="none of the modes upsert, replace"):
        k2k.import_price_lists("BLOOM", b"", mode="merge")
    with pytest.raises(UnreadableFile, match="The file is empty"):
        k2k.import_price_lists("BLOOM", b"", dry_run=True)
    with pytest.raises(Invalid, match="is bytes"):
        k2k.import_price_lists("BLOOM", "list")  # type: ignore[arg-type]  # what an untyped host may send
    with pytest.raises(NotFound, match="no company NOBODY"):
        k2k.import_price_lists("NOBODY", content(), dry_run=True)


def test_progress_is_told_while_a_long_file_is_read_and_written(k2k: K2K) -> None:
    heard: list[tuple[str, int]] = []
    file = content(*(f"NEW,S,,,ROSE,,V{number},1," for number in range(5_000)))
    k2k.put("BLOOM", "vendors", [{"code": f"V{number}"} for number in range(5_000)])
    k2k.import_price_lists("BLOOM", file, progress=lambda what, done: heard.append((what, done)))
    assert heard == [("reading", 5_000), ("writing", 5_000)]
