"""Several console processes on one network, each with its own application and store and the same secret key: a user's
session works on any of them."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

import pytest

from k2k_console.app import create_app
from k2k_core.api import K2K

from .conftest import NOW, Browser

KEY = "the same in every process, 48 characters or more."


@pytest.fixture
def browsers(k2k: K2K, database_url: str) -> Iterator[list[Browser]]:
    """A browser at each of two consoles, which keep their cookies together."""
    with K2K.open(database_url, clock=lambda: NOW) as other:
        both = [Browser(create_app(network, secret_key=KEY, testing=True)) for network in (k2k, other)]
        both[1].client._cookies = both[0].client._cookies
        yield both


def test_a_log_in_and_a_form_of_one_process_are_good_in_another(browsers: list[Browser]) -> None:
    first, second = browsers
    assert first.log_in("sales_manager@bloom.test").status == 200
    form = first.get("/gpms/").form
    assert second.look_and_save(form.put("k2k_gpm", "31")).status == 200
    assert first.get("/gpms/").form["k2k_gpm"] == "31"
    assert second.send(second.get("/").form).text.startswith("Log in")
    assert first.get("/gpms/").text.startswith("Log in")


def test_a_price_is_the_same_in_every_process_as_soon_as_a_margin_is_saved(k2k: K2K, browsers: list[Browser]) -> None:
    def price() -> str:
        return str(k2k.price("BLOOM", "C-100", ["ANDES/L1"], "warehouse", ship_date="2026-02-12")[0]["price"])

    before = price()
    second = browsers[1]
    second.log_in("sales_manager@bloom.test")
    second.look_and_save(second.get("/gpms/").form.put("k2k_gpm", "40"))
    assert Decimal(price()) > Decimal(before)


def test_wrong_passwords_are_counted_over_all_processes(browsers: list[Browser]) -> None:
    answers = [browsers[number % 2].log_in("admin@bloom.test", f"guess {number}").status for number in range(10)]
    assert answers == [401] * 10
    assert [browser.log_in("admin@bloom.test", "guess").status for browser in browsers] == [429, 429]
