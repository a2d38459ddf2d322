"""Saves that cause findings: an error holds them back until "Save all the same", a warning follows as a note."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from k2k_console.pages import PAGES
from k2k_console.vocabulary import Action, Column, Empty, Field, List, Page
from k2k_core.api import K2K
from tests.console.conftest import Browser, Form, Seen

pytestmark = pytest.mark.parametrize("engine", ["sqlite"], indirect=True)

Opened = Callable[[str, str, str], tuple[Browser, Form]]


def page_of(collection: str, subject: str, field: str) -> Page:
    """A page on which one field of the records of a collection is changed."""
    asked = Field(field, "New value", kind="code", now=lambda row: row[field])
    change = Action("set", "Change it", subject, "%(name)s is changed.", fields=(asked,), values="values")
    column = Column("code", "Code", "code", phone="title")
    counted = ("%(count)d record", "%(count)d records")
    given = {"collection": collection}
    listing = List("records", "code", (column,), Empty("None"), counted, given=given, row_actions=(change,))
    return Page("products", (listing,))


@pytest.fixture
def opened(monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest) -> Opened:
    """Opens the form in which a field of a record is changed."""

    def opening(collection: str, code: str, field: str) -> tuple[Browser, Form]:
        declared = page_of(collection, collection.removesuffix("s"), field)
        monkeypatch.setattr("k2k_console.app.PAGES", (*PAGES, declared))
        browser: Browser = request.getfixturevalue("visit")("admin@bloom.test")
        return browser, dialog(browser.get(f"/products/?do=set&id={code}"))

    return opening


def dialog(page: Seen) -> Form:
    return next(form for form in page.forms if "do" in form and form["do"] == "set")


def currency(k2k: K2K) -> Any:
    return k2k.record("BLOOM", "vendors", "LOCAL")["currency"]


def test_an_error_holds_a_save_back_until_it_is_saved_all_the_same(opened: Opened, k2k: K2K) -> None:
    k2k.set("BLOOM", settings={"multicurrency": True})
    k2k.put("BLOOM", "vendors", [{"code": "LOCAL"}])
    browser, form = opened("vendors", "LOCAL", "currency")
    was = currency(k2k)
    held = browser.send(form.put("currency", "EUR"))
    assert held.status == 409
    assert "LOCAL sells in EUR, BLOOM in USD: no rate is set" in held.text
    assert "missing_exchange_rate" in held.text
    assert "Save all the same" in held.text
    assert currency(k2k) == was
    again = dialog(held)
    assert again["currency"] == "EUR"
    still = browser.send(again)
    assert (still.status, currency(k2k)) == (409, was)
    anyway = dialog(still)
    saved = browser.send(Form(anyway.action, "post", [*anyway.values, ("anyway", "1")]))
    assert "LOCAL is changed." in saved.text
    assert "missing_exchange_rate" in saved.text
    assert currency(k2k) == "EUR"


def test_a_warning_follows_a_save_as_a_note(opened: Opened, k2k: K2K) -> None:
    browser, form = opened("locations", "NYC", "k2k_gpm")
    saved = browser.send(form.put("k2k_gpm", "80"))
    assert saved.status == 200
    assert "NYC is changed." in saved.text
    assert "price_jump" in saved.text
    assert "Save all the same" not in saved.text
    assert k2k.record("BLOOM", "locations", "NYC")["k2k_gpm"] == "80"
    assert "price_jump" not in browser.get("/products/").text


def test_a_save_without_findings_has_no_note(opened: Opened, k2k: K2K) -> None:
    browser, form = opened("locations", "NYC", "k2k_gpm")
    saved = browser.send(form.put("k2k_gpm", "36"))
    assert "NYC is changed." in saved.text
    assert 'class="note' not in saved.html
    assert k2k.record("BLOOM", "locations", "NYC")["k2k_gpm"] == "36"
