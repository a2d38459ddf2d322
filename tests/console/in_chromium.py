"""Chromium for the tests of pages with scripts, and what is looked at on every such page."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect, sync_playwright

PATIENCE = 30_000
"""For how many milliseconds what is expected on a page is waited for, as the browser does in all else: how fast a page
is, is measured elsewhere, and this machine may be busy."""

expect.set_options(timeout=PATIENCE)

QUIET = ("--headless", "--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-dev-shm-usage")

AXE = Axe()
RUN_AXE = """within => axe.run(document.querySelector(within) ?? document, {resultTypes: ['violations']})
    .then(results => results.violations)"""


@contextmanager
def launched(*more: str) -> Iterator[Browser]:
    """A browser, with further switches."""
    names = ("chromium", "chromium-browser", "google-chrome")
    path = next(path for path in map(shutil.which, names) if path is not None)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=[*QUIET, *more])
        yield browser
        browser.close()


def log_in(page: Page, email: str, to: str = "/") -> None:
    """Log in through the form, and wait for where that leads."""
    page.goto(f"/log-in?next={to}")
    page.locator('input[name="email"]').fill(email)
    page.locator('input[name="password"]').fill("twelve red roses")
    page.locator('form:has(input[name="password"]) [type="submit"]').click()
    page.wait_for_url(lambda url: "/log-in" not in url)


@contextmanager
def logged_in(chromium: Browser, port: int, email: str, to: str = "/") -> Iterator[Page]:
    """A page in a browser of somebody's own, once the log-in has led to where they want to go."""
    context = chromium.new_context(base_url=f"http://127.0.0.1:{port}", locale="en-US", reduced_motion="reduce")
    page = context.new_page()
    log_in(page, email, to)
    yield page
    context.close()


def violations(page: Page, within: str = "html") -> list[str]:
    """What axe finds on a page, or within a part of it that is there."""
    if page.evaluate("window.axe === undefined"):
        page.evaluate(AXE.axe_script)
    found: list[dict[str, Any]] = page.evaluate(RUN_AXE, within)
    return [f"{one['id']}: {node['html']}" for one in found for node in one["nodes"]]


def too_wide(page: Page) -> bool:
    """Whether a page has to be scrolled sideways."""
    wide: bool = page.evaluate("document.documentElement.scrollWidth > window.innerWidth")
    return wide
