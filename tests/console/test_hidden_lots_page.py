"""Hidden lots: every rule with its side, its lots and its end; of the other side's rule no figure and no setting."""

from __future__ import annotations

from typing import Any

import pytest

from k2k_core.api import K2K
from tests.console.conftest import Browser, add_person

pytestmark = pytest.mark.parametrize("engine", ["sqlite"], indirect=True)

LOT = "/hidden_lots/?customer=C-200&ship_date=2026-02-05&why=lot:ANDES/L1"


@pytest.fixture
def manager(visit: Any) -> Browser:
    found: Browser = visit("sales_manager@bloom.test")
    return found


def test_nothing_hidden_says_so(manager: Browser) -> None:
    page = manager.get("/hidden_lots/?customer=C-200")
    assert "1 seen, 0 hidden" in page.text
    assert "Nothing is hidden" in page.text


def test_rules_are_listed_with_their_side_and_can_be_narrowed_to_one(manager: Browser, k2k: K2K) -> None:
    k2k.set("ANDES", product="R-RED-60", values={"local_after": 1})
    page = manager.get("/hidden_lots/?customer=C-200&ship_via=grower")
    assert "0 seen, 1 hidden" in page.text
    assert "All 1 Ours 1 Vendors’ 1" in page.text, "a lot that both hide counts for both"
    assert "1 hidden, by reason checked 09:00" in page.text
    assert "Stays local local_after ANDES’s 1" in page.text
    assert "Ship via not allowed ship_via_not_allowed yours 1" in page.text
    ours = manager.get("/hidden_lots/?customer=C-200&ship_via=grower&whose=buyer").text
    assert "ship_via_not_allowed" in ours
    assert "local_after" not in ours
    assert "ship_via_not_allowed" not in manager.get("/hidden_lots/?customer=C-200&ship_via=grower&whose=vendor").text


def test_a_rule_of_ones_own_has_its_reason_and_its_setting(manager: Browser) -> None:
    page = manager.get(LOT + "&ship_via=grower")
    assert "Hidden by a rule of yours" in page.text
    assert "1 of 24 rules" in page.text
    assert "Hidden by a rule of yours checked 09:00" in page.text
    assert 'href="/customers/edit/?id=BLOOM/C-200#ship_via"' in page.html
    assert "customer C-200 cannot have k2k via grower Ship via of customer C-200, yours" in page.text
    assert "open market · in boxes" in page.text


def test_a_rule_of_the_vendor_shows_its_code_and_nothing_else(manager: Browser, k2k: K2K) -> None:
    k2k.set("ANDES", product="R-RED-60", values={"local_after": 1})
    page = manager.get(LOT)
    assert "Hidden, and not by a rule of yours" in page.text
    assert "Held back by the vendor local_after" in page.text
    drawer = page.html[page.html.index("What stops it") : page.html.index("What it passes")]
    assert not {"1 day", "2 days", "2026"} & {word for word in ("1 day", "2 days", "2026") if word in drawer}


def test_a_ship_date_too_early_names_the_dates_that_can_be_ordered(manager: Browser) -> None:
    page = manager.get("/hidden_lots/?customer=C-200&ship_date=2026-02-03&why=lot:ANDES/L1")
    assert "before_earliest_ship_date" in page.text
    assert "It can be ordered for ship dates Thu 5 Feb to Wed 11 Feb" in page.text


def test_a_lot_that_is_seen_says_so(manager: Browser) -> None:
    assert "This customer sees it" in manager.get(LOT).text
    assert manager.get("/hidden_lots/?customer=C-200&why=lot:ANDES/NONE").status == 404


def test_the_search_over_everything_leads_from_a_hidden_lot_to_its_reason(manager: Browser, k2k: K2K) -> None:
    k2k.set("ANDES", product="R-RED-60", values={"local_after": 1})
    page = manager.get("/search/?q=L1")
    assert "This customer does not see it" in page.text
    assert "why=lot%3AANDES%2FL1" in page.html


def test_salespeople_look_and_the_warehouse_does_not(visit: Any) -> None:
    assert visit("salesperson@bloom.test").get(LOT).status == 200
    assert visit("warehouse@bloom.test").get(LOT).status == 403


def test_the_reasons_are_in_spanish(visit: Any, k2k: K2K) -> None:
    k2k.set("ANDES", product="R-RED-60", values={"local_after": 1})
    add_person(k2k, "BLOOM", "ana@bloom.test", "admin", locale="es")
    page = visit("ana@bloom.test").get(LOT)
    for words in ("¿Por qué está oculto este lote?", "No compartido por el proveedor", "Se queda local"):
        assert words in page.text, words
