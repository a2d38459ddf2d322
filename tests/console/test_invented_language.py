"""A third language needs a catalogue and one line of code: no page of the console has untranslatable text."""

from __future__ import annotations

import re
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest
from babel import Locale
from babel.dates import get_timezone_location

from k2k_console import translations
from k2k_console.pages.catalog.rule_words import FAILS as RULES
from k2k_core.api import K2K
from k2k_core.domain.languages import names
from k2k_core.domain.roles import ROLES
from k2k_core.errors import catalogue
from k2k_core.store.tables import User
from tests import invented_language
from tests.console.conftest import NETWORK, Browser, Seen
from tests.console.every_address import furnish
from tests.console.offered import OWN, VARIETIES
from tests.console.trading import ENDPOINT_URL, KEY_NAME

pytestmark = pytest.mark.parametrize("engine", ["sqlite"], indirect=True)

READ = ("title", "alt", "placeholder", "aria-label", "aria-description", "data-label", "summary", "content")
"""Attributes that a person reads or hears."""


@pytest.fixture(autouse=True)
def language(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> str:
    invented_language.forget(monkeypatch, translations, "_domain")
    return invented_language.install(monkeypatch, tmp_path)


@pytest.fixture
def speakers(k2k: K2K, language: str) -> K2K:
    """The network, in which everybody speaks it."""
    with k2k.context.store.whole_network.writing() as session:
        session.change(User.update(locale=language))
    k2k.set("BLOOM", values={"locale": language})
    k2k.set("BLOOM", customer="C-100", values={"ecommerce_markup": {"percent": "4"}})
    furnish(k2k)
    return k2k


class _Words(HTMLParser):
    """Everything on a page that a person reads or hears, with the addresses that it leads to."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.words: list[str] = []
        self.links: list[str] = []
        self._inside = ""
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        self._inside = tag
        if tag != "meta":
            self.words += [given[name] for name in READ if name in given]
        if tag == "input" and given.get("type") in ("submit", "button"):
            self.words.append(given.get("value", ""))
        if tag == "a" and "href" in given:
            self.links.append(given["href"])

    def handle_data(self, data: str) -> None:
        if self._inside not in ("script", "style"):
            self.words.append(data)


SAME = "K2K GPM UTC Esc CSV XLSX host en eo"
"""What is the same in every language: keys, codes of errors and of rules, which stand behind their sentences, and the
names of languages and of formats of files."""

TYPED = " ".join((invented_language.typed(NETWORK), *OWN, *OWN.values(), *VARIETIES.values(), KEY_NAME, ENDPOINT_URL))
"""What people typed, by which they know it again."""

CODES = " ".join((SAME, *(name for _, name in names()), *(error.code for error in catalogue()), *RULES))

PEOPLE = " ".join(
    ("test bloom andes k2k Werkzeug", "operator Operator", *ROLES, *(role.replace("_", " ").title() for role in ROLES))
)


def calendar(language: str) -> str:
    """The names of days, months and cities, which come from the Unicode locale data, not from a catalogue."""
    known = Locale.parse(language)
    days = [name for width in ("wide", "abbreviated") for name in known.days["format"][width].values()]
    months = [name for width in ("wide", "abbreviated") for name in known.months["format"][width].values()]
    zones = {company["timezone"] for company in NETWORK["companies"]}
    cities = [get_timezone_location(zone, locale=known, return_city=True) for zone in sorted(zones)]
    return " ".join((*days, *months, *cities))


def shown(page: Seen) -> str:
    """What a page says, without the paths of documents, which are named as they are, and without numbers of documents,
    boxes and keys, which have digits."""
    said = re.sub(r"\bdocs/[\w-]+\.md\b", "", " ".join(_Words(page.html).words))
    return " ".join(word for word in re.split(r"\b", said) if not re.search("[0-9]", word.lower().replace("k2k", "")))


def every_page(browser: Browser) -> Iterator[Seen]:
    """Each page that can be reached by links within the console, one of each kind of address."""
    waiting, seen = ["/", "/nothing-here"], set[str]()
    while waiting:
        address = waiting.pop()
        kind = re.sub(r"=[^&]*", "=", re.sub(r"(?<=[?&])sort=[^&]*&?", "", address))
        if (
            kind in seen
            or not address.startswith("/")
            or "/export/" in address
            or "as=csv" in address
            or "rows=" in address  # a file to begin an import with
            or "/static/" in address
        ):
            continue
        seen.add(kind)
        page = browser.get(address)
        waiting += [link.partition("#")[0] for link in _Words(page.html).links]
        yield page


@pytest.mark.long
@pytest.mark.parametrize("email", ["admin@bloom.test", "admin@andes.test", "operator@k2k.test"])
def test_no_page_says_anything_past_the_catalogue(speakers: K2K, visit: Any, language: str, email: str) -> None:
    plugins = " ".join(plugin["name"] for plugin in speakers.plugins())
    data = " ".join((TYPED, CODES, PEOPLE, calendar(language), plugins))
    found = {}
    for page in every_page(visit(email)):
        assert f'<html lang="{language}">' in page.html
        found[page.at] = invented_language.untranslated(shown(page), data)
    assert len(found) >= 8
    assert {address: words for address, words in found.items() if words} == {}


FORMS = (
    ("operator@k2k.test", "/companies/new/"),
    ("admin@bloom.test", "/companies/edit/?id=BLOOM"),
    ("admin@bloom.test", "/gpms/"),
    ("admin@bloom.test", "/markups/edit/?id=BLOOM/C-100"),
    ("admin@bloom.test", "/customers/edit/?id=BLOOM/C-100"),
    ("admin@bloom.test", "/price-lists/edit/?id=BLOOM/SUMMER"),
)


HIDDEN = ("csrf_token", "seen", "key")
"""Fields in which nobody types."""


@pytest.mark.parametrize(("email", "address"), FORMS)
def test_what_is_wrong_with_a_form_is_said_in_it(speakers: K2K, visit: Any, email: str, address: str) -> None:
    data = " ".join((TYPED, CODES, PEOPLE, calendar("eo"), "zzz"))
    browser = visit(email)
    form = browser.get(address).form
    for name in [name for name in dict(form.values) if name not in HIDDEN and not name.startswith("was.")]:
        for typed in ("zzz", "", "-1", "9999"):
            page = browser.send(form.put(name, typed))
            assert invented_language.untranslated(shown(page), data) == [], (name, typed)


def test_who_has_no_language_yet_logs_in_in_that_of_the_browser(k2k: K2K, visit: Any, language: str) -> None:
    browser = Browser(visit("").client.application)
    page = browser.client.get("/log-in", headers={"Accept-Language": f"{language},en;q=0.5"}).get_data(as_text=True)
    assert f'<html lang="{language}">' in page
    assert invented_language.untranslated(" ".join(_Words(page).words), CODES) == []


def test_it_stands_in_the_list_of_languages(speakers: K2K, visit: Any, language: str) -> None:
    browser = visit("admin@bloom.test")
    form = browser.get("/companies/edit/?id=BLOOM").form
    assert form["locale"] == language
    assert invented_language.NAME in browser.get("/companies/").text
