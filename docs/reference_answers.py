"""The page of answers: every declared shape with its fields, their types, and the readers that they are for."""

from __future__ import annotations

import dataclasses
import inspect
import pkgutil
from collections.abc import Iterator
from importlib import import_module
from types import NoneType, UnionType
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

from reference_text import NOTICE, doc_of, paragraph

from k2k_core.domain import answers
from k2k_core.domain.answer_files import InvoiceFile, JobResult, Printed
from k2k_core.domain.answers import records
from k2k_core.domain.answers.field_types import EVERYBODY, Readers

KINDS = {
    "money": "amount in the currency beside it, as text with exactly its decimals: `0.48`",
    "number": "exact number as text, without trailing zeros: `0.2131`",
    "percent": "percentage as text with one decimal: `-15.0`",
    "day": "day: `2026-02-14`",
    "moment": "moment in UTC: `2026-02-02T14:00:00Z`",
    "local_moment": "moment in a company's time, with its offset from UTC: `2026-02-02T09:00:00-05:00`",
    "code": "code, number or id",
    "seconds": "seconds, a float",
}
"""Kind of a field -> what it is, and its unit."""

SHAPES: dict[str, Any] = {
    name: shape
    for area in pkgutil.iter_modules(answers.__path__)
    for name, shape in vars(import_module(f"{answers.__name__}.{area.name}")).items()
    if is_typeddict(shape) and shape.__module__ == f"{answers.__name__}.{area.name}"
}
"""Every shape of an answer by name, area by area."""


_RECORDS = tuple(one.__name__ for one in get_args(records.Record))
OF_EVERY_COLLECTION: dict[str, tuple[str, ...]] = {"Record": _RECORDS, "Records": _RECORDS}
"""Answer -> the shapes of the records in it, of whatever collection was asked for."""


def answers_page() -> Iterator[str]:
    """Every shape of an answer, with its fields: their types, and the readers that they are for."""
    yield from ("# Answers", "", NOTICE, "", "```python", 'price = k2k.price("BLOOM", "C-100", ["ANDES/L1"])[0]')
    yield from ('print(price["price"], price["currency"])', "```", "")
    yield from paragraph(
        "What the methods of [the facade](facade.md) return: dictionaries of these shapes, which are declared in "
        "`k2k_core.domain.answers` for mypy. Numbers of boxes, units and movements are whole numbers. A field that is "
        "not for a reader is missing in the answer; `staff` are the people who may see costs, and the host program "
        "([roles](roles.md)). A shape without readers is for whoever may call the method."
    )
    yield from ("", "| kind | what it is |", "|---|---|", *(f"| {name} | {what} |" for name, what in KINDS.items()))
    area = ""
    for name, shape in SHAPES.items():
        module = shape.__module__
        if module != area:
            area = module
            yield from ("", f"## {area.rpartition('.')[2].replace('_', ' ').capitalize()}", "")
            yield from paragraph(inspect.cleandoc(import_module(area).__doc__ or ""))
        yield from ("", f"### `{name}`", "", doc_of(shape), "", "| field | type | for |", "|---|---|---|")
        for field, hint in get_type_hints(shape, include_extras=True).items():
            yield f"| `{field}` | {_shape_of(hint)} | {_readers_of(hint)} |"

    yield from ("", "## Files", "", "Objects, not dictionaries: what they hold is bytes.")
    for name, held in FILES.items():
        yield from ("", f"### `{name}`", "", doc_of(held), "", "| attribute | type |", "|---|---|")
        for own in dataclasses.fields(held):
            kind = str(own.type).replace("|", "\\|")
            yield f"| `{own.name}` | `{kind}` |"


FILES: dict[str, Any] = {held.__name__: held for held in (InvoiceFile, Printed, JobResult)}


def _shape_of(hint: Any) -> str:
    """The type of a field, as people read it; a shape in it is linked."""
    origin, inner = get_origin(hint), get_args(hint)
    if origin in (NotRequired, Required):
        return f"{_shape_of(inner[0])}, may be missing" if origin is NotRequired else _shape_of(inner[0])
    if origin is Annotated:
        kinds = [one for one in hint.__metadata__ if isinstance(one, str)]
        return kinds[-1] if kinds else _shape_of(inner[0])
    if origin in (Union, UnionType):
        return " or ".join(_shape_of(one) for one in inner)
    if origin is list:
        return f"list of {_shape_of(inner[0])}"
    if origin is dict:
        return "mapping" if inner[1] is Any else f"mapping to {_shape_of(inner[1])}"
    if origin is Literal:
        return " or ".join(f"`{one}`" for one in inner)
    if is_typeddict(hint):
        return f"[`{hint.__name__}`](#{hint.__name__.lower()})"
    return PLAIN.get(hint, "anything that JSON holds")


PLAIN: dict[Any, str] = {str: "text", int: "whole number", bool: "true or false", NoneType: "null", float: "number"}


def _readers_of(hint: Any) -> str:
    names = [name for one in getattr(hint, "__metadata__", ()) if isinstance(one, Readers) for name in one.names]
    if not names and get_origin(hint) in (NotRequired, Required):
        return _readers_of(get_args(hint)[0])
    if not names:
        return "whoever may call"
    return "everybody" if set(names) == set(EVERYBODY.names) else ", ".join(names).replace("_", " ")
