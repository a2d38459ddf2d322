"""Explanations: the steps of a hierarchy, amounts that are added up, and reasons that lead to a day or a denial."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from k2k_core.domain.pricing import NOT_REACHED, USED


@dataclass(frozen=True)
class Reason:
    """A reason: its sentence with its tone, the `code` for programs, a remark below it, and where it can be changed."""

    text: str
    tone: str = ""
    code: str = ""
    sub: str = ""
    link: str = ""
    link_text: str = ""


@dataclass(frozen=True)
class Chain:
    """Reasons in their order; the last one is where they lead."""

    reasons: Sequence[Reason]
    end: bool = True


@dataclass(frozen=True)
class Step:
    """A step of a hierarchy: whether it gave the value, whether it was reached, and where its value is set. `value`
    and `text` are empty for a reader who may not see them; `would_be` is what a step that was not reached would have
    given."""

    label: str
    used: bool
    reached: bool
    value: str | None = None
    text: str = ""
    link: str = ""
    would_be: str | None = None


@dataclass(frozen=True)
class StepsTable:
    """The steps of a hierarchy in their order, with values in a currency."""

    steps: Sequence[Step]
    currency: str

    @classmethod
    def of(
        cls,
        explanation: Sequence[Mapping[str, Any]],
        labels: Mapping[str, str],
        links: Mapping[str, str],
        currency: str,
    ) -> StepsTable:
        """The steps of a price as the facade answers them; a step of a plugin that has no label goes by its name."""
        return cls(
            tuple(
                Step(
                    str(labels.get(one["step"], one["step"])),
                    one["outcome"] == USED,
                    one["outcome"] != NOT_REACHED,
                    one.get("value"),
                    "" if one["outcome"] == NOT_REACHED else str(one.get("reason") or ""),
                    links.get(one["step"], ""),
                    one.get("would_be"),
                )
                for one in explanation
            ),
            currency,
        )


@dataclass(frozen=True)
class Term:
    """An amount of a sum; None for one that was not charged."""

    label: str
    value: str | None
    text: str = ""
    link: str = ""
    link_text: str = ""


@dataclass(frozen=True)
class Sum:
    """Amounts of a currency that follow each other, and what they come to."""

    terms: Sequence[Term]
    total: Term
    currency: str
