"""The short form of the sweep over every page in Chromium. `make pages` looks at every address in every way."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser

from k2k_console.pages import PAGES
from k2k_core.api import K2K
from tests.console.every_address import addresses_of, furnish, leads_to
from tests.console.page_sweep import EVERY_LOOK, PAIRWISE, Sweep, parts_of

on_sqlite = pytest.mark.parametrize("engine", ["sqlite"], indirect=True)


PARTS = 8
"""So many tests that take alike."""


@pytest.mark.long
@on_sqlite
@pytest.mark.needs("chromium")
@pytest.mark.parametrize("part", range(PARTS))
def test_no_page_shuts_anybody_out_in_any_language_theme_or_width(
    chromium: Browser, served: Any, k2k: K2K, tmp_path: Path, part: int
) -> None:
    furnish(k2k)
    with served(k2k, tmp_path) as port:
        sweep = Sweep(chromium, f"http://127.0.0.1:{port}", k2k, thorough=False)
        sweep.run(part, PARTS)
        sweep.close()
    assert sweep.faults == []
    assert sweep.addresses >= sum(len(addresses) for _, addresses in sweep.pages) > len(sweep.pages)


@on_sqlite
def test_every_page_with_its_actions_is_among_what_is_swept(k2k: K2K) -> None:
    furnish(k2k)
    for page in PAGES:
        found = addresses_of(page, k2k)
        assert found[0] == f"/{page.name}/"
        assert len(set(found)) == len(found)
        if page.detail is not None:
            assert any(one.startswith(f"/{page.name}/") and "?" not in one for one in found[1:]), page.name


def test_the_looks_of_the_short_form_hold_every_two_values_together() -> None:
    for first, second in ((0, 1), (0, 2), (1, 2)):
        pairs = {(look[first], look[second]) for look in EVERY_LOOK}
        assert {(look[first], look[second]) for look in PAIRWISE} == pairs


@on_sqlite
def test_every_page_is_in_one_of_the_parts_which_are_alike(k2k: K2K) -> None:
    furnish(k2k)
    pages = [(page.name, addresses_of(page, k2k)) for page in PAGES]
    parts = parts_of(pages, PARTS)
    assert sorted(one for part in parts for one in part) == sorted(pages)
    sizes = [sum(len(addresses) for _, addresses in part) for part in parts]
    assert max(sizes) < 1.5 * sum(sizes) / PARTS


def test_links_are_followed_once_a_kind() -> None:
    known: set[tuple[str, ...]] = set()
    links = [
        "/a/?why=price:1",
        "/a/?why=price:2",
        "/a/?as=csv",
        "/a/1",
        "/a/2",
        "/b/3",
        "/a/1?do=void",
        "/a/export/csv/",
    ]
    assert leads_to("/a/", links, known) == ["/a/?why=price:1", "/a/1", "/a/1?do=void"]
    assert leads_to("/a/", links, known) == []
