"""Units of work on SQLite and PostgreSQL: sessions, statements, paging, searching, numbering, idempotency."""
