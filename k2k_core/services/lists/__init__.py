"""Use cases: lists, page by page."""
