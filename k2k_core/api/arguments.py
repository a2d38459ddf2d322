"""Validates the arguments of the facade before any service is called, and translates its answers.

A host ERP passes on what its users and programs entered. An argument of the wrong type, a text that no database can
store, or a number without bounds is refused here with its name, in one place for all methods. The services check what
the values mean.
"""

from __future__ import annotations

import datetime as dt
import inspect
from collections.abc import Callable, Iterator, Mapping, Sequence
from decimal import Decimal
from difflib import get_close_matches
from functools import wraps
from types import FunctionType
from typing import Any, TypeVar

from k2k_core.domain import parsing
from k2k_core.domain.languages import FALLBACK
from k2k_core.domain.scopes import require_scope
from k2k_core.errors import Fault, Invalid, K2KError
from k2k_core.messages import Message, as_message, joined, localized_answer
from k2k_core.services import administration
from k2k_core.texts import translator

T = TypeVar("T")
Reader = Callable[[object, str], None]

LONGEST_TEXT = 10_000
"""No field is longer; files are passed as bytes."""
LARGEST = 10**40
DEEPEST = 20

BY_THEMSELVES = frozenset(("on_behalf_of", "close", "authenticate"))
"""Methods without arguments to check, or that return None for invalid ones."""
READ_BY_THE_SERVICE = frozenset(("box_codes",))
"""Arguments that are not validated here: a scanner may read anything, and a bad code is an outcome (domain section
6)."""
MAY_BE_NUMBERS = frozenset(("line", "job"))
"""Texts that look like numbers: the caller may pass the number."""


def validated(facade: type[T]) -> type[T]:
    """Class decorator: each public method raises `Invalid` for arguments that its annotations do not allow, and answers
    in the language of its context."""
    for name, method in list(vars(facade).items()):
        if isinstance(method, FunctionType) and not name.startswith("_") and name not in BY_THEMSELVES:
            setattr(facade, name, _validated(method))
    return facade


def _validated(method: FunctionType) -> Callable[..., Any]:
    signature = inspect.signature(method)
    readers = _readers(signature)

    def checked(*args: Any, **named: Any) -> Any:
        require_scope(args[0].context.actor, method.__name__)
        for name, value in bound(signature, args, named).items():
            if name in readers:
                readers[name](value, name)
        return method(*args, **named)

    @wraps(method)
    def called(*args: Any, **named: Any) -> Any:
        context = args[0].context
        spoken = context.language
        try:
            return checked(*args, **named) if spoken == FALLBACK else _translated(spoken, checked, args, named)
        finally:
            if context.plugins.unstored_quarantines():
                administration.quarantines.store_quarantines(context)

    return called


def bound(signature: inspect.Signature, args: Sequence[Any], named: Mapping[str, Any]) -> Mapping[str, Any]:
    """The arguments of a call by name. Raises `Invalid` for one that the method does not have, has twice or lacks."""
    try:
        return signature.bind(*args, **named).arguments
    except TypeError:
        faults = list(_misfits(signature, args, named)) or [
            _misfit("arguments", Message("too many, or one of them twice"))
        ]
    words = [Message("{path}: {problem}", path=fault["path"], problem=fault["message"]) for fault in faults]
    raise Invalid(joined(words), faults) from None


def _misfits(signature: inspect.Signature, args: Sequence[Any], named: Mapping[str, Any]) -> Iterator[Fault]:
    """Arguments that the method does not have, and those that it lacks."""
    known = signature.parameters
    given = [*list(known)[: len(args)], *named]
    if all(one.kind is not one.VAR_KEYWORD for one in known.values()):
        free = [name for name in known if name not in given and name != "self"]
        yield from (_misfit(name, _unknown(name, free)) for name in named if name not in known)
    needed = (one for one in known.values() if one.default is one.empty and one.kind is not one.VAR_KEYWORD)
    yield from (_misfit(one.name, "is missing") for one in needed if one.name not in given)


def _unknown(name: str, free: Sequence[str]) -> str:
    """What is said of an argument that a method does not have: the one of those not given that was probably meant."""
    nearest = get_close_matches(name, free, n=1, cutoff=0.75)
    return Message("is not known here; did you mean {nearest}?", nearest=nearest[0]) if nearest else "is not known here"


def _misfit(path: str, problem: str) -> Fault:
    return {"path": path, "message": as_message(problem)}


def _translated(locale: str, method: Callable[..., Any], args: Any, named: Mapping[str, Any]) -> Any:
    """The answer of a method, or the error that it raises, in a language."""
    translate = translator(locale)
    try:
        return localized_answer(method(*args, **named), translate)
    except K2KError as error:
        error.localize(translate)
        raise


def require_arguments(method: Callable[..., Any], given: Mapping[str, Any]) -> None:
    """Refuse with `Invalid` arguments of a method that its annotations do not allow, and those that it lacks."""
    signature = inspect.signature(method)
    readers = _readers(signature)
    for name, parameter in signature.parameters.items():
        if name not in given and name != "self" and parameter.default is parameter.empty:
            raise argument_fault(name, "is missing")
        if name in given and name in readers:
            readers[name](given[name], name)


def _readers(signature: inspect.Signature) -> dict[str, Reader]:
    found: dict[str, Reader] = {}
    for name, parameter in signature.parameters.items():
        if name != "self" and name not in READ_BY_THE_SERVICE:
            annotation = "str | int | None" if name in MAY_BE_NUMBERS else str(parameter.annotation)
            found[name] = _reader(annotation, parameter.default)
    return found


def _reader(annotation: str, default: object) -> Reader:
    read = _READERS[annotation.removesuffix(" | None")]
    may_be_none = annotation.endswith(" | None")

    def check(value: object, path: str) -> None:
        if value is not default and not (value is None and may_be_none):
            read(value, path)

    return check


def _text(value: object, path: str) -> None:
    if not isinstance(value, str):
        raise argument_fault(path, "not a text")
    if len(value) > LONGEST_TEXT:
        raise argument_fault(path, Message("longer than {most} characters", most=LONGEST_TEXT))
    if "\0" in value or not _can_be_written(value):
        raise argument_fault(path, "holds characters that cannot be written down")


def _text_or_number(value: object, path: str) -> None:
    return _number(value, path) if isinstance(value, int) else _text(value, path)


def _can_be_written(text: str) -> bool:
    """Half of a surrogate pair cannot be encoded."""
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True


def _switch(value: object, path: str) -> None:
    if not isinstance(value, bool):
        raise argument_fault(path, "neither true nor false")


def _list(value: object, path: str, read: Reader) -> None:
    if isinstance(value, str | bytes) or not isinstance(value, Sequence):
        raise argument_fault(path, "not a list")
    for place, each in enumerate(value):
        read(each, f"{path}[{place}]")


def _texts(value: object, path: str) -> None:
    _list(value, path, _text)


def _mapping(value: object, path: str, depth: int = DEEPEST) -> None:
    if not isinstance(value, Mapping):
        raise argument_fault(path, "not a mapping of names to values")
    for name, each in value.items():
        _text(name, path)
        _plain(each, f"{path}.{name}", depth - 1)


def _rows(value: object, path: str) -> None:
    _list(value, path, _mapping)


def _plain(value: object, path: str, depth: int = DEEPEST) -> None:
    """What JSON, YAML or a form can hold, with exact numbers and days."""
    if isinstance(value, str):
        return _text(value, path)
    if depth < 0:
        raise argument_fault(path, "nested too deeply")
    if isinstance(value, Mapping):
        return _mapping(value, path, depth)
    if isinstance(value, list | tuple):
        return _list(value, path, lambda each, place: _plain(each, place, depth - 1))
    if value is None or isinstance(value, bool | dt.date | dt.time):
        return None
    return _number(value, path)


def _number(value: object, path: str) -> None:
    if not isinstance(value, int | float | Decimal):
        raise argument_fault(path, "neither a text, a number, a day, a list nor a mapping")
    if isinstance(value, Decimal) and not value.is_finite():
        raise argument_fault(path, "not a number")
    if not isinstance(value, float) and not -LARGEST < value < LARGEST:
        raise argument_fault(path, "too large")


def _day(value: object, path: str) -> None:
    _plain(value, path)
    parsing.argument(path, parsing.counted_day, value)


def _moment(value: object, path: str) -> None:
    _plain(value, path)
    parsing.argument(path, parsing.moment, value)


def _bytes(value: object, path: str) -> None:
    if not isinstance(value, bytes):
        raise argument_fault(path, "a file is bytes, as they were read")


def _function(value: object, path: str) -> None:
    if not callable(value):
        raise argument_fault(path, "not a function")


def _whole(value: object, path: str) -> None:
    """Numbers of boxes, pages or hours are read by their services, with errors of their own."""
    long = isinstance(value, str) and len(value) > LONGEST_TEXT
    if long or (isinstance(value, int) and not -LARGEST < value < LARGEST):
        raise argument_fault(path, "not a whole number within bounds")


def require_alone(path: str, alone: bool) -> None:
    """Raise `Invalid` for rows that are given together with the arguments of one of them."""
    if not alone:
        raise argument_fault(path, "each row has the arguments itself")


def argument_fault(path: str, problem: str) -> Invalid:
    """The refusal of an argument; a literal problem is a sentence of the catalogues."""
    said = as_message(problem)
    return Invalid(Message("{path}: {problem}.", path=path, problem=said), [{"path": path, "message": said}])


_READERS: Mapping[str, Reader] = {
    "str": _text,
    "str | int": _text_or_number,
    "bool": _switch,
    "bytes": _bytes,
    "int": _whole,
    "Any": _plain,
    "Day": _day,
    "Moment": _moment,
    "Sequence[str]": _texts,
    "Sequence[Mapping[str, Any]]": _rows,
    "Mapping[str, Any]": _mapping,
    "Mapping[str, object]": _mapping,
    "Callable[[int, int], None]": _function,
    "Callable[[str, int], None]": _function,
    "Callable[[FeedEvent], object]": _function,
}
"""Annotation → its check. A facade method with any other annotation fails on import."""
