"""Reads a scenario file into a checked scenario, or lists every fault of it with its path."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path
from typing import Any

from k2k_core.domain import parsing
from k2k_core.errors import Fault, Invalid
from k2k_core.messages import Message
from k2k_core.scenario.document import Unreadable, read_document
from k2k_core.scenario.references import names_in
from k2k_core.scenario.verbs import NAMES, NULL_IS_A_VALUE, VERBS
from k2k_core.schemas.record import record_fault
from k2k_core.services.setup.network_loading import read_network

TOP = ("name", "clock", "note", "companies", "connections", "steps")
BESIDE_THE_VERB = ("expect", "fails", "as", "note")


@dataclass(frozen=True)
class Step:
    """One verb with its arguments. `expect` counts only when `expects`."""

    verb: str
    arguments: Mapping[str, Any]
    expects: bool = False
    expect: Any = None
    fails: str | None = None
    name: str | None = None
    note: str = ""


@dataclass(frozen=True)
class Scenario:
    """A scenario that can be run. `clock` has the offset in which the file writes it; None is the current time."""

    name: str
    clock: dt.datetime | None
    network: Mapping[str, Any]
    steps: tuple[Step, ...] = field(default_factory=tuple)


def read_scenario(path: Path) -> tuple[Scenario | None, list[Fault]]:
    """The scenario in a file, or None with every fault of the file."""
    try:
        document = read_document(path)
    except Unreadable as error:
        return None, [error.fault]
    return check(document, path.stem)


def check(document: object, name: str) -> tuple[Scenario | None, list[Fault]]:
    """The scenario that a document describes, or None with every fault; `name` is the default name."""
    if not isinstance(document, Mapping):
        return None, [record_fault("", "is not a scenario: it must be a mapping with companies and steps")]
    faults = [record_fault(str(key), "is not known here") for key in document if key not in TOP]
    clock = _clock(document.get("clock"), faults)
    given = {key: document[key] for key in ("companies", "connections") if document.get(key) is not None}
    network, of_network = read_network(given)
    steps, of_steps = _steps(document.get("steps"))
    faults += of_network + of_steps
    if faults:
        return None, faults
    title = document.get("name")
    return Scenario(name if title is None else str(title), clock, network, tuple(steps)), []


def _clock(value: object, faults: list[Fault]) -> dt.datetime | None:
    if value is None:
        return None
    try:
        parsing.moment(value)
    except Invalid as error:
        faults.append(record_fault("clock", error.message))
        return None
    return dt.datetime.fromisoformat(str(value))


def _steps(given: object) -> tuple[list[Step], list[Fault]]:
    if given is None:
        return [], []
    if not isinstance(given, list):
        return [], [record_fault("steps", "must be a list")]
    steps: list[Step] = []
    faults: list[Fault] = []
    names: set[str] = set()
    for number, step in enumerate(given):
        path = f"steps[{number}]"
        found = list(_step_faults(step, path)) or list(_unknown_names(step, path, names))
        faults += found
        if not found:
            steps.append(_step(step))
        if isinstance(step, Mapping) and isinstance(step.get("as"), str):
            names.add(step["as"])
    return steps, faults


def _step(given: Mapping[str, Any]) -> Step:
    verb = next(key for key in given if key not in BESIDE_THE_VERB)
    arguments = given[verb] or {}
    nulls = verb in NULL_IS_A_VALUE
    return Step(
        verb,
        {name: _as_name(name, value) for name, value in arguments.items() if nulls or value is not None},
        "expect" in given,
        given.get("expect"),
        given.get("fails"),
        given.get("as"),
        str(given.get("note") or ""),
    )


def _step_faults(step: object, path: str) -> Iterator[Fault]:
    if not isinstance(step, Mapping):
        yield record_fault(path, "must be a mapping: one verb with its arguments")
        return
    verbs = [key for key in step if key not in BESIDE_THE_VERB]
    known = [key for key in verbs if key in VERBS]
    for key in verbs:
        if key not in VERBS:
            yield record_fault(f"{path}.{key}", "is not a verb")
    if len(known) > 1 or not verbs:
        yield record_fault(path, Message("needs exactly one verb, not {count}", count=len(known)))
    if "expect" in step and step.get("fails") is not None:
        yield record_fault(f"{path}.expect", "a step that fails has no result to expect anything of")
    yield from _beside_faults(step, path)
    for verb in known:
        yield from _argument_faults(verb, step[verb], f"{path}.{verb}")


def _beside_faults(step: Mapping[str, Any], path: str) -> Iterator[Fault]:
    fails, name = step.get("fails"), step.get("as")
    if fails is not None and not (isinstance(fails, str) and fails.isidentifier()):
        yield record_fault(f"{path}.fails", Message("{value} is not an error code", value=fails))
    if name is not None and not (isinstance(name, str) and name.replace("-", "_").isidentifier()):
        yield record_fault(f"{path}.as", Message("{value} is not a name", value=name))


def _argument_faults(verb: str, arguments: object, path: str) -> Iterator[Fault]:
    if arguments is not None and not isinstance(arguments, Mapping):
        yield record_fault(path, "must be a mapping of arguments")
        return
    rules = VERBS[verb]
    given = {name for name, value in (arguments or {}).items() if value is not None or verb in NULL_IS_A_VALUE}
    for name in arguments or {}:
        if name not in rules.known:
            yield record_fault(f"{path}.{name}", Message("is not an argument of {verb}", verb=verb))
    for name in rules.needed:
        if name not in given:
            yield record_fault(f"{path}.{name}", "is required")
    for group in rules.one_of:
        count = len(given.intersection(group))
        if count != 1:
            yield record_fault(path, Message("needs exactly one of {names}, not {count}", names=group, count=count))
    if verb == "set" and not given.isdisjoint({*rules.one_of[0]} - {"settings"}) and "values" not in given:
        yield record_fault(f"{path}.values", "is required")
    if verb == "set" and "settings" in given and "values" in given:
        yield record_fault(f"{path}.values", "is not an argument beside settings")
    if verb == "advance" and ("to" in given) == bool(given - {"to"}):
        yield record_fault(path, "needs either to, or days, hours and minutes")


def _unknown_names(step: Mapping[str, Any], path: str, names: set[str]) -> Iterator[Fault]:
    for key, value in step.items():
        if key != "note":
            for name, place in names_in(value, f"{path}.{key}"):
                if name not in names:
                    yield record_fault(place, Message("no earlier step is named {name}", name=name))


def _as_name(name: str, value: Any) -> Any:
    if name not in NAMES:
        return value
    if isinstance(value, list):
        return [_as_name(name, inner) for inner in value]
    return str(value) if isinstance(value, int | Decimal) and not isinstance(value, bool) else value
