"""Facade methods that add and change the master data of companies."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from k2k_core.api.arguments import validated
from k2k_core.domain.answers.inventory import AvailabilityUpload
from k2k_core.domain.answers.setup import Changed, Company, RecordsPut
from k2k_core.errors import Invalid
from k2k_core.services.context import ServiceContext
from k2k_core.services.inventory import availability_import
from k2k_core.services.setup import changes, records
from k2k_core.services.setup.changes import ChangeRequest


@validated
class Setup:
    """Companies and their records: add, change, import."""

    context: ServiceContext

    def load(self, network: Mapping[str, Any]) -> None:
        """Add companies with all they have, and connections, as a scenario file writes them.

        Raises `Invalid` with every fault and its path, `Conflict` for a company that is there already.
        """
        with self.context.store.reading() as session:
            known = [company.code for company in self.context.snapshots.all(session).values()]
        read, faults = records.read_network(network, known)
        if faults:
            raise Invalid("The network has faults: nothing was loaded.", faults)
        records.load_network(self.context, read)

    def add_company(self, company: Mapping[str, Any]) -> Company:
        """Add one company with all it has."""
        return records.add_company(self.context, company)

    def put(
        self, company: str, collection: str, rows: Sequence[Mapping[str, Any]], key: str | None = None
    ) -> RecordsPut:
        """Add or change rows of a collection (`products`, `customers`, `lots`, ...) by their codes."""
        return records.put(self.context, company, collection, rows, key)

    def import_availability(
        self, company: str, content: bytes, mode: str = "overwrite", dry_run: bool = False, key: str | None = None
    ) -> AvailabilityUpload:
        """Upload a CSV file of vendor availability, whole or not at all: `overwrite` the boxes of its lots, or
        `increase` them. No lot gets fewer boxes than are sold. A dry run answers every fault, and writes nothing."""
        return availability_import.import_availability(self.context, company, content, mode, dry_run, key)

    def set(self, company: str, key: str | None = None, **changes_: Any) -> Changed:
        """Change `settings`, or `values` of one `customer`, `lot`, `vendor` or `location`; answers what was changed."""
        return changes.change(self.context, company, ChangeRequest(**changes_), key)

    def set_all(self, company: str, changes_: Sequence[Mapping[str, Any]], key: str | None = None) -> list[Changed]:
        """Several changes, each with the arguments of `set`, in one transaction: all of them, or none."""
        return changes.change_all(self.context, company, changes_, key)
