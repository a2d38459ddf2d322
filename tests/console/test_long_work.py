"""Work that takes long: an action on many rows becomes a job, whose page says how far it is, stops it, and has its
outcome."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser as Chromium

from k2k_core.api import K2K
from k2k_core.api.jobs import job_runner
from tests.console.conftest import Browser, Form, Seen
from tests.console.in_chromium import logged_in, violations
from tests.console.page_forms import chosen, dialog
from tests.console.staged_boxes import grow, stage
from tests.console.trading import order

pytestmark = pytest.mark.parametrize("engine", ["sqlite"], indirect=True)

SELLER = "sales_manager@andes.test"
LOT_FIELDS = ("inventory_type", "product", "box_type", "boxes", "units_per_box", "unit_type", "arrival_date")


@pytest.fixture
def short(monkeypatch: pytest.MonkeyPatch) -> None:
    """An action on more than one row, or a sheet of more than two labels, takes long."""
    monkeypatch.setattr("k2k_console.page_views.actions.MOST_AT_LENGTH", 1)
    monkeypatch.setattr("k2k_console.pages.labels.MOST_AT_ONCE", 2)


def begun(browser: Browser, *numbers: str) -> Seen:
    """The page of the job that confirms some orders."""
    asked = chosen(browser.get("/orders/"), *numbers, do="confirm")
    return browser.send(dialog(browser.send(asked)))


def stop_form(page: Seen) -> Form:
    return next(form for form in page.forms if form.action.split("?")[0].endswith("/stop"))


def part_of(browser: Browser, page: Seen) -> Any:
    """What the page of a job asks for by itself."""
    return browser.client.get(page.at, headers={"HX-Request": "true", "HX-Target": "#job"})


@pytest.mark.usefixtures("short")
def test_many_orders_are_confirmed_by_a_job_that_names_those_refused(visit: Any, k2k: K2K) -> None:
    ready, gone = order(k2k), order(k2k, "C-100")
    browser = visit(SELLER)
    page = begun(browser, ready, gone)
    assert page.at.startswith("/jobs/")
    assert "It waits for its turn." in page.text
    assert 'role="progressbar"' in page.html
    assert 'http-equiv="refresh"' in page.html
    assert "back=/orders/" in page.at.replace("%2F", "/")
    assert 'hx-trigger="every 1s"' in part_of(browser, page).get_data(as_text=True)
    k2k.void("ANDES", gone, reason="storm", confirm="CONFIRM")
    assert k2k.run_jobs() == 1
    done = browser.get(page.at)
    assert "1 done, 1 refused" in done.text
    assert gone in done.text
    assert "hx-trigger" not in part_of(browser, page).get_data(as_text=True)
    assert 'http-equiv="refresh"' not in done.html
    assert k2k.show("ANDES", ready)["status"] == "confirmed"
    audited: Any = k2k.audit("ANDES", {"action": "confirm"}, limit=10)
    assert [entry["person"] for entry in audited["items"]] == [SELLER]
    assert "Confirmation of orders" in browser.get("/me/").text


@pytest.mark.usefixtures("short")
def test_any_action_on_many_rows_is_a_job_that_can_be_undone(visit: Any, k2k: K2K) -> None:
    lots = [k2k.record("ANDES", "lots", "L1")]
    k2k.put("ANDES", "lots", [{**{name: lots[0][name] for name in LOT_FIELDS}, "code": "L2"}])
    browser = visit(SELLER)
    page = browser.send(dialog(browser.send(chosen(browser.get("/inventory/"), "L1", "L2", do="hold"))))
    assert page.at.startswith("/jobs/")
    assert "Changes of several records" in page.text
    k2k.run_jobs()
    done = browser.get(page.at)
    assert "2 done, 0 refused" in done.text
    assert [k2k.record("ANDES", "lots", code)["on_hold"] for code in ("L1", "L2")] == [True, True]
    undone = browser.send(next(form for form in done.forms if "entry" in form))
    assert "Undone." in undone.text
    assert [k2k.record("ANDES", "lots", code)["on_hold"] for code in ("L1", "L2")] == [False, False]
    assert visit("admin@andes.test").get(page.at).status == 403


@pytest.mark.usefixtures("short")
def test_a_job_is_stopped_and_stays_stopped(visit: Any, k2k: K2K) -> None:
    numbers = [order(k2k), order(k2k, "C-100")]
    browser = visit(SELLER)
    page = begun(browser, *numbers)
    stopped = browser.send(stop_form(page))
    assert "Stopped." in stopped.text
    assert k2k.run_jobs() == 0
    assert [k2k.show("ANDES", number)["status"] for number in numbers] == ["pending", "pending"]
    again = browser.send(stop_form(page).put("key", "another-key-of-a-form"))
    assert "cancelled already" in again.text


@pytest.mark.usefixtures("short")
def test_a_sheet_of_many_labels_is_downloaded_from_its_job(visit: Any, k2k: K2K) -> None:
    stage(k2k, 3)
    browser = visit("warehouse@andes.test")
    awb = str(k2k.awbs("ANDES", limit=1)["items"][0]["id"])
    page = browser.send(dialog(browser.send(chosen(browser.get("/awbs/"), awb, do="print"))).put("format", "pdf"))
    address = page.at.split("?")[0]
    assert browser.client.get(f"{address}/file").status_code == 409
    k2k.run_jobs()
    assert f"{address}/file" in browser.get(page.at).html
    answer = browser.client.get(f"{address}/file")
    assert answer.data.startswith(b"%PDF")
    assert "label_sheet-" in answer.headers["Content-Disposition"]
    assert visit("procurement@bloom.test").get(page.at).status == 404


@pytest.mark.usefixtures("short")
def test_who_may_not_do_the_work_or_is_not_logged_in_sees_nothing_of_it(visit: Any, k2k: K2K) -> None:
    page = begun(visit(SELLER), order(k2k), order(k2k, "C-100"))
    assert visit("warehouse@andes.test").get(page.at).status == 403
    nobody = visit("")
    assert nobody.get(page.at).at.startswith("/log-in")
    assert part_of(nobody, page).status_code == 204


@pytest.mark.long
@pytest.mark.needs("chromium")
@pytest.mark.usefixtures("short")
def test_the_bar_moves_and_the_outcome_comes_by_itself(
    chromium: Chromium, served: Any, k2k: K2K, tmp_path: Path
) -> None:
    grow(k2k, 20)
    numbers = [order(k2k, customer) for customer in ("C-200", "C-100")]
    with served(k2k, tmp_path) as port, logged_in(chromium, port, SELLER, "/orders/") as page:
        page.get_by_role("checkbox", name="All on this page").click()
        page.get_by_role("button", name="Confirm 2 orders").click()
        page.get_by_role("progressbar", name="Confirmation of orders").wait_for()
        assert violations(page) == []
        stop = page.get_by_role("button", name="Stop")
        stop.focus()
        with page.expect_response(lambda answer: "/jobs/" in answer.url):
            pass
        assert stop.evaluate("node => node === document.activeElement")
        job_runner(k2k.context).drain()
        page.get_by_text("2 done, 0 refused").wait_for()
        page.get_by_role("link", name="Back").click()
        page.get_by_role("heading", name="Orders").wait_for()
    assert [k2k.show("ANDES", number)["status"] for number in numbers] == ["confirmed", "confirmed"]
