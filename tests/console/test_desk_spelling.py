"""Desks find and export names as people write them: in any case, in both spellings of Unicode, readable in Excel."""

from __future__ import annotations

import unicodedata
from typing import Any

import pytest

from k2k_core.api import K2K

pytestmark = pytest.mark.usefixtures("with_accents")


@pytest.fixture
def with_accents(k2k: K2K) -> None:
    """A customer and a price list with accents in their names."""
    k2k.put("BLOOM", "customers", [{"code": "N-1", "name": "ÑANDÚ Flores", "type": "A"}])
    k2k.put("BLOOM", "price_lists", [{"code": "N-2", "name": "Ñandú de mañana"}])


@pytest.mark.parametrize("written", ["ÑANDÚ", "ñandú", "Ñandú", "nandu", "n-"])
@pytest.mark.parametrize("form", ["NFC", "NFD"])
def test_a_desk_finds_a_name_however_it_is_written(visit: Any, written: str, form: str) -> None:
    browser = visit("admin@bloom.test")
    words = unicodedata.normalize(form, written)
    for desk, code in (("markups", "N-1"), ("customers", "N-1"), ("price-lists", "N-2")):
        page = browser.get(f"/{desk}/?search={words}").text
        assert code in page, desk
    assert "N-1" not in browser.get("/markups/?search=condor").text


def test_every_export_of_a_desk_begins_with_a_byte_order_mark(visit: Any) -> None:
    browser = visit("admin@bloom.test")
    for desk in ("markups", "customers", "price-lists"):
        told = browser.client.get(f"/{desk}/export/csv/").get_data()
        assert told.startswith(b"\xef\xbb\xbf"), desk
        assert told.count(b"\xef\xbb\xbf") == 1
    assert "ÑANDÚ Flores" in browser.client.get("/customers/export/csv/").get_data().decode("utf-8-sig")
