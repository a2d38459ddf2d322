"""peewee logs each statement with its parameters: here without, since hashes and secrets are among them."""

from __future__ import annotations

import logging
from typing import Any

log = logging.getLogger("peewee")


def log_without_parameters(database: Any) -> None:
    """Let a database log its statements (`peewee`, at DEBUG) without their parameters."""
    database._log_query = _log_statement


def _log_statement(sql: str, params: object) -> None:  # noqa: ARG001 - peewee passes both
    log.debug("%s", sql)
