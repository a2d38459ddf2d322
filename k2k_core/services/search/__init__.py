"""Search over everything that a company has."""
