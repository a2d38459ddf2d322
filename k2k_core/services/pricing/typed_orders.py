"""Checks of what a company types into its own orders of price steps: every name is one that is known here."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping

from k2k_core.domain.nearest_codes import SimilarCodes
from k2k_core.domain.parties import CUSTOMER_TYPES
from k2k_core.errors import Fault, Invalid, joined_faults
from k2k_core.messages import Message
from k2k_core.runtime.hierarchy import Hierarchies, Insertion, Row
from k2k_core.runtime.registry import Registry

OWN = "company."
"""How the places of a company's own rows begin."""

Known = Mapping[str, frozenset[str]]
"""Names of steps, each with the inventory types that it is for; empty for all."""


def require_known(registry: Registry, orders: Hierarchies) -> None:
    """Raise `Invalid` with every step, ship via or customer type of a company's own orders that is not known here, and
    every insertion that would change nothing, each with the nearest known name."""
    faults = [*_faults_of(registry, orders)]
    if faults:
        raise Invalid(
            Message("the price hierarchies are not right: {problems}", problems=joined_faults(faults)), faults
        )


def _faults_of(registry: Registry, orders: Hierarchies) -> Iterator[Fault]:
    steps, adjustments = registry.known_steps(), registry.known_steps(adjustments=True)
    ways = registry.ways()
    for rows, known in ((orders.rows, steps), (orders.adjustments, adjustments)):
        own = {row.place: row for row in rows if row.place.startswith(OWN)}
        for row in own.values():
            yield from _row_faults(row, known, ways)
    for one in orders.insertions:
        known, others = (adjustments, steps) if one.adjustment else (steps, adjustments)
        meant = _of_the_other_kind(one, known, others)
        yield from [meant] if meant else _insertion_faults(one, orders, known, ways)


def _of_the_other_kind(one: Insertion, known: Known, others: Known) -> Fault | None:
    """The fault of an adjustment that is inserted as a step, or of a step as an adjustment, be it misspelt."""
    if one.step in known or SimilarCodes(known).nearest(one.step) is not None:
        return None
    name = one.step if one.step in others else SimilarCodes(others).nearest(one.step)
    if name is None:
        return None
    if one.adjustment:
        return {"path": f"{one.place}.adjustment", "message": Message("{name} is a step: insert it as one", name=name)}
    return {
        "path": f"{one.place}.step",
        "message": Message("{name} is an adjustment: insert it as one (`--adjustment`)", name=name),
    }


def _row_faults(row: Row, known: Known, ways: Collection[str]) -> Iterator[Fault]:
    for number, name in enumerate(row.own_steps):
        yield from _step_faults(name, f"{row.place}.steps[{number}]", known, [row.inventory_type])
    if row.ship_via is not None:
        yield from _unless_known(row.ship_via, ways, f"{row.place}.ship_via")
    if row.customer_type is not None:
        yield from _unless_known(row.customer_type, CUSTOMER_TYPES, f"{row.place}.customer_type")


def _insertion_faults(one: Insertion, orders: Hierarchies, known: Known, ways: Collection[str]) -> Iterator[Fault]:
    rows = orders.adjustments if one.adjustment else orders.rows
    changed = [row for row in rows if one in row.inserted]
    kind = "adjustment" if one.adjustment else "step"
    types = sorted({row.inventory_type for row in changed})
    yield from _step_faults(one.step, f"{one.place}.{kind}", known, types)
    for number, code in enumerate(one.ship_vias):
        yield from _unless_known(code, ways, f"{one.place}.ship_vias[{number}]")
    beside = f"{one.place}.{'before' if one.before else 'after'}"
    if one in orders.lost:
        there = {step for row in rows if one.concerns(row) for step in row.steps}
        message = Message(
            "no order of these lines has {name}: {meant}", name=one.beside, meant=_meant(one.beside, there)
        )
        yield {"path": beside, "message": message}
    elif not changed:
        yield {"path": beside, "message": Message("changes nothing: {step} is in these orders already", step=one.step)}


def _step_faults(name: str, place: str, known: Known, inventory_types: Iterable[str]) -> Iterator[Fault]:
    yield from _unless_known(name, known, place)
    types = known.get(name)
    for inventory_type in inventory_types:
        if types and inventory_type not in types:
            message = Message(
                "{name} is not for {inventory_type}: only for {known}",
                name=name,
                inventory_type=inventory_type,
                known=sorted(types),
            )
            yield {"path": place, "message": message}


def _unless_known(name: str, known: Collection[str], place: str) -> Iterator[Fault]:
    if name not in known:
        message = Message("nothing here is called {name}: {meant}", name=name, meant=_meant(name, known))
        yield {"path": place, "message": message}


def _meant(name: str, known: Collection[str]) -> Message:
    nearest = SimilarCodes(known).nearest(name)
    if nearest is not None:
        return Message("did you mean {nearest}?", nearest=nearest)
    return Message("there are {known}", known=sorted(known) or Message("none"))
