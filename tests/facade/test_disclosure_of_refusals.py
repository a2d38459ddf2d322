"""A refusal says of another company's rules and plugins the code alone, whichever method refuses and whoever asks; and
within a company nothing of its costs and prices to those who do not see them.

The secrets stand in settings of plugins, in the reasons of rules and steps, and in the messages of exceptions.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from types import ModuleType
from typing import Any

import pytest
from marshmallow import Schema, fields

from k2k_core.api import K2K
from k2k_core.domain.pricing import NoValue, PriceRequest
from k2k_core.domain.roles import ROLES, Actor
from k2k_core.domain.sharing import Denial, EligibilityRequest
from k2k_core.errors import K2KError
from k2k_core.hooks import EligibilityRule, Manifest, PluginContext, PriceResolver, each, hookimpl
from tests.facade.test_disclosure import BOX, NETWORK, NOW, SHIP, doors
from tests.facade.test_roles import CALLS

VENDOR, BUYER = "ANDES", "BLOOM"
WORDS = {VENDOR: "SECRET-OF-THE-VENDOR 0.717273", BUYER: "SECRET-OF-THE-BUYER 0.828384"}
DENIED, RAISING, UNPRICED, BROKEN = "DENIED", "RAISING", "UNPRICED", "BROKEN"
LOTS = (DENIED, RAISING, UNPRICED, BROKEN)
"""A lot that a rule denies, one at which it raises, one that a step leaves without a price, one at which it raises."""

Call = Callable[[K2K], object]


class Settings(Schema):
    """A plugin that knows a secret."""

    token = fields.String()


def plugin(company: str) -> ModuleType:
    """A plugin of one company, with a secret in all that it says."""
    name, words = f"plugin_of_{company.lower()}", WORDS[company]
    module, side = ModuleType(name), "vendor" if company == VENDOR else "buyer"

    def check(request: EligibilityRequest) -> Denial | None:
        if request.lot.ref.endswith(RAISING):
            raise ValueError(words)
        return Denial("embargo", words, words, company) if request.lot.ref.endswith(DENIED) else None

    def resolve(request: PriceRequest) -> NoValue:
        if request.lot.ref.endswith(BROKEN):
            raise ValueError(words)
        return NoValue(words)

    def eligibility_rules(context: PluginContext) -> list[EligibilityRule]:
        return [EligibilityRule("embargo", check, side=side)] if context.company == company else []

    def price_resolvers(context: PluginContext) -> list[PriceResolver]:
        return [PriceResolver(name, each(resolve))] if context.company == company else []

    vars(module).update(eligibility_rules=hookimpl(eligibility_rules), price_resolvers=hookimpl(price_resolvers))
    vars(module)["manifest"] = Manifest(name, name, "nobody", settings_schema=Settings)
    return module


@pytest.fixture(params=[VENDOR, BUYER])
def owner(request: pytest.FixtureRequest) -> str:
    """The company whose plugin knows a secret."""
    return str(request.param)


@pytest.fixture
def k2k(owner: str) -> Iterator[K2K]:
    module = plugin(owner)
    with K2K.open("sqlite://", clock=lambda: NOW, plugins=[(module.__name__, module)]) as opened:
        opened.load(NETWORK)
        rows = [{**BOX, "code": code, "unit_cost": "0.1", "price_a": "0.31"} for code in LOTS]
        opened.put(VENDOR, "lots", rows)
        kind = "open_market_boxes" if owner == VENDOR else "k2k"
        opened.set_hierarchies(owner, {"hierarchy": [{"inventory_type": kind, "steps": [module.__name__]}]})
        opened.set_plugin(owner, module.__name__, {"token": WORDS[owner]})
        for company in (VENDOR, BUYER):
            opened.submit(company, "what_if", {"changes": [{"settings": {"k2k_gpm": "40", "gpm": "40"}}]})
        opened.run_jobs()
        yield opened


def orders() -> dict[str, Call]:
    """Every way to order each of the lots."""
    found: dict[str, Call] = {}
    for code in LOTS:
        lot = f"{VENDOR}/{code}"
        lines: Any = [{"lot": lot, "boxes": 1}]
        found |= {
            f"add {code}": lambda k, one=lot: k.add(BUYER, "C-1", lot=one, boxes=1, ship_date=SHIP),
            f"prebook {code}": lambda k, some=lines: k.prebook(BUYER, "C-1", some, SHIP),
            f"purchase_order {code}": lambda k, some=lines: k.purchase_order(BUYER, VENDOR, some, SHIP),
            f"visible {code}": lambda k, one=lot: k.visible(BUYER, "C-1", [one], SHIP),
            f"price {code}": lambda k, one=lot: k.price(BUYER, "C-1", [one]),
            f"share {code}": lambda k, one=code: k.share(VENDOR, BUYER, [one]),
            f"offer {code}": lambda k, one=lot: k.offer(BUYER, one),
            f"map {code}": lambda k, one=lot: k.map(BUYER, one, confirmed=True, product="R-60"),
        }
    return found


def calls(k2k: K2K) -> dict[str, Call]:
    """Every method with arguments, many of which are refused: those of the sweeps of roles and of disclosure, those
    that order, and those for the plugins."""
    found: dict[str, Call] = {f"{name} {part}".strip(): call for (name, part), call in CALLS.items()}
    found |= doors(k2k) | orders() | {"plugins": lambda k: k.plugins(), "verify": lambda k: k.verify()}
    for company in (VENDOR, BUYER):
        name = f"plugin_of_{company.lower()}"
        found |= {
            f"set_plugin {company}": lambda k, c=company, n=name: k.set_plugin(c, n, {"nothing": 1}),
            f"try_plugin of {company}": lambda k, c=company, n=name: k.try_plugin(c, n, {"nothing": 1}),
            f"last_change of {company}": lambda k, c=company, n=name: k.last_change(c, n, "token"),
            f"accept_plugin {company}": lambda k, c=company, n=name: k.accept_plugin(c, n),
        }
    return found


def told(call: Call, k2k: K2K) -> str:
    """What a call answers, or all that its refusal says."""
    try:
        return json.dumps(call(k2k), default=str)
    except K2KError as error:
        return f"{error} {json.dumps(error.as_dict(), default=str)}"


def strangers(owner: str) -> dict[str, Actor]:
    """Everybody who does not work for the company with the secret."""
    other = BUYER if owner == VENDOR else VENDOR
    return {
        **{f"{role} of {other}": Actor("p@example.com", other, frozenset({role})) for role in ROLES},
        f"all roles of {other}": Actor("p@example.com", other, frozenset(ROLES)),
        "third": Actor("t@third.example", "THIRD", frozenset(ROLES)),
        "customer": Actor("c@corner.example", BUYER, customer="C-1"),
    }


@pytest.mark.long
def test_nothing_that_is_answered_or_refused_says_a_word_of_another_companys_plugin(k2k: K2K, owner: str) -> None:
    leaks = [
        f"{name} tells {reader}"
        for reader, actor in strangers(owner).items()
        for name, call in calls(k2k).items()
        if WORDS[owner].split()[0] in told(call, k2k.on_behalf_of(actor))
    ]
    assert leaks == []


def test_the_settings_of_a_plugin_are_for_those_who_set_it_up(k2k: K2K, owner: str) -> None:
    name = f"plugin_of_{owner.lower()}"
    asking = [calls(k2k)[f"{door} {owner}"] for door in ("audit", "company_plugins", "last_change of", "search")]
    k2k.set_plugin(owner, name, {"token": "TOKEN-4711"})
    for role in set(ROLES) - {"admin", "setup"}:
        reader = k2k.on_behalf_of(Actor("p@example.com", owner, frozenset({role})))
        assert [place for place, call in enumerate(asking) if "TOKEN-4711" in told(call, reader)] == [], role


AMOUNTS = {
    VENDOR: {"salesperson": ("0.213171", "31.717", "0.077137"), "warehouse": ("0.3107", "0.4099")},
    BUYER: {"salesperson": ("27.373", "3.137", "0.291713"), "warehouse": ("0.3107", "0.4099")},
}
"""What a salesperson does not see of the own company, costs and margins, and what the warehouse does not see besides:
prices."""


@pytest.mark.long
@pytest.mark.parametrize("role", ["salesperson", "warehouse"])
def test_within_a_company_no_refusal_says_costs_to_salespeople_or_money_to_the_warehouse(
    k2k: K2K, owner: str, role: str
) -> None:
    k2k.put(VENDOR, "lots", [{**BOX, "code": "L1", "unit_cost": "0.213171", "price_a": "0.3107"}])
    k2k.put(BUYER, "lots", [{**BOX, "code": "OWN", "unit_cost": "0.291713", "web_price": "0.4099"}])
    reader = k2k.on_behalf_of(Actor("p@example.com", owner, frozenset({role})))
    amounts = [one for roles in ("salesperson", role) for one in AMOUNTS[owner].get(roles, ())]
    leaks = [f"{name} tells {one}" for name, call in calls(k2k).items() for one in amounts if one in told(call, reader)]
    assert leaks == []


def test_the_company_itself_reads_them_so_that_the_search_proves_something(k2k: K2K, owner: str) -> None:
    admin = k2k.on_behalf_of(Actor("a@example.com", owner, frozenset({"admin"})))
    telling = {name.split()[0] for name, call in calls(k2k).items() if WORDS[owner].split()[0] in told(call, admin)}
    assert {"share", "plugins"} <= telling if owner == VENDOR else {"visible", "price", "add", "plugins"} <= telling
