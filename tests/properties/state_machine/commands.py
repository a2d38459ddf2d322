"""Base of the state machine: gives one command to every engine and compares the answer or refusal with the model."""

from __future__ import annotations

import datetime as dt
import functools
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from contextlib import ExitStack
from typing import Any

from hypothesis import stateful
from hypothesis import strategies as st
from hypothesis.stateful import initialize

from k2k_core.store.tables import Box, Company, Lot
from tests.properties.state_machine.document_invariants import DocumentInvariants
from tests.properties.state_machine.invariants import InvariantMachine
from tests.properties.state_machine.lot_quantities import Places
from tests.properties.state_machine.network import BUYERS, LOTS
from tests.properties.state_machine.network_copies import OpenCopies, Refused
from tests.properties.state_machine.voids_and_credits_model import VoidsAndCreditsModel

PLACE = st.integers(0, 1000)
"""Picks one of however many there are."""

DAYS_AHEAD = 4
"""So many days after they are ordered boxes arrive."""

FAR = st.sampled_from([3, 3, 2, 1])
"""How far an order has come: checked out, confirmed, shipped."""

Sold = tuple[str, int, int, int, int]
Rule = Callable[..., None]
MODES = ("off", "scan", "confirm", "both")


START, ENDED_FIRST = "start", "ended what was due first"


def rule(**drawn: Any) -> Callable[[Rule], Rule]:
    """A rule of the machine, which counts what becomes of its commands; those that it begins with another rule too."""

    def decorate(work: Rule) -> Rule:
        @functools.wraps(work)
        def counted(machine: CommandMachine, *args: Any, **named: Any) -> None:
            outermost = machine._rule == START
            machine._rule = work.__name__ if outermost else machine._rule
            work(machine, *args, **named)
            machine._rule = START if outermost else machine._rule

        return stateful.rule(**drawn)(counted)

    return decorate


class CommandMachine(InvariantMachine):
    """A network that is asked, with the model's reasons beside."""

    open_copies: OpenCopies
    outcomes: Counter[tuple[str, str]] = Counter()
    """How often commands of each rule were done, and how often refused."""

    def __init__(self) -> None:
        super().__init__()
        self._rule = START
        self._open = ExitStack()
        self._keyed: list[tuple[str, tuple[Any, ...], dict[str, Any], Any]] = []

    @initialize(
        bloom=st.sampled_from(MODES),
        petal=st.sampled_from(MODES),
        sold=st.lists(st.tuples(st.sampled_from(BUYERS), PLACE, PLACE, st.integers(1, 4), FAR), min_size=2, max_size=3),
    )
    def open_for_business(self, bloom: str, petal: str, sold: list[Sold]) -> None:
        self.copies = self._open.enter_context(self.open_copies())
        for buyer, mode in (("BLOOM", bloom), ("PETAL", petal)):
            self.copies.ask("set", buyer, settings={"auto_billing": mode})
        self.model = VoidsAndCreditsModel({ref: self.codes(ref) for ref in LOTS}, {"BLOOM": bloom, "PETAL": petal})
        self.model.codes_of = self.codes
        self.documents = DocumentInvariants(self.model)
        for one in sold:
            self.sell(*one)

    def sell(self, buyer: str, who: int, which: int, boxes: int, far: int, key: bool = False) -> None:
        """Sell boxes of one of the lots to one of a buyer's customers, and take the order so far."""
        raise NotImplementedError

    def teardown(self) -> None:
        with self._open:
            if hasattr(self, "model"):
                self.copies.require_same_contents()

    # Asking

    def ask(
        self,
        command: str,
        *args: Any,
        why_not: Iterable[str] = (),
        key: str | None = None,
        before: dict[str, str] | None = None,
        **named: Any,
    ) -> Any:
        """The answer to a command that succeeds exactly when the model has nothing against it; None when it is refused,
        and then nothing has changed (since `before`)."""
        reasons = set(why_not)
        before = before or (self.digests() if reasons else None)
        if key is not None:
            named["key"] = key
        answer = self.copies.ask(command, *args, **named)
        told = f"{command} {args} {named}: {answer}, expected {sorted(reasons) or 'no refusal'}"
        assert isinstance(answer, Refused) == bool(reasons), told
        if isinstance(answer, Refused):
            assert answer.code in reasons, told
            assert answer.message, told
            self.outcomes[(self._rule, "refused")] += 1
            assert self.copies.digests() == before, f"refused, and yet something changed: {told}"
            return None
        self.outcomes[(self._rule, "done")] += 1
        self._digests = None
        if key is not None:
            self._keyed.append((command, args, named, answer))
        return answer

    def ask_for_boxes(self, command: str, *args: Any, refusal: Callable[[], set[str]], **named: Any) -> Any:
        """The same of a command that ends what is due before it refuses anybody for want of boxes. `refusal` is asked
        before and, where something has ended, after it; a refusal has changed nothing else."""
        why_not = refusal()
        if why_not != {"insufficient_stock"}:
            return self.ask(command, *args, why_not=why_not, **named)
        with self.copies.swept() as copy:
            swept = dict.fromkeys(self.copies.all, copy.digest())
        if self.model.sweep():
            self.outcomes[(self._rule, ENDED_FIRST)] += 1
            why_not = refusal()
        answer = self.ask(command, *args, why_not=why_not, before=swept, **named)
        self._digests = None
        return answer

    def digests(self) -> dict[str, str]:
        self._digests = self._digests or self.copies.digests()
        return self._digests

    def codes(self, ref: str) -> Places:
        """The boxes that a lot has, and where each stands in it."""
        return self.places(ref, Box.state != "withdrawn")

    def places(self, ref: str, wanted: Any = True) -> Places:
        """Where boxes of a lot stand in it, those that left it too."""
        owner, code = ref.split("/")
        query = (
            Box.select(Box.code, Box.position, Box.id)
            .join(Lot, on=Lot.id == Box.lot_id)
            .join(Company, on=Company.id == Lot.company_id)
        )
        mine = (Company.code == owner) & (Lot.code == code) & wanted
        ordered = query.where(mine).order_by(Box.position, Box.id)
        found = [{row[0]: (row[1], row[2]) for row in copy.rows(ordered)} for copy in self.all]
        assert all(codes == found[0] for codes in found)
        return found[0]

    def ship_date(self, days: int = DAYS_AHEAD) -> str:
        return (self.model.now.date() + dt.timedelta(days=days)).isoformat()

    @staticmethod
    def one(found: Sequence[Any], place: int) -> Any:
        return found[place % len(found)]

    def _key(self, wanted: bool) -> str | None:
        return f"key {len(self._keyed)}" if wanted else None
