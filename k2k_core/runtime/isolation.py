"""Copies of requests for third parties, which nothing can change: what a plugin does to one stays with the plugin.

Shared parts, such as the terms of a batch, are copied once a batch. Mappings are read only, lists are tuples, and exact
numbers refuse to be assigned to; whoever goes round that changes a copy that nobody else reads.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import fields, is_dataclass
from decimal import Decimal
from types import MappingProxyType, NoneType
from typing import Any, NoReturn, TypeVar, cast

from k2k_core.domain.money import Exact
from k2k_core.messages import Message

T = TypeVar("T")
Memo = dict[int, tuple[object, object]]
"""By the identity of what was copied: it, so that it lives on, and its copy."""

ATOMS = frozenset((str, int, bool, NoneType, bytes, float, Decimal, dt.date, dt.datetime, Message))
"""Types whose values cannot be changed; a message is only read."""


class FrozenExact(Exact):
    """An `Exact` that refuses to be changed. What is computed with it is an `Exact`."""

    __slots__ = ()

    def __init__(self, n: int, d: int = 1) -> None:
        _set_n(self, n)
        _set_d(self, d)

    def __setattr__(self, name: str, value: object) -> NoReturn:
        raise AttributeError(f"a request is read only: {name}")

    def __delattr__(self, name: str) -> NoReturn:
        raise AttributeError(f"a request is read only: {name}")

    def __reduce__(self) -> tuple[type[Exact], tuple[int, int]]:
        """A copy that somebody makes is their own."""
        return Exact, (self.n, self.d)


_slots = cast(Any, Exact)
_set_n, _set_d = _slots.n.__set__, _slots.d.__set__


def isolated(value: T) -> T:
    """A copy of a request, or of a part of one, that cannot be changed."""
    return cast(T, _copy(value, {}))


def isolated_batch(requests: Iterable[T]) -> tuple[T, ...]:
    """The same for a batch, with what its requests share copied once."""
    memo: Memo = {}
    return tuple(cast(T, _copy(request, memo)) for request in requests)


def _copy(value: object, memo: Memo) -> object:
    if type(value) in ATOMS:
        return value
    known = memo.get(id(value))
    if known is None:
        known = memo[id(value)] = (value, _made(value, memo))
    return known[1]


def _made(value: object, memo: Memo) -> object:
    if type(value) is Exact:
        return FrozenExact(value.n, value.d)
    if isinstance(value, tuple):
        parts = [part if type(part) in ATOMS else _copy(part, memo) for part in value]
        return tuple.__new__(type(value), parts)
    if isinstance(value, Mapping):
        return MappingProxyType({key: _copy(part, memo) for key, part in value.items()})
    if isinstance(value, list):
        return tuple(_copy(part, memo) for part in value)
    if isinstance(value, set | frozenset):
        return frozenset(value)
    if is_dataclass(value) and not isinstance(value, type):
        return _same_fields(value, memo)
    return value


def _same_fields(value: Any, memo: Memo) -> object:
    """Another value of the same frozen data class."""
    made = object.__new__(type(value))
    for field in fields(value):
        object.__setattr__(made, field.name, _copy(getattr(value, field.name), memo))
    return made
