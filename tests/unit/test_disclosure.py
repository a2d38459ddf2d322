"""Which fields of an answer a reader gets depends on the declared shape, not on the value."""

from __future__ import annotations

from k2k_core.domain.answers.catalog import CatalogPage, FirstShipDateReason
from k2k_core.domain.answers.field_types import FINAL_CUSTOMER, OPERATOR
from k2k_core.domain.disclosure import CATALOG, PRICE, SALE, disclosed, rules_of


def test_an_empty_list_is_there_for_whoever_would_see_something_in_it() -> None:
    empty = {"total": 0, "lines": []}
    assert disclosed(empty, CATALOG, FINAL_CUSTOMER) == {"total": 0, "lines": []}


def test_a_customer_sees_the_first_ship_date_and_not_whose_cut_offs_made_it() -> None:
    reason: FirstShipDateReason = {"vendor": "ANDES", "reasons": ["ANDES: today is Monday"], "chain": []}
    page: CatalogPage = {"total": 0, "lines": [], "first_ship_date": "2026-02-05", "first_ship_date_reason": reason}
    seen = {"total": 0, "lines": [], "first_ship_date": "2026-02-05"}
    assert disclosed(page, CATALOG, FINAL_CUSTOMER) == seen


def test_a_list_of_which_a_reader_may_see_nothing_is_not_there() -> None:
    assert disclosed({"price": "0.48", "explanation": []}, PRICE, FINAL_CUSTOMER) == {"price": "0.48"}


def test_a_field_without_a_declared_reader_is_for_nobody() -> None:
    assert disclosed({"total": 1, "margin": "31"}, CATALOG, FINAL_CUSTOMER) == {"total": 1}


def test_an_operator_sees_how_far_a_document_is() -> None:
    names = "number kind status k2k vendor buyer ship_date vendor_ship_date ship_via transfer overdue"
    assert {name for name, rule in SALE.items() if OPERATOR in rule} == set(names.split())


def test_rules_are_those_of_the_shape() -> None:
    assert rules_of(CatalogPage) == CATALOG
    assert set(CATALOG["lines"]) >= {"line", "price", "vendor"}
