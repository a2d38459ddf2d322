"""What a change of a company's orders of price steps shadows: switches, typed prices, and other steps.

The orders before and after are compared for every kind of line: inventory type, customer type, ship via and sales
channel. A change that makes something count no longer is a finding with the lines that it concerns.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import product
from typing import Any, NamedTuple

from k2k_core.domain.items import INVENTORY_TYPES
from k2k_core.domain.parties import CUSTOMER_TYPES
from k2k_core.domain.price_checks import ERROR, WARNING, Finding
from k2k_core.domain.pricing import CHANNELS
from k2k_core.domain.settings import CompanySettings
from k2k_core.messages import Message
from k2k_core.runtime.hierarchy import Hierarchies
from k2k_core.store.inventory.typed_prices import TypedLots

TYPED = frozenset(("web_price", "price_a", "price_b", "price_b_manual", "unit_price", "va_price"))
"""Steps whose value a person types, each named like its field."""

PLACE = "hierarchies"
LEFT_OUT, LEFT_OUT_ADJUSTMENT = "step_left_out", "adjustment_left_out"

LotsTyped = Callable[[str, str], TypedLots]
"""Field and inventory type → the lots on which it is typed."""


class Orders(NamedTuple):
    """The orders that count for a company, with what decides between them; `others` are the steps of plugins beside the
    bundled ones."""

    hierarchies: Hierarchies
    settings: CompanySettings
    ship_vias: Collection[str]
    others: Collection[str] = ()


class Line(NamedTuple):
    """A kind of line."""

    inventory_type: str
    customer_type: str
    ship_via: str
    channel: str


class _Shadowed(NamedTuple):
    """A step that counts no longer, or less, for lines of an inventory type: `behind` the steps that go before it now;
    none for one that is left out."""

    step: str
    inventory_type: str
    behind: tuple[str, ...] = ()


Found = dict[_Shadowed, list[Line]]


def order_changes(before: Orders, after: Orders, lots_typed: LotsTyped) -> list[Finding]:
    """What a change of the orders makes count no longer, by place; nothing where they did not change."""
    if before.hierarchies == after.hierarchies:
        return []
    lines = [Line(*one) for one in product(INVENTORY_TYPES, CUSTOMER_TYPES, sorted(after.ship_vias), CHANNELS)]
    shadowed = _shadowed(lines, before, after)
    return [
        *_switches(lines, before, after),
        *(_finding(one, concerned, lines, lots_typed) for one, concerned in shadowed.items()),
        *_adjustments(lines, before, after),
    ]


def _steps(orders: Orders, line: Line, settings: CompanySettings | None = None) -> tuple[str, ...]:
    inventory_type, customer_type, ship_via, channel = line
    known = settings or orders.settings
    return orders.hierarchies.steps_for(inventory_type, customer_type, ship_via, known, channel)


def _shadowed(lines: Sequence[Line], before: Orders, after: Orders) -> Found:
    found: Found = {}
    for line in lines:
        was, now = _steps(before, line), _steps(after, line)
        for step in dict.fromkeys((*was, *now)):
            if step not in now:
                found.setdefault(_Shadowed(step, line.inventory_type), []).append(line)
            elif step in TYPED or step in after.others:
                earlier = was[: was.index(step)] if step in was else ()
                behind = tuple(one for one in now[: now.index(step)] if one not in earlier)
                if behind and (step in was or set(behind) & set(after.others)):
                    found.setdefault(_Shadowed(step, line.inventory_type, behind), []).append(line)
    return found


def _finding(one: _Shadowed, concerned: Sequence[Line], lines: Sequence[Line], lots_typed: LotsTyped) -> Finding:
    facts = {"step": one.step, "lines": _named(concerned, lines)}
    place = f"{PLACE}.{one.inventory_type}.{one.step}"
    if one.step in TYPED:
        typed = lots_typed(one.step, one.inventory_type)
        severity = ERROR if typed.total else WARNING
        told = {**facts, "count": typed.total, "lots": list(typed.first), "behind": list(one.behind)}
        if not one.behind:
            problem = Message(
                "{step} counts no longer for {lines}: it is typed on {count} {count:lot|lots} ({lots})", **told
            )
        else:
            problem = Message(
                "{behind} goes before {step} for {lines}: it is typed on {count} {count:lot|lots} ({lots})", **told
            )
        return Finding("typed_price_shadowed", severity, place, problem, Message("Place the step after what is typed."))
    if one.behind:
        problem = Message(
            "{behind} goes before {step} for {lines}: where it gives a price, {step} is not asked",
            behind=list(one.behind),
            **facts,
        )
        return Finding("step_shadowed", WARNING, place, problem, Message("Change their places if that is not meant."))
    problem = Message("{step} is no longer asked for {lines}", **facts)
    what = Message("Insert a step into the order instead of replacing the order.")
    return Finding(LEFT_OUT, WARNING, place, problem, what)


def _switches(lines: Sequence[Line], before: Orders, after: Orders) -> Iterator[Finding]:
    """Switches of the company that decided about an order and no longer do."""
    switches = sorted({name for row in before.hierarchies.rows for name in row.settings})
    for switch in switches:
        concerned = [line for line in lines if _decides(before, switch, line) and not _decides(after, switch, line)]
        if concerned:
            is_on = bool(getattr(after.settings, switch))
            facts = {"switch": switch, "lines": _named(concerned, lines)}
            problem = (
                Message("{switch} is on and counts no longer for {lines}", **facts)
                if is_on
                else Message("{switch} counts no longer for {lines}, should it be turned on", **facts)
            )
            what = Message("Insert a step into the order instead of replacing the order.")
            yield Finding("switch_shadowed", ERROR if is_on else WARNING, f"settings.{switch}", problem, what)


def _decides(orders: Orders, switch: str, line: Line) -> bool:
    """Whether a switch changes the order of such a line, whatever the others are."""
    off, on = ({switch: value} for value in (False, True))
    return _steps(orders, line, _with(orders, off)) != _steps(orders, line, _with(orders, on))


def _with(orders: Orders, changes: Mapping[str, Any]) -> CompanySettings:
    return replace(orders.settings, **changes)


def _adjustments(lines: Sequence[Line], before: Orders, after: Orders) -> Iterator[Finding]:
    """Adjustments that are left out."""
    found: dict[tuple[str, str], list[Line]] = {}
    for line in lines:
        was, now = (one.hierarchies.adjustments_for(*line[:3], one.settings, line.channel) for one in (before, after))
        for name in was:
            if name not in now:
                found.setdefault((line.inventory_type, name), []).append(line)
    for (inventory_type, name), concerned in found.items():
        problem = Message("{step} changes no price any more for {lines}", step=name, lines=_named(concerned, lines))
        what = Message("Insert an adjustment into the order instead of replacing the order.")
        yield Finding(LEFT_OUT_ADJUSTMENT, WARNING, f"{PLACE}.{inventory_type}.{name}", problem, what)


def _named(concerned: Sequence[Line], lines: Sequence[Line]) -> list[str]:
    """The lines that are concerned, each kind by the conditions that single it out: `k2k grower`, `k2k B sales`."""
    left, named = set(concerned), []
    for shown in ((0,), (0, 2), (0, 1), (0, 3), (0, 1, 2), (0, 2, 3), (0, 1, 3), (0, 1, 2, 3)):
        for key in dict.fromkeys(tuple(line[at] for at in shown) for line in lines):
            alike = {line for line in lines if tuple(line[at] for at in shown) == key}
            if alike <= left:
                left -= alike
                named.append(" ".join(key))
    return named
