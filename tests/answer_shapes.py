"""Checks an answer of the facade against its declared shape: no key missing, no key extra, each value of its type.

`check_every_answer` wraps every method of the facade with this check, in every test that calls it.
"""

from __future__ import annotations

import datetime as dt
import re
import sys
from collections.abc import Callable, Iterator
from functools import cache, wraps
from types import FunctionType, NoneType, UnionType
from typing import (
    Annotated,
    Any,
    Literal,
    NotRequired,
    Required,
    Union,
    get_args,
    get_origin,
    get_type_hints,
    is_typeddict,
)

from k2k_core import K2K
from k2k_core.domain.answers.field_types import SALESPERSON, STAFF, WAREHOUSE, Readers
from k2k_core.domain.disclosure import reader_of, rules_of

Rules = dict[str, Any]
"""Who sees each field: readers, or the rules of the fields in it."""

LOOKED_AT = 200
"""Of how many rows of a list each is looked at."""

_OF_ITEMS = re.compile(r"answer\.items\[\d+\]\.\w+: missing$")
_AMOUNT = re.compile(r"-?\d+(\.\d+)?")
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")


def _is_day(text: str) -> bool:
    return _DAY.fullmatch(text) is not None and dt.date.fromisoformat(text) is not None


def _is_moment(text: str) -> bool:
    return text.endswith("Z") and _is_local_moment(text)


def _is_local_moment(text: str) -> bool:
    return "T" in text and dt.datetime.fromisoformat(text).tzinfo is not None


KINDS: dict[str, Callable[[str], bool]] = {
    "money": lambda text: _AMOUNT.fullmatch(text) is not None,
    "number": lambda text: _AMOUNT.fullmatch(text) is not None and not re.search(r"\.\d*0$", text),
    "percent": lambda text: re.fullmatch(r"-?\d+\.\d", text) is not None,
    "day": _is_day,
    "moment": _is_moment,
    "local_moment": _is_local_moment,
    "code": bool,
}


def shape_of(method: Callable[..., Any]) -> Any:
    """What a method of the facade says that it answers."""
    annotation = method.__annotations__["return"]
    return eval(annotation, vars(sys.modules[method.__module__]))


def methods() -> Iterator[tuple[type, str, FunctionType]]:
    """Every public method of the facade with the class that it stands in."""
    for part in K2K.__mro__:
        for name, method in vars(part).items():
            if isinstance(method, FunctionType) and not name.startswith("_"):
                yield part, name, method


def faults(
    answer: object, shape: Any, reader: str = STAFF, path: str = "answer", rules: Rules | None = None
) -> Iterator[str]:
    """Every way in which an answer for a reader is not of a shape. `rules` say who sees its fields; the shape's own,
    where none are given."""
    kinds: list[str] = []
    while get_origin(shape) in (Annotated, Required, NotRequired):
        kinds += [one for one in getattr(shape, "__metadata__", ()) if isinstance(one, str)]
        shape = get_args(shape)[0]
    if is_typeddict(shape):
        yield from _of_fields(answer, shape, reader, path, rules or own_rules(shape))
    elif get_origin(shape) in (Union, UnionType):
        alike = [each for each in get_args(shape) if (get_origin(each) is list) == isinstance(answer, list)]
        found = (list(faults(answer, each, reader, path, rules)) for each in alike or get_args(shape))
        yield from min(found, key=lambda one: (sum(not _OF_ITEMS.match(fault) for fault in one), len(one)))
    elif get_origin(shape) is list:
        yield from _of_list(answer, get_args(shape)[0], reader, path, rules)
    elif get_origin(shape) is dict:
        yield from _of_mapping(answer, get_args(shape)[1], reader, path)
    elif get_origin(shape) is Literal:
        yield from [] if answer in get_args(shape) else [f"{path}: {answer!r} is none of {get_args(shape)}"]
    elif shape is not Any:
        yield from _of_value(answer, shape or NoneType, kinds, path)


def _of_fields(answer: object, shape: Any, reader: str, path: str, rules: Rules | None) -> Iterator[str]:
    if type(answer) is not dict:
        yield f"{path}: {type(answer).__name__}, not {shape.__name__}"
        return
    hints = hints_of(shape)
    shown = {name for name in hints if rules is None or shows(rules[name], reader)}
    yield from (
        f"{path}.{name}: missing" for name in sorted(shown - set(answer)) if _required(shape, name, reader, rules)
    )
    yield from (f"{path}.{name}: not declared, or not for {reader}" for name in sorted(set(answer) - shown))
    for name in sorted(shown & set(answer)):
        inner = None if rules is None else rules[name]
        yield from faults(
            answer[name], hints[name], reader, f"{path}.{name}", inner if isinstance(inner, dict) else None
        )


def _required(shape: Any, name: str, reader: str, rules: Rules | None) -> bool:
    """Salespeople see the prices that a company sells at, and not those that it buys at: they may be missing."""
    if reader == SALESPERSON and rules is not None and not shows(rules[name], WAREHOUSE):
        return False
    return name in shape.__required_keys__ and get_origin(hints_of(shape)[name]) is not NotRequired


def _of_list(answer: object, each: Any, reader: str, path: str, rules: Rules | None) -> Iterator[str]:
    if type(answer) is not list:
        yield f"{path}: {type(answer).__name__}, not a list"
        return
    for place, row in enumerate(answer[:LOOKED_AT]):
        yield from faults(row, each, reader, f"{path}[{place}]", rules)


def _of_mapping(answer: object, each: Any, reader: str, path: str) -> Iterator[str]:
    if type(answer) is not dict:
        yield f"{path}: {type(answer).__name__}, not a dict"
        return
    for name, value in answer.items():
        yield from faults(value, each, reader, f"{path}.{name}")


def _of_value(answer: object, shape: type, kinds: list[str], path: str) -> Iterator[str]:
    fits = isinstance(answer, shape) and (shape is bool or not isinstance(answer, bool))
    if not fits and not (shape is float and type(answer) is int):
        yield f"{path}: {answer!r} is no {shape.__name__}"
        return
    yield from (f"{path}: {answer!r} is no {kind}" for kind in kinds if kind in KINDS and not KINDS[kind](str(answer)))


def shows(rule: Any, reader: str) -> bool:
    """Whether a field, or anything of what stands in it, is for a reader."""
    return any(shows(inner, reader) for inner in rule.values()) if isinstance(rule, dict) else reader in rule


@cache
def own_rules(shape: Any) -> Rules | None:
    """Who sees each field of a shape; None for one that says nowhere in it for whom it is, but for whoever may ask."""
    return dict(rules_of(shape)) if _says_for_whom(shape) else None


def _says_for_whom(hint: Any) -> bool:
    if any(isinstance(one, Readers) for one in getattr(hint, "__metadata__", ())):
        return True
    inside = hints_of(hint).values() if is_typeddict(hint) else get_args(hint)
    return any(map(_says_for_whom, inside))


@cache
def hints_of(shape: Any) -> dict[str, Any]:
    """The fields of a shape with all that is declared of them."""
    return get_type_hints(shape, include_extras=True)


def _checking(method: FunctionType, shape: Any) -> Callable[..., Any]:
    @wraps(method)
    def checked(self: K2K, *args: Any, **named: Any) -> Any:
        answer = method(self, *args, **named)
        found = list(faults(answer, shape, reader_of(self.context.actor)))
        if named.get("fields") is not None:
            found = [one for one in found if not _OF_ITEMS.match(one)]  # a row has the fields that were asked for
        assert not found, f"the answer of {method.__name__} is not of its shape: {'; '.join(found[:5])}"
        return answer

    return checked


def check_every_answer() -> None:
    """From now on every method of the facade raises `AssertionError` for an answer that is not of its shape."""
    for part, name, method in list(methods()):
        setattr(part, name, _checking(method, shape_of(method)))
