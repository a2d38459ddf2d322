"""The error of what can only be computed lot by lot."""

from __future__ import annotations


class NotInColumns(Exception):
    """Something in this catalog can only be computed lot by lot."""
