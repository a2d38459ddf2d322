"""Paged lists: cursors, filters, sort orders and disclosure, for every list of the facade."""
