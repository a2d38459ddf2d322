"""Margins: GPMs with what saving them would do to prices, and the drafts of such changes."""
