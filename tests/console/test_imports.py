"""A file is imported in three steps: it is chosen, looked at row by row, and imported, its faulty rows left out."""

from __future__ import annotations

import io
import re
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser as Chromium

from k2k_core.api import K2K
from k2k_core.api.jobs import job_runner
from tests.console.conftest import Browser, Form, Seen
from tests.console.in_chromium import logged_in, violations

pytestmark = pytest.mark.parametrize("engine", ["sqlite"], indirect=True)

SELLER = "sales_manager@andes.test"
HEADER = "code,inventory_type,product,box_type,boxes,units_per_box,unit_type,arrival_date,price_a\n"
NEW = "L2,open_market_boxes,R-RED-60,HB,4,250,stem,2026-02-01,0.41\n"
FAULTY = "L3,open_market_boxes,R-RED-6O,HB,4,250,stem,2026-02-01,0.41\n"
SAME = "L1,open_market_boxes,R-RED-60,HB,10,250,stem,2026-01-31,0.30\n"
CHANGED = SAME.replace("0.30", "0.35")

MANY = 3_000
"""So many rows that an import takes seconds."""


@pytest.fixture
def browser(visit: Any) -> Browser:
    found: Browser = visit(SELLER)
    return found


def sent(browser: Browser, form: Form, **files: tuple[io.BytesIO, str]) -> Any:
    """The answer to a form of the import; a browser sends it with its file."""
    data = {**dict(form.values), **files}
    return browser.client.post(form.action, data=data, content_type="multipart/form-data")


def seen(browser: Browser, form: Form, **files: tuple[io.BytesIO, str]) -> Seen:
    return browser._seen(sent(browser, form, **files), form.action)


def looked_at(browser: Browser, *rows: str, header: str = HEADER) -> Seen:
    """The look at a file with these rows."""
    form = browser.get("/inventory/?do=import").form
    return seen(browser, form, file=(io.BytesIO((header + "".join(rows)).encode()), "stock.csv"))


def lots(k2k: K2K) -> dict[str, str]:
    found: Any = k2k.records("ANDES", "lots", limit=100)
    return {lot["code"]: lot["price_a"] for lot in found["items"]}


def faulty(page: Seen) -> Form:
    form = next(form for form in page.forms if ("content" in form or "job" in form) and "step" not in form)
    return Form(form.action, "post", [*form.values, ("step", "faulty")])


def test_a_file_is_looked_at_and_imported_without_its_faulty_rows(browser: Browser, k2k: K2K) -> None:
    assert 'href="/inventory/?do=import"' in browser.get("/inventory/").html
    page = looked_at(browser, CHANGED, NEW, FAULTY)
    for words in (
        "stock.csv: 3 rows. Nothing has been written yet.",
        "1 row has faults.",
        "R-RED-6O",
        "Nearest: R-RED-60",
    ):
        assert words in page.text
    assert "price_a 0.3 0.35" in page.text
    assert lots(k2k) == {"L1": "0.3"}
    file = sent(browser, faulty(page)).get_data(as_text=True)
    assert "R-RED-6O" in file
    assert "L2" not in file
    assert "Leave 1 out, import 2 rows" in page.text
    done = seen(browser, page.form)
    assert "2 rows are imported. 1 row was left out." in done.text
    assert lots(k2k) == {"L1": "0.35", "L2": "0.41"}
    audited: Any = k2k.audit("ANDES", {"action": "lots.imported"}, limit=10)
    assert [entry["person"] for entry in audited["items"]] == [SELLER]
    assert "2 rows are imported." in seen(browser, page.form).text, "a form that is sent twice imports once"
    assert k2k.audit("ANDES", {"action": "lots.imported"}, limit=1, count=True)["count"] == 1


def typed_again(page: Seen, place: str, typed: str) -> Form:
    """The form of the cells that are typed again, with what is typed in one of them."""
    form = next(form for form in page.forms if ("step", "check") in form.values)
    cells = dict(re.findall(r'name="((?:was\.)?cell\.[^"]+)" value="([^"]*)"', page.html))
    assert f"cell.{place}" in cells
    kept = [(name, value) for name, value in form.values if name not in cells]
    return Form(form.action, "post", [*kept, *{**cells, f"cell.{place}": typed}.items()])


def test_faulty_cells_are_typed_again_in_the_look(browser: Browser, k2k: K2K) -> None:
    page = looked_at(browser, CHANGED, FAULTY, NEW.replace(",4,", ",many,"))
    assert "2 rows have faults." in page.text
    assert 'value="R-RED-6O"' in page.html
    once = seen(browser, typed_again(page, "3.product", "R-RED-6X"))
    assert 'value="R-RED-6X"' in once.html
    assert "2 rows have faults." in once.text
    twice = seen(browser, typed_again(once, "3.product", "R-RED-60"))
    assert "1 row has faults." in twice.text
    assert "R-RED-60" in sent(browser, faulty(twice)).get_data(as_text=True)
    last = seen(browser, typed_again(twice, "4.boxes", "6"))
    assert "faults." not in last.text
    assert "Import 3 rows" in last.text
    assert lots(k2k) == {"L1": "0.3"}, "nothing is written before the last step"
    assert "3 rows are imported." in seen(browser, last.form).text
    assert lots(k2k) == {"L1": "0.35", "L2": "0.41", "L3": "0.41"}


def test_boxes_of_availability_are_added_to_those_that_are_there(browser: Browser, k2k: K2K) -> None:
    va = {"code": "VA-1", "inventory_type": "vendor_availability", "product": "R-RED-60", "box_type": "HB"}
    k2k.put(
        "ANDES", "lots", [{**va, "boxes": 5, "units_per_box": 250, "unit_type": "stem", "arrival_date": "2026-02-01"}]
    )
    form = browser.get("/inventory/?do=import").form.put("mode", "increase")

    def looked(rows: str) -> Seen:
        return seen(browser, form, file=(io.BytesIO(f"lot,boxes\n{rows}".encode()), "more.csv"))

    def boxes() -> Any:
        return k2k.record("ANDES", "lots", "VA-1")["boxes"]

    wrong = looked("VA-1,3\nL1,2\n")
    assert "is a lot of open_market_boxes, not of vendor availability" in wrong.text
    assert "Nothing of the file is imported until all of it can be." in wrong.text
    assert "Import 1 row" not in wrong.text
    page = looked("VA-1,3\n")
    assert "boxes 5 8" in page.text
    assert boxes() == 5
    for _ in range(2):
        assert "1 row is imported." in seen(browser, page.form).text
    assert boxes() == 8, "a form that is sent twice adds once"


def test_a_correction_of_no_cell_of_the_file_is_refused(browser: Browser, k2k: K2K) -> None:
    page = looked_at(browser, CHANGED, FAULTY)
    for place in ("99.product", "3.nothing"):
        form = next(form for form in page.forms if ("step", "check") in form.values)
        answer = sent(browser, Form(form.action, "post", [*form.values, (f"cell.{place}", "X")]))
        assert answer.status_code == 422, place
    assert lots(k2k) == {"L1": "0.3"}


def test_a_file_that_changes_nothing_says_so_and_one_that_cannot_be_read_says_why(browser: Browser) -> None:
    assert "No row changes anything." in looked_at(browser, SAME).text
    page = looked_at(browser, "L1,2\n", header="code,colour\n")
    assert page.status == 422
    assert "colour" in page.text
    nothing = seen(browser, browser.get("/inventory/?do=import").form)
    assert (nothing.status, "No file is chosen." in nothing.text) == (422, True)


def test_what_is_there_is_a_file_that_changes_nothing_when_it_is_imported_again(browser: Browser) -> None:
    answer = browser.client.get("/inventory/?do=import&rows=csv")
    assert answer.headers["Content-Disposition"] == 'attachment; filename="lots.csv"'
    header, _, rows = answer.get_data().decode("utf-8-sig").partition("\n")
    assert "No row changes anything." in looked_at(browser, rows, header=f"{header}\n").text
    assert browser.client.get("/inventory/?do=import&rows=pdf").status_code == 404


def test_an_import_is_undone_to_what_was_there_before_it(browser: Browser, k2k: K2K) -> None:
    page = looked_at(browser, "L1,0.35\n", header="code,price_a\n")
    k2k.set("ANDES", lot="L1", values={"price_a": "0.5"})
    again = seen(browser, page.form)
    assert lots(k2k) == {"L1": "0.35"}, "the file says the price, whatever it was"
    assert "1 row is imported." in again.text
    undone = browser.send(next(form for form in again.forms if "entry" in form))
    assert ("Undone." in undone.text, lots(k2k)) == (True, {"L1": "0.5"})


def test_a_long_file_is_looked_at_and_imported_by_a_worker(
    browser: Browser, visit: Any, k2k: K2K, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("k2k_console.page_views.import_view.LONG", 1)
    job = looked_at(browser, CHANGED, NEW, FAULTY)
    assert job.at.startswith("/jobs/")
    assert "It waits for its turn." in job.text
    number = job.at.split("?")[0].rpartition("/")[2]
    assert browser.get(f"/inventory/?do=import&job={number}").status == 404
    k2k.run_jobs()
    assert f"do=import&amp;job={number}" in browser.get(job.at).html
    page = browser.get(f"/inventory/?do=import&job={number}")
    assert "1 row has faults." in page.text
    assert "R-RED-6O" in sent(browser, faulty(page)).get_data(as_text=True)
    alone = seen(browser, Form(page.forms[-1].action, "post", [*faulty(page).values[:-1], ("step", "check")]))
    assert 'name="cell.2.product"' in alone.html, "the faulty rows of a long file are corrected by themselves"
    assert lots(k2k) == {"L1": "0.3"}
    colleague = visit("admin@andes.test")
    assert colleague.get(job.at).status == 403, "what a file has is for whoever imports it"
    assert colleague.get(f"/inventory/?do=import&job={number}").status == 403
    saving = seen(browser, page.form)
    k2k.run_jobs()
    assert "1 changed, 1 new" in browser.get(saving.at).text
    assert lots(k2k) == {"L1": "0.35", "L2": "0.41"}
    assert visit("procurement@bloom.test").get(job.at).status == 404


def test_what_no_page_sends_is_refused(browser: Browser, k2k: K2K) -> None:
    form = looked_at(browser, CHANGED).form
    for name, value in (("content", "not base64"), ("content", "YWJj"), ("step", "other"), ("key", "short")):
        assert sent(browser, form.put(name, value)).status_code == 400, name
    assert lots(k2k) == {"L1": "0.3"}


@pytest.mark.long
@pytest.mark.needs("chromium")
def test_a_file_is_imported_with_the_keyboard_alone(chromium: Chromium, served: Any, k2k: K2K, tmp_path: Path) -> None:
    file = tmp_path / "stock.csv"
    file.write_text(HEADER + CHANGED + FAULTY)
    with served(k2k, tmp_path) as port, logged_in(chromium, port, SELLER, "/inventory/") as page:
        page.get_by_role("link", name="Import").focus()
        page.keyboard.press("Enter")
        page.get_by_label("Choose a file, or drop it here").set_input_files(file)
        assert violations(page) == []
        page.keyboard.press("Tab")
        page.keyboard.press("Enter")
        page.get_by_text("1 row has faults.").wait_for()
        assert violations(page) == []
        page.keyboard.press("ControlOrMeta+Enter")
        page.get_by_text("1 row is imported.").wait_for()
        assert violations(page) == []
    assert lots(k2k)["L1"] == "0.35"


@pytest.mark.long
@pytest.mark.needs("chromium")
def test_the_page_of_a_long_import_leads_on_by_itself(
    chromium: Chromium, served: Any, k2k: K2K, tmp_path: Path
) -> None:
    file = tmp_path / "stock.csv"
    file.write_text(HEADER + CHANGED + "".join(NEW.replace("L2", f"N-{number}") for number in range(MANY)))
    with served(k2k, tmp_path) as port, logged_in(chromium, port, SELLER, "/inventory/?do=import") as page:
        page.get_by_label("Choose a file, or drop it here").set_input_files(file)
        page.get_by_role("button", name="Look at the rows").click()
        rows, done = page.get_by_role("link", name="Look at the rows"), page.get_by_text(f"1 changed, {MANY} new")
        for leads_to in (rows, done):
            page.get_by_text("It waits for its turn.").wait_for()
            page.get_by_role("progressbar", name="Import").wait_for()
            assert violations(page) == []
            with ThreadPoolExecutor(1) as worker:
                working = worker.submit(job_runner(k2k.context).drain)
                leads_to.wait_for(timeout=60_000)
                working.result()
            assert violations(page) == []
            if leads_to is rows:
                rows.click()
                page.locator("main").get_by_role("button", name="Import").click()
    assert len(lots(k2k)) == 100


def test_the_page_says_how_a_file_must_look_and_names_the_page_about_it(visit: Any) -> None:
    page = visit(SELLER).get("/inventory/?do=import")
    assert "How a file must look" in page.text
    assert "docs/office-files.md" in page.text
    assert (Path(__file__).parents[2] / "docs" / "office-files.md").is_file()
