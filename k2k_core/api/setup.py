"""Facade methods that add and change the master data of companies."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from k2k_core.api.arguments import validated
from k2k_core.domain.answers.imports import RowsImported
from k2k_core.domain.answers.inventory import AvailabilityUpload
from k2k_core.domain.answers.setup import (
    Changed,
    CompanyAdded,
    FieldChange,
    NetworkLoaded,
    PricesSuggested,
    RecordArchived,
    RecordsPut,
)
from k2k_core.services import setup

if TYPE_CHECKING:
    from k2k_core.services.context import ServiceContext


@validated
class Setup:
    """Companies and their records: add, change, import."""

    context: ServiceContext

    def load(
        self, network: Mapping[str, Any], key: str | None = None, dry_run: bool = False, hold: str | None = None
    ) -> NetworkLoaded:
        """Add companies with all their records, and connections, in the form of a scenario file: all of it or nothing.
        For the host and for operators.

        Raises `Invalid` with every fault and its path, `Conflict` for a company or a connection that exists; so does a
        dry run, which writes nothing.
        """
        return setup.network_loading.load(self.context, network, key, setup.checked_writes.WriteOptions(dry_run, hold))

    def add_company(
        self, company: Mapping[str, Any], key: str | None = None, dry_run: bool = False, hold: str | None = None
    ) -> CompanyAdded:
        """Add one company with all its records. Raises `Invalid` with every fault, `Conflict` for a company that
        exists; so does a dry run, which writes nothing."""
        return setup.network_loading.add_company(
            self.context, company, key, setup.checked_writes.WriteOptions(dry_run, hold)
        )

    def put(
        self,
        company: str,
        collection: str,
        rows: Sequence[Mapping[str, Any]],
        key: str | None = None,
        atomic: bool = True,
        dry_run: bool = False,
        hold: str | None = None,
    ) -> RecordsPut:
        """Add or replace records of a collection (`products`, `customers`, `lots`, ...) by their codes; returns the
        outcome of each row. A row may have the `version` of the record that was read, and `expected` values of its
        fields.

        Raises `Invalid` with every fault (`lots[3].boxes`), `VersionMismatch`, `InsufficientStock` when a lot would get
        fewer boxes than are sold. Without `atomic`, each row that cannot be written, of at most 1,000, is refused by
        itself.
        """
        options = setup.puts.PutOptions(atomic, setup.checked_writes.WriteOptions(dry_run, hold))
        return setup.puts.put(self.context, company, collection, rows, key, options)

    def import_rows(
        self,
        company: str,
        collection: str,
        content: bytes | None = None,
        rows: Sequence[Mapping[str, Any]] | None = None,
        format: str | None = None,
        atomic: bool = True,
        dry_run: bool = False,
        key: str | None = None,
        hold: str | None = None,
        progress: Callable[[str, int], None] | None = None,
        corrections: Mapping[str, Any] | None = None,
    ) -> RowsImported:
        """Add and change up to 10,000 records of a collection, from the `content` of a `csv` or `xlsx` file or from
        `rows`. What a row leaves out, as a missing column does, stays as it is; null, a blank cell, takes a value away.
        A dry run answers every fault with its column and the nearest code, every change with before and after, and the
        `values` of each row, which can be corrected and passed as `rows`; or its cells are typed again as
        `corrections`, by the number of the row and the column. `atomic` writes all rows or none; without it the faulty
        ones are left out. `progress` is called with the name of the phase and the rows done.

        Raises `UnreadableFile`, `Invalid` with every fault; `Conflict` for a record that somebody changed meanwhile.
        Price lists are given as `rows`; their files, with a row for each price, have `import_price_lists`.
        """
        request, options = (
            setup.row_imports.RowsRequest(collection, content, rows, format, corrections),
            setup.puts.PutOptions(atomic, setup.checked_writes.WriteOptions(dry_run, hold)),
        )
        return setup.row_imports.import_rows(self.context, company, request, key, options, progress)

    def faulty_rows(
        self,
        company: str,
        collection: str,
        content: bytes | None = None,
        rows: Sequence[Mapping[str, Any]] | None = None,
        format: str = "csv",
        corrections: Mapping[str, Any] | None = None,
    ) -> bytes:
        """The rows of a file, or of `rows`, that `import_rows` would refuse, as a `csv` or `xlsx` file with their
        faults in the last column. Corrected, it can be imported: that column is skipped. Of
        `price_lists` it is of the `content` of a file for `import_price_lists`."""
        request = setup.row_imports.RowsRequest(collection, content, rows, corrections=corrections)
        return setup.row_files.faulty_rows(self.context, company, request, format)

    def export_rows(
        self,
        company: str,
        collection: str,
        format: str = "csv",
        progress: Callable[[int, int], None] | None = None,
    ) -> bytes:
        """The records of a collection that are not archived, as a `csv` or `xlsx` file that `import_rows` takes.
        Columns that the reader may not see are left out, and so are box codes. Price lists have
        `export_price_lists`. `progress` is called with the records that are read, and with how many there are."""
        return setup.row_files.export_rows(self.context, company, collection, format, progress)

    def archive(
        self,
        company: str,
        collection: str,
        code: str,
        restore: bool = False,
        version: int | None = None,
        key: str | None = None,
        dry_run: bool = False,
        hold: str | None = None,
    ) -> RecordArchived:
        """Archive a record, since records are never deleted: lists and new work leave it out, and documents still name
        it. `restore` undoes it.

        Raises `InUse` while something open, sold or not archived needs it, `VersionMismatch`, `NotFound`.
        """
        asked = setup.archiving.Request(collection, code, restore, version)
        return setup.archiving.archive(
            self.context, company, asked, key, setup.checked_writes.WriteOptions(dry_run, hold)
        )

    def import_availability(
        self,
        company: str,
        content: bytes,
        mode: str = "overwrite",
        dry_run: bool = False,
        key: str | None = None,
        hold: str | None = None,
    ) -> AvailabilityUpload:
        """Import a CSV or XLSX file of vendor availability, all of it or nothing: `overwrite` sets the boxes of its
        lots, `increase` adds to them (domain section 3). A dry run answers every fault, and writes nothing.

        Raises `UnreadableFile`, `Invalid` with every fault, among them a lot that would get fewer boxes than are sold.
        """
        options = setup.checked_writes.WriteOptions(dry_run, hold)
        return setup.file_imports.import_availability(self.context, company, content, mode, key, options)

    def set(
        self, company: str, key: str | None = None, dry_run: bool = False, hold: str | None = None, **changes_: Any
    ) -> Changed:
        """Change `settings`, or `values` of one `customer`, `lot`, `vendor`, `location`, `product`, `box_type`,
        `category` or `carrier`; returns what was changed. Null restores the default, and is refused for a field that
        has none. `version` is that of the record, or of the settings, that was read; `expected` are the values of
        single fields that were read.

        Raises `Invalid` with every fault, `VersionMismatch` for another version, `Conflict` with the `fields` that are
        not as expected, `InsufficientStock` when a lot would get fewer boxes than are sold.
        """
        return setup.changes.change(
            self.context,
            company,
            setup.changes.ChangeRequest(**changes_),
            key,
            setup.checked_writes.WriteOptions(dry_run, hold),
        )

    def last_change(self, company: str, subject: str, field: str) -> FieldChange | None:
        """The last change of a field: who made it, when, and from which value to which. The field is one of `settings`,
        of the `company`'s own values, of a record, `customers/C-100`, or of an offer, `offers/ANDES/L1`. None if the
        audit has no change of it."""
        return setup.undo.last_change(self.context, company, subject, field)

    def undo(
        self, company: str, audit_id: int, key: str | None = None, dry_run: bool = False, hold: str | None = None
    ) -> Changed:
        """Undo a change, by its entry in the audit: its fields get the values that they had before.

        Raises `NotFound`, and `Conflict` for an entry that is no change of values, or with the `fields` that were
        changed again since; then nothing is undone.
        """
        return setup.undo.undo(self.context, company, audit_id, key, setup.checked_writes.WriteOptions(dry_run, hold))

    def set_all(
        self,
        company: str,
        changes_: Sequence[Mapping[str, Any]],
        key: str | None = None,
        dry_run: bool = False,
        hold: str | None = None,
    ) -> list[Changed]:
        """Several changes, each with the arguments of `set`, in one transaction: all of them or none."""
        return setup.changes.change_all(
            self.context, company, changes_, key, setup.checked_writes.WriteOptions(dry_run, hold)
        )

    def suggest_prices(
        self,
        company: str,
        lots: Sequence[str],
        key: str | None = None,
        dry_run: bool = False,
        hold: str | None = None,
        shown: Mapping[str, Any] | None = None,
    ) -> PricesSuggested:
        """Fill the empty price A of up to 1,000 lots of the open market from their landed cost and the company's GPM,
        rounded up (pricing section 4); returns the outcome of each lot. A lot that has a price stays as it is, and a
        refused one does not affect the others. `shown` are the prices that a dry run said, by lot: a lot whose price
        would be another by now is refused. `undo` takes each change back."""
        options = setup.checked_writes.WriteOptions(dry_run, hold)
        return setup.price_suggestions.suggest_prices(self.context, company, lots, key, options, shown)
