"""Form fields that parse exactly what was entered, or show what is wrong with it beside the field."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Sequence
from typing import Any

from werkzeug.datastructures import MultiDict
from wtforms import BooleanField, Field, Form, StringField
from wtforms.validators import StopValidation

from k2k_console.readings import Reading, Unreadable, read_number, typed_number
from k2k_console.translations import locale, text
from k2k_core.domain import languages
from k2k_core.domain.money import Exact, micros, plain
from k2k_core.domain.parties import Markup
from k2k_core.errors import Invalid, K2KError

CODE = re.compile(r"[A-Za-z0-9._-]{1,40}")
PERCENT_OR_AMOUNT = ("percent", "amount")


class Fault(str):
    """What is wrong with a field: the message, with the error's code and its hint."""

    code: str
    hint: str
    readings: tuple[Reading, ...]
    """The ways to read what was typed, where there is more than one or another than this language's."""

    def __new__(
        cls,
        message: str,
        code: str = Invalid.code,
        hint: str = Invalid.hint,
        readings: tuple[Reading, ...] = (),
    ) -> Fault:
        fault = super().__new__(cls, message)
        fault.code, fault.hint, fault.readings = code, hint, readings
        return fault

    @classmethod
    def of(cls, error: K2KError) -> Fault:
        """The fault that an error of the facade describes."""
        return cls(error.message, error.code, error.hint)


def typed(amount: int | None) -> str:
    """An amount in micros in the form in which a person enters it in their language; unset is empty."""
    return "" if amount is None else typed_number(plain(Exact.micros(amount)))


def as_text(amount: int | None) -> str | None:
    """An amount in micros as the facade takes it."""
    return None if amount is None else plain(Exact.micros(amount))


def exact(given: str, hint: str) -> int:
    """An entered number in micros, read as the reader's language writes it. Raises `ValueError` with a fault for
    anything else, whose hint is `hint`; with its readings where a person has to choose."""
    try:
        return micros(read_number(given))
    except Unreadable as refused:
        message = text("%(given)s is not a number that can be used here.", given=repr(given))
        if refused.readings:
            message, hint = refused.question(), _separators()
        raise ValueError(Fault(message, refused.code, hint, refused.readings)) from None
    except Invalid as error:
        message = text("%(given)s is not a number that can be used here.", given=repr(given))
        raise ValueError(Fault(message, error.code, hint)) from None


def _separators() -> str:
    signs = languages.language(locale())
    if signs.decimals == ",":
        return text("A comma stands before the decimals, and a point groups thousands.")
    return text("A point stands before the decimals, and a comma groups thousands.")


class ReadField(Field):
    """A field whose text can be read in more than one way. The answer to a refusal is the reading that was chosen: it
    counts as long as the text is the one that was refused."""

    @property
    def typed(self) -> str:
        """The text as it was typed."""
        return str(self.raw_data[-1]) if self.raw_data else ""

    def process(self, formdata: Any, *args: Any, **kwargs: Any) -> None:
        """Take the chosen reading in the place of the text that it belongs to."""
        super().process(_read(formdata, self.name), *args, **kwargs)


def _read(formdata: Any, name: str) -> Any:
    field, _, answer = (formdata.get("reading", "") if formdata else "").partition(":")
    refused, equals, reading = answer.rpartition("=")
    if field != name or not equals:
        return formdata
    values = [reading if value == refused else value for value in formdata.getlist(name)]
    replaced = MultiDict(formdata)
    replaced.setlist(name, values)
    return replaced


class LineField(StringField):
    """One line of text without control characters, trimmed."""

    def __init__(self, *args: Any, longest: int = 200, needed: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.longest, self.needed = longest, needed

    def process_formdata(self, valuelist: list[str]) -> None:
        """Take the text; refuse what is too long, unprintable, or missing though it is needed."""
        if not valuelist:
            return
        self.data = valuelist[0].strip()
        if any(unicodedata.category(sign) in ("Cc", "Cs") for sign in self.data):
            raise ValueError(Fault(text("Control characters cannot be stored."), hint=text("Type it again by hand.")))
        if len(self.data) > self.longest:
            raise ValueError(
                Fault(text("At most %(longest)d characters.", longest=self.longest), hint=text("Shorten it."))
            )
        if self.needed and not self.data:
            raise ValueError(Fault(text("This is needed."), hint=text("Fill it in.")))


class ChoiceField(StringField):
    """One of a few words."""

    def __init__(self, *args: Any, options: Sequence[tuple[str, str]] = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.options = options

    def process_formdata(self, valuelist: list[str]) -> None:
        """Take the word; refuse any that is not among the options."""
        if not valuelist:
            return
        if valuelist[0] not in (value for value, _ in self.options):
            message = text("%(given)s is not known.", given=repr(valuelist[0]))
            raise ValueError(Fault(message, hint=text("Choose one of the list.")))
        self.data = valuelist[0]


class LanguageField(ChoiceField):
    """One of the languages."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, options=languages.names(), **kwargs)


class MarkupField(ReadField):
    """A markup: a number, either sign, with its kind. Without a number there is none; 0 counts as set."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.kind = "percent"
        self.number = ""

    def process_data(self, value: Markup | None) -> None:
        """Show a stored markup."""
        self.data = value
        self.kind = value.kind if value is not None else "percent"
        self.number = typed(value.value) if value is not None else ""

    def process_formdata(self, valuelist: list[str]) -> None:
        """Parse kind and number, sent in this order under the field's name."""
        if len(valuelist) != 2:
            return
        kind, self.number = valuelist
        self.kind = kind if kind in PERCENT_OR_AMOUNT else "percent"
        self.data = None
        if not self.number.strip():
            return
        if kind not in PERCENT_OR_AMOUNT:
            raise ValueError(Fault(text("A markup is a percentage or an amount."), hint=text("Choose one of the two.")))
        examples = text(
            "Write a plain number such as 5, -10 or %(part)s; leave it empty for no markup.", part=typed(20_000)
        )
        self.data = Markup(kind, exact(self.number, examples))


class OneOf:
    """Accepts only these values, and names them in its message."""

    def __init__(self, values: Iterable[str]) -> None:
        self.values = frozenset(values)

    def __call__(self, form: Form, field: Field) -> None:
        if field.data not in self.values:
            raise StopValidation(
                Fault(text("%(given)s is not known.", given=repr(field.data)), hint=text("Choose one of the list."))
            )


class Matching:
    """Accepts only what matches a pattern, which is described in words."""

    def __init__(self, pattern: re.Pattern[str], words: str) -> None:
        self.pattern, self.words = pattern, words

    def __call__(self, form: Form, field: Field) -> None:
        if not self.pattern.fullmatch(field.data or ""):
            raise StopValidation(Fault(text("%(given)s cannot be used.", given=repr(field.data)), hint=str(self.words)))


__all__ = [
    "BooleanField",
    "ChoiceField",
    "Fault",
    "Form",
    "LineField",
    "MarkupField",
    "Matching",
    "OneOf",
]
