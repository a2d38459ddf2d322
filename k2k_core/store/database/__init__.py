"""Units of work on SQLite and PostgreSQL: sessions, statements, numbering, idempotency."""
