"""What the overview declares: the pages behind its links, the sentences of the audit, and its chart."""

from __future__ import annotations

import ast
import inspect
from decimal import Decimal
from pathlib import Path
from typing import Any

from k2k_console.overview.latest_changes import SAID
from k2k_console.overview.week_margins import week_margins
from k2k_console.overview.work_list import PLACES, PURCHASES_TO_APPROVE
from k2k_console.pages import PAGES
from k2k_console.vocabulary import Bar, Chart
from k2k_core.services.overview import work


def test_every_link_names_a_view_that_its_page_has() -> None:
    listed = {page.name: page.list for page in PAGES}
    for place in (*PLACES.values(), PURCHASES_TO_APPROVE):
        for name, value in place.given:
            listing = listed[place.page]
            assert listing is not None
            assert name == "view"
            assert value in [view.name for view in listing.views]


def _written() -> set[str]:
    """The actions that services write into the audit where a literal names them."""
    found = set()
    for source in Path(inspect.getfile(work)).parents[1].rglob("*.py"):
        for node in ast.walk(ast.parse(source.read_text(encoding="utf-8"))):
            if not isinstance(node, ast.Call):
                continue
            name, at = getattr(node.func, "id", ""), {"audit": 3, "_update": 2}
            found |= {one.value for one in node.args[at.get(name, 0) :][: name in at] if isinstance(one, ast.Constant)}
    return {str(action) for action in found}


def test_the_actions_that_services_write_into_the_audit_have_sentences() -> None:
    written = _written()
    assert len(written) > 30
    assert written - {"settings.changed", "company.changed"} <= set(SAID)


def test_a_chart_has_bars_to_scale_and_its_numbers() -> None:
    weeks: Any = [
        {"week": "2026-01-26", "boxes": 1, "revenue": "50.00", "cost": "30.00", "margin": "20.00"},
        {"week": "2026-02-02", "boxes": 2, "revenue": "100.00", "cost": "70.00", "margin": "30.00"},
    ]
    percents = ("40.0", "30.0")
    with_all: Any = [
        {**one, "margin_percent": each, "currency": "USD", "revenue_without_cost": "0.00"}
        for one, each in zip(weeks, percents, strict=True)
    ]
    chart = week_margins(with_all)["chart"]
    assert isinstance(chart, Chart)
    heights = [chart.height(bar) for bar in chart.bars]
    assert heights == [48, 96]
    assert [chart.place(bar) for bar in chart.bars] == [0, 90]
    assert chart.bars[1].cells[:2] == ("2", "100.00")
    assert week_margins([{**one, "revenue": "0.00"} for one in with_all])["chart"] is None


def test_a_chart_of_nothing_and_of_unknown_values_is_flat() -> None:
    bars = (Bar("a", Decimal(0), "0", ()), Bar("b", Decimal(0), "0", ()))
    chart = Chart("Week", (), bars)
    assert [chart.height(bar) for bar in bars] == [0, 0]
    assert [chart.place(bar) for bar in bars] == [None, None]
