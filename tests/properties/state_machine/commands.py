"""Base of the state machine: gives one command to every engine and compares the answer or refusal with the model."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from contextlib import ExitStack
from typing import Any

from hypothesis import strategies as st
from hypothesis.stateful import initialize

from k2k_core.store.tables import Box, Company, Lot
from tests.properties.state_machine.document_invariants import DocumentInvariants
from tests.properties.state_machine.invariants import InvariantMachine
from tests.properties.state_machine.network import BUYERS, LOTS
from tests.properties.state_machine.network_copies import OpenCopies, Refused
from tests.properties.state_machine.voids_and_credits_model import VoidsAndCreditsModel

PLACE = st.integers(0, 1000)
"""Picks one of however many there are."""

FAR = st.sampled_from([3, 3, 2, 1])
"""How far an order has come: checked out, confirmed, shipped."""

Sold = tuple[str, int, int, int, int]
MODES = ("off", "scan", "confirm", "both")


class CommandMachine(InvariantMachine):
    """A network that is asked, with the model's reasons beside."""

    open_copies: OpenCopies

    def __init__(self) -> None:
        super().__init__()
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

    def ask(self, command: str, *args: Any, why_not: Iterable[str] = (), key: str | None = None, **named: Any) -> Any:
        """The answer to a command that succeeds exactly when the model has nothing against it; None when it is refused,
        and then nothing has changed."""
        reasons = set(why_not)
        before = self.digests() if reasons else None
        if key is not None:
            named["key"] = key
        answer = self.copies.ask(command, *args, **named)
        told = f"{command} {args} {named}: {answer}, expected {sorted(reasons) or 'no refusal'}"
        assert isinstance(answer, Refused) == bool(reasons), told
        if isinstance(answer, Refused):
            assert answer.code in reasons, told
            assert answer.message, told
            assert self.copies.digests() == before, f"refused, and yet something changed: {told}"
            return None
        self._digests = None
        if key is not None:
            self._keyed.append((command, args, named, answer))
        return answer

    def digests(self) -> dict[str, str]:
        self._digests = self._digests or self.copies.digests()
        return self._digests

    def codes(self, ref: str) -> list[str]:
        """The boxes that a lot has, by place."""
        owner, code = ref.split("/")
        query = Box.select(Box.code).join(Lot, on=Lot.id == Box.lot_id).join(Company, on=Company.id == Lot.company_id)
        mine = (Company.code == owner) & (Lot.code == code) & (Box.state != "withdrawn")
        found = [[row[0] for row in copy.rows(query.where(mine).order_by(Box.position))] for copy in self.all]
        assert all(codes == found[0] for codes in found)
        return found[0]

    def ship_date(self) -> str:
        return (self.model.now.date() + dt.timedelta(days=4)).isoformat()

    @staticmethod
    def one(found: Sequence[Any], place: int) -> Any:
        return found[place % len(found)]

    def _key(self, wanted: bool) -> str | None:
        return f"key {len(self._keyed)}" if wanted else None
