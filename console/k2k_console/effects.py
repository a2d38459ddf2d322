"""Effect: what changes would do, before they are made: to prices, and what the checks of the set-up would find."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from k2k_console.formats import margin
from k2k_console.translations import later, text
from k2k_console.vocabulary.cells import Plural, counted
from k2k_console.vocabulary.feedback import Finding

if TYPE_CHECKING:
    from k2k_core.api import K2K

SHOWN = 6
"""So many prices of a kind are shown."""

RISE: Plural = (later("%(count)d price rises"), later("%(count)d prices rise"))
FALL: Plural = (later("%(count)d price falls"), later("%(count)d prices fall"))
MOVE: Plural = (later("%(count)d price moves"), later("%(count)d prices move"))
LOST: Plural = (later("%(count)d price is lost"), later("%(count)d prices are lost"))
GAINED: Plural = (later("%(count)d price is new"), later("%(count)d prices are new"))


@dataclass(frozen=True)
class Effect:
    """What saving would do: the answer of `what_if`, if it is about prices, and the findings that it would cause.
    `seen` stands for it in the form: it is saved if it still is what was seen."""

    answer: Mapping[str, Any] = field(default_factory=dict)
    findings: Sequence[Finding] = ()
    seen: str = ""
    about: str = ""
    """Why there is nothing to say about prices."""
    names: Mapping[str, str] = field(default_factory=dict)
    """What the lots are that are shown."""

    @property
    def held(self) -> bool:
        """Whether one of its findings is an error, for which a save is held back."""
        return any(one.tone == "bad" for one in self.findings)

    @property
    def words(self) -> str:
        """What happens to prices, in a few words: what is worst comes first."""
        answer = self.answer
        if not answer:
            return ""
        if answer["lost_price"]:
            return counted(LOST, answer["lost_price"])
        moved = [(RISE, answer["up"]), (FALL, answer["down"]), (GAINED, answer["gained_price"])]
        kinds = [(words, count) for words, count in moved if count]
        if len(kinds) == 1:
            return counted(*kinds[0])
        return counted(MOVE, answer["moved"]) if kinds else text("no price moves")

    @property
    def big(self) -> tuple[str, str]:
        """The same, its number first, if it has one."""
        number, _, rest = self.words.partition(" ")
        return (number, rest) if number.isdecimal() else ("0", self.words)

    @property
    def others(self) -> str:
        """What happens to no price."""
        answer = self.answer
        none = [
            (answer["up"], text("none rises")),
            (answer["down"], text("none falls")),
            (answer["lost_price"], text("none is lost")),
        ]
        return ", ".join(words for count, words in none if not count)

    @property
    def bars(self) -> Sequence[tuple[str, int, str]]:
        """The numbers of prices by what happens to them, each with its colour."""
        answer = self.answer
        rise, fall = answer["greatest_change"], answer["least_change"]
        return (
            (_by_up_to(text("Rise"), rise if answer["up"] else None), answer["up"], "bar"),
            (_by_up_to(text("Fall"), fall if answer["down"] else None), answer["down"], "bar"),
            (text("Are new"), answer["gained_price"], "bar"),
            (text("Stay as they are"), answer["unchanged"], "off"),
            (text("Have no price, as now"), answer["without_price"], "off"),
            (text("Lose their price"), answer["lost_price"], "bad"),
        )


def _by_up_to(words: str, change: str | None) -> str:
    if change is None:
        return words
    return text("%(what)s, by up to %(percent)s", what=words, percent=margin(change.lstrip("-")))


def effect_of_answer(k2k: K2K, company: str, answer: Mapping[str, Any], seen: str = "") -> Effect:
    """The answer of `what_if` as an effect."""
    return Effect(answer, [Finding.of(one) for one in answer["findings"]], seen, names=_names(k2k, company, answer))


def _names(k2k: K2K, company: str, answer: Mapping[str, Any]) -> dict[str, str]:
    """The descriptions of the lots that are shown and that vendors share."""
    lots = {str(one["lot"]) for kind in ("largest", "lost", "under") for one in answer[kind][:SHOWN]}
    if not lots:
        return {}
    found = k2k.offers(company, lot=",".join(sorted(lots)), fields=["lot", "description"])["items"]
    return {str(one["lot"]): str(one["description"]) for one in found}
