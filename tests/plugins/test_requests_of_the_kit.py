"""The contract asks what production asks: every part of a request that production hands over to a plugin has the type
that it has in the requests of the kit."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator, Mapping
from dataclasses import fields, is_dataclass
from types import ModuleType
from typing import Any

import pytest

from k2k_core.api import K2K
from k2k_core.domain.labels import Label
from k2k_core.domain.money import Exact
from k2k_core.domain.pricing import NoValue
from k2k_core.hooks import (
    EligibilityRule,
    LabelRenderer,
    Manifest,
    PluginContext,
    PriceAdjustment,
    PriceResolver,
    ShipViaHandler,
    hookimpl,
)
from k2k_core.runtime.isolation import isolated, isolated_batch
from k2k_core.testing import factories, sample_requests
from k2k_core.testing.small_network import SHIP_DATE, FrozenClock, opened

Shape = set[tuple[str, str]]
"""Where in a request a type occurs, and its name."""


def shape(path: str, value: Any) -> Iterator[tuple[str, str]]:
    """Every part of a value with its type; the parts of a collection count as one."""
    yield path, type(value).__name__
    if hasattr(value, "_fields"):
        for name in value._fields:
            yield from shape(f"{path}.{name}", getattr(value, name))
    elif is_dataclass(value) and not isinstance(value, type):
        for field in fields(value):
            yield from shape(f"{path}.{field.name}", getattr(value, field.name))
    elif isinstance(value, Mapping):
        for part in value.values():
            yield from shape(f"{path}[]", part)
    elif isinstance(value, (tuple, list, frozenset)):
        for part in value:
            yield from shape(f"{path}[]", part)


class Probe:
    """A plugin of a third party that notes what it is handed."""

    def __init__(self) -> None:
        self.seen: dict[str, Shape] = {}

    def note(self, what: str, answer: Any) -> Callable[..., Any]:
        """A function that notes its arguments and answers that."""

        def noted(*handed: Any) -> Any:
            for number, one in enumerate(handed):
                self.seen.setdefault(f"{what} {number}", set()).update(shape(what, one))
            return answer(*handed) if callable(answer) else answer

        return noted

    def module(self) -> ModuleType:
        """The module that K2K loads."""
        module = ModuleType("probing")
        module.manifest = Manifest(name="probing", title="Probe", owner="Acme")  # type: ignore[attr-defined]  # made here

        def price_resolvers(context: PluginContext) -> list[Any]:
            nothing = NoValue("no price of its own")
            return [
                PriceResolver("probing_step", self.note("price", nothing)),
                PriceAdjustment("probing_markup", self.note("adjustment", nothing)),
            ]

        def eligibility_rules(context: PluginContext) -> list[EligibilityRule]:
            return [
                EligibilityRule(f"probing_{side}", self.note(side, None), side=side) for side in ("vendor", "buyer")
            ]

        def label_renderers(context: PluginContext) -> list[LabelRenderer]:
            def made(request: Any) -> Label:
                return Label(request.box_code, "text/plain", b"a label", ())

            return [LabelRenderer("probe", "text/plain", self.note("label", made))]

        def ship_via_handlers(context: PluginContext) -> list[ShipViaHandler]:
            by = self.note("allows", True)
            return [ShipViaHandler("probing_dock", "Dock", frozenset(), by, self.note("ship_to", None))]

        for hook in (price_resolvers, eligibility_rules, label_renderers, ship_via_handlers):
            setattr(module, hook.__name__, hookimpl(hook))
        return module


def trade(k2k: K2K) -> None:
    """Have a plugin asked all that it can be asked."""
    rows = {"inventory_type": "k2k", "steps": ["probing_step", "k2k_gpm"]}
    own = {"inventory_type": "open_market_boxes", "steps": ["probing_step", "price_a"], "customer_type": "A"}
    adjusted = {"inventory_type": "k2k", "steps": ["probing_markup"]}
    for company in ("ANDES", "BLOOM"):
        k2k.set_hierarchies(company, {"hierarchy": [rows, own], "adjustments": [adjusted]})
    k2k.catalog("BLOOM", "C-100", SHIP_DATE)
    k2k.price("BLOOM", "C-100", ["ANDES/L2"])
    k2k.price("ANDES", "BLOOM", ["L1"])
    k2k.set("BLOOM", customer="C-100", values={"ship_via": "probing_dock"})
    cart = k2k.add("BLOOM", "C-100", lot="ANDES/L2", boxes=1, ship_date=SHIP_DATE, ship_via="probing_dock")
    k2k.checkout("BLOOM", cart=cart["cart"])
    confirmed = k2k.confirm("ANDES", cart["sales_order"])
    k2k.labels("ANDES", awb=confirmed["awb"], format="probe")


def of_kit() -> dict[str, Shape]:
    """The same of the requests of the kit."""
    anything: frozenset[str] = frozenset()
    batches = list(sample_requests.prices(anything))
    found: dict[str, Shape] = {"price 0": set(), "adjustment 0": set()}
    for batch in batches:
        found["price 0"].update(shape("price", isolated_batch(batch)))
        lines = isolated_batch(factories.adjustable(request=request, price=Exact(1, 3)) for request in batch)
        found["adjustment 0"].update(shape("adjustment", lines))
    for side in ("vendor", "buyer"):
        requests = isolated_batch(sample_requests.eligibility(side, anything))
        found[f"{side} 0"] = {part for request in requests for part in shape(side, request)}
    labels = isolated_batch(sample_requests.labels(anything))
    found["label 0"] = {part for label in labels for part in shape("label", label)}
    pairs = [isolated(pair) for pair in sample_requests.customer_inventory_pairs()]
    found["allows 0"] = {part for customer, _ in pairs for part in shape("allows", customer)}
    found["allows 1"] = {part for _, kind in pairs for part in shape("allows", kind)}
    found["ship_to 0"] = {part for customer, _ in pairs for part in shape("ship_to", customer)}
    return found


@pytest.fixture
def probe() -> Iterator[Probe]:
    """The probe, as a module that can be imported."""
    one = Probe()
    sys.modules["probing"] = one.module()
    yield one
    del sys.modules["probing"]


def test_what_production_hands_over_has_the_types_of_the_kit(probe: Probe) -> None:
    k2k = opened(["probing"], [], {}, FrozenClock())
    trade(k2k)
    k2k.close()
    kit = of_kit()
    assert sorted(probe.seen) == sorted(kit), "each function of a plugin is asked in both"
    unknown = {what: sorted(probe.seen[what] - kit[what]) for what in kit if probe.seen[what] - kit[what]}
    assert unknown == {}
