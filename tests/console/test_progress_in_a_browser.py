"""How far long work is, in Chromium: the bar has a number while the work is in a transaction of its own, and what is
exported arrives whole."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Download, Page, expect

from k2k_core.api import K2K
from k2k_core.api.jobs import job_runner
from k2k_core.services.jobs.heartbeat import Heartbeat
from tests.console.in_chromium import logged_in, violations
from tests.console.trading import trade

pytestmark = [
    pytest.mark.needs("chromium"),
    pytest.mark.parametrize("engine", ["sqlite"], indirect=True),
]

HEADER = "code,inventory_type,product,box_type,boxes,units_per_box,unit_type,arrival_date,price_a\n"
ROW = "N-{row},open_market_boxes,R-RED-60,HB,4,250,stem,2026-02-01,0.41\n"
ROWS = 5


class Worker:
    """A worker in a thread, which waits once it is so far until it may go on."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, k2k: K2K) -> None:
        self.go_on = threading.Event()
        tell, runner = Heartbeat.progress, job_runner(k2k.context)

        def waiting(beating: Heartbeat, done: int, of: int | None) -> None:
            tell(beating, done, of)
            if of is not None and done < of:
                assert self.go_on.wait(60)

        monkeypatch.setattr(Heartbeat, "progress", waiting)
        self._drain = runner.drain

    @contextmanager
    def working_on(self, page: Page) -> Iterator[None]:
        """It does what waits: the work of the page."""
        page.get_by_text("It waits for its turn.").wait_for()
        with ThreadPoolExecutor(1) as pool:
            drained = pool.submit(self._drain)
            try:
                yield
            finally:
                self.go_on.set()
                drained.result()


@pytest.fixture
def worker(monkeypatch: pytest.MonkeyPatch, k2k: K2K) -> Worker:
    return Worker(monkeypatch, k2k)


def downloaded(file: Download) -> str:
    return Path(file.path()).read_text(encoding="utf-8-sig")


def shows(page: Page, name: str, done: int, of: int) -> None:
    """The bar says how far the work is, in words and as a number."""
    bar = page.get_by_role("progressbar", name=name)
    expect(bar).to_have_attribute("aria-valuenow", str(done))
    expect(bar).to_have_attribute("aria-valuemax", str(of))
    expect(page.locator("#job")).to_contain_text(f"{done} of {of}")
    assert violations(page) == []


def test_a_look_at_a_long_file_says_at_which_row_it_is(
    chromium: Browser, served: Any, k2k: K2K, tmp_path: Path, worker: Worker, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("k2k_console.page_views.import_view.LONG", 1)
    monkeypatch.setattr("k2k_core.services.setup.row_imports.MOST_ROWS", 2)
    file = tmp_path / "stock.csv"
    file.write_text(HEADER + "".join(ROW.format(row=row) for row in range(ROWS)))
    with (
        served(k2k, tmp_path) as port,
        logged_in(chromium, port, "sales_manager@andes.test", "/inventory/?do=import") as page,
    ):
        page.get_by_label("Choose a file, or drop it here").set_input_files(file)
        page.get_by_role("button", name="Look at the rows").click()
        with worker.working_on(page):
            shows(page, "Import", 2, ROWS)
        page.get_by_role("link", name="Look at the rows").click()
        expect(page.locator("dl.sum")).to_contain_text(f"New{ROWS}")


def test_a_long_export_says_how_far_it_is_and_is_downloaded_from_its_page(
    chromium: Browser, served: Any, k2k: K2K, tmp_path: Path, worker: Worker, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("k2k_console.pages.margins.drafts_page.MOST_AT_ONCE", 2)
    draft = k2k.what_if("BLOOM", [{"settings": {"k2k_gpm": "31"}}])["draft"]
    with (
        served(k2k, tmp_path) as port,
        logged_in(chromium, port, "admin@bloom.test", f"/drafts/?why=draft:{draft}") as page,
    ):
        page.locator("dialog").get_by_role("button", name="CSV").click()
        with worker.working_on(page):
            shows(page, "Export of a draft’s prices", 1, 3)
        with page.expect_download() as downloading:
            page.get_by_role("link", name="Download").click()
        assert downloaded(downloading.value).count("ANDES/L1") == 3


def test_the_export_of_a_list_arrives_with_every_row_and_leaves_its_page_as_it_was(
    chromium: Browser, served: Any, k2k: K2K, tmp_path: Path
) -> None:
    trade(k2k)
    numbers = [row["number"] for row in k2k.orders("ANDES", kind="sales_order", sort="number", limit=100)["items"]]
    with (
        served(k2k, tmp_path) as port,
        logged_in(chromium, port, "admin@andes.test") as page,
    ):
        page.goto("/orders/?view=all&sort=number")
        with page.expect_download() as downloading:
            page.get_by_role("link", name="Export").click()
        assert downloading.value.suggested_filename == "k2k-orders.csv"
        page.get_by_role("heading", name="Orders").wait_for()
        first, *rows = downloaded(downloading.value).splitlines()
    assert first.startswith("Order,Buyer")
    assert [row.partition(",")[0] for row in rows] == numbers
