"""The figures behind each component of a landed cost, as a sentence with facts (pricing section 3)."""

from __future__ import annotations

import datetime as dt

from k2k_core.domain.costs import (
    DUTIES,
    FREIGHT,
    HANDLING,
    INBOUND_TRUCK,
    UNIT_COST,
    AwbCosts,
    BoxKind,
    duty_percent,
)
from k2k_core.domain.items import K2K, Lot
from k2k_core.domain.money import ZERO, Exact, plain
from k2k_core.domain.settings import CompanySettings
from k2k_core.messages import Message


def figures(lot: Lot, settings: CompanySettings, awb: AwbCosts | None, received_on: dt.date) -> dict[str, Message]:
    """By component how its amount per unit of this lot is made."""
    if lot.received is not None:
        return _as_received(lot, awb)
    found = {
        UNIT_COST: Message("the vendor's price") if lot.inventory_type == K2K else Message("the cost of the lot"),
        FREIGHT: _by_fbe(lot, settings.freight_per_fbe, awb, awb.freight if awb else None),
        HANDLING: _by_fbe(lot, settings.handling_per_fbe, awb, awb.handling if awb else None),
    }
    kind = BoxKind(lot.fbe, lot.cubes, lot.product.category, lot.port, received_on)
    percent = duty_percent(settings.duties, kind)
    if percent is not None:
        facts = {"category": lot.product.category, "port": lot.port, "percent": _text(percent)}
        found[DUTIES] = Message("{percent} % of the unit cost, for {category} from {port}", **facts)
    if lot.cubes is not None and settings.cube_rate is not None:
        found[INBOUND_TRUCK] = Message(
            "{cube_rate} per cube × {cubes} {cubes:cube|cubes} ÷ {units} {units:unit|units}",
            cube_rate=_text(settings.cube_rate),
            cubes=plain(lot.cubes),
            units=lot.units_per_box,
        )
    return found


def _by_fbe(lot: Lot, estimate: int, awb: AwbCosts | None, real: int | None) -> Message:
    fbe, units = _text(lot.fbe), lot.units_per_box
    if awb is None or real is None or not awb.fbe > ZERO:
        return Message(
            "{per_fbe} per FBE × {fbe} FBE ÷ {units} {units:unit|units}", per_fbe=_text(estimate), fbe=fbe, units=units
        )
    return Message(
        "{amount} for AWB {awb} with {total_fbe} FBE × {fbe} FBE ÷ {units} {units:unit|units}",
        amount=_text(real),
        awb=lot.awb,
        total_fbe=plain(awb.fbe),
        fbe=fbe,
        units=units,
    )


def _as_received(lot: Lot, awb: AwbCosts | None) -> dict[str, Message]:
    """Boxes keep the costs with which they were received; real costs of their AWB replace the estimates."""
    names = (UNIT_COST, FREIGHT, HANDLING, DUTIES, INBOUND_TRUCK)
    found = dict.fromkeys(names, Message("as the boxes were received"))
    for name, real in ((FREIGHT, awb.freight if awb else None), (HANDLING, awb.handling if awb else None)):
        if real is not None:
            found[name] = _by_fbe(lot, 0, awb, real)
    return found


def _text(micros: int) -> str:
    return plain(Exact.micros(micros))
