"""Looks at every page in Chromium: in both languages, light and dark, wide and narrow, with axe. No page may shut
anybody out, ask another host for something, say anything on the console, violate its own policy, or be scrolled
sideways."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import cycle, product
from typing import Any, NamedTuple

from playwright.sync_api import Browser, Page

from k2k_console.pages import PAGES
from k2k_core.api import K2K
from tests.console.conftest import add_person
from tests.console.every_address import OUTSIDE, addresses_of, company_of, leads_to
from tests.console.in_chromium import log_in, too_wide, violations


class Look(NamedTuple):
    """How a page is looked at."""

    language: str
    scheme: Any
    width: int


EVERY_LOOK = tuple(Look(*one) for one in product(("en", "es"), ("light", "dark"), (1440, 390)))
PAIRWISE = (Look("en", "light", 1440), Look("es", "light", 390), Look("es", "dark", 1440), Look("en", "dark", 390))
"""Every two of a language, a theme and a width."""

NARROWEST, HEIGHT = 320, 844
OPERATOR = "operator"
EXPECTED = "the server responded with a status of 404"
"""What the browser says of a page that is not there."""

Addresses = tuple[str, list[str]]
"""The addresses of a page, and the company whose people look at it."""

LINKS = "links => links.map(link => link.pathname + link.search)"


def parts_of(pages: Sequence[Addresses], parts: int) -> list[list[Addresses]]:
    """The pages in parts that have as many addresses as one another, as far as no page is divided: the largest pages
    first, each into the part that has fewest."""
    found: list[list[Addresses]] = [[] for _ in range(parts)]
    for page in sorted(pages, key=lambda one: -len(one[1])):
        min(found, key=lambda part: sum(len(addresses) for _, addresses in part)).append(page)
    return found


@dataclass
class Sweep:
    """A sweep over the pages of a network, and what it found. A thorough one looks at every address with every look.
    The short form looks at every page with two looks that have nothing in common and at its other addresses with one,
    in turn; not at further views of a list, and not at what a second company has in common with the first."""

    chromium: Browser
    address: str
    k2k: K2K
    thorough: bool
    faults: list[str] = field(default_factory=list)
    addresses: int = 0
    looks: int = 0
    pages: list[Addresses] = field(default_factory=list)
    _dealt: Iterator[Look] = field(default_factory=lambda: cycle(PAIRWISE))
    _open: dict[tuple[str, str], Page] = field(default_factory=dict)
    _at: str = ""

    def __str__(self) -> str:
        found = f"{len(self.faults)} faults"
        return f"  {self.addresses} addresses of the console, {self.looks} looks with axe: {found}"

    def run(self, part: int = 0, parts: int = 1) -> None:
        """Look at every address, or at those of one of several parts."""
        self.pages = parts_of(self._pages(), parts)[part]
        for whose, addresses in self.pages:
            self._page(whose, addresses)

    def _pages(self) -> list[Addresses]:
        """Every page with its addresses, the page itself first."""
        found = []
        for page in PAGES:
            addresses = addresses_of(page, self.k2k)
            found.append((company_of(page), [one for one in addresses if self.thorough or "?view=" not in one]))
        done = {f"/{page.name}/" for page in PAGES}
        buyers = self._menu("BLOOM")
        for whose, known in (("BLOOM", done), ("ANDES", done if self.thorough else done | buyers), (OPERATOR, done)):
            found += [(whose, [address]) for address in sorted(self._menu(whose) - known | {"/"})]
        return found + [("BLOOM", [address]) for address in OUTSIDE]

    def close(self) -> None:
        """Close the browsers of its people."""
        for page in self._open.values():
            page.context.close()

    def _menu(self, whose: str) -> set[str]:
        page = self._person(whose, "en")
        page.goto("/")
        return set(page.eval_on_selector_all("#side li a", LINKS))

    def _looks(self, *, main: bool) -> Sequence[Look]:
        if self.thorough:
            return EVERY_LOOK
        return (next(self._dealt), next(self._dealt)) if main else (next(self._dealt),)

    def _page(self, whose: str, addresses: Iterable[str]) -> None:
        """Look at the addresses of a page, the page itself first, and at what they lead to."""
        waiting, base, known = list(addresses), "", set[tuple[str, ...]]()
        while waiting:
            address = waiting.pop(0)
            self.addresses += 1
            links = self._look(whose, address, self._looks(main=not base))
            if not base:
                base = address
            waiting += [one for one in leads_to(base, links, known) if base != "/" and one not in waiting]

    def _look(self, whose: str, address: str, looks: Sequence[Look]) -> list[str]:
        """Look at an address; the links on it."""
        links: list[str] = []
        for language in sorted({look.language for look in looks}):
            page = self._person(whose, language)
            self._at = f"{address} ({whose}, {language})"
            page.set_viewport_size({"width": NARROWEST, "height": HEIGHT})
            answer = page.goto(address)
            if answer is None or answer.status != (404 if address == "/not-there" else 200):
                self.faults.append(f"{self._at} answers {answer and answer.status}")
            if too_wide(page):
                self.faults.append(f"{self._at} is too wide for {NARROWEST}")
            for look in looks:
                if look.language == language:
                    self._with_axe(page, look)
            links = page.eval_on_selector_all("#main a[href]", LINKS)
        return links

    def _with_axe(self, page: Page, look: Look) -> None:
        page.set_viewport_size({"width": look.width, "height": HEIGHT})
        page.emulate_media(color_scheme=look.scheme)
        self.looks += 1
        within = "html" if self.thorough else "#over > dialog"  # the page below it was looked at without it
        self.faults += [f"{self._at} {look.scheme} {look.width}: {one}" for one in violations(page, within)]
        if too_wide(page):
            self.faults.append(f"{self._at} is too wide for {look.width}")

    def _person(self, whose: str, language: str) -> Page:
        if (whose, language) not in self._open:
            self._open[whose, language] = self._logged_in(whose, language)
        return self._open[whose, language]

    def _logged_in(self, whose: str, language: str) -> Page:
        company = None if whose == OPERATOR else whose
        email = f"sweeping.{whose.lower()}.{language}@k2k.test"
        add_person(self.k2k, company, email, *(("admin",) if company else ()), locale=language)
        page = self.chromium.new_context(base_url=self.address, reduced_motion="reduce").new_page()
        page.on("console", lambda message: self._heard(message.text))
        page.on("pageerror", lambda error: self._heard(str(error)))
        page.on("request", lambda request: None if request.url.startswith(self.address) else self._heard(request.url))
        log_in(page, email)
        return page

    def _heard(self, words: str) -> None:
        if EXPECTED not in words or "/not-there" not in self._at:
            self.faults.append(f"{self._at}: {words}")
