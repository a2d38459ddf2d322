"""The steps from an empty database to the tables of this program, in order, each by hand.

A step is a module `mNNNN_name` with `up(database)`. A published step never changes; the next one changes the tables.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any, NamedTuple

from peewee import Database, IntegerField, Model, SchemaManager, TextField

from k2k_core.errors import NotConfigured
from k2k_core.store.database.queries import execute
from k2k_core.store.fields import MomentField
from k2k_core.store.migrations import (
    change_triggers,
    final_rows,
    m0001_initial,
    m0002_arrivals,
    m0003_code_mappings,
    m0004_deliveries,
    m0005_lot_marks,
    m0006_attempts,
    m0007_any_way,
    m0008_allocation,
    m0009_order_ends,
    m0010_frozen_terms,
    m0011_prices,
    m0012_invoices_of_k2k,
    m0013_missing,
    m0014_secrets,
    m0015_versions,
    m0016_lists,
    m0017_network_idempotency,
    m0018_quantities,
    m0019_jobs,
    m0020_paged_lists,
    m0021_sweep_failures,
    m0022_row_changes,
    m0023_timeline,
    m0024_accounts,
    m0025_goods_of_lines,
    m0026_scans,
    m0027_list_indexes,
    m0028_sorted_offers,
    m0029_plugin_records,
    m0030_lot_remarks,
    m0031_final_rows,
    m0032_quarantines,
    m0033_audit_chain,
    m0034_document_numbers,
    m0035_api_keys,
    m0036_staged_lines,
    m0037_row_policies,
    m0038_waiting_work,
    m0039_sorted_lists,
    m0040_plain_names,
    m0041_sorted_requests,
    m0042_requests_of_vendors,
    m0043_folded_texts,
    row_policies,
    staged_lines,
    taken_names,
    version_triggers,
)

SECRETS_SINCE = 14
"""The step from which on a network has its random keys."""

FINAL_ROWS_SINCE = 33
"""The step from which on the tables have what the triggers of final rows name."""

ROW_POLICIES_SINCE = 37
"""The step from which on row-level security is on."""

STAGED_LINES_SINCE = 39
"""The step from which on AWBs count their staged lines."""

ADVISORY_LOCK = 0x4B324B
"""PostgreSQL's name for "somebody is migrating" ("K2K" in ASCII)."""


class SchemaVersion(Model):
    """One row for each step that this database has been through."""

    number = IntegerField(primary_key=True)
    name = TextField()
    at = MomentField()

    class Meta:
        """The name in the database."""

        table_name = "schema_version"


class Step(NamedTuple):
    """One migration. `backfill` fills new columns, where the moment of the migration counts."""

    number: int
    name: str
    up: Callable[[Any], None]
    backfill: Callable[[Any, datetime], None] | None = None

    @property
    def module(self) -> str:
        """The name of its module, and of its scripts."""
        return f"m{self.number:04}_{self.name}"


STEPS = (
    Step(1, "initial", m0001_initial.up),
    Step(2, "arrivals", m0002_arrivals.up),
    Step(3, "code_mappings", m0003_code_mappings.up),
    Step(4, "deliveries", m0004_deliveries.up),
    Step(5, "lot_marks", m0005_lot_marks.up),
    Step(6, "attempts", m0006_attempts.up),
    Step(7, "any_way", m0007_any_way.up),
    Step(8, "allocation", m0008_allocation.up, m0008_allocation.backfill),
    Step(9, "order_ends", m0009_order_ends.up, m0009_order_ends.backfill),
    Step(10, "frozen_terms", m0010_frozen_terms.up),
    Step(11, "prices", m0011_prices.up),
    Step(12, "invoices_of_k2k", m0012_invoices_of_k2k.up),
    Step(13, "missing", m0013_missing.up),
    Step(14, "secrets", m0014_secrets.up),
    Step(15, "versions", m0015_versions.up),
    Step(16, "lists", m0016_lists.up),
    Step(17, "network_idempotency", m0017_network_idempotency.up),
    Step(18, "quantities", m0018_quantities.up, m0018_quantities.backfill),
    Step(19, "jobs", m0019_jobs.up),
    Step(20, "paged_lists", m0020_paged_lists.up),
    Step(21, "sweep_failures", m0021_sweep_failures.up),
    Step(22, "row_changes", m0022_row_changes.up),
    Step(23, "timeline", m0023_timeline.up),
    Step(24, "accounts", m0024_accounts.up),
    Step(25, "goods_of_lines", m0025_goods_of_lines.up),
    Step(26, "scans", m0026_scans.up),
    Step(27, "list_indexes", m0027_list_indexes.up),
    Step(28, "sorted_offers", m0028_sorted_offers.up),
    Step(29, "plugin_records", m0029_plugin_records.up),
    Step(30, "lot_remarks", m0030_lot_remarks.up),
    Step(31, "final_rows", m0031_final_rows.up),
    Step(32, "quarantines", m0032_quarantines.up),
    Step(33, "audit_chain", m0033_audit_chain.up, m0033_audit_chain.backfill),
    Step(34, "document_numbers", m0034_document_numbers.up),
    Step(35, "api_keys", m0035_api_keys.up),
    Step(36, "staged_lines", m0036_staged_lines.up),
    Step(37, "row_policies", m0037_row_policies.up),
    Step(38, "waiting_work", m0038_waiting_work.up),
    Step(39, "sorted_lists", m0039_sorted_lists.up),
    Step(40, "plain_names", m0040_plain_names.up),
    Step(41, "sorted_requests", m0041_sorted_requests.up),
    Step(42, "requests_of_vendors", m0042_requests_of_vendors.up),
    Step(43, "folded_texts", m0043_folded_texts.up),
)


def apply(database: Database, engine: str, now: datetime, schema: str | None = None) -> None:
    """Run the missing steps inside the caller's transaction; both engines undo a half-done definition of tables. A
    `schema` that the address of the database names is made where it is not there."""
    if engine == "postgresql":
        execute(database, "SELECT pg_advisory_xact_lock(?)", (ADVISORY_LOCK,))
    if schema is not None:
        _make_schema(database, schema)
    steps = missing(database)
    SchemaManager(SchemaVersion, database).create_table(safe=True)
    if steps:
        final_rows.drop_triggers(database)
    for step in steps:
        step.up(database)
        if step.backfill is not None:
            step.backfill(database, now)
        SchemaVersion.insert(number=step.number, name=step.name, at=now).execute(database)
    if steps:
        _make_triggers(database, steps[-1].number)


def _make_schema(database: Database, schema: str) -> None:
    # Asked first: IF NOT EXISTS wants the right to make one even where it is there.
    if not execute(database, "SELECT 1 FROM pg_namespace WHERE nspname = ?", (schema,)).fetchall():
        execute(database, f'CREATE SCHEMA "{schema}"')


def _make_triggers(database: Database, last: int = STEPS[-1].number) -> None:
    version_triggers.make_triggers(database)
    change_triggers.make_triggers(database)
    if last >= FINAL_ROWS_SINCE:
        final_rows.make_triggers(database)
    if last >= ROW_POLICIES_SINCE:
        row_policies.make_policies(database)
    if last >= STAGED_LINES_SINCE:
        staged_lines.make_triggers(database)


def make(database: Database) -> None:
    """Run every step in an empty schema, inside the caller's transaction."""
    SchemaManager(SchemaVersion, database).create_table(safe=False)
    for step in STEPS:
        step.up(database)
    _make_triggers(database)


def missing(database: Database) -> list[Step]:
    """The steps that this database still needs; `NotConfigured` when it is newer than this program, or when another
    program has its tables there."""
    if not _is_network(database):
        taken_names.require_own_place(database)
        return list(STEPS)
    done = {number for (number,) in SchemaVersion.select(SchemaVersion.number).tuples().execute(database)}
    if unknown := done - {step.number for step in STEPS}:
        raise NotConfigured(
            "The database is at version {version}, this program knows {known}: use the newer program.",
            version=max(unknown),
            known=STEPS[-1].number,
        )
    steps = [step for step in STEPS if step.number not in done]
    if steps:
        modules = [step.module for step in steps]
        taken_names.require_free_names(database, {step.module for step in STEPS} - set(modules), modules)
    return steps


def _is_network(database: Database) -> bool:
    """Whether K2K's own record of its steps is there; a host may have a table of that name."""
    table = SchemaVersion._meta
    if not database.table_exists(table.table_name):
        return False
    # Asked of the table itself: on PostgreSQL peewee reads the columns of a table from slow views of the catalogue.
    cursor = execute(database, f'SELECT * FROM "{table.table_name}" LIMIT 0')
    return {column[0] for column in cursor.description} == set(table.columns)
