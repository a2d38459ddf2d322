"""The triggers that move the versions of records and documents, so that no writer can forget it.

They are made anew after every migration, from the columns that the tables then have: a step that adds a column, or
rebuilds a table on SQLite, need not think of them.

* A row's `version` moves when one of its values changes; a write that changes nothing leaves it.
* A lot's version leaves out what stock movements change (`UNVERSIONED`): a sale would make a conflict of every edit of
  the lot. Movements have a number of their own, the lot's last ledger row. `boxes`, which somebody edits, moves it.
* The version of a price list moves with its seasons and rows, `company.settings_version` with the company's settings.
* A line belongs to documents of both companies, and an order changes many lines at once. So that an order writes and
  locks no document for it, a document's version is its own plus those of its lines (`store.orders.document_versions`);
  what a line leaves behind is added to the document that it leaves, so that the sum only ever rises.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from peewee import Database, SqliteDatabase

from k2k_core.store.database.queries import execute

VERSIONED = (
    *("company", "location", "person", "customer", "vendor", "carrier", "connection", "category", "product"),
    *("box_type", "box_dimensions", "price_list", "lot", "offer", "code_mapping", "document", "awb", "order_line"),
)
"""Tables whose rows have a version."""

DERIVED = frozenset(("id", "version", "search"))
"""What is no value of a record in any table; `search` is made of the others."""

UNVERSIONED: Mapping[str, frozenset[str]] = {
    "company": frozenset(("change_seq", "lot_seq", "settings_version", "plugin_record", "quarantines")),
    "lot": frozenset(
        (
            *("available", "allocated", "ledger_id", "mark", "reserved", "staged", "shipped", "short"),
            *("counted_at", "on_hand", "movement"),
        )
    ),
    "order_line": frozenset(("notice_at",)),
    "awb": frozenset(("staged_lines",)),
}
"""Columns that move no version, beside `DERIVED`; of a lot those that stock movements write."""

DOCUMENTS_OF_A_LINE = ("prebook_id", "purchase_order_id", "sales_order_id", "invoice_order_id")


def make_triggers(database: Database) -> None:
    """Make the triggers of every table that has a version by now, in the place of those that are there."""
    sqlite = isinstance(database, SqliteDatabase)
    for table in VERSIONED:
        columns = [column.name for column in database.get_columns(table)]
        if "version" not in columns:
            return
        left_out = UNVERSIONED.get(table, frozenset()) | DERIVED
        moving = [name for name in columns if name not in left_out]
        for statement in _of_rows_sqlite(table, moving) if sqlite else _of_rows_postgresql(table, moving):
            execute(database, statement)
    for statement in _of_parts_sqlite() if sqlite else _of_parts_postgresql():
        execute(database, statement)


def _parts(table: str, moving: list[str]) -> Iterator[tuple[str, list[str]]]:
    """The columns of a table for each of its triggers. A stock movement names `boxes` and nothing else that counts."""
    if table == "lot":
        yield "lot_version_boxes", ["boxes"]
        moving = [name for name in moving if name != "boxes"]
    yield f"{table}_version", moving


def _of_rows_sqlite(table: str, moving: list[str]) -> Iterator[str]:
    for name, columns in _parts(table, moving):
        differs = " OR ".join(f'OLD."{column}" IS NOT NEW."{column}"' for column in columns)
        yield f"DROP TRIGGER IF EXISTS {name}"
        yield f"""
        CREATE TRIGGER {name} AFTER UPDATE OF {_listed(columns)} ON "{table}" WHEN {differs}
        BEGIN UPDATE "{table}" SET version = OLD.version + 1 WHERE id = NEW.id; END
        """


def _of_rows_postgresql(table: str, moving: list[str]) -> Iterator[str]:
    yield """
    CREATE OR REPLACE FUNCTION row_version() RETURNS trigger LANGUAGE plpgsql AS $version$
    BEGIN NEW.version := OLD.version + 1; RETURN NEW; END $version$
    """
    for name, columns in _parts(table, moving):
        differs = " OR ".join(f'OLD."{column}" IS DISTINCT FROM NEW."{column}"' for column in columns)
        yield f'DROP TRIGGER IF EXISTS {name} ON "{table}"'
        yield f"""
        CREATE TRIGGER {name} BEFORE UPDATE OF {_listed(columns)} ON "{table}" FOR EACH ROW WHEN ({differs})
        EXECUTE FUNCTION row_version()
        """


def _listed(columns: list[str]) -> str:
    return ", ".join(f'"{column}"' for column in columns)


_LIST_OF_ROW = "(SELECT price_list_id FROM price_season WHERE id = {row}.season_id)"
_SQLITE_PARTS = {
    "setting": "UPDATE company SET settings_version = settings_version + 1 WHERE id = {row}.company_id",
    "price_season": "UPDATE price_list SET version = version + 1 WHERE id = {row}.price_list_id",
    "price_row": f"UPDATE price_list SET version = version + 1 WHERE id = {_LIST_OF_ROW}",
    "link": "UPDATE document SET version = version + 1 WHERE id = {row}.document_id",
    "invoice_line": "UPDATE document SET version = version + 1 WHERE id = {row}.invoice_id",
    "product_mapping": """
        INSERT INTO mapping_version (buyer_id, vendor_product_id) VALUES ({row}.buyer_id, {row}.vendor_product_id)
        ON CONFLICT (buyer_id, vendor_product_id) DO UPDATE SET version = version + 1
    """,
}
"""Table → what each of its rows moves when it comes, changes or goes."""

_POSTGRESQL_PARTS = {
    "setting": """
        UPDATE company SET settings_version = settings_version + 1 WHERE id IN (SELECT company_id FROM moved)
    """,
    "price_season": "UPDATE price_list SET version = version + 1 WHERE id IN (SELECT price_list_id FROM moved)",
    "price_row": """
        UPDATE price_list SET version = version + 1 WHERE id IN (
            SELECT price_list_id FROM price_season WHERE id IN (SELECT season_id FROM moved))
    """,
    "link": "UPDATE document SET version = version + 1 WHERE id IN (SELECT document_id FROM moved)",
    "invoice_line": "UPDATE document SET version = version + 1 WHERE id IN (SELECT invoice_id FROM moved)",
    "product_mapping": """
        INSERT INTO mapping_version AS known (buyer_id, vendor_product_id)
        SELECT DISTINCT buyer_id, vendor_product_id FROM moved
        ON CONFLICT (buyer_id, vendor_product_id) DO UPDATE SET version = known.version + 1
    """,
}
"""The same for all the rows of a statement at once, which are `moved`: an import writes thousands."""

_EVENTS = (("INSERT", "NEW"), ("UPDATE", "NEW"), ("DELETE", "OLD"))


def _of_parts_sqlite() -> Iterator[str]:
    for table, moves in _SQLITE_PARTS.items():
        for event, row in _EVENTS:
            name = f"{table}_version_{event.lower()}"
            yield f"DROP TRIGGER IF EXISTS {name}"
            yield f'CREATE TRIGGER {name} AFTER {event} ON "{table}" BEGIN {moves.format(row=row)}; END'
    for column in DOCUMENTS_OF_A_LINE:
        name = f"order_line_leaves_{column}"
        yield f"DROP TRIGGER IF EXISTS {name}"
        yield f"""
        CREATE TRIGGER {name} AFTER UPDATE OF {column} ON order_line
        WHEN OLD.{column} IS NOT NULL AND OLD.{column} IS NOT NEW.{column}
        BEGIN UPDATE document SET version = version + OLD.version + 1 WHERE id = OLD.{column}; END
        """


def _of_parts_postgresql() -> Iterator[str]:
    for table, moves in _POSTGRESQL_PARTS.items():
        yield f"""
        CREATE OR REPLACE FUNCTION {table}_version() RETURNS trigger LANGUAGE plpgsql AS $version$
        BEGIN {moves}; RETURN NULL; END $version$
        """
        for event, row in _EVENTS:
            name = f"{table}_version_{event.lower()}"
            yield f'DROP TRIGGER IF EXISTS {name} ON "{table}"'
            yield f"""
            CREATE TRIGGER {name} AFTER {event} ON "{table}" REFERENCING {row} TABLE AS moved
            FOR EACH STATEMENT EXECUTE FUNCTION {table}_version()
            """
    left = " ".join(
        f"""
        IF OLD.{column} IS NOT NULL AND OLD.{column} IS DISTINCT FROM NEW.{column} THEN
            UPDATE document SET version = version + OLD.version + 1 WHERE id = OLD.{column};
        END IF;
        """
        for column in DOCUMENTS_OF_A_LINE
    )
    yield f"""
    CREATE OR REPLACE FUNCTION order_line_leaves() RETURNS trigger LANGUAGE plpgsql AS $version$
    BEGIN {left} RETURN NULL; END $version$
    """
    moved = " OR ".join(
        f"(OLD.{column} IS NOT NULL AND OLD.{column} IS DISTINCT FROM NEW.{column})" for column in DOCUMENTS_OF_A_LINE
    )
    yield "DROP TRIGGER IF EXISTS order_line_leaves ON order_line"
    yield f"""
    CREATE TRIGGER order_line_leaves AFTER UPDATE OF {", ".join(DOCUMENTS_OF_A_LINE)} ON order_line
    FOR EACH ROW WHEN ({moved}) EXECUTE FUNCTION order_line_leaves()
    """
