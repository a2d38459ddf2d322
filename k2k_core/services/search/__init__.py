"""Search over everything of a company."""
