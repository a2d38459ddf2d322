"""Rules of the state machine for quantities: companies state how many boxes there are, and adjust them (domain section
1)."""

from __future__ import annotations

import datetime as dt
from typing import Any

from hypothesis import strategies as st
from hypothesis.stateful import precondition

from tests.properties.state_machine.commands import PLACE, rule
from tests.properties.state_machine.lot_quantities import AVAILABLE, ON_HAND
from tests.properties.state_machine.network import BUYERS, VENDORS
from tests.properties.state_machine.voids_and_credits_rules import VoidsAndCreditsMachine

INTO, OUT_OF = (
    ("received", "returned", "transferred", "counted"),
    ("sold_elsewhere", "broken", "dumped", "transferred", "counted"),
)
KNOWS = ("as_of", "as_of", "as_of", "movement", "another movement", "nothing", "too much")
"""What somebody who states a quantity says of what the books know."""


class QuantityMachine(VoidsAndCreditsMachine):
    """What companies count, and what they do with boxes beside K2K."""

    def __init__(self) -> None:
        super().__init__()
        self._adjusted: list[tuple[str, str, int, str, str]] = []
        """Company, lot, boxes, reason and reference of what was adjusted."""

    # Statements

    @rule(
        which=PLACE,
        number=st.sampled_from([ON_HAND, ON_HAND, AVAILABLE]),
        more=st.sampled_from([-3, -1, 0, 0, 1, 2]),
        knows=st.sampled_from(KNOWS),
        book=PLACE,
        counted=st.sampled_from([None, None, -30, 0, 30]),
        key=st.booleans(),
    )
    def state_a_quantity(
        self, which: int, number: str, more: int, knows: str, book: int, counted: int | None, key: bool
    ) -> None:
        ref = self.one(sorted(self.model.lots), which)
        stock, (company, code) = self.model.lots[ref], ref.split("/")
        said, as_of, why_not = self._known(ref, knows, book)
        value = max(0, getattr(stock, number) + more)
        at = None if counted is None else self.model.now + dt.timedelta(minutes=counted)
        if at is not None and stock.counted_at is not None and at < stock.counted_at:
            why_not |= {"stale_quantity"}
        named = {number: value, **said, "counted_at": at and at.isoformat()}
        answer = self.ask("state_quantity", company, code, **named, why_not=why_not, key=self._key(key))
        if answer is not None:
            delta = self._state(ref, number, value, as_of)
            stock.counted_at = stock.counted_at if at is None else at
            self._require_answer(ref, answer, bool(delta))

    def _last_movement(self, ref: str) -> int:
        """The last movement of a lot, as somebody reads it who states how many boxes there are."""
        company, code = ref.split("/")
        (row,) = self.copies.ask("quantities", company, [code])["items"]
        movement: int = row["movement"]
        self.model.lots[ref].moved(movement)
        return movement

    def _known(self, ref: str, knows: str, place: int) -> tuple[dict[str, int], int, set[str]]:
        """What is said of a lot's movements, up to which one they are known, and why that is refused."""
        last = self._last_movement(ref)
        if knows == "as_of":
            as_of = self.one([0, *(book.movement for book in self.model.lots[ref].books)][-1 - place % 4 :], place)
            return {"as_of": as_of}, as_of, set()
        if knows == "too much":
            return {"as_of": last + 1}, last, {"invalid"}
        if knows == "nothing":
            return {}, last, {"precondition_required"}
        wrong = knows == "another movement"
        return {"movement": last - wrong}, last, {"version_mismatch"} if wrong else set()

    def _state(self, ref: str, number: str, value: int, as_of: int) -> int:
        """What a statement makes of a lot; how many boxes came."""
        stock = self.model.lots[ref]
        delta = stock.lacking(number, value, as_of)
        if delta:
            stock.come(delta, stated=True)
            self.model.match(ref, self.codes(ref))
        return delta

    def _require_answer(self, ref: str, answer: dict[str, Any], changed: bool) -> None:
        assert answer["outcome"] == ("changed" if changed else "unchanged")
        assert {name: answer[name] for name in answer if name not in ("movement", "outcome")} == (
            self.model.quantities(ref)
        )

    @rule(
        company=st.sampled_from([*VENDORS, *BUYERS]),
        wanted=st.lists(st.tuples(PLACE, st.integers(0, 8)), min_size=1, max_size=3),
        unknown=st.booleans(),
        key=st.booleans(),
    )
    def state_some_quantities(self, company: str, wanted: list[tuple[int, int]], unknown: bool, key: bool) -> None:
        """Each with its outcome; one that is refused holds no other up."""
        theirs = sorted(ref for ref in self.model.lots if ref.startswith(f"{company}/"))
        stated = {self.one(theirs, place): value for place, value in wanted} if theirs else {}
        known = {ref: self._last_movement(ref) for ref in stated}
        rows = [{"lot": ref, ON_HAND: value, "as_of": known[ref]} for ref, value in stated.items()]
        rows += [{"lot": "NO-SUCH-LOT", ON_HAND: 1, "as_of": 0}] if unknown or not rows else []
        answer = self.ask("state_quantity", company, rows=rows, key=self._key(key))
        outcomes = ["changed" if self._state(*one, known[one[0]]) else "unchanged" for one in _on_hand(stated)]
        outcomes += ["refused"] * (len(rows) - len(stated))
        assert [row["outcome"] for row in answer["results"]] == outcomes

    # Adjustments

    @rule(
        which=PLACE,
        delta=st.sampled_from([-3, -2, -1, -1, 1, 2]),
        why=PLACE,
        coded=st.integers(0, 2),
        short=st.sampled_from([None, None, "refuse", "stop"]),
        key=st.booleans(),
    )
    def adjust(self, which: int, delta: int, why: int, coded: int, short: str | None, key: bool) -> None:
        ref = self.one(sorted(self.model.lots), which)
        stock, (company, code) = self.model.lots[ref], ref.split("/")
        reason = self.one(INTO if delta > 0 else OUT_OF, why)
        codes = [] if coded else self._codes_to_adjust(ref, delta, why)
        refuses = reason == "sold_elsewhere" if short is None else short == "refuse"
        why_not = {"insufficient_stock"} if delta < 0 and refuses and stock.net + delta < 0 else set()
        why_not |= {"insufficient_stock"} if stock.boxes + delta < 0 else set()
        if delta < 0 and not set(codes) <= set(self.model.free_codes(ref)):
            why_not |= {"conflict"}
        if delta > 0 and any(code in self.model.boxes and self.model.boxes[code]["lot"] != ref for code in codes):
            why_not |= {"invalid"}
        one = (company, code, delta, reason, f"ADJ-{len(self._adjusted)}")
        named = {"box_codes": codes or None, "short": short}
        answer = self.ask("adjust", *one, **named, why_not=why_not, key=self._key(key))
        if answer is not None:
            self._adjusted.append(one)
            self._come(ref, delta, codes)
            self._require_answer(ref, answer, True)

    def _codes_to_adjust(self, ref: str, delta: int, place: int) -> list[str]:
        """Codes of as many boxes: of those in the lot, or of such that left it, of another one, or new ones."""
        boxes = self.model.boxes
        if delta < 0:
            there = sorted(self.model.lots[ref].codes, key=self.model.place)
            return [there[(place + number) % len(there)] for number in range(-delta)] if len(there) >= -delta else []
        gone = sorted(code for code, box in boxes.items() if box["state"] == "withdrawn" and box["lot"] == ref)
        others = sorted(code for code, box in boxes.items() if box["lot"] != ref)
        new = [f"BOX-{len(self._adjusted)}-{number}" for number in range(delta)]
        return [*(gone[:1] if place % 3 else []), *(others[:1] if place % 7 == 0 else []), *new][:delta]

    def _come(self, ref: str, boxes: int, codes: list[str]) -> None:
        self.model.lots[ref].come(boxes)
        for code in codes if boxes < 0 else ():
            self.model.take_out(code)
        if codes and boxes > 0:
            self.model.put_in(ref, codes, self.places(ref))
        self.model.match(ref, self.codes(ref))

    @precondition(lambda self: self._adjusted)
    @rule(which=PLACE, other=st.booleans())
    def adjust_again(self, which: int, other: bool) -> None:
        """A reference is used once: the same adjustment changes nothing, another one is refused."""
        company, lot, delta, reason, reference = self.one(self._adjusted, which)
        why_not = {"conflict"} if other else set()
        before = self.digests()
        answer = self.ask("adjust", company, lot, delta + (delta if other else 0), reason, reference, why_not=why_not)
        if answer is not None:
            self._require_answer(f"{company}/{lot}", answer, False)
            assert self.digests() == before


def _on_hand(stated: dict[str, int]) -> list[tuple[str, str, int]]:
    return [(ref, ON_HAND, value) for ref, value in stated.items()]
