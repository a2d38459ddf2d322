"""What a company relies on is on record: where a plugin of it is missing, broken or of another mark, nothing is sold
that it might forbid (architecture section 2)."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from types import ModuleType
from typing import Any

import pytest
from marshmallow import Schema, fields

from k2k_core.api import K2K
from k2k_core.domain.money import Exact
from k2k_core.domain.pricing import Price, PriceRequest
from k2k_core.domain.roles import Actor
from k2k_core.domain.sharing import Denial, EligibilityRequest
from k2k_core.errors import Invalid, K2KError, NotAllowed, NotFound
from k2k_core.hooks import EligibilityRule, Manifest, PriceResolver, each, hookimpl
from k2k_core.services.administration.plugin_records import record_bundled
from k2k_core.store.master_data import companies
from tests.conftest import OwnDatabase
from tests.services.conftest import BEGINNING, Trade

STEPS = {"hierarchy": [{"inventory_type": "k2k", "steps": ["acme_price", "k2k_gpm"]}]}
L1 = "ANDES/L1"


class Settings(Schema):
    """The settings of the plugin of these tests."""

    roses = fields.String()


def plugin(compatible: str = "1", *, denies: bool = False, rules: bool = True, **hooks: Any) -> ModuleType:
    """A plugin that may forbid lots, and has a step that prices all at 9.99."""
    module = ModuleType("acme")

    def eligibility_rules() -> list[EligibilityRule]:
        def check(request: EligibilityRequest) -> Denial | None:
            return Denial("embargo", "no export", "", "") if denies else None

        return [EligibilityRule("embargo", check)] if rules else []

    def price_resolvers() -> list[PriceResolver]:
        return [PriceResolver("acme_price", each(dearly))]

    def dearly(request: PriceRequest) -> Price:
        return Price(Exact(999, 100))

    own = {"eligibility_rules": eligibility_rules, "price_resolvers": price_resolvers, **hooks}
    vars(module).update({name: hookimpl(hook) for name, hook in own.items() if hook is not None})
    vars(module)["manifest"] = Manifest(
        "acme", "Acme", "acme@example.com", settings_schema=Settings, compatible=compatible
    )
    return module


@pytest.fixture
def process(trade: Trade, database: OwnDatabase) -> Iterator[Callable[..., K2K]]:
    """Opens the database of the trade in another process, with these plugins beside the bundled ones."""
    opened: list[K2K] = []

    def make(*modules: ModuleType | str) -> K2K:
        listed = [("acme", module) for module in modules]
        opened.append(K2K.open(database.url, clock=lambda: BEGINNING, plugins=listed))
        return opened[-1]

    yield make
    for one in opened:
        one.close()


def seen(net: K2K, lot: str = L1) -> Any:
    """What BLOOM says of a lot and its customer."""
    return net.visible("BLOOM", "C-100", [lot], "2026-02-05")[0]


def codes(net: K2K, company: str) -> list[str]:
    return [one["code"] for one in net.check_prices(company)]


def state(net: K2K, name: str = "acme") -> tuple[str, str]:
    found = {one["name"]: one for one in net.plugins()}
    return (found[name]["state"], found[name]["code"]) if name in found else ("", "")


def test_two_processes_cannot_sell_what_a_plugin_of_one_of_them_forbids(process: Callable[..., K2K]) -> None:
    forbids, without = process(plugin(denies=True)), process()
    forbids.set_plugin("ANDES", "acme", {"roses": "red"})
    for net in (forbids, without):
        with pytest.raises(K2KError):
            net.add("BLOOM", customer="C-100", lot=L1, boxes=1, ship_date="2026-02-05")
        assert seen(net)["visible"] is False
    reasons = seen(without)["reasons"]
    assert "rule_failed" in reasons
    assert "embargo" in seen(forbids)["reasons"]
    (finding,) = [one for one in without.check_prices("ANDES") if one["code"] == "plugin_missing"]
    assert finding["severity"] == "error"
    assert all(word in finding["problem"] for word in ("acme", "ANDES", finding["facts"]["process"]))
    assert state(without) == ("missing", "plugin_missing")
    assert "plugin_missing" not in codes(forbids, "ANDES")


def test_a_vendor_without_the_plugin_on_record_is_not_concerned(process: Callable[..., K2K]) -> None:
    before = process().share("SIERRA", "BLOOM")
    process(plugin()).set_plugin("ANDES", "acme", {"roses": "red"})
    without = process()
    assert without.share("SIERRA", "BLOOM") == before
    assert "plugin_missing" not in codes(without, "SIERRA")


def test_a_step_on_record_gives_no_price_where_its_plugin_is_missing(process: Callable[..., K2K]) -> None:
    process(plugin(rules=False)).set_hierarchies("BLOOM", STEPS)
    without = process()
    line = without.price("BLOOM", "C-100", [L1])[0]
    assert (line["price"], line["call_icon"]) == (None, True)
    assert "acme is not installed here" in line["explanation"][0]["reason"]
    assert {"plugin_missing", "plugin_step_missing"} <= set(codes(without, "BLOOM"))


@pytest.mark.parametrize(
    ("other", "code"),
    [
        (lambda: plugin("2"), "plugin_incompatible"),
        (lambda: plugin(rules=False), "contribution_missing"),
        (lambda: plugin(eligibility_rules=lambda: 1 / 0), "plugin_broken"),
        (lambda: "no_such_module_of_acme", "plugin_broken"),
    ],
    ids=["another mark", "without its rule", "broken for the company", "broken"],
)
def test_a_plugin_that_is_another_than_on_record_fails(
    process: Callable[..., K2K], other: Callable[[], Any], code: str
) -> None:
    process(plugin()).set_plugin("ANDES", "acme", {"roses": "red"})
    net = process(other())
    lot = seen(net)
    assert "rule_failed" in lot["reasons"]
    assert code in codes(net, "ANDES")
    assert state(net)[0] != "ok"


def test_an_admin_accepts_another_mark_and_the_old_one_fails_from_then_on(process: Callable[..., K2K]) -> None:
    old, new = process(plugin("1")), process(plugin("2"))
    old.set_plugin("ANDES", "acme", {"roses": "red"})
    with pytest.raises(Invalid, match="not compatible"):
        new.set_plugin("ANDES", "acme", {"roses": "white"})
    with pytest.raises(NotAllowed):
        new.on_behalf_of(Actor("w", "ANDES", frozenset({"warehouse"}))).accept_plugin("ANDES", "acme")
    admin = new.on_behalf_of(Actor("ana@andes.example", "ANDES", frozenset({"admin"})))
    answer = admin.accept_plugin("ANDES", "acme")
    assert answer == {
        "company": "ANDES",
        "plugin": "acme",
        "version": "",
        "compatible": "2",
        "contributions": ["acme_price", "embargo"],
    }
    assert "plugin_incompatible" not in codes(new, "ANDES")
    assert "plugin_incompatible" in codes(old, "ANDES")
    with pytest.raises(NotFound):
        new.accept_plugin("ANDES", "moon")
    assert "plugin.accepted" in [row["action"] for row in new.audit("ANDES", limit=50)["items"]]


def test_settings_without_a_record_of_the_contributions_hold_everything_back(
    process: Callable[..., K2K],
) -> None:
    net = process(plugin(rules=False))
    net.set_plugin("ANDES", "acme", {"roses": "red"})
    with net.context.store.whole_network.writing() as session:
        company_id, _ = companies.found(session, "ANDES")
        companies.change(session, company_id, {"plugin_record": {}})
    lot = seen(process())
    assert "rule_failed" in lot["reasons"]


def test_a_company_gives_up_a_plugin_that_is_not_installed_by_emptying_its_settings(
    process: Callable[..., K2K],
) -> None:
    process(plugin()).set_plugin("ANDES", "acme", {"roses": "red"})
    without = process()
    with pytest.raises(Invalid, match="not installed"):
        without.set_plugin("ANDES", "acme", {"roses": "white"})
    without.set_plugin("ANDES", "acme", {})
    assert "plugin_missing" not in codes(without, "ANDES")
    assert seen(without)["visible"]


def test_a_company_that_is_added_relies_on_the_rules_that_judge_it_from_the_first_day(
    process: Callable[..., K2K],
) -> None:
    net = process(plugin())
    net.add_company({"code": "NEW", "name": "New", "currency": "USD", "timezone": "UTC"})
    assert "plugin_missing" in codes(process(), "NEW")
    assert "plugin_not_recorded" in codes(net, "ANDES")
    assert "plugin_not_recorded" not in codes(net, "NEW")


def test_a_bundled_plugin_that_is_missing_holds_lots_back_until_the_record_is_migrated(
    process: Callable[..., K2K],
) -> None:
    net = process()
    found = net.context.plugins.found  # type: ignore[attr-defined]  # the plugins of this process, to take one away
    found[:] = [one for one in found if one.name != "k2k_sharing_rules"]
    lot = seen(net)
    assert "rule_failed" in lot["reasons"]
    assert "plugin_missing" in codes(net, "ANDES")
    with pytest.raises(Invalid, match="not installed"):
        net.set_plugin("ANDES", "k2k_sharing_rules", {})
    assert record_bundled(process().context) == 0


def test_a_migration_puts_the_bundled_plugins_on_record_and_leaves_the_others(process: Callable[..., K2K]) -> None:
    net = process(plugin())
    net.set_plugin("ANDES", "acme", {"roses": "red"})
    with net.context.store.whole_network.writing() as session:
        company_id, _ = companies.found(session, "ANDES")
        before = companies.plugin_record(session, company_id)
        companies.change(session, company_id, {"plugin_record": {"acme": before["acme"]}})
    assert record_bundled(net.context) == 1
    with net.context.store.whole_network.reading() as session:
        assert companies.plugin_record(session, company_id) == before
    assert record_bundled(net.context) == 0
