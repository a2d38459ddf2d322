"""Imports of many rows: how many statements they take, how far they are, and price lists as rows."""

from __future__ import annotations

from typing import Any

import pytest

from k2k_core.api import K2K
from k2k_core.errors import VersionMismatch
from k2k_core.services.setup import row_imports
from k2k_core.store.database.session import Session
from tests.services.conftest import Trade

SEASON = {
    "name": "S",
    "start": "2026-01-01",
    "end": "2026-12-31",
    "rows": [{"product": "FREEDOM", "price": "0.55"}],
}


@pytest.fixture
def net(trade: Trade) -> K2K:
    return trade.net


class Statements:
    """Counts the statements of the store."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self._number, begin = 0, Session._begin_statement

        def counted(session: Session) -> None:
            self._number += 1
            begin(session)

        monkeypatch.setattr(Session, "_begin_statement", counted)

    def pop(self) -> int:
        """How many there were since it was asked before."""
        number, self._number = self._number, 0
        return number


def test_price_lists_are_imported_as_rows_and_keep_the_prices_that_a_row_leaves_out(net: K2K) -> None:
    made = net.import_rows("BLOOM", "price_lists", rows=[{"code": "SPRING", "seasons": [SEASON]}])
    assert made["counts"]["created"] == 1
    tried = net.import_rows("BLOOM", "price_lists", rows=[{"code": "SPRING", "name": "Spring"}], dry_run=True)
    (row,) = tried["rows"]
    assert (row["outcome"], row["before"], row["after"]) == ("changed", {"name": "SPRING"}, {"name": "Spring"})
    net.import_rows("BLOOM", "price_lists", rows=[row["values"]])
    there: Any = net.record("BLOOM", "price_lists", "SPRING")
    assert there["name"] == "Spring"
    assert [one["price"] for one in there["seasons"][0]["rows"]] == ["0.55"]


def test_prices_that_somebody_changes_while_their_list_is_imported_are_not_put_back(
    net: K2K, monkeypatch: pytest.MonkeyPatch
) -> None:
    net.put("BLOOM", "price_lists", [{"code": "SPRING", "seasons": [SEASON]}])
    dearer = {**SEASON, "rows": [{"product": "FREEDOM", "price": "0.66"}]}
    planned = row_imports.planned_put

    def meanwhile(*args: Any, **named: Any) -> Any:
        monkeypatch.setattr(row_imports, "planned_put", planned)
        net.put("BLOOM", "price_lists", [{"code": "SPRING", "seasons": [dearer]}])
        return planned(*args, **named)

    monkeypatch.setattr(row_imports, "planned_put", meanwhile)
    with pytest.raises(VersionMismatch):
        net.import_rows("BLOOM", "price_lists", rows=[{"code": "SPRING", "name": "Spring"}])
    assert net.record("BLOOM", "price_lists", "SPRING")["seasons"][0]["rows"][0]["price"] == "0.66"


def test_an_import_tells_how_many_rows_are_read_and_written(net: K2K) -> None:
    rows = [{"code": f"P-{number:03}", "description": f"Rose {number}", "category": "ROSES"} for number in range(250)]
    net.import_rows("BLOOM", "products", rows=rows)
    told: list[tuple[str, int]] = []
    changed = [{**row, "description": "Tulip"} for row in rows]
    net.import_rows("BLOOM", "products", rows=changed, progress=lambda *done: told.append(done))
    assert told == [(phase, done) for phase in ("reading", "writing") for done in (100, 200, 250)]


@pytest.mark.parametrize(
    ("collection", "row"),
    [
        ("products", {"description": "Rose", "category": "ROSES"}),
        ("box_dimensions", {"length": 40, "width": 12, "height": 10, "product": "FREEDOM"}),
        ("vendors", {"name": "Farm"}),
        (
            "lots",
            {
                "inventory_type": "open_market_boxes",
                "product": "FREEDOM",
                "box_type": "HB",
                "boxes": 3,
                "units_per_box": 100,
                "unit_type": "stem",
                "unit_cost": "0.2",
                "arrival_date": "2026-02-01",
            },
        ),
    ],
)
def test_an_import_takes_no_more_than_one_statement_for_a_changed_row_and_none_for_another(
    net: K2K, collection: str, row: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    sizes = [f"T{number:02}" for number in range(40)]
    net.put("BLOOM", "box_types", [{"code": size, "fbe": "0.5"} for size in sizes])
    key = "box_type" if collection == "box_dimensions" else "code"
    rows = [{key: size, **row} for size in sizes]
    net.import_rows("BLOOM", collection, rows=rows)
    statements = Statements(monkeypatch)
    other = {"length": 41} if collection == "box_dimensions" else {}
    other |= {"name": "Finca"} if collection == "vendors" else {}
    other |= {"unit_cost": "0.3"} if collection == "lots" else {}
    other |= {"description": "Tulip"} if collection == "products" else {}
    net.import_rows("BLOOM", collection, rows=[{**one, **other} for one in rows[:1]])
    few = statements.pop()
    net.import_rows("BLOOM", collection, rows=[{**one, **other} for one in rows])
    changed = statements.pop()
    net.import_rows("BLOOM", collection, rows=[{**one, **other} for one in rows])
    same = statements.pop()
    assert changed - few <= len(rows) + 3
    assert same - few <= 3
