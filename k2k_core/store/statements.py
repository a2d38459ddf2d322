"""Engine room: running one ready-made statement on either engine."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from peewee import Database


def execute(database: Database, statement: str, parameters: Sequence[object] = ()) -> Any:
    """Run `statement`, with a `?` for each parameter, and answer the driver's cursor."""
    run: Callable[[str, Sequence[object]], Any] = database.execute_sql
    return run(statement.replace("?", database.param), parameters)
