"""What the vocabulary does for every page, on a page of lots that is declared here: numbers, conflicts, undo."""

from __future__ import annotations

from typing import Any

import pytest

from k2k_console.pages import PAGES
from k2k_console.vocabulary import Action, Column, Detail, Drawer, Empty, Fact, Field, Filter, List, Page, View
from k2k_core.api import K2K
from tests.console.conftest import Browser, Form, add_person
from tests.console.page_forms import dialog

pytestmark = pytest.mark.parametrize("engine", ["sqlite"], indirect=True)

PRICE = Action(
    "set",
    "Set the price",
    "lot",
    "%(name)s has its price.",
    name="price",
    fields=(
        Field("price_a", "Price A", kind="money", now=lambda lot: lot["price_a"]),
        Field("on_hold", "On hold", kind="switch", now=lambda lot: lot["on_hold"]),
    ),
    values="values",
)
WHY = Drawer("price", "Why this price?", lambda k2k, company, key: {"lot": key}, "k2k/error.html")
LOTS = Page(
    "products",
    (
        List(
            read="records",
            given={"collection": "lots"},
            key="code",
            counted=("%(count)d lot", "%(count)d lots"),
            columns=(
                Column("code", "Lot", "code", sort="code", phone="title"),
                Column("price_a", "Price A", "money", edit=PRICE),
                Column("boxes", "Boxes", "number"),
            ),
            filters=(Filter("code", "Code", "text"),),
            views=(View("all", "All"),),
            empty=Empty("No lot"),
        ),
        Detail(
            read="record",
            subject="code",
            given={"collection": "lots"},
            title=lambda lot: lot["code"],
            facts=(Fact("Price A", lambda lot: lot["price_a"], "number"),),
            actions=(PRICE,),
        ),
        WHY,
    ),
)


@pytest.fixture(autouse=True)
def declared(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("k2k_console.app.PAGES", (*PAGES, LOTS))


def lot(k2k: K2K) -> Any:
    return k2k.record("ANDES", "lots", "L1")


@pytest.fixture
def browser(visit: Any) -> Browser:
    found: Browser = visit("admin@andes.test")
    return found


@pytest.fixture(params=["/products/?do=price&id=L1", "/products/L1?do=price"], ids=["in the list", "on its page"])
def form(browser: Browser, request: pytest.FixtureRequest) -> Form:
    return dialog(browser.get(request.param))


def test_a_changed_value_is_saved_alone_and_undone_from_its_toast(browser: Browser, k2k: K2K, form: Form) -> None:
    assert (form["price_a"], form["was.price_a"]) == ("0.3", "0.3")
    page = browser.send(form.put("price_a", "0.35"))
    assert "L1 has its price." in page.text
    assert lot(k2k)["price_a"] == "0.35"
    assert k2k.audit("ANDES", sort="-id", limit=1)["items"][0]["after"] == {"price_a": "0.35"}
    undo = next(form for form in page.forms if "do" in form and form["do"] == "undo")
    assert "Undone." in browser.send(undo).text
    assert lot(k2k)["price_a"] == "0.3"


def test_nothing_changed_is_nothing_saved(browser: Browser, k2k: K2K, form: Form) -> None:
    before = k2k.audit("ANDES", limit=1, count=True)["count"]
    assert "Nothing was changed." in browser.send(form.put("price_a", "0.300")).text
    assert k2k.audit("ANDES", limit=1, count=True)["count"] == before


def test_a_number_that_reads_both_ways_is_asked_about(browser: Browser, k2k: K2K, form: Form) -> None:
    asked = browser.send(form.put("price_a", "1,500"))
    assert asked.status == 422
    assert "Did you mean" in asked.text
    assert dialog(asked)["price_a"] == "1,500"
    answer = dialog(asked)
    chosen = Form(answer.action, "post", [*answer.values, ("reading", "price_a:1,500=1500")])
    assert "L1 has its price." in browser.send(chosen).text
    assert lot(k2k)["price_a"] == "1500"


def test_a_number_is_shown_and_read_as_the_readers_language_writes_it(visit: Any, k2k: K2K) -> None:
    add_person(k2k, "ANDES", "jefa@andes.test", "admin", locale="es")
    browser = visit("jefa@andes.test")
    form = dialog(browser.get("/products/L1?do=price"))
    assert form["price_a"] == "0,3"
    browser.send(form.put("price_a", "0,45"))
    assert lot(k2k)["price_a"] == "0.45"


@pytest.mark.parametrize(("keep", "price"), [("theirs", "0.33"), ("yours", "0.35")])
def test_a_field_that_another_changed_meanwhile_is_decided_by_its_person(
    browser: Browser, k2k: K2K, form: Form, keep: str, price: str
) -> None:
    k2k.set("ANDES", lot="L1", values={"price_a": "0.33"})
    conflict = browser.send(form.put("price_a", "0.35"))
    assert conflict.status == 409
    assert "Somebody else changed this while you were editing" in conflict.text
    assert all(value in conflict.text for value in ("0.3", "0.33", "0.35"))
    assert lot(k2k)["price_a"] == "0.33"
    again = dialog(conflict)
    values = [(name, value) for name, value in again.values if name != "keep.price_a"]
    browser.send(Form(again.action, "post", [*values, ("keep.price_a", keep)]))
    assert lot(k2k)["price_a"] == price


def test_another_field_that_somebody_changed_is_left_alone(browser: Browser, k2k: K2K, form: Form) -> None:
    k2k.set("ANDES", lot="L1", values={"on_hold": True})
    browser.send(form.put("price_a", "0.35"))
    assert (lot(k2k)["price_a"], lot(k2k)["on_hold"]) == ("0.35", True)


def test_a_drawer_that_a_page_does_not_have_is_not_found(browser: Browser) -> None:
    assert browser.get("/products/?why=cost:L1").status == 404


def test_an_action_that_a_page_does_not_have_is_not_found(browser: Browser, form: Form) -> None:
    assert browser.send(form.put("do", "void")).status == 404


def test_a_form_without_an_idempotency_key_is_refused(browser: Browser, form: Form) -> None:
    assert browser.send(form.put("key", "short")).status == 400
