"""The audit: who changed what, from what to what, newest first."""

from __future__ import annotations

from typing import Any

import pytest

from k2k_console.audit_words import changes
from k2k_core.api import K2K
from k2k_core.store.tables import Company, Customer, Location, Setting, Vendor


def test_a_change_at_a_desk_is_told_with_its_person_and_both_values(visit: Any, k2k: K2K) -> None:
    browser = visit("sales_manager@bloom.test")
    browser.look_and_save(browser.get("/gpms/").form.put("k2k_gpm", "31"))
    browser.send(browser.get("/markups/edit/?id=BLOOM/C-200").form.put("ecommerce_markup", "amount", "0.05"))
    text = visit("admin@bloom.test").get("/audit/").text
    newest, oldest = text.index("Changed customer C-200"), text.index("Changed the set-up")
    assert newest < oldest
    assert "sales_manager@bloom.test" in text
    assert "E-commerce markup percent 5 → amount 0.05" in text
    assert "K2K GPM 28 → 31" in text


def test_only_what_was_changed_is_written_down(visit: Any, k2k: K2K) -> None:
    browser = visit("setup@bloom.test")
    browser.send(browser.get("/companies/edit/?id=BLOOM").form.put("name", "Bloom"))
    text = visit("admin@bloom.test").get("/audit/").text
    assert "Name Bloom Wholesale → Bloom" in text
    assert "Currency" not in text


def test_the_overview_shows_the_latest_changes_to_those_who_may_see_the_audit(visit: Any, k2k: K2K) -> None:
    k2k.set(company="BLOOM", settings={"k2k_gpm": "31"})
    assert "Lately" in visit("admin@bloom.test").get("/").text
    assert "Lately" not in visit("warehouse@bloom.test").get("/").text


def test_the_audit_can_be_searched(visit: Any, k2k: K2K) -> None:
    k2k.set(company="BLOOM", settings={"k2k_gpm": "31"})
    k2k.set(company="BLOOM", customer="C-200", values={"credit_hold": True})
    text = visit("admin@bloom.test").get("/audit/?search=C-200").text
    assert "1 in all" in text
    assert "Credit hold off → on" in text


def test_a_change_is_taken_back_as_a_change_of_its_own(visit: Any, k2k: K2K) -> None:
    browser = visit("setup@bloom.test")
    browser.look_and_save(browser.get("/gpms/").form.put("k2k_gpm", "50"))
    page = browser.send(browser.get("/audit/").form)
    assert "Undone." in page.text
    assert "K2K GPM 50 → 28" in page.text
    (line,) = k2k.price(company="BLOOM", customer="C-100", lots=["ANDES/L1"])
    assert line["price"] == "0.48"


@pytest.mark.parametrize(
    "change",
    [
        {"customer": "C-200", "values": {"ecommerce_markup": {"amount": "0.05"}}},
        {"customer": "C-100", "values": {"sell_fast_markup": {"percent": "-5"}}},
        {"location": "MIA", "values": {"k2k_gpm": "31.5"}},
        {"vendor": "ANDES", "values": {"transit_days": 3}},
        {"settings": {"ship_days_offset": 3, "cut_offs": {"mon": "1200"}}},
        {"values": {"name": "Another name", "timezone": "America/Bogota"}},
    ],
)
def test_whatever_was_changed_is_afterwards_as_it_was_before(visit: Any, k2k: K2K, change: dict[str, Any]) -> None:
    def there() -> list[Any]:
        with k2k.context.store.whole_network.reading() as session:
            tables = (Setting, Customer, Location, Vendor)
            rows = [session.dicts(table.select().order_by(table.id)) for table in tables]
            for row in [row for found in rows for row in found]:
                row.pop("version", None)  # what is changed back has been changed twice
            settings = [(row["company_id"], row["name"], row["value"]) for row in rows[0]]
            named = session.rows(Company.select(Company.name, Company.timezone).order_by(Company.id))
            return [sorted(settings), *rows[1:], named]

    before = there()
    k2k.set(company="BLOOM", **change)
    assert there() != before
    browser = visit("admin@bloom.test")
    browser.send(browser.get("/audit/").form)
    assert there() == before


def test_what_was_changed_again_since_is_not_taken_back(visit: Any, k2k: K2K) -> None:
    browser = visit("admin@bloom.test")
    k2k.set(company="BLOOM", settings={"k2k_gpm": "31"})
    first = browser.get("/audit/").form
    k2k.set(company="BLOOM", settings={"gpm": "20"})
    k2k.set(company="BLOOM", settings={"k2k_gpm": "32"})
    page = browser.send(first)
    assert page.status == 409
    assert "changed again since" in page.text


def test_a_record_that_was_put_anew_since_is_not_taken_back(visit: Any, k2k: K2K) -> None:
    browser = visit("admin@bloom.test")
    k2k.set(company="BLOOM", customer="C-200", values={"type": "B"})
    first = browser.get("/audit/").form
    k2k.put(company="BLOOM", collection="customers", rows=[{"code": "C-200", "name": "Petal", "type": "B"}])
    assert browser.send(first).status == 409


def test_only_what_one_may_change_can_be_taken_back_and_only_ones_own(visit: Any, k2k: K2K) -> None:
    admin, stranger, operator = (visit(who) for who in ("admin@bloom.test", "admin@andes.test", "operator@k2k.test"))
    k2k.set(company="BLOOM", settings={"send_invoice_to": ["a@b.test"]})
    entry = admin.get("/audit/").form["entry"]

    def ask(browser: Any, entry: str) -> Any:
        token = browser.get("/").form["csrf_token"]
        return browser.client.post("/audit/undo/", data={"csrf_token": token, "entry": entry}).status_code

    assert ask(stranger, entry) == ask(stranger, "999999") == 404
    assert ask(visit("sales_manager@bloom.test"), entry) == 404  # who does not set up sees what they did themselves
    assert ask(visit("setup@bloom.test"), entry) == 403
    assert [ask(admin, nasty) for nasty in ("", "x", "9" * 30, "-1", "\x00", "٣")] == [404] * 6
    assert ask(admin, entry) == 302
    k2k.set(company="BLOOM", settings={"k2k_gpm": "31"})
    assert ask(operator, admin.get("/audit/").forms[3]["entry"]) == 403  # the newest entry, after both searches


def test_an_entry_that_is_no_change_of_values_offers_nothing(visit: Any, k2k: K2K) -> None:
    k2k.put(company="BLOOM", collection="carriers", rows=[{"code": "FEDEX", "name": "FedEx"}])
    page = visit("admin@bloom.test").get("/audit/")
    assert "Wrote carriers" in page.text
    assert 'name="entry"' not in page.html


def test_values_are_told_apart_and_the_unchanged_left_out() -> None:
    assert changes({"a": 1, "b": "x"}, {"a": 1, "b": "y"}) == [("b", "x", "y")]
    assert changes(None, {"a": [1, 2]}) == [("a", "unset", "1, 2")]
    assert changes("old", "new") == [("", "old", "new")]
    assert changes(None, None) == []
