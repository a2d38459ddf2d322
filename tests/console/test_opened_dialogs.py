"""A dialog that was just opened says nothing that is wrong, whatever is needed in it."""

from __future__ import annotations

import re
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from k2k_console.page_views.action_forms import fields_of
from k2k_console.pages import PAGES
from k2k_console.vocabulary import Page
from k2k_core.api import K2K
from tests.console.every_address import addresses_of, company_of, furnish

pytestmark = pytest.mark.parametrize("engine", ["sqlite"], indirect=True)


def needs_something(page: Page, address: str) -> bool:
    """Whether an address opens a dialog in which something has to be filled in."""
    do = parse_qs(urlsplit(address).query).get("do", [""])[0]
    return do in page.actions and any(one.needed for one in fields_of(page.actions[do]))


def test_an_opened_dialog_has_no_fault(visit: Any, k2k: K2K) -> None:
    furnish(k2k)
    browsers = {company: visit(f"admin@{company.lower()}.test") for company in ("ANDES", "BLOOM")}
    opened = [(page, one) for page in PAGES for one in addresses_of(page, k2k) if needs_something(page, one)]
    assert len(opened) > 5
    for page, address in opened:
        shown = browsers[company_of(page)].get(address)
        assert shown.status == 200, address
        assert "Error: " not in shown.html.partition("</title>")[0], address
        assert 'class="fault"' not in shown.html, address


def first_of(html: str) -> tuple[str, str]:
    """The first field of the dialog of a page, and the element that has the focus when it opens: by their ids, or the
    name of the element."""
    dialog = html.partition("<dialog open")[2].partition("</dialog>")[0]
    parts = [one for one in re.findall(r"<(?:input|select|textarea|button|a)\b[^>]*>", dialog) if "hidden" not in one]
    fields = [one for one in parts if re.match("<(input|select|textarea)", one)]
    focused = [one for one in parts if "autofocus" in one]
    assert len(focused) == 1, focused
    return (fields or focused)[0], focused[0]


def test_a_dialog_begins_in_its_first_field_and_without_one_on_a_button_of_its_foot(visit: Any, k2k: K2K) -> None:
    furnish(k2k)
    browsers = {company: visit(f"admin@{company.lower()}.test") for company in ("ANDES", "BLOOM")}
    opened = [(page, one) for page in PAGES for one in addresses_of(page, k2k) if "do=" in one]
    assert len(opened) > 30
    for page, address in opened:
        html = browsers[company_of(page)].get(address).html
        if 'id="dialog-form"' in html:
            first, focused = first_of(html)
            assert first == focused, address


def test_the_dialog_of_a_box_type_names_the_box_type(visit: Any, k2k: K2K) -> None:
    furnish(k2k)
    page = visit("admin@bloom.test").get("/offers/?do=add-pack&id=ANDES/L-A")
    assert ">Add box type HB<" in page.html
