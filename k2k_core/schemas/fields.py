"""The field types of records: marshmallow fields that use the functions of `domain.parsing`.

Each field is read with one function and serialised with another; what the function refuses becomes the field's fault.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from typing import Any

from marshmallow import ValidationError, fields, missing

from k2k_core.domain import languages, parsing
from k2k_core.errors import Invalid
from k2k_core.messages import Message

Reader = Callable[[Any], Any]
Shower = Callable[[Any], Any]


class Read(fields.Field[Any]):
    """A field that is read by one function of `domain.parsing` and serialised by another. Optional unless
    `required`."""

    def __init__(
        self, read: Reader, show: Shower | None = None, *, required: bool = False, default: Any = None
    ) -> None:
        super().__init__(required=required, load_default=missing if required else default)
        self._read = read
        self._show = show

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> Any:
        try:
            return self._read(value)
        except Invalid as error:
            raise ValidationError(error.message) from None

    def _serialize(self, value: Any, attr: str | None, obj: Any, **kwargs: Any) -> Any:
        return value if value is None or self._show is None else self._show(value)


class Rows(fields.Nested):
    """A list of records within a record; always whole records, also if the outer one is partial."""

    def __init__(self, record: type[Any]) -> None:
        super().__init__(record, many=True, load_default=list)

    def _load(self, value: Any, partial: Any = None) -> Any:
        return super()._load(value, partial=False)


class One(fields.Nested):
    """A record within a record."""

    def __init__(self, record: type[Any], default: Any = dict) -> None:
        super().__init__(record, load_default=default)

    def _load(self, value: Any, partial: Any = None) -> Any:
        return super()._load(value, partial=False)


def code(*, required: bool = False) -> Read:
    """A code (domain section 1)."""
    return Read(parsing.code, required=required)


def words(default: str | None = None, *, required: bool = False) -> Read:
    """A line of text."""
    return Read(parsing.text, required=required, default=default)


def email(default: str | None = "", *, required: bool = False) -> Read:
    """An e-mail address."""
    return Read(
        lambda value: "" if value == "" and not required else parsing.email(value), required=required, default=default
    )


def switch(default: bool = False) -> Read:
    """On or off."""
    return Read(parsing.switch, default=default)


def choice(*allowed: str, required: bool = False, default: str | None = None) -> Read:
    """One of a few words."""
    return Read(lambda value: parsing.choice(value, allowed), required=required, default=default)


def language() -> Read:
    """The code of one of the languages; English where none is given."""
    return Read(lambda value: parsing.choice(value, languages.codes()), default=languages.FALLBACK)


def own_language() -> Read:
    """The code of one of the languages, or None."""
    return Read(lambda value: parsing.choice(value, languages.codes()))


def whole(
    least: int = 0, most: int = parsing.LARGEST_WHOLE, *, required: bool = False, default: int | None = None
) -> Read:
    """A whole number from `least` to `most`."""
    return Read(lambda value: parsing.whole(value, least, most), required=required, default=default)


def amount(*, required: bool = False) -> Read:
    """An amount of money that is not below zero, in micros."""
    return Read(parsing.amount, parsing.number_text, required=required)


def positive(*, required: bool = False) -> Read:
    """An exact number above zero, in micros."""
    return Read(parsing.positive, parsing.number_text, required=required)


def margin() -> Read:
    """A GPM in percent, in micros (pricing section 2)."""
    return Read(parsing.margin, parsing.number_text)


class Day(Read):
    """A calendar day."""


def day(*, required: bool = False, default: dt.date | None = None) -> Day:
    """A calendar day."""
    return Day(parsing.day, str, required=required, default=default)


def counted_day(*, required: bool = False) -> Day:
    """A calendar day that is used in date arithmetic."""
    return Day(parsing.counted_day, str, required=required)


class Markup(Read):
    """`{percent: n}` or `{amount: n}`, the number in micros."""

    kinds = ("percent", "amount")


def markup() -> Markup:
    """`{percent: n}` or `{amount: n}`, the number in micros."""
    return Markup(parsing.markup, _numbers_shown)


class Several(fields.List[Any]):
    """A list of different values of one kind."""

    def __init__(self, inner: Read) -> None:
        super().__init__(inner, load_default=list, validate=_all_different)


class Week(fields.Dict):
    """A value for some days of the week, `mon` to `sun`; a day without a value may be null."""

    def __init__(self, read: Reader) -> None:
        super().__init__(keys=Read(parsing.weekday), values=Read(read), load_default=dict, pre_load=_without_nulls)


def _without_nulls(value: Any) -> Any:
    if not isinstance(value, Mapping):
        return value
    return {key: inner for key, inner in value.items() if inner is not None}


def _numbers_shown(value: Mapping[str, int]) -> dict[str, str]:
    return {kind: parsing.number_text(number) for kind, number in value.items()}


def _all_different(values: list[Any]) -> None:
    if len(set(values)) != len(values):
        raise ValidationError(Message("names something twice"))


__all__ = [
    "Day",
    "Markup",
    "One",
    "Read",
    "Rows",
    "Several",
    "Week",
    "amount",
    "choice",
    "code",
    "day",
    "email",
    "margin",
    "markup",
    "positive",
    "switch",
    "whole",
    "words",
]
