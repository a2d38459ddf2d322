"""Reads the real costs of AWBs in one snapshot: on first use, for all companies together."""

from __future__ import annotations

from collections.abc import Iterable

from k2k_core.store.database.session import Session
from k2k_core.store.inventory.awb_costs import NO_AWBS, RealAwbCosts, awb_costs


class AwbCostReader:
    """The entered costs of each company's AWBs, as a unit of work sees them."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self._read: dict[int, RealAwbCosts] = {}
        self._expected: set[int] = set()

    def expect(self, company_ids: Iterable[int]) -> None:
        """Announce that lots of these companies came on AWBs: the first access to one of them reads all of them."""
        self._expected.update(company_ids)

    def of(self, company_id: int) -> RealAwbCosts:
        """The AWBs of a company's lots for which costs were entered."""
        if company_id not in self._read:
            asked = {company_id, *self._expected} - self._read.keys()
            found = awb_costs(self._session, asked)
            self._read.update((one, found.get(one, NO_AWBS)) for one in asked)
        return self._read[company_id]
