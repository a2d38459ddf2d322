"""Days at the edges of the calendar in whatever takes a day: fields of forms, filters and addresses, found on the pages
themselves. None of them breaks a page."""

from __future__ import annotations

import re
from collections.abc import Iterator
from html import unescape
from typing import Any
from urllib.parse import quote, urlsplit

import pytest

from k2k_console.pages import PAGES
from k2k_core.api import K2K
from tests.console.conftest import Browser, Form, Seen
from tests.console.every_address import addresses_of, company_of, furnish

pytestmark = pytest.mark.parametrize("engine", ["sqlite"], indirect=True)

DAY = re.compile(r"\d{4}-\d\d-\d\d")
DAYS = ("0001-01-01", "9999-12-31", "1899-12-31", "9000-12-31", "2026-02-30", "2026-W06-1", "١٢٣٤-٠١-٠١", "now")
TIMES = ("24:00", "00:60", "02:30", "-1:00", "99999999999999999999")


def taking(page: Seen) -> Iterator[tuple[Form, str, tuple[str, ...]]]:
    """The fields of a page that take a day or a time, with their forms."""
    kinds = dict[str, str]()
    for tag in re.findall(r"<input[^>]*>", page.html):
        name, kind = (re.search(rf'{what}="([^"]*)"', tag) for what in ("name", "type"))
        if name is not None:
            kinds[unescape(name[1])] = kind[1] if kind is not None else "text"
    for form in page.forms:
        for name, value in form.values:
            if kinds.get(name) == "date" or DAY.fullmatch(value):
                yield form, name, DAYS
            elif kinds.get(name) == "time" or "time" in name or re.fullmatch(r"\d\d:\d\d", value):
                yield form, name, TIMES


def with_days(page: Seen) -> Iterator[str]:
    """The addresses on a page that have a day, with others in its place."""
    links = {unescape(link) for link in re.findall(r'href="([^"#]+)"', page.html)}
    for link in sorted(links):
        if link.startswith("/") and DAY.search(urlsplit(link).query):
            yield from (DAY.sub(quote(day), link) for day in DAYS)


def sent(browser: Browser, form: Form) -> Seen:
    if form.method.lower() == "post":
        return browser.send(form)
    query = "&".join(f"{quote(name)}={quote(value)}" for name, value in form.values)
    return browser.get(f"{form.action.partition('?')[0]}?{query}")


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_no_day_or_time_breaks_a_page(visit: Any, k2k: K2K, page: Any) -> None:
    furnish(k2k)
    browser: Browser = visit(f"admin@{company_of(page).lower()}.test")
    broken, done = [], set[tuple[str, ...]]()
    for address in addresses_of(page, k2k):
        seen = browser.get(address)
        for form, name, values in taking(seen):
            place = (form.action, name, dict(form.values).get("do", ""))
            if place in done:
                continue
            done.add(place)
            for value in values:
                if sent(browser, form.put(name, value)).status >= 500:
                    broken.append(f"{address}: {name}={value}")
        for link in with_days(seen):
            place = (re.sub(r"\d+", "0", link),)
            if place not in done and browser.get(link).status >= 500:
                broken.append(link)
            done.add(place)
    assert broken == []


def test_such_fields_were_found(visit: Any, k2k: K2K) -> None:
    furnish(k2k)
    found = set()
    for page in PAGES:
        browser: Browser = visit(f"admin@{company_of(page).lower()}.test")
        found |= {name for address in addresses_of(page, k2k)[:40] for _, name, _ in taking(browser.get(address))}
    assert {"day", "time", "ship_date", "expires_at"} <= found
