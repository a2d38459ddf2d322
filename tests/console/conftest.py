"""A small network with users of every role, and a browser without scripts that fills in forms as a person does."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, field
from functools import cache, cached_property
from html.parser import HTMLParser
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from argon2 import PasswordHasher
from flask import Flask
from flask.testing import FlaskClient
from jinja2.bccache import Bucket, BytecodeCache
from playwright.sync_api import Browser as Chromium
from werkzeug.routing import Rule

from k2k_console.app import create_app
from k2k_console.serving.server import listen
from k2k_core.api import K2K
from k2k_core.domain.roles import ROLES
from k2k_core.services.setup import network_loading
from k2k_core.store.tables import Company, User
from tests.conftest import OwnDatabase
from tests.console.in_chromium import launched
from tests.served import served as running

NOW = dt.datetime(2026, 2, 2, 14, tzinfo=dt.UTC)
"""A Monday, nine in the morning in Bogota and in New York."""

PASSWORD = "twelve red roses"

NETWORK: dict[str, Any] = {
    "companies": [
        {
            "code": "ANDES",
            "name": "Andes Flower Farms",
            "currency": "USD",
            "timezone": "America/Bogota",
            "settings": {"gpm": "30", "ship_days_offset": 2},
            "categories": [{"code": "ROSES", "name": "Roses"}],
            "products": [{"code": "R-RED-60", "description": "Rose Red Freedom 60cm", "category": "ROSES"}],
            "box_dimensions": [{"box_type": "HB", "length": "40", "width": "12", "height": "10.44"}],
            "customers": [{"code": "BLOOM", "name": "Bloom Wholesale", "type": "A", "company": "BLOOM"}],
            "lots": [
                {
                    "code": "L1",
                    "inventory_type": "open_market_boxes",
                    "product": "R-RED-60",
                    "box_type": "HB",
                    "boxes": 10,
                    "units_per_box": 250,
                    "unit_type": "stem",
                    "unit_cost": "0.21",
                    "price_a": "0.30",
                    "arrival_date": "2026-01-31",
                }
            ],
        },
        {
            "code": "BLOOM",
            "name": "Bloom Wholesale",
            "currency": "USD",
            "timezone": "America/New_York",
            "settings": {
                "k2k_gpm": "28",
                "inbound_truck_freight": True,
                "cube_rate": "3.50",
                "auto_map_products": True,
                "autoconfirm": True,
            },
            "locations": [{"code": "MIA", "name": "Miami"}, {"code": "NYC", "name": "New York", "k2k_gpm": "35"}],
            "vendors": [{"code": "ANDES", "name": "Andes", "company": "ANDES", "currency": "USD", "transit_days": 1}],
            "price_lists": [{"code": "SUMMER", "name": "Summer List", "type": "all"}],
            "customers": [
                {"code": "C-100", "name": "Corner Florist", "type": "B", "ship_via": "choice"},
                {"code": "C-200", "name": "Petal & Stem", "type": "A", "ecommerce_markup": {"percent": "5"}},
                {"code": "C-300", "name": "=HYPERLINK(1)", "type": "A", "ecommerce_markup": {"amount": "-0.02"}},
            ],
        },
        {
            "code": "TULIP",
            "name": "Tulip Traders",
            "currency": "EUR",
            "timezone": "Europe/Amsterdam",
            "settings": {"k2k_gpm": "22"},
            "price_lists": [{"code": "SUMMER", "name": "Secret List", "type": "all"}],
            "customers": [{"code": "C-100", "name": "Secret Customer", "type": "A"}],
        },
    ],
    "connections": [{"vendor": "ANDES", "buyer": "BLOOM", "state": "active"}],
}


@cache
def password_hash() -> str:
    """A hash of `PASSWORD` that is quick to check."""
    return PasswordHasher(time_cost=1, memory_cost=8, parallelism=1).hash(PASSWORD)


def add_person(k2k: K2K, company: str | None, email: str, *roles: str, locale: str = "en") -> None:
    """Somebody who can log in with `PASSWORD`."""
    with k2k.context.store.whole_network.writing() as session:
        company_id = session.value(Company.select(Company.id).where(Company.code == company)) if company else None
        session.insert(
            User,
            company_id=company_id,
            email=email,
            name=email.partition("@")[0].replace("_", " ").title(),
            roles=list(roles),
            locale=locale,
            password_hash=password_hash(),
        )


def load_small_network(database_url: str) -> None:
    """Write the network, with one person of each role at each company, and an operator."""
    with K2K.open(database_url, clock=lambda: NOW) as opened:
        network, faults = network_loading.read_network(NETWORK)
        assert faults == []
        network_loading.load_network(opened.context, network)
        for role in ROLES:
            for company in ("ANDES", "BLOOM"):
                add_person(opened, company, f"{role}@{company.lower()}.test", role)
        add_person(opened, None, "operator@k2k.test")


@contextmanager
def small_network(database_url: str) -> Iterator[K2K]:
    """The network, written into an empty database and opened."""
    load_small_network(database_url)
    with K2K.open(database_url, clock=lambda: NOW) as opened:
        yield opened


class CompiledTemplates(BytecodeCache):
    """Compiled templates of this test process: every test has an app of its own, whose templates are the same."""

    def __init__(self) -> None:
        self._compiled: dict[tuple[str, str], bytes] = {}

    def load_bytecode(self, bucket: Bucket) -> None:
        if compiled := self._compiled.get((bucket.key, bucket.checksum)):
            bucket.bytecode_from_string(compiled)

    def dump_bytecode(self, bucket: Bucket) -> None:
        self._compiled[bucket.key, bucket.checksum] = bucket.bytecode_to_string()


def compiled_once(compiled: Callable[[Rule, bool], Any]) -> Callable[[Rule, bool], Any]:
    """What werkzeug compiles to write an address, kept by what it is compiled from: the rule itself is an argument."""
    known: dict[Any, Any] = {}

    def builder(rule: Rule, append_unknown: bool = True) -> Any:
        key = rule.rule, rule.merge_slashes, str(rule.defaults), append_unknown
        if key not in known:
            known[key] = compiled(rule, append_unknown)
        return known[key]

    return builder


@pytest.fixture(scope="session", autouse=True)
def compiled_apps() -> Iterator[None]:
    """Templates and rules of addresses are compiled once a process."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Flask, "jinja_options", {**Flask.jinja_options, "bytecode_cache": CompiledTemplates()})
        patch.setattr(Rule, "_compile_builder", compiled_once(Rule._compile_builder))
        yield


@pytest.fixture
def k2k(database: OwnDatabase) -> Iterator[K2K]:
    """The network of one test."""
    database.fill("console", load_small_network)
    with K2K.open(database.url, clock=lambda: NOW) as opened:
        yield opened


@pytest.fixture
def app(k2k: K2K) -> Flask:
    """The console on that network."""
    return create_app(k2k, secret_key="only for these tests", testing=True)


@dataclass
class Form:
    """A form of a page, as a browser would send it."""

    action: str
    method: str = "get"
    values: list[tuple[str, str]] = field(default_factory=list)
    readonly: set[str] = field(default_factory=set)

    def __getitem__(self, name: str) -> str:
        return next(value for known, value in self.values if known == name)

    def __contains__(self, name: str) -> bool:
        return any(known == name for known, _ in self.values)

    def put(self, name: str, *values: str) -> Form:
        """The form with other values for a field, which must be there."""
        assert name in self, f"{name} is not in {self.values}"
        place = [known for known, _ in self.values].index(name)
        rest = [pair for pair in self.values if pair[0] != name]
        rest[place:place] = [(name, value) for value in values]
        return Form(self.action, self.method, rest, self.readonly)


class _Reader(HTMLParser):
    def __init__(self, html: str) -> None:
        super().__init__()
        self.forms: list[Form] = []
        self.words: list[str] = []
        self._select: dict[str, str | None] | None = None
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        if tag == "form":
            self.forms.append(Form(given.get("action") or "", given.get("method") or "get"))
        elif tag == "input" and given.get("name") and self.forms:
            self._input(given)
        elif tag == "select" and "disabled" not in given:
            self._select = given
        elif tag == "option" and self._select is not None:
            self._option(given)

    def _input(self, given: dict[str, str | None]) -> None:
        name = str(given["name"])
        if "disabled" in given or (given.get("type") == "checkbox" and "checked" not in given):
            return
        self.forms[-1].values.append((name, given.get("value") or ""))
        if "readonly" in given:
            self.forms[-1].readonly.add(name)

    def _option(self, given: dict[str, str | None]) -> None:
        assert self._select is not None
        name, values = str(self._select["name"]), self.forms[-1].values
        if "selected" in given or not self._select.get("seen"):
            if self._select.get("seen"):
                values.pop()
            self._select["seen"] = "yes"
            values.append((name, given.get("value") or ""))

    def handle_endtag(self, tag: str) -> None:
        if tag == "select":
            self._select = None

    def handle_data(self, data: str) -> None:
        if data.strip():
            self.words.append(" ".join(data.split()))


@dataclass
class Seen:
    """A page: its status, its words, its forms, and where it is."""

    status: int
    html: str
    headers: Any
    at: str

    @cached_property
    def _read(self) -> _Reader:
        return _Reader(self.html)

    @property
    def text(self) -> str:
        return " ".join(self._read.words)

    @property
    def forms(self) -> list[Form]:
        """Every form; the first is the one to log out."""
        return self._read.forms

    @property
    def form(self) -> Form:
        """The form that the page is for: the last one."""
        return self.forms[-1]


class Browser:
    """A browser without scripts; it follows redirects within the console."""

    def __init__(self, app: Flask) -> None:
        self.client: FlaskClient = app.test_client()

    def get(self, address: str) -> Seen:
        """Open an address."""
        return self._seen(self.client.get(address), address)

    def send(self, form: Form, address: str | None = None) -> Seen:
        """Send a form."""
        data: dict[str, list[str]] = {}
        for name, value in form.values:
            data.setdefault(name, []).append(value)
        target = address or form.action
        return self._seen(self.client.post(target, data=data), target)

    def look_and_save(self, form: Form) -> Seen:
        """Send a form that shows what it would do, and send it again from there."""
        return self.send(self.send(form).form)

    def log_in(self, email: str, password: str = PASSWORD) -> Seen:
        """Log in through the form."""
        return self.send(self.get("/log-in").form.put("email", email).put("password", password))

    def enter(self, email: str) -> None:
        """Log in, and do not look at the page that somebody comes to then."""
        form = self.get("/log-in").form.put("email", email).put("password", PASSWORD)
        assert self.client.post(form.action, data=dict(form.values)).status_code == 302

    def _seen(self, response: Any, address: str) -> Seen:
        if response.status_code in (301, 302, 303, 307, 308):
            parts = urlsplit(response.headers["Location"])
            assert parts.netloc in ("", "localhost"), "the console leads nowhere else"
            return self.get(parts.path + (f"?{parts.query}" if parts.query else ""))
        return Seen(response.status_code, response.get_data(as_text=True), response.headers, address)


@pytest.fixture(scope="module")
def chromium() -> Iterator[Chromium]:
    """A browser with scripts, for the tests of one module."""
    with launched() as found:
        yield found


@contextmanager
def serving(k2k: K2K, folder: Path) -> Iterator[int]:
    """Serve a network's console over a socket while a block lasts; its port."""
    with running(listen(k2k, "127.0.0.1", 0, data=folder)) as port:
        yield port


@pytest.fixture
def served() -> Callable[[K2K, Path], AbstractContextManager[int]]:
    """Serves a network's console while a block lasts."""
    return serving


Visit = Callable[[str], Browser]


@pytest.fixture
def visit(app: Flask) -> Visit:
    """A browser in which somebody is logged in; the empty address is nobody."""

    def opened(email: str) -> Browser:
        browser = Browser(app)
        if email:
            browser.enter(email)
        return browser

    return opened
