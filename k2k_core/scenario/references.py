"""References, `$name.path.to.field`: a value from the result of an earlier step. A number in the path is an index of a
list."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from k2k_core.messages import Message

_REFERENCE = re.compile(r"\$([A-Za-z_][A-Za-z0-9_-]*)((?:\.[A-Za-z0-9_-]+|\[[0-9]+\])*)")


class Unresolved(Exception):
    """The earlier result does not have the referenced value."""


def names_in(value: object, path: str) -> Iterator[tuple[str, str]]:
    """Every name that `value` refers to, with its place."""
    if isinstance(value, str):
        found = _REFERENCE.fullmatch(value)
        if found:
            yield found.group(1), path
    elif isinstance(value, Mapping):
        for key, inner in value.items():
            yield from names_in(inner, f"{path}.{key}")
    elif isinstance(value, list):
        for number, inner in enumerate(value):
            yield from names_in(inner, f"{path}[{number}]")


def resolved(value: Any, results: Mapping[str, Any]) -> Any:
    """`value` with every reference replaced by its value. Raises `Unresolved` if there is none."""
    if isinstance(value, str):
        found = _REFERENCE.fullmatch(value)
        return _taken(value, found.group(1), found.group(2), results) if found else value
    if isinstance(value, Mapping):
        return {key: resolved(inner, results) for key, inner in value.items()}
    if isinstance(value, list):
        return [resolved(inner, results) for inner in value]
    return value


def _taken(reference: str, name: str, path: str, results: Mapping[str, Any]) -> Any:
    if name not in results:
        raise Unresolved(Message("{reference}: the step named {name} has no result", reference=reference, name=name))
    found = results[name]
    for part in re.findall(r"[A-Za-z0-9_-]+", path):
        if isinstance(found, Mapping) and part in found:
            found = found[part]
        elif isinstance(found, list) and part.isdecimal() and int(part) < len(found):
            found = found[int(part)]
        else:
            raise Unresolved(
                Message(
                    "{reference}: there is no {part} in the result of {name}", reference=reference, part=part, name=name
                )
            )
    return found
