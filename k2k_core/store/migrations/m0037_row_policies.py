"""Row-level security on PostgreSQL: from this step on every table has its policy (`row_policies`)."""

from __future__ import annotations

from peewee import Database


def up(_: Database) -> None:
    """Change no table: the policies are made with the triggers, after the last step."""
