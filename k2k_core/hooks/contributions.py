"""What a plugin contributes: frozen values that the core checks, indexes by inventory type and calls in batches."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from k2k_core.domain.items import INVENTORY_TYPES
from k2k_core.domain.labels import Label, LabelRequest
from k2k_core.domain.parties import Customer, ShipTo
from k2k_core.domain.pricing import Adjustable, Answer, Answers, PriceRequest
from k2k_core.domain.sharing import Denial, EligibilityRequest

ANY: frozenset[str] = frozenset()
"""All inventory types, also those that a later plugin brings."""


@dataclass(frozen=True, slots=True)
class PriceResolver:
    """One step of a price hierarchy, named as in `hierarchies.toml`.

    `resolve` takes a batch of requests that share their terms and answers one `Price` or `NoValue` each, in order, or
    a single `NoValue` that holds for all. See pricing section 4.
    """

    step: str
    resolve: Callable[[Sequence[PriceRequest]], Answers]
    inventory_types: frozenset[str] = ANY


@dataclass(frozen=True, slots=True)
class PriceAdjustment:
    """One step after the base price. `adjust` answers the new price (`Price`) or `NoValue` where it does not apply,
    per line or once for all. See pricing section 6."""

    step: str
    adjust: Callable[[Sequence[Adjustable]], Answers]
    inventory_types: frozenset[str] = ANY


@dataclass(frozen=True, slots=True)
class EligibilityRule:
    """A rule that may keep a lot back, on the vendor's side or the buyer's. `check` answers a `Denial` or None.

    Any denial denies, and all are reported. See domain section 3.
    """

    code: str
    check: Callable[[EligibilityRequest], Denial | None]
    inventory_types: frozenset[str] = ANY
    side: str = "vendor"


@dataclass(frozen=True, slots=True)
class LabelRenderer:
    """Renders box labels in one format (`pdf`, `png`, `zpl` or a plugin's own). See domain section 6.

    `sheet` joins many labels into one file of the same media type; without it a host joins nothing.
    """

    format: str
    media_type: str
    render: Callable[[LabelRequest], Label]
    inventory_types: frozenset[str] = ANY
    sheet: Callable[[Sequence[LabelRequest]], bytes] | None = None


@dataclass(frozen=True, slots=True)
class ShipViaHandler:
    """A way for boxes to travel.

    `cost_components` are the parts of a landed cost that count; `allows` says whether a customer may order an inventory
    type this way; `ship_to` is the address on the vendor's order, None for the buyer company itself; `uses_transit` is
    false when boxes leave the vendor on the customer's own ship date; `receives_itself` when nobody scans;
    `adjusts_fob` when FOB charges are part of a price. See domain sections 4-6.
    """

    code: str
    title: str
    cost_components: frozenset[str]
    allows: Callable[[Customer, str], bool]
    ship_to: Callable[[Customer], ShipTo | None]
    receives_itself: bool = False
    uses_transit: bool = True
    adjusts_fob: bool = True
    inventory_types: frozenset[str] = ANY


Contribution = PriceResolver | PriceAdjustment | EligibilityRule | LabelRenderer | ShipViaHandler


def each(answer: Callable[[PriceRequest], Answer]) -> Callable[[Sequence[PriceRequest]], list[Answer]]:
    """Turn a function of one request into a resolver of a batch."""

    def resolve(requests: Sequence[PriceRequest]) -> list[Answer]:
        return [answer(request) for request in requests]

    return resolve


def only(*inventory_types: str) -> frozenset[str]:
    """The inventory types a contribution is for, checked against the known names at once."""
    unknown = set(inventory_types) - set(INVENTORY_TYPES)
    if unknown:
        raise ValueError(f"unknown inventory types: {', '.join(sorted(unknown))}")
    return frozenset(inventory_types)
