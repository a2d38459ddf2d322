"""A small network with a shop of its buyer, a clock that a test can set, and a shopper's browser without scripts."""

from __future__ import annotations

import copy
import datetime as dt
import html
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

import pytest
from flask.testing import FlaskClient
from werkzeug.security import generate_password_hash

from k2k_core import K2K
from k2k_shop.app import create_app
from k2k_shop.door import Shop
from k2k_shop.shoppers import Shopper, Shoppers
from tests.conftest import OwnDatabase
from tests.console.conftest import NETWORK, Form, _Reader

DAY = "2026-02-05"
PASSWORD = "twelve red roses"
QUICK = generate_password_hash(PASSWORD, "pbkdf2:sha256:1")
CORNER, PETAL = "corner@florist.test", "petal@florist.test"


class Clock:
    """The network's clock and the shop's: 14:00 in UTC on a Monday, nine in the morning in New York."""

    def __init__(self) -> None:
        self.now = dt.datetime(2026, 2, 2, 14, tzinfo=dt.UTC)

    def __call__(self) -> dt.datetime:
        return self.now

    def later(self, **time: int) -> None:
        self.now += dt.timedelta(**time)


def load_network(database_url: str) -> None:
    """The small network of the console's tests, with a rose that has no price."""
    network = copy.deepcopy(NETWORK)
    andes, bloom, _ = network["companies"]
    bloom["categories"] = andes["categories"]
    bloom["products"] = [{"code": "WHITE", "description": "Rose White Mondial 50cm", "category": "ROSES"}]
    unpriced = {name: value for name, value in andes["lots"][0].items() if name != "price_a"}
    bloom["lots"] = [{**unpriced, "code": "OWN", "product": "WHITE", "boxes": 2}]
    with K2K.open(database_url, clock=Clock()) as opened:
        opened.load(network)


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def k2k(database: OwnDatabase, clock: Clock) -> Iterator[K2K]:
    """The network of one test."""
    database.fill("shop", load_network)
    with K2K.open(database.url, clock=clock) as opened:
        yield opened


def shop_of(k2k: K2K, clock: Clock, **more: Any) -> Shop:
    """The shop of the buyer, with two shoppers."""
    people = ((CORNER, "Cora Corner", "C-100"), (PETAL, "Pete Petal", "C-200"))
    shoppers = Shoppers(Shopper(email, name, customer, QUICK) for email, name, customer in people)
    return Shop(k2k, "BLOOM", shoppers, clock=clock, **more)


@dataclass
class Seen:
    """A page of the shop: its status, its words, its forms and where it is."""

    status: int
    html: str
    at: str
    headers: Any = field(repr=False, default=None)

    @property
    def text(self) -> str:
        body = re.sub(r"<(head|style)\b.*?</\1>", "", self.html, flags=re.DOTALL)
        return html.unescape(" ".join(re.sub(r"<[^>]+>", " ", body).split()))

    def form(self, action: str, place: int = 0) -> Form:
        """A form of the page by the end of its address."""
        return [one for one in _Reader(self.html).forms if urlsplit(one.action).path.endswith(action)][place]


class Browser:
    """A shopper's browser without scripts; it follows redirects."""

    def __init__(self, client: FlaskClient, root: str = "") -> None:
        self.client, self.root = client, root

    def get(self, address: str) -> Seen:
        """Open an address of the shop."""
        return self._seen(self.client.get(address, base_url=f"http://localhost{self.root}"), address)

    def send(self, form: Form, **values: str) -> Seen:
        """Send a form, with other values or a button's."""
        data = dict(form.values) | values
        path = form.action.removeprefix(self.root)
        return self._seen(self.client.post(path, data=data, base_url=f"http://localhost{self.root}"), path)

    def log_in(self, email: str = CORNER, password: str = PASSWORD) -> Seen:
        return self.send(self.get("/log-in").form("/log-in"), email=email, password=password)

    def _seen(self, response: Any, address: str) -> Seen:
        if response.status_code in (302, 303):
            parts = urlsplit(response.headers["Location"])
            assert parts.netloc in ("", "localhost"), "the shop leads nowhere else"
            assert parts.path.startswith(self.root)
            return self.get(parts.path.removeprefix(self.root) + (f"?{parts.query}" if parts.query else ""))
        return Seen(response.status_code, response.get_data(as_text=True), address, response.headers)


Visit = Callable[..., Browser]


@pytest.fixture
def visit(k2k: K2K, clock: Clock) -> Visit:
    """A browser in which a shopper is logged in; with the empty address nobody is."""
    app = create_app(shop_of(k2k, clock), secret_key="only for these tests", testing=True)

    def opened(email: str = CORNER, language: str = "en") -> Browser:
        client = app.test_client()
        client.environ_base["HTTP_ACCEPT_LANGUAGE"] = language
        browser = Browser(client)
        if email:
            assert browser.log_in(email).status == 200
        return browser

    return opened
