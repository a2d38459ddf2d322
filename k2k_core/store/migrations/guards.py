"""The triggers that guard the stock against writes that bypass `store.inventory.stock_ledger` (architecture section 3).

`lot.available` changes only together with the ledger row that explains it, and since step 8 so does `lot.allocated`.
The guard fires whenever a statement names such a column, also when the value stays the same: a program that read 6,
waited, and writes 5 where somebody else's sale has just left 5 has sold a box twice. Only a new ledger row, of a higher
id than the last, proves that it read the number.
"""

from __future__ import annotations

from peewee import Database, SqliteDatabase

from k2k_core.store.database.queries import execute

BARE = "lot.available changes only with its ledger row"
NOT_EMPTY = "a lot begins with no boxes: its first ledger row brings them"
FINAL = "ledger rows are final: add another one"

SQLITE = (
    f"""
    CREATE TRIGGER lot_guard_update BEFORE UPDATE OF available, ledger_id ON lot
    WHEN NEW.ledger_id IS NULL OR NEW.ledger_id <= COALESCE(OLD.ledger_id, 0) OR NOT EXISTS (
        SELECT 1 FROM lot_ledger WHERE id = NEW.ledger_id AND lot_id = NEW.id
        AND delta = NEW.available - OLD.available AND available_after = NEW.available)
    BEGIN SELECT RAISE(ABORT, '{BARE}'); END
    """,
    f"""
    CREATE TRIGGER lot_guard_insert BEFORE INSERT ON lot
    WHEN NEW.available <> 0 OR COALESCE(NEW.ledger_id, 0) <> 0
    BEGIN SELECT RAISE(ABORT, '{NOT_EMPTY}'); END
    """,
    f"""
    CREATE TRIGGER lot_ledger_guard_update BEFORE UPDATE ON lot_ledger
    BEGIN SELECT RAISE(ABORT, '{FINAL}'); END
    """,
    f"""
    CREATE TRIGGER lot_ledger_guard_delete BEFORE DELETE ON lot_ledger
    BEGIN SELECT RAISE(ABORT, '{FINAL}'); END
    """,
    # INSERT OR REPLACE deletes without firing a delete trigger.
    f"""
    CREATE TRIGGER lot_ledger_guard_insert BEFORE INSERT ON lot_ledger
    WHEN EXISTS (SELECT 1 FROM lot_ledger WHERE id = NEW.id)
    BEGIN SELECT RAISE(ABORT, '{FINAL}'); END
    """,
)

POSTGRESQL = (
    f"""
    CREATE FUNCTION lot_guard() RETURNS trigger LANGUAGE plpgsql AS $guard$
    BEGIN
        IF TG_OP = 'INSERT' THEN
            IF NEW.available <> 0 OR COALESCE(NEW.ledger_id, 0) <> 0 THEN
                RAISE EXCEPTION USING ERRCODE = 'integrity_constraint_violation', MESSAGE = '{NOT_EMPTY}';
            END IF;
        ELSIF NEW.ledger_id IS NULL OR NEW.ledger_id <= COALESCE(OLD.ledger_id, 0) OR NOT EXISTS (
            SELECT 1 FROM lot_ledger WHERE id = NEW.ledger_id AND lot_id = NEW.id
            AND delta = NEW.available - OLD.available AND available_after = NEW.available)
        THEN
            RAISE EXCEPTION USING ERRCODE = 'integrity_constraint_violation', MESSAGE = '{BARE}';
        END IF;
        RETURN NEW;
    END $guard$
    """,
    f"""
    CREATE FUNCTION lot_ledger_guard() RETURNS trigger LANGUAGE plpgsql AS $guard$
    BEGIN
        RAISE EXCEPTION USING ERRCODE = 'integrity_constraint_violation', MESSAGE = '{FINAL}';
    END $guard$
    """,
    """
    CREATE TRIGGER lot_guard_update BEFORE UPDATE OF available, ledger_id ON lot
    FOR EACH ROW EXECUTE FUNCTION lot_guard()
    """,
    "CREATE TRIGGER lot_guard_insert BEFORE INSERT ON lot FOR EACH ROW EXECUTE FUNCTION lot_guard()",
    """
    CREATE TRIGGER lot_ledger_guard_rows BEFORE UPDATE OR DELETE ON lot_ledger
    FOR EACH ROW EXECUTE FUNCTION lot_ledger_guard()
    """,
    """
    CREATE TRIGGER lot_ledger_guard_truncate BEFORE TRUNCATE ON lot_ledger
    FOR EACH STATEMENT EXECUTE FUNCTION lot_ledger_guard()
    """,
)


ALLOCATION_BARE = "lot.available and lot.allocated change only with their ledger row"

_EXPLAINED = """NEW.ledger_id IS NULL OR NEW.ledger_id <= COALESCE(OLD.ledger_id, 0) OR NOT EXISTS (
        SELECT 1 FROM lot_ledger WHERE id = NEW.ledger_id AND lot_id = NEW.id
        AND delta = NEW.available - OLD.available AND available_after = NEW.available
        AND allocated_delta = NEW.allocated - OLD.allocated AND allocated_after = NEW.allocated)"""
_BEGINS_WITH_BOXES = "NEW.available <> 0 OR NEW.allocated <> 0 OR COALESCE(NEW.ledger_id, 0) <> 0"

ALLOCATION_SQLITE = (
    "DROP TRIGGER lot_guard_update",
    "DROP TRIGGER lot_guard_insert",
    f"""
    CREATE TRIGGER lot_guard_update BEFORE UPDATE OF available, allocated, ledger_id ON lot
    WHEN {_EXPLAINED}
    BEGIN SELECT RAISE(ABORT, '{ALLOCATION_BARE}'); END
    """,
    f"""
    CREATE TRIGGER lot_guard_insert BEFORE INSERT ON lot
    WHEN {_BEGINS_WITH_BOXES}
    BEGIN SELECT RAISE(ABORT, '{NOT_EMPTY}'); END
    """,
)

ALLOCATION_POSTGRESQL = (
    f"""
    CREATE OR REPLACE FUNCTION lot_guard() RETURNS trigger LANGUAGE plpgsql AS $guard$
    BEGIN
        IF TG_OP = 'INSERT' THEN
            IF {_BEGINS_WITH_BOXES} THEN
                RAISE EXCEPTION USING ERRCODE = 'integrity_constraint_violation', MESSAGE = '{NOT_EMPTY}';
            END IF;
        ELSIF {_EXPLAINED}
        THEN
            RAISE EXCEPTION USING ERRCODE = 'integrity_constraint_violation', MESSAGE = '{ALLOCATION_BARE}';
        END IF;
        RETURN NEW;
    END $guard$
    """,
    "DROP TRIGGER lot_guard_update ON lot",
    """
    CREATE TRIGGER lot_guard_update BEFORE UPDATE OF available, allocated, ledger_id ON lot
    FOR EACH ROW EXECUTE FUNCTION lot_guard()
    """,
)

QUANTITIES_BARE = "lot.available, allocated, on_hand and short change only with their ledger row"

_QUANTITIES_EXPLAINED = """NEW.ledger_id IS NULL OR NEW.ledger_id <= COALESCE(OLD.ledger_id, 0) OR NOT EXISTS (
        SELECT 1 FROM lot_ledger WHERE id = NEW.ledger_id AND lot_id = NEW.id
        AND delta = NEW.available - OLD.available AND available_after = NEW.available
        AND allocated_delta = NEW.allocated - OLD.allocated AND allocated_after = NEW.allocated
        AND on_hand_delta = NEW.on_hand - OLD.on_hand AND on_hand_after = NEW.on_hand
        AND short_delta = NEW.short - OLD.short AND short_after = NEW.short)"""
_BEGINS_WITH_QUANTITIES = f"{_BEGINS_WITH_BOXES} OR NEW.on_hand <> 0 OR NEW.short <> 0"
_QUANTITIES = "available, allocated, on_hand, short, ledger_id"

QUANTITIES_SQLITE = (
    "DROP TRIGGER lot_guard_update",
    "DROP TRIGGER lot_guard_insert",
    f"""
    CREATE TRIGGER lot_guard_update BEFORE UPDATE OF {_QUANTITIES} ON lot
    WHEN {_QUANTITIES_EXPLAINED}
    BEGIN SELECT RAISE(ABORT, '{QUANTITIES_BARE}'); END
    """,
    f"""
    CREATE TRIGGER lot_guard_insert BEFORE INSERT ON lot
    WHEN {_BEGINS_WITH_QUANTITIES}
    BEGIN SELECT RAISE(ABORT, '{NOT_EMPTY}'); END
    """,
)

QUANTITIES_POSTGRESQL = (
    f"""
    CREATE OR REPLACE FUNCTION lot_guard() RETURNS trigger LANGUAGE plpgsql AS $guard$
    BEGIN
        IF TG_OP = 'INSERT' THEN
            IF {_BEGINS_WITH_QUANTITIES} THEN
                RAISE EXCEPTION USING ERRCODE = 'integrity_constraint_violation', MESSAGE = '{NOT_EMPTY}';
            END IF;
        ELSIF {_QUANTITIES_EXPLAINED}
        THEN
            RAISE EXCEPTION USING ERRCODE = 'integrity_constraint_violation', MESSAGE = '{QUANTITIES_BARE}';
        END IF;
        RETURN NEW;
    END $guard$
    """,
    "DROP TRIGGER lot_guard_update ON lot",
    f"""
    CREATE TRIGGER lot_guard_update BEFORE UPDATE OF {_QUANTITIES} ON lot
    FOR EACH ROW EXECUTE FUNCTION lot_guard()
    """,
)


def guard_stock(database: Database) -> None:
    """Create the guards of step 1. A migration that rebuilds `lot` or `lot_ledger` on SQLite calls it again, and then
    `guard_allocation` and `guard_quantities`."""
    for statement in SQLITE if isinstance(database, SqliteDatabase) else POSTGRESQL:
        execute(database, statement)


def guard_allocation(database: Database) -> None:
    """Put the guards of step 8, which watch `lot.allocated` too, in the place of the first ones."""
    for statement in ALLOCATION_SQLITE if isinstance(database, SqliteDatabase) else ALLOCATION_POSTGRESQL:
        execute(database, statement)


def guard_quantities(database: Database) -> None:
    """Put the guards of step 18, which watch `lot.on_hand` and `lot.short` too, in the place of those."""
    for statement in QUANTITIES_SQLITE if isinstance(database, SqliteDatabase) else QUANTITIES_POSTGRESQL:
        execute(database, statement)
