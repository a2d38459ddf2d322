"""What the page of hooks says of fields: who may read each, its unit, and an example, taken from real objects."""

from __future__ import annotations

import datetime as dt
import inspect
import tomllib
from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from k2k_core import hooks
from k2k_core.domain import items, labels, parties, price_formulas, pricing, sharing
from k2k_core.domain.money import Exact
from k2k_core.runtime import Plugin, discover, load, read_hierarchies
from k2k_core.testing import factories

READERS = {
    "customer": "everybody, the final customer too",
    "people": "the people of the company whose plugin it is",
    "costs": "those of them who see costs (`seeing_costs`, [roles](roles.md))",
    "plugin": "nobody: it is for the plugin alone",
}
"""To whom a plugin may show a field, in the reason of a price or a denial, or on a label."""

FIELDS: Mapping[str, Mapping[str, str]] = tomllib.loads(
    Path(__file__).with_name("fields.toml").read_text(encoding="utf-8")
)
"""Record -> field -> its readers, and its unit after a comma."""

_UNITS = (("bool", "yes or no"), ("date", "a day"))
_MARKUP = parties.Markup("percent", 2_500_000)
_LAST = items.LastPrice(440_000, dt.date(2026, 1, 31), dt.date(2026, 1, 29), 1)
_ADDRESS = parties.ShipTo("Corner Florist", "1 Main St", "Albany", "NY", "12207", "US", "+1 518 555 0100")
_CUSTOMER = factories.customer(
    email="orders@corner.example", ecommerce_markup=_MARKUP, price_b_markup=_MARKUP, sell_fast_markup=_MARKUP,
    price_lists=("SPRING",), outbound_cube_rate=2_000_000, min_age=0, max_age=6,
    days_of_service={"mon": "FEDEX", "thu": "TRUCK"}, salesperson_email="sally@bloom.example", ship_to=_ADDRESS,
    location="MIA", additional_charges=(parties.AdditionalCharge("Box fee", "per_box", 1_500_000),),
    send_invoice_to=("books@corner.example",), send_checkout_notification_to=("shop@corner.example",),
    company="CORNER", show_vendor=True, locale="es",
)  # fmt: skip
_PRODUCT = factories.product(variety="Freedom", color="red", grade="60cm", local_after=6)
_RECEIVED = items.ReceivedCosts(340_000, {"unit_cost": 300_000, "freight": 40_000}, 500_000)
_LOT = factories.lot(
    product=_PRODUCT, location="MIA", awb="729-12345675", port="BOG", web_price=500_000, price_a=510_000,
    price_b=520_000, price_b_manual=530_000, unit_price=540_000, va_price=550_000, purchase_order_price=560_000,
    last_price=_LAST, id=17, awb_id=3, received=_RECEIVED,
)  # fmt: skip
_LOCATION = parties.Location("MIA", "Miami", 24_000_000)
_COMPANY = replace(
    factories.company(), locations={"MIA": _LOCATION}, change_seq=41,
    hierarchies={"hierarchy": [{"inventory_type": "k2k", "steps": ["k2k_gpm"]}]},
    plugin_record={"k2k_labels": {"version": "0.1.0", "mark": "0"}}, quarantines={"step k2k_gpm": {"calls": 3}},
)  # fmt: skip
_ROW = pricing.ListRow("SPRING", "season", False, "Valentine", dt.date(2026, 1, 20), 470_000, 310_000, "ROSE-RED-60")
_TERMS = factories.price_terms(
    company=_COMPANY, customer=_CUSTOMER, k2k_gpm_source="location MIA", lists={"SPRING": "season"}
)
_REQUEST = factories.price_request(lot=_LOT, terms=_TERMS, rows=(_ROW,), open_market_base=Exact(1, 2), reminder=_LAST)
_PRICE = pricing.Price(Exact(357, 1000), "landed cost {cost}", {"cost": Exact(34, 100)})
_OFFER = sharing.OfferState("ROSE-RED-60", confirmed=True, va_price=550_000)
_DENIAL = sharing.Denial("too_old", "aging 8 is over 6", "max_age", "BLOOM", caused_on=dt.date(2026, 2, 9))
_DENIED = _DENIAL._replace(cured_on=dt.date(2026, 2, 12))
_SHARED = sharing.ShareTerms(
    factories.company("ANDES"), _COMPANY, _CUSTOMER, factories.TODAY, connected=True, leaves=dt.date(2026, 2, 4)
)
_SOLD = sharing.SaleTerms(
    _COMPANY, _CUSTOMER, "warehouse", dt.date(2026, 2, 5), factories.TODAY,
    via_reason="the customer buys via grower", date_denials={"cut_off_passed": _DENIAL},
)  # fmt: skip
_LABEL = replace(factories.label_request(), for_date=dt.date(2026, 2, 4))


BUNDLED = [one for one in discover() if isinstance(one, Plugin) and one.bundled]
"""The plugins that come with K2K."""

OFFERS = load(BUNDLED, "BLOOM", {}, read_hierarchies({})).present
"""What they contribute to a company with their defaults."""

_OBJECTS: tuple[object, ...] = (
    _REQUEST, _TERMS, pricing.Adjustable(_REQUEST, "k2k_gpm", Exact(46, 100)), _PRICE,
    pricing.NoValue("{customer} is no friend", {"customer": "C-200"}),
    price_formulas.Formula("landed_cost", Exact(5, 4), reason="{percent} % on top", facts={"percent": 25}),
    price_formulas.PriceFormula(lambda _terms, _facts: pricing.NoValue("never"), ("sell_fast",)),
    _ROW, sharing.EligibilityRequest(_LOT, 2, _SHARED, _SOLD, _OFFER, 300_000), _SHARED, _SOLD, _OFFER, _DENIED,
    _LABEL, labels.Label("K2K000000001", "application/zpl", b"^XA...^XZ", ("K2K", "Rose Freedom Red 60 cm")),
    _LOT, _PRODUCT, _LAST, _RECEIVED, _COMPANY, _LOCATION, _CUSTOMER, _ADDRESS, _MARKUP,
    parties.AdditionalCharge("Box fee", "per_box", 1_500_000),
    hooks.PluginContext("acme_friends", "BLOOM", {"friends": ("C-100",), "percent": 5}),
)  # fmt: skip


def _is_full(contribution: object) -> bool:
    return bool(getattr(contribution, "reads", True) and getattr(contribution, "formula", True))


EXAMPLES: Mapping[type, object] = {
    hooks.Manifest: next(one.manifest for one in BUNDLED if one.name == "k2k_labels"),
    **{type(one.contribution): one.contribution for one in reversed(OFFERS) if _is_full(one.contribution)},
    **{type(one): one for one in _OBJECTS},
}
"""An object of each documented record."""


def unit(record: str, field: str, annotation: str) -> str:
    """The unit of a field, where it has one: as declared, else what its type says."""
    declared = FIELDS.get(record, {}).get(field, "").partition(", ")[2]
    return declared or next(
        (words for kind, words in _UNITS if kind in annotation.replace("|", " ").split(".")[-1]), ""
    )


def example(member: Callable[..., object], field: str) -> str:
    """The value of a field in a real object, as Python writes it; a record refers to its own section."""
    value = getattr(EXAMPLES[member], field) if isinstance(member, type) else None
    return _shown(value)


def _shown(value: Any) -> str:
    kind = type(value).__name__
    if type(value) in EXAMPLES or kind == "CompanySettings":
        link = "settings.md" if kind == "CompanySettings" else f"#{kind.lower()}"
        return f"a [`{kind}`]({link})"
    if callable(value):
        return "a class" if inspect.isclass(value) else "a function"
    if isinstance(value, Mapping):
        if any(type(one) in EXAMPLES for one in value.values()):
            return ", ".join(f"`{key!r}`: {_shown(one)}" for key, one in value.items())
        return f"`{dict(value)!r}`"
    if isinstance(value, tuple) and value and type(value[0]) in EXAMPLES:
        return ", ".join(map(_shown, value))
    if isinstance(value, frozenset):
        return f"`{{{', '.join(map(repr, sorted(value)))}}}`" if value else "`ANY`"
    text = repr(value).replace("datetime.date", "date")
    return f"`{text}`" if "`" not in text and "<" not in text else "made by K2K"
