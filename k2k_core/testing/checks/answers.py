"""What a plugin answers to sample requests, as texts that two interpreters can compare."""

from __future__ import annotations

import zlib
from collections.abc import Mapping

from k2k_core.domain.explanation import reason_text
from k2k_core.domain.labels import Label
from k2k_core.domain.pricing import NoValue, Price
from k2k_core.runtime.call_statistics import Limits
from k2k_core.runtime.contribution_loading import collect
from k2k_core.testing.checks.base import Call, few_calls_of
from k2k_core.testing.registries import found


def of(plugin: str, settings: Mapping[str, object]) -> list[tuple[str, str]]:
    """Label of a contribution and answer, in the order in which they are asked."""
    offered, broken = collect(found([plugin]), "BLOOM", {plugin: settings}, Limits())
    if broken:
        return [("", broken[0].problem)]
    said: list[tuple[str, str]] = []
    for offer in offered[0][1]:
        calls = few_calls_of(offer)
        said += [(offer.label, answer_text(call)) for call in calls]
    return said


def answer_text(call: Call) -> str:
    """An answer, or what is raised in its place, as text."""
    try:
        return _text(call.function(*call.handed))
    except (Exception, SystemExit) as error:
        return f"{type(error).__name__} {error}"


def _text(answer: object) -> str:
    if isinstance(answer, Price):
        return f"{answer.amount}: {reason_text(answer)}"
    if isinstance(answer, NoValue):
        return f"none: {reason_text(answer)}"
    if isinstance(answer, Label):
        return f"label {zlib.crc32(answer.content)} {answer.text}"
    if isinstance(answer, list):
        return "; ".join(map(_text, answer))
    return repr(answer)
