"""A small network for tests of plugins, in memory, and a clock that stands still: a vendor, a buyer, two customers, and
a cart."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Any

from k2k_core.api import K2K
from k2k_core.errors import CannotSell, Invalid
from k2k_core.testing.registries import found

SHIP_DATE = "2026-02-05"
MONDAY = dt.datetime(2026, 2, 2, 14, tzinfo=dt.UTC)
"""The day of the factories too."""

_ROSES: dict[str, Any] = {
    "categories": [{"code": "ROSES"}],
    "products": [{"code": "R60", "description": "Rose Freedom Red 60 cm", "category": "ROSES"}],
    "box_dimensions": [{"box_type": "HB", "length": 40, "width": 12, "height": "10.44"}],
}
_LOT: dict[str, Any] = {
    "inventory_type": "open_market_boxes", "product": "R60", "box_type": "HB", "boxes": 10, "units_per_box": 250,
    "unit_type": "stem", "price_a": "0.30", "arrival_date": "2026-02-01",
}  # fmt: skip
NETWORK: dict[str, Any] = {
    "companies": [
        {
            "code": "ANDES", "name": "Andes Farms", "currency": "USD", "timezone": "America/Bogota", **_ROSES,
            "customers": [{"code": "BLOOM", "type": "A", "company": "BLOOM"}],
            "lots": [{"code": "L1", **_LOT}, {"code": "L2", **_LOT, "price_a": "0.40"}],
        },
        {
            "code": "BLOOM", "name": "Bloom Wholesale", "currency": "USD", "timezone": "America/New_York", **_ROSES,
            "settings": {"k2k_gpm": 25, "freight_per_fbe": 20, "auto_map_products": True, "autoconfirm": True},
            "vendors": [{"code": "ANDES", "company": "ANDES", "transit_days": 1}],
            "customers": [
                {"code": "C-100", "name": "Corner Florist", "type": "B", "ship_via": "choice"},
                {"code": "C-200", "name": "Dale Flowers", "type": "B"},
            ],
        },
    ],
    "connections": [{"vendor": "ANDES", "buyer": "BLOOM", "state": "active"}],
}  # fmt: skip


class FrozenClock:
    """Answers the same moment until it is turned."""

    def __init__(self, now: dt.datetime = MONDAY) -> None:
        self.now = now

    def __call__(self) -> dt.datetime:
        """The moment at which it stands."""
        return self.now

    def forward(self, **time: float) -> dt.datetime:
        """Turn it, by `days`, `hours` or what else a `timedelta` takes; the moment at which it stands then."""
        self.now += dt.timedelta(**time)
        return self.now


def opened(
    plugins: Sequence[str], steps: Sequence[str], settings: Mapping[str, Mapping[str, object]], clock: FrozenClock
) -> K2K:
    """The network, open, with a cart of C-100. Raises `AssertionError` for a plugin that is broken, for a step that is
    not known, and where C-100 cannot buy, with the reason."""
    present = found(plugins)
    listed = [(one.name, one.module) for one in present if not one.distribution]
    k2k = K2K.open("sqlite://", clock=clock, plugins=listed)
    try:
        k2k.load(NETWORK)
        for plugin, own in settings.items():
            k2k.set_plugin("BLOOM", plugin, dict(own))
        served = [one for one in k2k.company_plugins("BLOOM") if one["name"] in plugins]
        wrong = [f"plugin {one['name']} is broken: {one['problem']}" for one in served if one["problem"]]
        assert not wrong, "; ".join(wrong)
        if steps:
            _begin_with(k2k, steps)
        _fill_cart(k2k)
    except BaseException:
        k2k.close()
        raise
    return k2k


def _begin_with(k2k: K2K, steps: Sequence[str]) -> None:
    row = {"inventory_type": "k2k", "steps": [*steps, "k2k_gpm", "company_gpm"]}
    try:
        k2k.set_hierarchies("BLOOM", {"hierarchy": [row]})
    except Invalid as error:
        raise AssertionError(str(error)) from error


def _fill_cart(k2k: K2K) -> None:
    try:
        k2k.add("BLOOM", "C-100", lot="ANDES/L1", boxes=2, ship_date=SHIP_DATE)
    except CannotSell as error:
        raise AssertionError(f"C-100 cannot buy: {error}") from error
