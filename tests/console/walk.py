"""A person's way through the console in Chromium, with the clicks, keys and fields that it takes."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from playwright.sync_api import Page

from k2k_core.api import K2K

Draw = Callable[[Page, str, bool], None]
"""Takes a page, the name of its picture, and whether it is drawn as on a phone."""


@dataclass
class Walk:
    """A walk of one person, who starts at the overview. A key counts as a click, unless it leads to a field or out of
    it. `draw` takes the pictures of the documentation, where they are wanted."""

    page: Page
    language: str = "en"
    draw: Draw = lambda page, name, phone: None
    clicks: int = 0
    fields: int = 0

    def number(self, words: str) -> str:
        """A number as one types it in the language."""
        return words.replace(".", ",") if self.language == "es" else words

    def menu(self, address: str) -> None:
        """Click a page of the menu."""
        self.click(f'nav.side a[href="{address}"]')
        self.page.wait_for_url(f"**{address}")

    def click(self, selector: str) -> None:
        """Click what is on the page."""
        self.clicks += 1
        self.page.locator(selector).first.click()

    def press(self, *keys: str) -> None:
        """Press a key, or two one after the other."""
        self.clicks += 1
        for key in keys:
            self.page.keyboard.press(key)

    def type(self, words: str, reach: str = "", leave: str = "") -> None:
        """Type into the field that has the focus, or that a key reaches; another key leaves it."""
        self.fields += 1
        if reach:
            self.page.keyboard.press(reach)
        self.page.keyboard.type(words)
        if leave:
            self.page.keyboard.press(leave)

    def fill(self, selector: str, words: str) -> None:
        """Type into a field."""
        self.fields += 1
        self.page.locator(selector).first.fill(words)

    def see(self, selector: str) -> None:
        """Wait until something is there."""
        self.page.locator(selector).first.wait_for()

    def picture(self, name: str, *, phone: bool = False) -> None:
        """Here is a picture of the documentation taken."""
        self.draw(self.page, name, phone)


@dataclass(frozen=True)
class Job:
    """A job: what it is, how it is done from the overview, the clicks and fields that it may take at most,
    who may do it, and what shows that it is done. `before` makes what it needs, `after` takes back what
    would be in the way of the next."""

    name: str
    how: str
    most: tuple[int, int]
    company: str
    roles: tuple[str, ...]
    before: Callable[[K2K, int], Any]
    walk: Callable[[Walk, Any], None]
    done: Callable[[K2K, Any], bool]
    after: Callable[[K2K, Any], None] = lambda k2k, made: None


@dataclass
class Measured:
    """What a job took its people."""

    job: Job
    took: dict[str, tuple[int, int]] = field(default_factory=dict)
    """Role → clicks and fields."""

    @property
    def rows(self) -> list[tuple[str, int, int]]:
        """The lines of the table: roles, clicks, fields; those with the fewest come first."""
        kinds = sorted(set(self.took.values()))
        return [(", ".join(role for role in self.took if self.took[role] == kind), *kind) for kind in kinds]
