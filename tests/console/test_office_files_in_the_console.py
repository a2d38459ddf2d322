"""Files as offices send them, chosen on the import page: what is read is looked at, what is not is named."""

from __future__ import annotations

import io
import re
from typing import Any

import pytest

from tests.console.conftest import Browser, Seen
from tests.schemas.office_files import READ, REFUSED, Table

pytestmark = pytest.mark.parametrize("engine", ["sqlite"], indirect=True)

TABLE: Table = [["code", "price_a"], ["L1", "0.35"]]


def looked_at(browser: Browser, content: bytes) -> Seen:
    """The look at a file, whose name says nothing of its kind."""
    form = browser.get("/inventory/?do=import").form
    data = {**dict(form.values), "file": (io.BytesIO(content), "sent.csv")}
    answer = browser.client.post(form.action, data=data, content_type="multipart/form-data")
    return browser._seen(answer, form.action)


def test_a_file_is_read_whoever_wrote_it(visit: Any) -> None:
    browser = visit("sales_manager@andes.test")
    for name, made in READ.items():
        page = looked_at(browser, made(TABLE))
        assert page.status == 200, name
        assert "0.35" in page.text, name
        assert "What is wrong" not in page.text, name


def test_a_file_of_another_kind_is_refused_as_what_it_is(visit: Any) -> None:
    browser = visit("sales_manager@andes.test")
    for name, (made, called) in REFUSED.items():
        page = looked_at(browser, made(TABLE))
        assert page.status == 422, name
        assert "unreadable_file" in page.text, name
        assert re.search(called, page.text), name
