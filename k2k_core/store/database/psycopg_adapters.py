"""Adapters that convert PostgreSQL's values to Python's. It needs the driver, so it is imported with the first
PostgreSQL address."""

from __future__ import annotations

from decimal import Decimal

import psycopg
from psycopg.abc import Buffer
from psycopg.adapt import AdaptersMap, Loader


class WholeNumbers(Loader):
    """The SUM of a BIGINT column is a NUMERIC; a whole one comes back as the int that it is, as on SQLite."""

    def load(self, data: Buffer) -> int | Decimal:
        """An int where the text is digits, else a Decimal."""
        text = bytes(data).decode()
        return int(text) if text.lstrip("-").isdigit() else Decimal(text)


class Adapters:
    """The adapters of a connection: the driver's own, with whole numbers in addition."""

    def __init__(self) -> None:
        self.adapters = AdaptersMap(psycopg.adapters)
        self.adapters.register_loader("numeric", WholeNumbers)
        self.connection = None
