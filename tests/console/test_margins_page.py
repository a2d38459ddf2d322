"""Margins and what-if drafts: what saving would do is shown before, and nothing is saved that was not seen."""

from __future__ import annotations

from typing import Any

import pytest

from k2k_core.api import K2K
from tests.console.conftest import Browser, Form, add_person

pytestmark = pytest.mark.parametrize("engine", ["sqlite"], indirect=True)


@pytest.fixture
def browser(visit: Any) -> Browser:
    found: Browser = visit("sales_manager@bloom.test")
    return found


def margins(browser: Browser, **typed: str) -> Form:
    form = browser.get("/gpms/").form
    for name, value in typed.items():
        form = form.put(name, value)
    return form


def own(k2k: K2K, name: str) -> Any:
    return k2k.settings("BLOOM")[name]["own"]


def button(form: Form, name: str) -> Form:
    form.values.append(("do", name))
    return form


def draft(browser: Browser, **typed: str) -> Any:
    looked = browser.send(margins(browser, **typed))
    return browser.send(button(looked.form, "draft"))


def test_the_effect_is_asked_for_without_writing_anything(browser: Browser, k2k: K2K) -> None:
    before = k2k.audit("BLOOM", limit=1, count=True)["count"]
    form = button(margins(browser, k2k_gpm="31"), "effect")
    headers = {"HX-Request": "true", "HX-Target": "#edit"}
    answer = browser.client.post("/gpms/", data=dict(form.values), headers=headers)
    assert answer.status_code == 200
    part = answer.get_data(as_text=True)
    assert "<html" not in part
    assert "Save, 3 prices rise" in part
    assert "Rose Red Freedom 60cm" in part
    assert (own(k2k, "k2k_gpm"), k2k.drafts("BLOOM")["items"]) == ("28", [])
    assert k2k.audit("BLOOM", limit=1, count=True)["count"] == before


def test_what_is_lost_is_said_first_and_what_falls_under_the_floor_is_named(browser: Browser, k2k: K2K) -> None:
    lost = browser.send(margins(browser, k2k_gpm="", gpm=""))
    assert "Save, 3 prices are lost" in lost.text
    assert "none rises, none falls" in lost.text
    under = browser.send(margins(browser, k2k_gpm="20", margin_floor="25"))
    assert "Save, 3 prices fall" in under.text
    assert "3 prices are under the floor." in under.text
    assert "K2K GPM: 28 → 20" not in browser.send(under.form).text
    assert (own(k2k, "k2k_gpm"), own(k2k, "margin_floor")) == ("20", "25")


def test_an_effect_that_is_another_by_now_is_shown_again(browser: Browser, k2k: K2K) -> None:
    looked = browser.send(margins(browser, k2k_gpm="31"))
    k2k.put("BLOOM", "customers", [{"code": "C-400", "name": "Dale", "type": "A"}])
    again = browser.send(looked.form)
    assert again.status == 409
    assert "Save, 4 prices rise" in again.text
    assert own(k2k, "k2k_gpm") == "28"
    assert "K2K GPM: 28 → 31. 4 prices rise." in browser.send(again.form).text


def test_what_others_changed_beside_is_told_and_stays(browser: Browser, k2k: K2K) -> None:
    form = margins(browser, k2k_gpm="31")
    k2k.set("BLOOM", settings={"gpm": "40"})
    looked = browser.send(form)
    assert "host changed Company GPM meanwhile." in looked.text
    assert "K2K GPM: 28 → 31." in browser.send(looked.form).text
    assert (own(k2k, "k2k_gpm"), own(k2k, "gpm")) == ("31", "40")


def test_a_saved_margin_is_taken_back_from_its_toast(browser: Browser, k2k: K2K) -> None:
    page = browser.look_and_save(margins(browser, k2k_gpm="31", **{"place.NYC": "36"}))
    assert "2 changes are saved." in page.text
    assert k2k.record("BLOOM", "locations", "NYC")["k2k_gpm"] == "36"
    assert "Undone." in browser.send(page.form).text
    assert own(k2k, "k2k_gpm") == "28"
    assert k2k.record("BLOOM", "locations", "NYC")["k2k_gpm"] == "35"


def test_a_form_that_is_sent_twice_is_saved_once(browser: Browser, k2k: K2K) -> None:
    looked = browser.send(margins(browser, k2k_gpm="31"))
    assert "K2K GPM: 28 → 31." in browser.send(looked.form).text
    assert browser.send(looked.form).status == 200
    changed = [row for row in k2k.audit("BLOOM")["items"] if row["action"] == "settings.changed"]
    assert len(changed) == 1


def test_the_page_of_a_company_without_margins_says_what_a_margin_does(k2k: K2K, visit: Any) -> None:
    add_person(k2k, "TULIP", "jefe@tulip.test", "admin", locale="es")
    page = visit("jefe@tulip.test").get("/gpms/")
    assert "El costo puesto 1,40 con 22\xa0% se vende a 1,80." in page.html
    assert "No hay sedes." in page.text


def test_a_company_without_customers_saves_its_margins_too(k2k: K2K, visit: Any) -> None:
    k2k.add_company({"code": "PEONY", "name": "Peony Imports", "currency": "USD", "timezone": "America/Bogota"})
    add_person(k2k, "PEONY", "ana@peony.test", "admin")
    ana = visit("ana@peony.test")
    looked = ana.send(margins(ana, k2k_gpm="30"))
    assert "PEONY has no customers whose prices could move." in looked.text
    assert "K2K GPM: none → 30." in ana.send(looked.form).text
    assert k2k.settings("PEONY")["k2k_gpm"]["own"] == "30"


def test_a_draft_is_stored_looked_at_and_applied(browser: Browser, k2k: K2K) -> None:
    assert "Draft D-1001 is stored" in draft(browser, k2k_gpm="31").text
    assert own(k2k, "k2k_gpm") == "28"
    page = browser.get("/drafts/")
    assert "K2K GPM: 31" in page.text
    drawer = browser.get("/drafts/?why=draft:D-1001")
    assert "What applying would do" in drawer.text
    assert "prices rise" in drawer.text
    file = browser.client.post("/drafts/", data={**dict(drawer.forms[-1].values), "do": "moves"})
    assert file.mimetype == "text/csv"
    assert file.get_data(as_text=True).count("ANDES/L1") == 3
    form = next(form for form in page.forms if ("do", "cells") in form.values)
    form.values.append(("pressed", "apply_draft:D-1001"))
    applied = browser.send(form)
    assert "The draft D-1001 is applied." in applied.text
    assert own(k2k, "k2k_gpm") == "31"
    assert "Undone." in browser.send(applied.form).text
    assert own(k2k, "k2k_gpm") == "28"


def test_a_draft_of_very_many_prices_is_stored_and_exported_by_a_worker(
    browser: Browser, k2k: K2K, monkeypatch: pytest.MonkeyPatch
) -> None:
    form = browser.send(margins(browser, k2k_gpm="31")).form
    assert form["lines"] == "3"
    job = browser.send(button(form.put("lines", "100001"), "draft"))
    assert job.at.startswith("/jobs/")
    assert k2k.drafts("BLOOM")["items"] == []
    k2k.run_jobs()
    assert 'href="/drafts/"' in browser.get(job.at).html.partition("<main")[2]
    (stored,) = k2k.drafts("BLOOM")["items"]
    assert [change["settings"] for change in stored["changes"]] == [{"k2k_gpm": "31"}]
    monkeypatch.setattr("k2k_console.pages.margins.drafts_page.MOST_AT_ONCE", 2)
    drawer = browser.get("/drafts/?why=draft:D-1001")
    file = browser.send(Form("/drafts/", "post", [*drawer.forms[-1].values, ("do", "moves")]))
    k2k.run_jobs()
    answer = browser.client.get(f"{file.at.split('?')[0]}/file")
    assert answer.get_data(as_text=True).count("ANDES/L1") == 3


def test_a_draft_over_what_others_changed_is_applied_once_that_was_seen(browser: Browser, k2k: K2K) -> None:
    draft(browser, k2k_gpm="31")
    k2k.set("BLOOM", settings={"k2k_gpm": "35"})
    page = browser.get("/drafts/")
    assert "1 value changed since" in page.text
    assert "K2K GPM 28 35 31" in browser.get("/drafts/?why=draft:D-1001").text
    form = next(form for form in page.forms if ("do", "cells") in form.values)
    form.values.append(("pressed", "apply_draft:D-1001"))
    held = browser.send(form)
    assert held.status == 409
    assert "K2K GPM 28 35" in held.text
    assert own(k2k, "k2k_gpm") == "35"
    (known,) = [form for form in held.forms if "known" in form]
    k2k.set("BLOOM", settings={"k2k_gpm": "36"})
    again = browser.send(known)
    assert again.status == 409
    (known,) = [form for form in again.forms if "known" in form]
    assert "The draft D-1001 is applied." in browser.send(known).text
    assert own(k2k, "k2k_gpm") == "31"
    for forged in ("[1]", "{"):
        assert browser.send(known.put("known", forged)).status == 400


def test_drafts_are_dropped_together(browser: Browser, k2k: K2K) -> None:
    draft(browser, k2k_gpm="31")
    draft(browser, k2k_gpm="32")
    form = next(form for form in browser.get("/drafts/").forms if "counted" in form)
    form.values += [("id", "D-1001"), ("id", "D-1002"), ("do", "drop_draft")]
    assert "2 drafts are dropped." in browser.send(form.put("counted", "2")).text
    assert {row["state"] for row in k2k.drafts("BLOOM")["items"]} == {"dropped"}
