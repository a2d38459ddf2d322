"""Texts that a third party hands over, as plain data: nothing of its code is run when somebody reads them later."""

from __future__ import annotations

import datetime as dt
import re
from types import NoneType

from k2k_core.domain.money import Exact
from k2k_core.messages import Message
from k2k_core.runtime.error_text import WrongAnswer

LONGEST_TEXT = 2000
"""Characters of a reason or of another text for people."""

MOST_BITS = 4096
"""Bits of each of the two integers of an `Exact`: no price needs more, and arithmetic with them stays fast."""

_WIDTH = re.compile(r"\{[^{}]*:[^{}|]*[0-9]{3}")
"""A width or precision of a hundred or more in a template: it would make a text of any size."""

_AS_IT_IS = (str, int, bool, dt.date, NoneType)


def plain_text(value: object, what: str) -> str:
    """A text as exactly a `str` or a `Message`, of a length that people read. Raises `WrongAnswer`."""
    if not isinstance(value, str):
        raise WrongAnswer(Message("{what} is a string", what=what))
    if str.__len__(value) > LONGEST_TEXT:
        raise WrongAnswer(Message("{what} has more than {most} characters", what=what, most=LONGEST_TEXT))
    if type(value) is Message:
        return plain_message(value)
    return value if type(value) is str else str.__str__(value)


def plain_message(text: str) -> str:
    """A text whose facts, if it is a message, are plain data too."""
    if type(text) is not Message:
        return str.__str__(text)
    require_narrow(text.template)
    return Message(str.__str__(text.template), **{str(name): _fact(fact) for name, fact in dict(text.facts).items()})


def require_narrow(template: str) -> None:
    """Raise `WrongAnswer` for a template that would fill a text of any size."""
    if _WIDTH.search(template):
        raise WrongAnswer(Message("a template has a width or a precision of a hundred or more"))


def require_small(number: Exact) -> None:
    """Raise `WrongAnswer` for an `Exact` that is not made of two integers of a usual size, the second above zero."""
    if type(number.n) is not int or type(number.d) is not int or number.d <= 0:
        raise WrongAnswer(Message("an Exact is made of two integers, the second above zero"))
    if number.n.bit_length() > MOST_BITS or number.d.bit_length() > MOST_BITS:
        raise WrongAnswer(Message("an Exact with more than {most} bits", most=MOST_BITS))


def _fact(fact: object) -> object:
    if type(fact) is Message:
        return plain_message(fact)
    if type(fact) in (list, tuple):
        return [_fact(each) for each in list(fact)]  # type: ignore[call-overload]  # exactly a list or a tuple
    return fact if type(fact) in _AS_IT_IS else str.__str__(str(fact))
