"""What AWBs really cost, company by company, in one snapshot: read when a lot that came on one is priced."""

from __future__ import annotations

from collections.abc import Mapping

from k2k_core.domain.costs import AwbCosts
from k2k_core.store.lots import awb_costs
from k2k_core.store.work import Session


class AwbBook:
    """The typed amounts of each company's AWBs, by number, as a unit of work sees them."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self._read: dict[int, Mapping[str, AwbCosts]] = {}

    def of(self, company_id: int) -> Mapping[str, AwbCosts]:
        """The AWBs that lots of a company came on and of which something was typed."""
        if company_id not in self._read:
            self._read[company_id] = awb_costs(self._session, company_id)
        return self._read[company_id]
