"""Formats answers of the facade as text, for `k2k explain` and `k2k demo`."""
