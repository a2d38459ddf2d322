"""Writes down the public surface of K2K, a line for each promise (docs/stability.md).

`make docs` adds what is new to it, and only `make surface` takes away what is gone or changed.
"""

from __future__ import annotations

import dataclasses
import inspect
import sys
from argparse import SUPPRESS, ArgumentParser, _SubParsersAction
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any, NamedTuple

from reference_answers import SHAPES
from reference_hooks import AMOUNT, DESIGNS, FACTS, NAMES, RECORDS, SHORTCUTS, TYPES
from reference_text import annotation, star

import k2k_core
from k2k_core import hooks
from k2k_core.api import K2K
from k2k_core.cli.parser import parser
from k2k_core.domain.events import EVENTS
from k2k_core.errors import catalogue
from k2k_core.hooks import specs
from k2k_core.hooks.context import OLDEST_API_VERSION
from k2k_core.settings.catalogue import SETTINGS
from k2k_core.testing import contract, factories, pytest_plugin

RECORD = Path(__file__).with_name("public-surface.txt")


class Difference(NamedTuple):
    """What is promised and not there, and what is there and not promised yet."""

    gone: tuple[str, ...]
    new: tuple[str, ...]


def surface() -> list[str]:
    """Every promise, sorted."""
    return sorted({*_hooks(), *_facade(), *_commands(parser()), *_data(), *_testing()})


def difference(promised: Iterable[str], present: Iterable[str]) -> Difference:
    """What changed. A new argument that must be given breaks its callers: it is named as gone, too."""
    before, now = set(promised), set(present)
    known = {line.partition("(")[0] for line in before if "(" in line}
    demanded = [line for line in now - before if _is_demanded(line) and line.partition("(")[0] in known | before]
    breaking = {f"{line} (a new argument must have a default)" for line in demanded}
    return Difference(tuple(sorted(before - now) + sorted(breaking)), tuple(sorted(now - before)))


def _is_demanded(line: str) -> bool:
    return "(" in line and " = " not in line and "(*" not in line


def _hooks() -> Iterator[str]:
    yield f"plugins of the API versions {OLDEST_API_VERSION} to {hooks.API_VERSION}"
    for name in hooks.__all__:
        yield f"{hooks.__name__}.{name}"
    for name, hook in vars(specs).items():
        if hasattr(hook, f"{hooks.PROJECT}_spec"):
            yield from _called(f"hook {name}", hook)
    classes: list[Callable[..., Any]] = [one for name in hooks.__all__ if inspect.isclass(one := getattr(hooks, name))]
    members: list[Callable[..., Any]] = [*classes, *SHORTCUTS, *FACTS, *RECORDS, *DESIGNS]
    for member in members:
        of_hooks = member.__name__ in hooks.__all__
        module = hooks.__name__ if of_hooks else member.__module__
        yield from _called(f"{module}.{member.__qualname__}", member)
    yield from (f"{module.__name__}.{name}" for name, module, _ in TYPES)
    yield from (f"k2k_core.domain.money: {written}" for written, _ in AMOUNT)
    for field, names, _ in NAMES:
        yield from (f"{field}: {name}" for name in names)


def _facade() -> Iterator[str]:
    yield from (f"{k2k_core.__name__}.{name}" for name in k2k_core.__all__)
    for name, method in inspect.getmembers(K2K, callable):
        if not name.startswith("_"):
            yield from _called(f"K2K.{name}", method)
    for shape in SHAPES.values():
        yield from (f"answer {shape.__name__}.{field}" for field in shape.__annotations__)


def _commands(of: ArgumentParser) -> Iterator[str]:
    groups = [action for action in of._actions if isinstance(action, _SubParsersAction)]
    for group in groups:
        for command in group.choices.values():
            yield from _commands(command)
    for action in of._actions if not groups else ():
        if action.help is not SUPPRESS:
            yield f"{of.prog} {', '.join(action.option_strings) or (action.metavar or action.dest.upper())}"


def _data() -> Iterator[str]:
    yield from (f"error {one.code}: {one.__name__}, {one.status}" for one in catalogue())
    for event in EVENTS:
        yield from (f"event {event.name}: {field}" for field in ("id", "version", *event.fields))
    yield from (f"setting {one.name}: {one.kind.type}" for one in SETTINGS)


def _testing() -> Iterator[str]:
    for name, function in vars(factories).items():
        if inspect.isfunction(function) and function.__module__ == factories.__name__ and not name.startswith("_"):
            yield from _called(f"{factories.__name__}.{name}", function)
    yield f"{contract.__name__}.PluginContract"
    for name in ("plugin", "settings", "milliseconds_per_thousand"):
        yield f"{contract.__name__}.PluginContract.{name}"
    yield from (f"fixture {name}" for name in vars(pytest_plugin) if name.startswith("k2k_"))


def _called(name: str, member: Callable[..., Any]) -> Iterator[str]:
    """A function or a record, and each of its arguments with its place, type and default."""
    yield name
    arguments = [one for one in inspect.signature(member).parameters.values() if one.name != "self"]
    for place, one in enumerate(arguments):
        at = one.name if one.kind is inspect.Parameter.KEYWORD_ONLY else f"{place} {one.name}"
        yield f"{name}({star(one)}{at}: {annotation(one)}{_default(one)}"


def _default(one: inspect.Parameter) -> str:
    if one.default is inspect.Parameter.empty:
        return ""
    if dataclasses.is_dataclass(one.default) or callable(one.default) or "object at" in repr(one.default):
        return " = ..."
    return f" = {one.default!r}"


def main(arguments: list[str]) -> int:
    """Add what is new; with `--on-purpose` take away what is gone, too. Exit status 1 where something is gone."""
    promised = RECORD.read_text("utf-8").splitlines() if RECORD.is_file() else []
    present = surface()
    changed = difference(promised, present)
    sys.stdout.writelines(f"new: {line}\n" for line in changed.new)
    sys.stdout.writelines(f"gone: {line}\n" for line in changed.gone)
    if changed.gone and "--on-purpose" not in arguments:
        sys.stderr.write(
            "What is promised (docs/stability.md) is gone or changed. If that is on purpose: make surface\n"
        )
        return 1
    RECORD.write_text("".join(f"{line}\n" for line in present), "utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
