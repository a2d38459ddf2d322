"""Checks the shape of what contributions return. A wrong shape is a failure of that contribution, never of the core.

The fast path looks at the types of a whole batch at once; only answers of third parties are checked one by one.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import fields
from itertools import islice
from operator import itemgetter
from typing import Any, cast

from k2k_core.domain.explanation import reason_text
from k2k_core.domain.labels import Label, LabelRequest
from k2k_core.domain.money import LARGEST, Exact
from k2k_core.domain.parties import ShipTo
from k2k_core.domain.price_formulas import SOURCES, Formula
from k2k_core.domain.pricing import NO_VALUE, NOT_APPLICABLE, Answer, NoValue, Price
from k2k_core.domain.sharing import Denial
from k2k_core.errors import Invalid
from k2k_core.messages import Message, joined_by_or
from k2k_core.runtime.error_text import WrongAnswer, message_of
from k2k_core.runtime.plain_texts import plain_text, require_narrow, require_small

LONGEST_PART = 400
"""Characters of one part of an address: a name that a plugin composes may be longer than an entered one."""

_ANSWERS = frozenset((Price, NoValue))
_EXACT = frozenset((Exact,))
_amount = itemgetter(Price._fields.index("amount"))
_DENIALS = frozenset((Denial, type(None)))


def checked_prices(answers: object, count: int, *, strict: bool) -> list[Answer] | NoValue:
    """One `Price` or `NoValue` per request with exact amounts, or a single `NoValue` for all. Raises `WrongAnswer`.

    `strict` also checks every amount, reason and outcome, and formats the reasons at once: a third party's code runs
    under guard, not later when somebody asks for the explanation.
    """
    if type(answers) is NoValue:
        return cast("NoValue", _as_plain_data(answers, {})) if strict else answers
    lines: list[Answer] = _lines(answers, count)
    kinds = set(map(type, lines))
    if not kinds <= _ANSWERS:
        wrong = next(line for line in lines if type(line) not in _ANSWERS)
        raise WrongAnswer(Message("{value} is neither a Price nor a NoValue", value=_shown(wrong)))
    if Price in kinds:
        prices = lines if NoValue not in kinds else [line for line in lines if type(line) is Price]
        if not _EXACT.issuperset(map(type, map(_amount, prices))):
            lines = [_exact(line) if type(line) is Price else line for line in lines]
    if strict:
        reasons: dict[tuple[str, int], str] = {}
        return [_as_plain_data(line, reasons) for line in lines]
    return lines


def checked_formula(answer: object, *, strict: bool = True) -> Formula | NoValue:
    """A `Formula` of exact numbers and known sources, or a `NoValue`. Raises `WrongAnswer`."""
    if type(answer) is NoValue:
        return cast("NoValue", _as_plain_data(answer, {})) if strict else answer
    if type(answer) is not Formula:
        raise WrongAnswer(Message("{value} is neither a Formula nor a NoValue", value=_shown(answer)))
    for number in (answer.times, answer.plus, answer.per_box):
        if type(number) is not Exact:
            raise WrongAnswer(Message("the numbers of a Formula are each an Exact"))
        _check_amount(number)
    for start in (answer.source, answer.needs):
        if start not in ("", *SOURCES):
            raise WrongAnswer(Message("{value} is no number that a Formula starts from", value=_shown(start)))
    if not strict:
        return answer
    source, needs = (str.__str__(name) for name in (answer.source, answer.needs))
    return answer._replace(source=source, needs=needs, reason=plain_text(answer.reason, "reason"), facts={})


def checked_refusal(answer: object, *, strict: bool = True) -> NoValue | None:
    """A `NoValue` or None. Raises `WrongAnswer`."""
    if answer is not None and type(answer) is not NoValue:
        raise WrongAnswer(Message("{value} is neither a NoValue nor None", value=_shown(answer)))
    return cast("NoValue", _as_plain_data(answer, {})) if strict and answer is not None else answer


def checked_denials(answers: object, count: int, *, strict: bool) -> list[Denial | None]:
    """A `Denial` or None per request, of a third party (`strict`) as plain data. Raises `WrongAnswer`."""
    lines: list[Denial | None] = _lines(answers, count)
    if not set(map(type, lines)) <= _DENIALS:
        wrong = next(line for line in lines if type(line) not in _DENIALS)
        raise WrongAnswer(Message("{value} is neither a Denial nor None", value=_shown(wrong)))
    if strict:
        return [None if line is None else _plain_denial(line) for line in lines]
    return lines


def checked_label(answer: object, request: LabelRequest, media_type: str) -> Label:
    """A non-empty `Label` of that box and media type, as plain data. Raises `WrongAnswer`."""
    if type(answer) is not Label:
        raise WrongAnswer(Message("{value} is not a Label", value=_shown(answer)))
    box_code, kind = plain_text(answer.box_code, "box_code"), plain_text(answer.media_type, "media_type")
    if box_code != request.box_code:
        raise WrongAnswer(
            Message("the label of box {value} for box {box_code}", value=_shown(box_code), box_code=request.box_code)
        )
    if kind != media_type:
        raise WrongAnswer(Message("media type {value}, not {media_type}", value=_shown(kind), media_type=media_type))
    if type(answer.text) is not tuple or not all(isinstance(text, str) for text in answer.text):
        raise WrongAnswer(Message("the text of a label is a tuple of strings"))
    texts = tuple(str.__str__(text) for text in answer.text)
    return Label(box_code, kind, checked_bytes(answer.content), texts)


def checked_bytes(answer: object) -> bytes:
    """Non-empty bytes. Raises `WrongAnswer`."""
    if type(answer) is not bytes or not answer:
        raise WrongAnswer(Message("the content of a file is bytes, not empty"))
    return answer


def checked_flag(answer: object) -> bool:
    """True or False. Raises `WrongAnswer`."""
    if type(answer) is not bool:
        raise WrongAnswer(Message("{value} is neither True nor False", value=_shown(answer)))
    return answer


def checked_ship_to(answer: object) -> ShipTo | None:
    """An address, or None for the buyer company itself. Raises `WrongAnswer`."""
    if answer is not None and type(answer) is not ShipTo:
        raise WrongAnswer(Message("{value} is neither a ShipTo nor None", value=_shown(answer)))
    if answer is None:
        return None
    parts = {field.name: getattr(answer, field.name) for field in fields(ShipTo)}
    for name, part in parts.items():
        if not isinstance(part, str) or len(part) > LONGEST_PART or not part.isprintable():
            raise WrongAnswer(
                Message(
                    "{value} as {name} of a ShipTo: it is a line of {most} characters at most",
                    value=_shown(part),
                    name=name,
                    most=LONGEST_PART,
                )
            )
    return ShipTo(**{name: str.__str__(part) for name, part in parts.items()})


def _lines(answers: object, count: int) -> list[Any]:
    """The answers as a list of the right length; an endless generator is cut off."""
    if type(answers) is not list:
        if isinstance(answers, (str, bytes, Mapping, Price, Denial)) or not isinstance(answers, Iterable):
            raise WrongAnswer(Message("{value} is not a list with one answer per request", value=_shown(answers)))
        answers = list(islice(answers, count + 1))
    if len(answers) != count:
        many = Message("more") if len(answers) > count else len(answers)
        raise WrongAnswer(
            Message("{many} {many:answer|answers} to {count} {count:request|requests}", many=many, count=count)
        )
    return answers


def _exact(price: Price) -> Price:
    try:
        amount = Exact.of(price.amount)
    except (Invalid, ValueError) as error:
        raise WrongAnswer(message_of(error)) from error
    return price._replace(amount=Exact(amount.n, amount.d))


def _as_plain_data(answer: Answer, reasons: dict[tuple[str, int], str]) -> Answer:
    """The same answer as plain data, with every field checked.

    `reasons` caches reasons that several lines of a batch share with one mapping of facts.
    """
    if not isinstance(answer.reason, str) or not isinstance(answer.facts, Mapping):
        raise WrongAnswer(Message("the reason is a string, its facts are a mapping"))
    if isinstance(answer, Price):
        _check_amount(answer.amount)
    elif answer.outcome not in (NO_VALUE, NOT_APPLICABLE):
        allowed = joined_by_or([NO_VALUE, NOT_APPLICABLE])
        raise WrongAnswer(
            Message("the outcome of a NoValue is {allowed}, not {value}", allowed=allowed, value=_shown(answer.outcome))
        )
    if type(answer) is NoValue:
        answer = answer._replace(outcome=NO_VALUE if answer.outcome == NO_VALUE else NOT_APPLICABLE)
    if not answer.facts:
        return answer._replace(reason=plain_text(answer.reason, "reason"), facts={})
    shared = (answer.reason, id(answer.facts))
    text = reasons.get(shared)
    if text is None:
        text = _reason(answer)
        if not any(map(callable, answer.facts.values())):
            reasons[shared] = text
    return answer._replace(reason=text, facts={})


def _reason(answer: Answer) -> str:
    """The reason with its facts as plain data. Functions among them are called here, not later."""
    plain = answer._replace(reason=plain_text(answer.reason, "reason"))
    require_narrow(plain.reason)
    amount = plain.amount if isinstance(plain, Price) else None
    facts = {str(name): fact(amount) if callable(fact) else fact for name, fact in dict(answer.facts).items()}
    for fact in facts.values():
        if isinstance(fact, Exact):
            require_small(fact)
    return plain_text(reason_text(plain._replace(facts=facts)), "reason")


def _check_amount(amount: Exact) -> None:
    require_small(amount)
    if not -LARGEST * amount.d < amount.n < LARGEST * amount.d:
        raise WrongAnswer(Message("an amount of {most} or more", most=LARGEST))


def _plain_denial(denial: Denial) -> Denial:
    words = (denial.code, denial.reason, denial.setting, denial.owner)
    if not all(isinstance(word, str) for word in words) or not denial.code:
        raise WrongAnswer(Message("code, reason, setting and owner of a Denial are strings, the code not empty"))
    if not all(day is None or type(day) is dt.date for day in (denial.cured_on, denial.caused_on)):
        raise WrongAnswer(Message("cured_on and caused_on of a Denial are dates"))
    code, setting, owner = (str.__str__(word) for word in (denial.code, denial.setting, denial.owner))
    return Denial(code, plain_text(denial.reason, "reason"), setting, owner, denial.cured_on, denial.caused_on)


def _shown(value: object) -> str:
    """A value for a message: its type, and the beginning of its text."""
    try:
        text = repr(value)[:60]
    except Exception:
        text = "…"
    return f"{type(value).__name__} {text}"
