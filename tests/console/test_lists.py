"""Lists: search, order, pages, how many queries a page takes, and exports that a spreadsheet cannot execute."""

from __future__ import annotations

import csv
import io
from typing import Any

import pytest

from k2k_console.base import unformulaic
from k2k_core.api import K2K
from k2k_core.store.database.session import Session
from k2k_core.store.tables import Company, Customer

MOST_QUERIES = 8


@pytest.fixture
def many(k2k: K2K) -> K2K:
    """The network, with 250 customers more."""
    with k2k.context.store.whole_network.writing() as session:
        bloom = session.value(Company.select(Company.id).where(Company.code == "BLOOM"))
        rows = [
            {"company_id": bloom, "code": f"X-{number:03}", "name": f"Shop 100% _{number}", "type": "A"}
            for number in range(250)
        ]
        session.insert_many(Customer, rows)
    return k2k


@pytest.fixture
def queries(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """One entry for each statement that was run."""
    run: list[int] = []
    begin = Session._begin_statement

    def counted(self: Session) -> None:
        run.append(1)
        begin(self)

    monkeypatch.setattr(Session, "_begin_statement", counted)
    return run


@pytest.mark.parametrize(
    "address",
    [
        *("/", "/companies/", "/markups/", "/audit/"),
        *("/companies/edit/?id=BLOOM", "/markups/edit/?id=BLOOM/C-100"),
        *("/customers/", "/customers/edit/?id=BLOOM/C-100"),
        *("/price-lists/", "/price-lists/edit/?id=BLOOM/SUMMER"),
    ],
)
def test_a_page_takes_a_handful_of_queries_whatever_there_is(
    visit: Any, many: K2K, queries: list[int], address: str
) -> None:
    browser = visit("operator@k2k.test" if address == "/" else "admin@bloom.test")
    queries.clear()
    assert browser.get(address).status == 200
    assert 0 < len(queries) <= MOST_QUERIES


def test_a_long_list_has_pages_that_do_not_overlap(visit: Any, many: K2K) -> None:
    browser = visit("admin@bloom.test")
    first, second = browser.get("/markups/?search=X-"), browser.get("/markups/?search=X-&page=1")
    assert "250 in all" in first.text
    assert "Page 1 of 5" in first.text
    assert "X-049" in first.text
    assert "X-050" not in first.text
    assert "X-050" in second.text
    assert "Nothing here" in browser.get("/markups/?page=999999999999").text


def test_a_search_takes_its_words_literally_and_in_any_case(visit: Any, many: K2K) -> None:
    browser = visit("admin@bloom.test")
    assert "250 in all" in browser.get("/markups/?search=100%25").text
    assert "1 in all" in browser.get("/markups/?search=CORNER").text
    assert "0 in all" in browser.get("/markups/?search=C%25t").text


def test_a_list_is_narrowed_by_type(visit: Any) -> None:
    text = visit("admin@bloom.test").get("/markups/?type=B").text
    assert "1 in all" in text
    assert "Corner Florist" in text


def test_a_list_is_sorted_by_its_columns_in_both_directions(visit: Any) -> None:
    browser = visit("operator@k2k.test")
    text = browser.get("/companies/?sort=1&desc=1").text
    assert text.index("Tulip Traders") < text.index("Bloom Wholesale") < text.index("Andes Flower Farms")


@pytest.mark.parametrize("sort", ["4", "5", "99", "-1", "name", "1.5"])
def test_sorting_by_a_column_that_is_not_sortable_changes_nothing(visit: Any, sort: str) -> None:
    browser = visit("admin@bloom.test")
    page = browser.get(f"/markups/?sort={sort}")
    assert page.status == 200
    assert page.text.index("C-100") < page.text.index("C-200") < page.text.index("C-300")


def _exported(page: Any) -> list[dict[str, str]]:
    assert page.headers["Content-Type"].startswith("text/csv")
    return list(csv.DictReader(io.StringIO(page.html)))


def test_an_export_has_every_record_and_nothing_that_a_spreadsheet_runs(visit: Any, many: K2K) -> None:
    rows = _exported(visit("admin@bloom.test").get("/markups/export/csv/"))
    assert len(rows) == 253
    assert rows[2]["Name"] == "'=HYPERLINK(1)"
    assert rows[1]["E-commerce"] == "percent 5"
    assert rows[2]["E-commerce"] == "amount -0.02"
    assert rows[0]["E-commerce"] == ""


def test_an_export_is_narrowed_like_its_list(visit: Any) -> None:
    rows = _exported(visit("admin@bloom.test").get("/markups/export/csv/?search=petal"))
    assert [row["Customer"] for row in rows] == ["C-200"]


def test_the_audit_can_be_exported_with_its_values(visit: Any, k2k: K2K) -> None:
    k2k.set(company="BLOOM", settings={"k2k_gpm": "31"})
    (row,) = _exported(visit("admin@bloom.test").get("/audit/export/csv/"))
    assert row["Who"] == "host"
    assert "31" in row["To"]


@pytest.mark.parametrize(
    ("cell", "written"),
    [
        ("=1+1", "'=1+1"),
        ("+cmd", "'+cmd"),
        ("-2+3", "'-2+3"),
        ("@SUM(A1)", "'@SUM(A1)"),
        ("\t=1", "'\t=1"),
        ("\r=1", "'\r=1"),
        ("-12.5", "-12.5"),
        ("rose", "rose"),
        (None, ""),
    ],
)
@pytest.mark.parametrize("engine", ["sqlite"], indirect=True)
def test_a_cell_is_never_a_formula(engine: str, cell: object, written: str) -> None:
    assert unformulaic(cell) == written
