"""What of the facade has to do with boxes that arrive: AWBs, the staging area, scans, and what is attached to them.

`k2k_core.api.facade.K2K` is the whole facade.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from k2k_core.api.arguments import validated
from k2k_core.domain.wire import UNCHANGED
from k2k_core.services.context import ServiceContext
from k2k_core.services.documents import attachments
from k2k_core.services.fulfilment import air_waybills, receiving, shipping, staging

Answer = dict[str, Any]


@validated
class Fulfilment:
    """Boxes on their way from the vendor into the buyer's hands."""

    context: ServiceContext

    def ship(self, vendor: str, awb: str, key: str | None = None) -> Answer:
        """The vendor ships an AWB: its orders are shipped; boxes that nobody scans are confirmed from staging."""
        return shipping.ship(self.context, vendor, awb, key)

    def awb(
        self,
        company: str,
        awb: str,
        arrival_date: Any = UNCHANGED,
        freight: Any = UNCHANGED,
        handling: Any = UNCHANGED,
        key: str | None = None,
    ) -> Answer:
        """Type what is known of an AWB by now: a real amount replaces the estimate, 0 too; None takes it back. Answers
        the AWB, for its buyer with what the boxes of each line cost by now (`landed_costs`)."""
        return air_waybills.change(self.context, company, awb, arrival_date, freight, handling, key)

    def staging(self, buyer: str, awb: str | None = None) -> list[Answer]:
        """The boxes in the buyer's staging area."""
        return staging.staging(self.context, buyer, awb)

    def scan(self, company: str, box_codes: Sequence[str], key: str | None = None) -> list[Answer]:
        """Receive scanned boxes: an outcome for each code, never an error for a bad one."""
        return receiving.scan(self.context, company, box_codes, key)

    def receive(self, company: str, box_codes: Sequence[str], key: str | None = None) -> list[Answer]:
        """Receive staged boxes by hand, with the same outcomes."""
        return receiving.receive(self.context, company, box_codes, key)

    def attach(
        self,
        company: str,
        url: str,
        title: str = "",
        document: str | None = None,
        box_codes: Sequence[str] | None = None,
        key: str | None = None,
    ) -> list[Answer]:
        """Attach an address to a document, or to some boxes on the company's orders: a photo, a quality report, a claim
        in the host's own program. An address that is there already stays as it is."""
        return attachments.attach(self.context, company, url, title, document, box_codes, key)

    def links(self, company: str, document: str | None = None, box_codes: Sequence[str] | None = None) -> list[Answer]:
        """What the company has attached to a document, or to some boxes, oldest first."""
        return attachments.links(self.context, company, document, box_codes)
