"""The overview: what waits for a person in words, with the page that deals with it, and what stands beside it."""

from __future__ import annotations

import ast
import inspect
import re
from typing import Any

import pytest
from flask import Flask

from k2k_console import frame
from k2k_console.overview import work_list
from k2k_console.overview.latest_changes import SAID, said
from k2k_console.overview.work_list import PLACES, Place
from k2k_console.overview.work_words import TITLES, sentence, title
from k2k_core.api import K2K
from k2k_core.domain.roles import ALLOWED, SEEING_COSTS
from k2k_core.services.overview import unmapped, work
from k2k_core.store.database.session import Session
from tests.console.conftest import add_person
from tests.console.trading import order, trade

pytestmark = pytest.mark.parametrize("engine", ["sqlite"], indirect=True)

MOST_QUERIES = 50
"""Of the whole page when something has happened: what waits, partners with their shared lots, margins and changes are
each a handful."""

UNCHANGED = 2
"""Of a page when nothing has happened: who asks, and whether anything has happened."""

ORDERS = [
    {
        "number": f"P-100{n}K",
        "customer": "C-1",
        "customer_name": "Corner",
        "partner": "ANDES",
        "boxes": 3,
        "until": None,
    }
    for n in range(5)
]
FACTS: dict[str, Any] = {
    "carts": {"boxes": 3, "carts": ORDERS[:1]},
    "missing": {"boxes": 2},
    "to_receive": {
        "boxes": 9,
        "awbs": [{"awb": "729-1", "expected": 14, "scanned": 5, "arrival_date": "2026-02-03"}],
    },
    "to_bill": {"boxes": 3, "orders": [{**ORDERS[0], "reason": "credit_hold"}]},
    "dead_deliveries": {},
    "quarantine": {"contributions": ["steady_freight"], "lots_without_price": 6},
    "to_accept_connections": {"connections": ["ANDES:BLOOM"]},
    "not_ready": {"connections": ["ANDES:BLOOM"]},
    "unmapped_offers": {"exact": 37, "suggested": 40, "more": True},
}
OF_ORDERS = {"boxes": 15, "orders": ORDERS}


def _kinds() -> set[str]:
    """Every kind of work that the facade can answer, as its services name it."""
    found = set()
    for module in (work, unmapped):
        for node in ast.walk(ast.parse(inspect.getsource(module))):
            if isinstance(node, ast.Call) and getattr(node.func, "attr", getattr(node.func, "id", "")) in (
                "orders",
                "_item",
            ):
                found |= {one.value for one in node.args[:1] if isinstance(one, ast.Constant)}
            if isinstance(node, ast.Dict):
                pairs = zip(node.keys, node.values, strict=True)
                found |= {
                    v.value for k, v in pairs if getattr(k, "value", "") == "kind" and isinstance(v, ast.Constant)
                }
    return {str(kind) for kind in found}


@pytest.fixture
def queries(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    run: list[int] = []
    begin = Session._begin_statement

    def counted(self: Session) -> None:
        run.append(1)
        begin(self)

    monkeypatch.setattr(Session, "_begin_statement", counted)
    return run


def test_every_kind_of_work_has_a_title_in_both_languages_for_one_and_for_several(app: Flask) -> None:
    assert set(TITLES) == _kinds()
    for kind in TITLES:
        said_in = {}
        for language in ("en", "es"):
            with app.test_request_context(headers={"Accept-Language": language}):
                said_in[language] = [title(kind, 1), title(kind, 2)]
        assert len({*said_in["en"], *said_in["es"]}) == 4, kind


@pytest.mark.parametrize("kind", sorted(_kinds()))
def test_every_kind_of_work_is_a_sentence_of_its_facts_in_both_languages(app: Flask, kind: str) -> None:
    facts = FACTS.get(kind, OF_ORDERS)
    found = []
    for language in ("en", "es"):
        with app.test_request_context(headers={"Accept-Language": language}):
            found.append(sentence({"kind": kind, "facts": facts}))
    assert all(found)
    assert not any("%(" in one or "_" in one.replace("steady_freight", "") for one in found)
    assert found[0] != found[1] or kind in ("to_accept_connections", "not_ready")


def test_of_many_orders_the_first_are_named_and_the_others_counted(app: Flask) -> None:
    with app.test_request_context(headers={"Accept-Language": "en"}):
        found = sentence({"kind": "to_approve", "facts": OF_ORDERS})
    assert found == "15 boxes: P-1000K (Corner), P-1001K (Corner), P-1002K (Corner) and 2 more"


def _links(html: str) -> list[str]:
    part = re.search(r'<ul class="work">.*?</ul>', html, re.DOTALL)
    return re.findall(r'href="([^"]+)"', part[0]) if part else []


@pytest.mark.parametrize("company", ["andes", "bloom"])
@pytest.mark.parametrize("role", ["admin", "setup", "sales_manager", "salesperson", "procurement"])
def test_every_link_leads_to_a_page_that_opens(visit: Any, k2k: K2K, company: str, role: str) -> None:
    trade(k2k)
    browser = visit(f"{role}@{company}.test")
    page = browser.get("/")
    assert page.status == 200
    for address in _links(page.html):
        assert browser.get(address.replace("&amp;", "&")).status == 200, address


def test_one_order_is_opened_and_several_are_listed(visit: Any, k2k: K2K) -> None:
    first = trade(k2k)["ready"]
    browser = visit("admin@andes.test")
    assert f"/orders/{first}" in _links(browser.get("/").html)
    order(k2k, "C-200", day="2026-02-06")
    page = browser.get("/")
    assert "/orders/?view=to-confirm" in _links(page.html)
    assert "Orders wait for your confirmation" in page.text


def test_who_cannot_do_it_is_not_told_of_it(visit: Any, k2k: K2K) -> None:
    trade(k2k)
    assert "waits for your confirmation" in visit("sales_manager@andes.test").get("/").text
    assert "waits for your confirmation" not in visit("setup@andes.test").get("/").text
    assert "Cart runs out of time" in visit("salesperson@bloom.test").get("/").text
    assert "Cart runs out of time" not in visit("procurement@bloom.test").get("/").text


def test_by_when_is_said_in_the_time_of_the_company(visit: Any, k2k: K2K) -> None:
    order(k2k, checked_out=False)
    assert re.search(r"By Mon 2 Feb, \d\d:\d\d New York", visit("admin@bloom.test").get("/").text)


def test_a_page_that_is_not_there_is_no_link(app: Flask, visit: Any, k2k: K2K, monkeypatch: pytest.MonkeyPatch) -> None:
    order(k2k, checked_out=False)
    monkeypatch.setattr(work_list, "PLACES", {**PLACES, "carts": Place("nowhere", "See carts")})
    page = visit("admin@bloom.test").get("/")
    assert "Cart runs out of time" in page.text
    assert "See carts" not in page.text


def test_where_nothing_waits_the_page_says_so(visit: Any) -> None:
    text = visit("admin@andes.test").get("/").text
    assert "Nothing waits What needs you stands here" in text


def test_a_company_without_a_partner_is_shown_its_first_steps(visit: Any, k2k: K2K) -> None:
    add_person(k2k, "TULIP", "admin@tulip.test", "admin")
    text = visit("admin@tulip.test").get("/").text
    assert "Company done Person done Place still missing Customer done Partner still missing" in text


@pytest.mark.parametrize("role", ["admin", "setup", "sales_manager", "salesperson", "procurement"])
def test_margins_are_for_those_who_see_costs_and_changes_for_those_who_see_the_audit(visit: Any, role: str) -> None:
    text = visit(f"{role}@bloom.test").get("/").text
    assert ("Margin by week" in text) == (role in ALLOWED[SEEING_COSTS])
    assert ("Lately" in text) == (role in ("admin", "setup"))


def test_a_change_is_undone_from_the_overview_once(visit: Any, k2k: K2K) -> None:
    k2k.set(company="BLOOM", settings={"k2k_gpm": "31"})
    browser = visit("admin@bloom.test")
    page = browser.get("/")
    assert "host changed K2K GPM from 28 to 31" in page.text
    form = page.form
    assert "Undone." in browser.send(form).text
    (line,) = k2k.price(company="BLOOM", customer="C-100", lots=["ANDES/L1"])
    assert line["price"] == "0.48"
    assert browser.client.post("/undo/", data=dict(form.values) | {"key": "another-key"}).status_code == 409


def test_what_became_of_the_trade_has_its_colour_and_a_change_of_the_set_up_none(visit: Any, k2k: K2K) -> None:
    numbers = [order(k2k), order(k2k)]
    k2k.confirm("ANDES", numbers[0])
    k2k.void("ANDES", numbers[1], reason="hail", confirm="CONFIRM")
    k2k.set("ANDES", settings={"gpm": "31"})
    html = visit("admin@andes.test").get("/").html.partition('id="latest"')[2]
    assert re.findall(r"<li(?: class=\"(\w+)\")?>host (\w+)", html) == [
        ("", "changed"),
        ("warn", "voided"),
        ("ok", "confirmed"),
    ]


def test_undo_stands_only_where_it_works(visit: Any, k2k: K2K) -> None:
    def offered(email: str) -> int:
        return visit(email).get("/").html.count('action="/undo/"')

    k2k.set(company="BLOOM", settings={"k2k_gpm": "31"})
    k2k.set(company="BLOOM", settings={"gpm": "20"})
    assert offered("admin@bloom.test") == 2
    k2k.set(company="BLOOM", settings={"k2k_gpm": "32"})
    assert offered("admin@bloom.test") == 2  # the first was changed again since
    k2k.set(company="BLOOM", settings={"send_invoice_to": ["a@b.test"]})
    assert offered("admin@bloom.test") == 3
    assert offered("setup@bloom.test") == 2  # addresses are an admin's


def test_nobody_undoes_a_change_of_another_company(visit: Any, k2k: K2K) -> None:
    k2k.set(company="BLOOM", settings={"k2k_gpm": "31"})
    form = visit("admin@bloom.test").get("/").form
    for email, status in (("admin@andes.test", 404), ("salesperson@bloom.test", 403), ("operator@k2k.test", 403)):
        browser = visit(email)
        token = browser.get("/").form["csrf_token"]
        answer = browser.client.post("/undo/", data={"csrf_token": token, "entry": form["entry"], "key": f"k-{status}"})
        assert answer.status_code == status, email


def test_every_sentence_of_the_audit_is_in_both_languages(app: Flask) -> None:
    for action in SAID:
        entry = {"person": "ann", "subject": "X-1", "action": action, "before": None, "after": None}
        found = set()
        for language in ("en", "es"):
            with app.test_request_context(headers={"Accept-Language": language}):
                found.add(said(entry))
        assert len(found) == 2, action
        assert all(one.startswith("ann ") and "%(" not in one for one in found)


def test_what_customers_see_is_a_part_that_leads_to_the_hidden_lots(visit: Any) -> None:
    browser = visit("salesperson@bloom.test")
    assert 'hx-get="/seen/"' in browser.get("/").html
    part = browser.get("/seen/")
    assert "1 of 1 lot" in part.text
    assert 'hx-get="/seen/"' not in visit("admin@andes.test").get("/").html  # who sells only has no shop


def test_partners_stand_there_with_what_is_shared_and_the_next_cut_off_in_both_zones(visit: Any, k2k: K2K) -> None:
    k2k.set("ANDES", settings={"cut_offs": {"mon": "1500"}})
    k2k.set("BLOOM", values={"timezone": "America/Chicago"})
    text = visit("admin@bloom.test").get("/").text
    assert "Andes Flower Farms active · we buy there 1 of 1 14:00 15:00 Bogotá" in text
    assert "Bloom Wholesale active · buys from us 1 of 1 15:00" in visit("admin@andes.test").get("/").text


def test_the_page_takes_the_same_number_of_queries_whatever_waits(
    visit: Any, k2k: K2K, queries: list[int], app: Flask
) -> None:
    def taken() -> int:
        browser.get("/")
        queries.clear()
        assert browser.get("/").status == 200
        assert len(queries) == UNCHANGED
        app.extensions[frame.EXTENSION].stored.clear()
        queries.clear()
        assert browser.get("/").status == 200
        return len(queries)

    browser = visit("admin@bloom.test")
    trade(k2k)
    before = taken()
    for day in ("2026-02-05", "2026-02-06", "2026-02-07"):
        order(k2k, "C-200", day=day)
        order(k2k, "C-100", checked_out=False, day=day)
    assert taken() <= before
    assert before <= MOST_QUERIES
