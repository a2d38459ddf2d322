"""The triggers that refuse to change what is final, whoever writes: what was agreed and is frozen on an order line,
what happened, what was counted (domain section 5, architecture section 3).

They are made anew after every migration, and are away while its steps run: a step may fill a new column of old rows.
They fire only for statements that name such a column, so an order, whose lines move from state to state, never meets
them.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import NamedTuple

from peewee import Database, SqliteDatabase

from k2k_core.store.database.queries import execute


class _Final(NamedTuple):
    """Columns of a table that are final, and in which rows they are; no columns: all of them. `stays`: the row may not
    be deleted either (a condition on the row)."""

    columns: tuple[str, ...] = ()
    where: str = "TRUE"
    stays: str | None = None


_IDENTITY = ("id", "company_id", "created_at")

_FINAL: Mapping[str, _Final] = {
    # A line that waits for goods gets its lot and prices when it is filled.
    "order_line": _Final(
        (
            *("id", "buyer_id", "vendor_id", "lot_company_id", "lot_id", "cart_id", "prebook_id", "purchase_order_id"),
            *("sales_order_id", "invoice_order_id", "customer_id", "product_id", "vendor_product_id", "description"),
            *("inventory_type", "box_type", "units_per_box", "unit_type", "stems_per_bunch", "price", "cost"),
            *("landed_cost", "components", "charges", "mark_code", "explanation", "vendor_explanation", "created_at"),
            *("vendor_description", "vendor_box_type", "fbe", "dimensions", "vendor_charges", "goods"),
        ),
        "OLD.state <> 'needed'",
        stays="TRUE",
    ),
    "document": _Final(
        (*_IDENTITY, "currency", "vendor_id", "buyer_id", "customer_id", "cart_id", "parties"), stays="TRUE"
    ),
    "cart": _Final(
        ("id", "company_id", "number", "customer_id", "ship_date", "ship_via", "location", "carrier", "opened_at"),
        stays="TRUE",
    ),
    "invoice_line": _Final(
        ("id", "company_id", "invoice_id", "line_id", "description"), stays="OLD.line_id IS NOT NULL"
    ),
    "awb": _Final(("id", "vendor_id", "buyer_id", "number"), stays="TRUE"),
    "awb_cost": _Final(stays="TRUE"),
    "billed_cost": _Final(("id", "company_id", "line_id", "landed_cost", "components", "at")),
    "box": _Final(("id", "code"), stays="TRUE"),
    "box_claim": _Final(("id", "box_id", "buyer_id", "vendor_id", "box_code")),
    "audit": _Final(("id", "company_id", "person", "action", "subject", "before", "after", "at", "hash"), stays="TRUE"),
    "audit_head": _Final(("id", "company_id", "older", "began_at"), stays="TRUE"),
    "retention": _Final(("id", "company_id", "name"), stays="TRUE"),
    "event": _Final(),
    "feed": _Final(),
    "timeline_entry": _Final(stays="TRUE"),
    "scan_entry": _Final(stays="TRUE"),
    "connection_step": _Final(stays="TRUE"),
    "secret": _Final(stays="TRUE"),
    "idempotency": _Final(("id", "company_id", "operation", "key", "fingerprint", "at")),
    "network_idempotency": _Final(("id", "operation", "key", "fingerprint", "at")),
    "counter": _Final(("id", "company_id", "name"), stays="TRUE"),
}

_CONDITIONS: Mapping[str, tuple[str, str]] = {
    "document_kind": (
        "document",
        "(OLD.kind <> NEW.kind OR OLD.number <> NEW.number OR OLD.former_number <> NEW.former_number)"
        " AND NOT (OLD.kind = 'prebook' AND NEW.kind = 'sales_order' AND NEW.former_number = OLD.number)",
    ),
    "document_terms": ("document", "OLD.charge_terms IS NOT NULL AND NEW.charge_terms {differs} OLD.charge_terms"),
    "invoice_line_credit": (
        "invoice_line",
        "OLD.reason <> '' AND (OLD.boxes <> NEW.boxes OR OLD.units <> NEW.units OR OLD.price <> NEW.price"
        " OR OLD.total <> NEW.total OR OLD.reason <> NEW.reason)",
    ),
    "counter_value": ("counter", "NEW.value < OLD.value"),
    "order_line_ended": (
        "order_line",
        "OLD.state IN ('cancelled', 'dropped') AND (NEW.state <> OLD.state OR NEW.boxes <> OLD.boxes"
        " OR NEW.released <> OLD.released OR NEW.awb_id {differs} OLD.awb_id)",
    ),
    "cart_state": ("cart", "OLD.state <> 'open' AND NEW.state <> OLD.state"),
    "audit_seal": ("audit", "OLD.place IS NOT NULL AND (NEW.place {differs} OLD.place OR NEW.seal {differs} OLD.seal)"),
    "audit_head_place": ("audit_head", "NEW.place < OLD.place OR (NEW.place = OLD.place AND NEW.seal <> OLD.seal)"),
    "retention_first": ("retention", "NEW.first < OLD.first"),
}
"""Changes that are refused, by the name of their trigger: the table, and the condition on the old and the new row."""

_COLUMNS_OF: Mapping[str, str] = {
    "document_kind": "kind, number, former_number",
    "document_terms": "charge_terms",
    "invoice_line_credit": "boxes, units, price, total, reason",
    "counter_value": "value",
    "order_line_ended": "state, boxes, released, awb_id",
    "cart_state": "state",
    "audit_seal": "place, seal",
    "audit_head_place": "place, seal",
    "retention_first": "first",
}

_RETAINED: Mapping[str, str] = {
    "event": "name = 'event' AND first > OLD.id",
    "feed": "name = 'feed' AND company_id = OLD.company_id AND first > OLD.seq",
}
"""Tables of which rows are deleted by age, and by that alone, with the record that allows it."""

_NEVER_EMPTIED = ("audit", "audit_head", "event", "feed", "retention")
"""Tables that PostgreSQL must not empty as a whole."""

_FUNCTION = """
CREATE OR REPLACE FUNCTION final_row() RETURNS trigger LANGUAGE plpgsql AS $final$
BEGIN RAISE EXCEPTION USING ERRCODE = 'integrity_constraint_violation', MESSAGE = TG_TABLE_NAME || ' is final';
END $final$
"""

_RETAINED_FUNCTION = """
CREATE OR REPLACE FUNCTION {table}_retained() RETURNS trigger LANGUAGE plpgsql AS $retained$
BEGIN
    IF EXISTS (SELECT 1 FROM retention WHERE {record}) THEN RETURN OLD; END IF;
    RAISE EXCEPTION USING ERRCODE = 'integrity_constraint_violation', MESSAGE = TG_TABLE_NAME || ' is final';
END $retained$
"""


def drop_triggers(database: Database) -> None:
    """Take them away, before steps change rows or tables."""
    sqlite = isinstance(database, SqliteDatabase)
    for name, table in triggers():
        if sqlite:
            execute(database, f"DROP TRIGGER IF EXISTS {name}")
        elif database.table_exists(table):
            execute(database, f'DROP TRIGGER IF EXISTS {name} ON "{table}"')


def make_triggers(database: Database) -> None:
    """Make them, once their step is reached; nothing may be there of them."""
    sqlite = isinstance(database, SqliteDatabase)
    if not sqlite:
        execute(database, _FUNCTION)
    for statement in _statements(database, "IS NOT" if sqlite else "IS DISTINCT FROM"):
        execute(database, statement)
    for statement in _retained_on_sqlite() if sqlite else _retained_on_postgresql():
        execute(database, statement)


def triggers() -> Iterator[tuple[str, str]]:
    """Their names, each with its table."""
    for table in _FINAL:
        yield f"{table}_final", table
        yield f"{table}_stays", table
    for name, (table, _) in _CONDITIONS.items():
        yield f"{name}_final", table
    for table in _RETAINED:
        yield f"{table}_retained", table
    for table in _NEVER_EMPTIED:
        yield f"{table}_emptied", table


def _retained_on_sqlite() -> Iterator[str]:
    for table, record in _RETAINED.items():
        condition = f"NOT EXISTS (SELECT 1 FROM retention WHERE {record})"
        yield (
            f"CREATE TRIGGER {table}_retained BEFORE DELETE ON {table} WHEN {condition}"
            f" BEGIN SELECT RAISE(ABORT, '{table} is final'); END"
        )


def _retained_on_postgresql() -> Iterator[str]:
    for table, record in _RETAINED.items():
        yield _RETAINED_FUNCTION.format(table=table, record=record)
        yield (
            f"CREATE TRIGGER {table}_retained BEFORE DELETE ON {table} FOR EACH ROW EXECUTE FUNCTION {table}_retained()"
        )
    for table in _NEVER_EMPTIED:
        yield f"CREATE TRIGGER {table}_emptied BEFORE TRUNCATE ON {table} EXECUTE FUNCTION final_row()"


def _statements(database: Database, differs: str) -> Iterator[str]:
    for table, final in _FINAL.items():
        columns = final.columns or tuple(column.name for column in database.get_columns(table))
        changed = " OR ".join(f'OLD."{column}" {differs} NEW."{column}"' for column in columns)
        named = ", ".join(f'"{column}"' for column in columns)
        yield _trigger(
            database, f"{table}_final", f'UPDATE OF {named} ON "{table}"', f"({final.where}) AND ({changed})"
        )
        if final.stays is not None:
            yield _trigger(database, f"{table}_stays", f'DELETE ON "{table}"', final.stays)
    for name, (table, condition) in _CONDITIONS.items():
        event = f'UPDATE OF {_COLUMNS_OF[name]} ON "{table}"'
        yield _trigger(database, f"{name}_final", event, condition.format(differs=differs))


def _trigger(database: Database, name: str, event: str, condition: str) -> str:
    table = event.rpartition(" ON ")[2].strip('"')
    if isinstance(database, SqliteDatabase):
        return (
            f"CREATE TRIGGER {name} BEFORE {event} WHEN {condition} BEGIN SELECT RAISE(ABORT, '{table} is final'); END"
        )
    return f"CREATE TRIGGER {name} BEFORE {event} FOR EACH ROW WHEN ({condition}) EXECUTE FUNCTION final_row()"
