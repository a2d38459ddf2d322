"""The policies of row-level security on PostgreSQL: a statement meets the rows of the companies that its transaction
has named, and no others (architecture section 3).

They follow from how each table is declared, and are made anew after every migration, so that a new table has its
policy with its first row. Row-level security is forced: it holds for the owner of the tables too. It cannot hold for a
superuser, nor for a role that bypasses it. SQLite has none.
"""

from __future__ import annotations

from collections.abc import Iterator

from peewee import Database, SqliteDatabase

from k2k_core.store.database.queries import execute
from k2k_core.store.database.row_security import COMPANIES, NAME_PARTNERS, NETWORK, PARTNERS, WHOLE_NETWORK
from k2k_core.store.tables import ALL, SHARED, SYSTEM, Table

POLICY = "companies"
"""The name of each table's policy."""


def _named(*settings: str) -> str:
    # A subquery, so that the settings are read once per statement and not once per row.
    read = " || ".join(f"NULLIF(current_setting('{one}', true), '')::bigint[]" for one in settings)
    return f"(SELECT {read})"


_COMPANIES = _named(COMPANIES)
_PARTNERS = _named(COMPANIES, PARTNERS)
_WHOLE_NETWORK = f"current_setting('{WHOLE_NETWORK}', true) = 'on'"

# In a language whose plans are kept: it is called in every transaction.
_NAME_PARTNERS = f"""
CREATE OR REPLACE FUNCTION {NAME_PARTNERS}(own bigint[]) RETURNS void LANGUAGE plpgsql AS $k2k$
BEGIN
    PERFORM set_config('{PARTNERS}', COALESCE(array_agg(id), '{{}}')::text, true) FROM (
        SELECT vendor_id FROM connection WHERE buyer_id = ANY (own)
        UNION SELECT buyer_id FROM connection WHERE vendor_id = ANY (own)
    ) AS connected (id);
END $k2k$
"""


def make_policies(database: Database) -> None:
    """Make them, in the place of those that are there."""
    if isinstance(database, SqliteDatabase):
        return
    execute(database, _NAME_PARTNERS)
    for table in ALL:
        if database.table_exists(table._meta.table_name):
            for statement in _statements(table):
                execute(database, statement)


def owners(table: type[Table]) -> tuple[str, ...]:
    """The columns with the companies whose rows a table holds: none of a system table."""
    if table.ownership == SYSTEM:
        return ()
    return ("vendor_id", "buyer_id") if table.ownership == SHARED else (table.owner_column, *table.party_columns)


def _statements(table: type[Table]) -> Iterator[str]:
    columns = owners(table)
    if not columns:
        return
    name = f'"{table._meta.table_name}"'
    yield f"ALTER TABLE {name} ENABLE ROW LEVEL SECURITY"
    yield f"ALTER TABLE {name} FORCE ROW LEVEL SECURITY"
    yield f"DROP POLICY IF EXISTS {POLICY} ON {name}"
    # CASE is for the planner, which takes it for half of the rows. What it makes of the condition itself, that one row
    # of a hundred is met, it multiplies for each table of a join, so that it would read and sort whole lists.
    yield f"CREATE POLICY {POLICY} ON {name} USING (CASE WHEN {_WHOLE_NETWORK} THEN TRUE ELSE {_shown(table)} END)"


def _shown(table: type[Table]) -> str:
    """The condition for the rows of companies that were named."""
    named = _PARTNERS if table.traded else _COMPANIES
    columns = [_owner(table, column) for column in owners(table)]
    if len(columns) == 1:
        return f"{columns[0]} = ANY ({named}::bigint[])"
    return f"ARRAY[{', '.join(columns)}] && {named}"


def _owner(table: type[Table], column: str) -> str:
    """The owner of a row; a row of an owned table that names no company is the network's."""
    if table.ownership != SHARED and column == table.owner_column and table._meta.columns[column].null:
        return f"COALESCE({column}, {NETWORK})"
    return column
