"""Facade methods for price lists, the order of price steps, price checks and drafts of changes."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from k2k_core.api.arguments import validated
from k2k_core.domain.answers.findings import SetupFinding
from k2k_core.domain.answers.price_lists import PriceListImport
from k2k_core.domain.answers.setup import (
    DraftApplied,
    DraftDropped,
    HierarchiesChanged,
    HierarchiesInForce,
    PriceMoves,
    WhatIf,
)
from k2k_core.services import pricing, setup
from k2k_core.services.lists.page_request import LIMIT, PageRequest

if TYPE_CHECKING:
    from k2k_core.services.context import ServiceContext


@validated
class Prices:
    """Price set-up: check it, try changes out, export and import price lists."""

    context: ServiceContext

    def check_prices(self, company: str) -> list[SetupFinding]:
        """Findings about a company's price set-up: `{code, severity, place, problem, what_to_do}`."""
        return pricing.price_checks.check_prices(self.context, company)

    def what_if(
        self,
        company: str,
        changes: Sequence[Mapping[str, Any]],
        margin_floor: Any = None,
        ship_via: str | None = None,
        progress: Callable[[int, int], None] | None = None,
        key: str | None = None,
        store: bool = True,
    ) -> WhatIf:
        """Compute what a list of changes would do to every price of every customer, and store it as a draft to apply or
        drop.

        `margin_floor` is a percentage; lines whose price would leave less are named. `progress` is called with the
        customers done and their number. Without `store` it is only computed: nothing is written, and there is
        no `draft`.
        """
        request = setup.what_if.WhatIfRequest(changes, margin_floor, ship_via)
        return setup.what_if.what_if(self.context, company, request, key, progress, store=store)

    def draft_moves(
        self,
        company: str,
        draft: str,
        kind: str | None = None,
        customer: str | None = None,
        margin_floor: Any = None,
        ship_via: str | None = None,
        q: str | None = None,
        sort: str | None = None,
        cursor: str | None = None,
        limit: int = LIMIT,
        count: bool = False,
        fields: Sequence[str] | None = None,
    ) -> PriceMoves:
        """A page of the prices that an open draft would move now, by customer and lot: all of them, those of one
        customer, or of one `kind`: `up`, `down`, `gained_price`, `lost_price`, `under_margin_floor`. `q` searches
        customers, codes of lots and descriptions.

        A page may have fewer rows than `limit`. In the order of the `change` (`-change`: the greatest rise first), and
        with `count`, every customer is priced for each page. Raises `Conflict` for a draft that was applied or dropped.
        """
        query = setup.draft_moves.MovesQuery(draft, kind, customer, margin_floor, ship_via)
        request = PageRequest({}, q, sort, cursor, limit, count, fields)
        return setup.draft_moves.draft_moves(self.context, company, query, request)

    def export_draft_moves(
        self,
        company: str,
        draft: str,
        format: str = "csv",
        kind: str | None = None,
        customer: str | None = None,
        margin_floor: Any = None,
        ship_via: str | None = None,
        progress: Callable[[int, int], None] | None = None,
    ) -> bytes:
        """The same moves, all of them, as a `csv` or `xlsx` file: customer, lot, price before and after, change and
        margin in percent. For a large company it is a job (`submit`)."""
        query = setup.draft_moves.MovesQuery(draft, kind, customer, margin_floor, ship_via)
        return setup.draft_moves.export_draft_moves(self.context, company, query, format, progress)

    def apply_draft(
        self,
        company: str,
        draft: str,
        key: str | None = None,
        dry_run: bool = False,
        hold: str | None = None,
        expected: Mapping[str, Any] | None = None,
    ) -> DraftApplied:
        """Make all changes of a draft, in one transaction, and return the findings that they cause in the set-up as it
        is now.

        Raises `Conflict` when it was applied or dropped, and when a field that it changes was changed since it was
        made: with the `fields`, each with `subject`, `field`, `was`, `theirs`, `yours`, `who` and `when`. `expected`
        are the present values of such fields, by subject (`{"settings": {"k2k_gpm": "31"}}`): those are replaced all
        the same.
        """
        return setup.what_if.apply_draft(
            self.context, company, draft, key, setup.checked_writes.WriteOptions(dry_run, hold), expected
        )

    def drop_draft(self, company: str, draft: str, key: str | None = None) -> DraftDropped:
        """Drop a draft. Raises `Conflict` when it was applied or dropped."""
        return setup.what_if.drop_draft(self.context, company, draft, key)

    def export_price_lists(self, company: str, format: str = "csv", lists: Sequence[str] | None = None) -> bytes:
        """Price lists as a `csv` or `xlsx` file for a spreadsheet: the named lists, or all."""
        return pricing.price_list_files.export_price_lists(self.context, company, format, lists)

    def import_price_lists(
        self,
        company: str,
        content: bytes,
        format: str | None = None,
        mode: str = "upsert",
        dry_run: bool = False,
        key: str | None = None,
        progress: Callable[[str, int], None] | None = None,
        hold: str | None = None,
        atomic: bool = True,
    ) -> PriceListImport:
        """Import price lists from such a file, all of it or nothing: `upsert` adds and changes rows, `replace` also
        removes the other rows of the file's seasons. `progress` is called with the name of the phase and the rows done.

        A dry run returns every fault, with the nearest code, and every change, and writes nothing. Without `atomic` an
        `upsert` leaves the rows with a fault out. Raises `UnreadableFile`, `Invalid` with
        every fault.
        """
        request = pricing.price_list_files.ImportRequest(content, format, mode, dry_run, atomic)
        return setup.file_imports.import_price_lists(self.context, company, request, key, progress, hold)

    def hierarchies(self, company: str) -> HierarchiesInForce:
        """The orders of price steps that count for a company, its own first, each step with its plugin, and what the
        company has set itself (pricing section 4)."""
        return pricing.hierarchies.hierarchies(self.context, company)

    def set_hierarchies(
        self,
        company: str,
        rows: Mapping[str, Any],
        key: str | None = None,
        dry_run: bool = False,
        hold: str | None = None,
    ) -> HierarchiesChanged:
        """Replace what a company has set itself, written as in `hierarchies.toml`: whole orders of price steps, which
        take precedence over the default ones, and steps that it inserts into both (pricing section 4).

        Raises `Invalid` with every fault and its path; an unknown step is one, with the nearest known name. What the
        change shadows (a switch, a typed price, another step) is among the `findings`, with the lines concerned.
        """
        return setup.hierarchy_changes.set_hierarchies(
            self.context, company, rows, key, setup.checked_writes.WriteOptions(dry_run, hold)
        )

    def insert_step(
        self,
        company: str,
        step: str,
        before: str | None = None,
        after: str | None = None,
        inventory_types: Sequence[str] | None = None,
        customer_types: Sequence[str] | None = None,
        ship_vias: Sequence[str] | None = None,
        channels: Sequence[str] | None = None,
        adjustment: bool = False,
        key: str | None = None,
        dry_run: bool = False,
        hold: str | None = None,
    ) -> HierarchiesChanged:
        """Insert a price step, or an `adjustment`, before or after another into the orders that count for a company,
        for lines of these kinds or for all. The orders stay what they are otherwise, and go on changing with the
        default (pricing section 4). Without `inventory_types` it is for those that its plugin names. A step that the
        company has inserted for the same lines moves.

        Raises `Invalid` for a step that no plugin contributes, or that the orders of these lines do not have, with the
        nearest known name. What the step shadows (a typed price, another plugin's step) is among the `findings`.
        """
        asked = setup.hierarchy_changes.Inserted(
            step, before, after, inventory_types, customer_types, ship_vias, channels, adjustment
        )
        options = setup.checked_writes.WriteOptions(dry_run, hold)
        return setup.hierarchy_changes.insert_step(self.context, company, asked, key, options)

    def remove_step(
        self,
        company: str,
        step: str,
        adjustment: bool = False,
        key: str | None = None,
        dry_run: bool = False,
        hold: str | None = None,
    ) -> HierarchiesChanged:
        """Take a step, or an `adjustment`, out of the orders that a company has inserted it into.

        Raises `NotFound` for one that it has not inserted.
        """
        options = setup.checked_writes.WriteOptions(dry_run, hold)
        return setup.hierarchy_changes.remove_step(self.context, company, step, adjustment, key, options)
