"""Messages for people: an English template with facts, so that each reader gets them in their own language.

A `Message` is its English text. The outermost layer, such as the facade, calls `localized` for another language;
everything in between passes the message on as a string.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from string import Formatter
from typing import Any

Translate = Callable[[str], str]
"""Template in English → template in a language; the same where there is no translation."""

DEEPEST = 20
"""Facts are not followed further: whatever people send in stands among them, lists that hold themselves too."""

WORDS = "words"
"""The format of a fact that is a stored code."""

DAY_NAMES = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")


class Message(str):
    """An English sentence that remembers its `template` and `facts`.

    The template is a literal and the key of its translation; the variable parts are written as `{name}`. A fact may be
    a text, a number, a day (`{day}` is ISO, `{day:%A %Y-%m-%d}` includes the weekday), a list (joined by commas) or
    another message. What depends on a number is written for one and for any other: `{boxes} {boxes:box|boxes}`. A state
    that is stored as a code is said in words: `{state:words}` is "checked out" where programs read `checked_out`. A
    template without facts is used as it is, braces included.
    """

    template: str
    facts: Mapping[str, object]

    def __new__(cls, template: str, **facts: object) -> Message:
        """Fill the template. Facts that the template does not name are for programs only."""
        message = super().__new__(cls, _filled(template, facts))
        message.template = template
        message.facts = facts
        return message

    def __str__(self) -> str:
        """The message itself, so that `str(message)` does not lose the facts."""
        return self

    def __getnewargs_ex__(self) -> tuple[tuple[str], dict[str, object]]:
        """Copies and pickles contain the facts."""
        return (self.template,), dict(self.facts)


def words_of(code: str) -> str:
    """A stored code, such as `checked_out`, in English words, which are the key of its translation too."""
    return code.replace("_", " ")


def as_message(text: str) -> Message:
    """A text as a message: a sentence of a library, or a literal passed on, which a catalogue may know."""
    return text if isinstance(text, Message) else Message(text)


def joined(parts: Sequence[str], separator: str = "; ") -> Message:
    """Several messages as one."""
    facts = {f"part{number}": part for number, part in enumerate(parts)}
    return Message(separator.join(f"{{{name}}}" for name in facts), **facts)


def joined_by_and(names: Sequence[str]) -> str:
    """Names with `and` between them."""
    if len(names) == 1:
        return names[0]
    one, *others = names
    return Message("{one} and {others}", one=one, others=joined_by_and(others))


def joined_by_or(names: Sequence[str]) -> str:
    """Names with `or` between them."""
    if len(names) == 1:
        return names[0]
    one, *others = names
    return Message("{one} or {others}", one=one, others=joined_by_or(others))


def message_facts(text: str) -> dict[str, Any]:
    """The facts of a message as JSON values; empty for a plain text."""
    return plain_facts(text.facts) if isinstance(text, Message) else {}


def plain_facts(facts: Mapping[str, object]) -> dict[str, Any]:
    """Facts as JSON values: texts, numbers, lists and mappings."""
    return {name: _plain(fact) for name, fact in facts.items()}


def as_stored(text: str) -> Any:
    """A message as JSON, with the messages among its facts; `from_stored` makes the message again."""
    if not isinstance(text, Message):
        return str(text)
    facts = {name: as_stored(one) if isinstance(one, str) else _plain(one) for name, one in text.facts.items()}
    return {"template": text.template, "facts": facts}


def from_stored(value: Any) -> str:
    """The message, or the text, that was stored."""
    if not isinstance(value, Mapping):
        return str(value)
    facts = {name: from_stored(one) if isinstance(one, Mapping) else one for name, one in value["facts"].items()}
    return Message(value["template"], **facts)


def localized(text: str, translate: Translate) -> str:
    """A message in another language, with the messages among its facts and names of weekdays; a plain text
    unchanged."""
    if not isinstance(text, Message):
        return text
    return _filled(translate(text.template), text.facts, translate)


def localized_answer(answer: Any, translate: Translate) -> Any:
    """A copy of an answer (dictionaries and lists) in which every message is in another language."""
    if isinstance(answer, str):
        return localized(answer, translate)
    if type(answer) is dict:
        return {key: localized_answer(value, translate) for key, value in answer.items()}
    if isinstance(answer, list):
        return [localized_answer(value, translate) for value in answer]
    return answer


class _LocalDay:
    """A day whose weekday is formatted in a language."""

    def __init__(self, day: dt.date, translate: Translate) -> None:
        self._day = day
        self._translate = translate

    def __format__(self, spec: str) -> str:
        name = self._translate(DAY_NAMES[self._day.weekday()])
        return format(self._day, spec.replace("%A", name.replace("%", "%%"))) if spec else self._day.isoformat()


class _Shown(dict[str, object]):
    """The facts as a sentence shows them; facts that it does not name are not formatted."""

    def __init__(self, facts: Mapping[str, object], show: Callable[[object], object]) -> None:
        super().__init__()
        self._facts = facts
        self._show = show

    def __missing__(self, name: str) -> object:
        return self._show(self._facts[name])


class _Wording(Formatter):
    """Fills a template of which parts depend on a number or are codes."""

    def __init__(self, translate: Translate) -> None:
        super().__init__()
        self._translate = translate

    def format_field(self, value: object, format_spec: str) -> str:
        """The words of a code, or of several; the form for one or for any other number; anything else as it is always
        shown."""
        if format_spec == WORDS:
            return ", ".join(self._translate(words_of(code)) for code in str(value).split(", "))
        one, divides, others = format_spec.partition("|")
        if not divides:
            shown: str = super().format_field(value, format_spec)
            return shown
        return one if str(value) == "1" else others


def _same(template: str) -> str:
    return template


def filled(template: str, facts: Mapping[str, object], translate: Translate = _same) -> str:
    """The template with its facts; raises what `str.format` raises where they do not fill it."""
    worded = "|" in template or f":{WORDS}}}" in template
    return _Wording(translate).vformat(template, (), facts) if worded else template.format_map(facts)


def _filled(template: str, facts: Mapping[str, object], translate: Translate | None = None) -> str:
    """The template with its facts, in English or in the language of `translate`. A template that cannot be filled is
    returned as it is, which is better than nothing."""
    if not facts or "{" not in template:
        return template
    show = _english if translate is None else partial(_in_language, translate=translate)
    try:
        return filled(template, _Shown(facts, show), translate or _same)
    except (LookupError, ValueError, TypeError, AttributeError):
        return template


def _english(fact: object) -> object:
    items = _items(fact)
    return fact if items is None else ", ".join(str(each) for each in items)


def _in_language(fact: object, translate: Translate) -> object:
    if isinstance(fact, Message):
        return localized(fact, translate)
    if isinstance(fact, dt.date) and not isinstance(fact, dt.datetime):
        return _LocalDay(fact, translate)
    items = _items(fact)
    return fact if items is None else ", ".join(str(_in_language(each, translate)) for each in items)


def _plain(fact: object, depth: int = DEEPEST) -> Any:
    items = _items(fact)
    if items is not None:
        return [_plain(each, depth - 1) for each in items] if depth else "..."
    if isinstance(fact, Mapping):
        return {str(key): _plain(value, depth - 1) for key, value in fact.items()} if depth else "..."
    return fact if fact is None or isinstance(fact, bool | int | str) else str(fact)


def _items(fact: object) -> list[object] | None:
    """The items of a list, a sorted set; None for anything else."""
    if isinstance(fact, set | frozenset):
        return sorted(fact, key=str)
    return list(fact) if isinstance(fact, list | tuple) else None
