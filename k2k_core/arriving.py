"""What of the facade has to do with boxes that arrive: AWBs, the staging area, scans, and what is attached to them.

`k2k_core.api.K2K` is the whole facade.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from k2k_core.doorstep import looked_over
from k2k_core.services import airwaybills, links, receiving, shipping, staging
from k2k_core.services.mapping import UNCHANGED
from k2k_core.services.office import Office

Answer = dict[str, Any]


@looked_over
class Arriving:
    """Boxes on their way from the vendor into the buyer's hands."""

    office: Office

    def ship(self, vendor: str, awb: str, key: str | None = None) -> Answer:
        """The vendor ships an AWB: its orders are shipped; boxes that nobody scans are confirmed from staging."""
        return shipping.ship(self.office, vendor, awb, key)

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
        return airwaybills.change(self.office, company, awb, arrival_date, freight, handling, key)

    def staging(self, buyer: str, awb: str | None = None) -> list[Answer]:
        """The boxes in the buyer's staging area."""
        return staging.staging(self.office, buyer, awb)

    def scan(self, company: str, box_codes: Sequence[str], key: str | None = None) -> list[Answer]:
        """Receive scanned boxes: an outcome for each code, never an error for a bad one."""
        return receiving.scan(self.office, company, box_codes, key)

    def receive(self, company: str, box_codes: Sequence[str], key: str | None = None) -> list[Answer]:
        """Receive staged boxes by hand, with the same outcomes."""
        return receiving.receive(self.office, company, box_codes, key)

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
        return links.attach(self.office, company, url, title, document, box_codes, key)

    def links(self, company: str, document: str | None = None, box_codes: Sequence[str] | None = None) -> list[Answer]:
        """What the company has attached to a document, or to some boxes, oldest first."""
        return links.links(self.office, company, document, box_codes)
