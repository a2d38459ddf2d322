"""A step's statements, in a file for each engine beside it. A step never uses the tables of the program:
those go on changing, and a published step must not.
"""

from __future__ import annotations

from pathlib import Path

from peewee import Database, SqliteDatabase

from k2k_core.store.database.queries import execute

END = ";\n"


def run_script(database: Database, name: str) -> None:
    """Run every statement of `name.sqlite.sql` or `name.postgresql.sql`; each ends with a semicolon at a line's end."""
    engine = "sqlite" if isinstance(database, SqliteDatabase) else "postgresql"
    script = Path(__file__).with_name(f"{name}.{engine}.sql").read_text(encoding="utf-8")
    for statement in script.split(END):
        if statement.strip():
            execute(database, statement)
