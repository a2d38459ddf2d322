"""A save while somebody else changed other fields of the record: it goes through, and that is told."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from k2k_console.pages import PAGES
from k2k_console.vocabulary import Action, Column, Empty, Field, List, Page
from k2k_core.api import K2K
from k2k_core.domain.roles import Actor
from tests.console.conftest import Browser, Form, Seen

pytestmark = pytest.mark.parametrize("engine", ["sqlite"], indirect=True)

JORGE = Actor("jorge@bloom.test", "BLOOM", frozenset(("admin",)))


def page() -> Page:
    """A page on which two values of a place are changed."""
    fields = tuple(
        Field(name, label, kind=kind, needed=name == "name", now=lambda row, name=name: row[name])
        for name, label, kind in (("k2k_gpm", "K2K GPM", "number"), ("name", "Name", "text"))
    )
    change = Action("set", "Change it", "location", "%(name)s is changed.", fields=fields, values="values")
    column = Column("code", "Code", "code", phone="title")
    counted = ("%(count)d place", "%(count)d places")
    given = {"collection": "locations"}
    return Page(
        "products",
        (List("records", "code", (column,), Empty("None"), counted, given=given, row_actions=(change,)),),
    )


@pytest.fixture
def opened(monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest) -> tuple[Browser, Form]:
    """The dialog, open."""
    monkeypatch.setattr("k2k_console.app.PAGES", (*PAGES, page()))
    visit: Callable[[str], Browser] = request.getfixturevalue("visit")
    browser = visit("admin@bloom.test")
    return browser, dialog(browser.get("/products/?do=set&id=NYC"))


def dialog(seen: Seen) -> Form:
    return next(form for form in seen.forms if "do" in form and form["do"] == "set")


def values(k2k: K2K) -> tuple[Any, Any]:
    record: Any = k2k.record("BLOOM", "locations", "NYC")
    return record["k2k_gpm"], record["name"]


def test_another_field_that_somebody_changed_is_told_with_the_save(opened: tuple[Browser, Form], k2k: K2K) -> None:
    browser, form = opened
    k2k.on_behalf_of(JORGE).set("BLOOM", location="NYC", values={"k2k_gpm": "37"})
    saved = browser.send(form.put("name", "Manhattan"))
    assert "Manhattan is changed." in saved.text
    assert "jorge@bloom.test changed K2K GPM meanwhile." in saved.text
    assert values(k2k) == ("37", "Manhattan")


def test_where_nobody_changed_anything_nothing_is_told(opened: tuple[Browser, Form], k2k: K2K) -> None:
    browser, form = opened
    assert "meanwhile" not in browser.send(form.put("name", "Manhattan")).text
    assert values(k2k)[1] == "Manhattan"


def test_a_fault_in_the_form_overwrites_nothing_of_what_somebody_changed(
    opened: tuple[Browser, Form], k2k: K2K
) -> None:
    browser, form = opened
    k2k.on_behalf_of(JORGE).set("BLOOM", location="NYC", values={"k2k_gpm": "37"})
    refused = browser.send(form.put("name", ""))
    assert refused.status == 422
    saved = browser.send(dialog(refused).put("name", "Manhattan"))
    assert "jorge@bloom.test changed K2K GPM meanwhile." in saved.text
    assert values(k2k) == ("37", "Manhattan")


def test_the_same_field_after_a_fault_is_still_a_conflict(opened: tuple[Browser, Form], k2k: K2K) -> None:
    browser, form = opened
    k2k.on_behalf_of(JORGE).set("BLOOM", location="NYC", values={"k2k_gpm": "37"})
    refused = browser.send(form.put("k2k_gpm", "38").put("name", ""))
    again = browser.send(dialog(refused).put("name", "Manhattan"))
    assert again.status == 409
    assert "37" in again.text
    assert values(k2k)[0] == "37"
