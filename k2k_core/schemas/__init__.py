"""Schemas that validate and serialise records: one for each collection of the data dictionary (domain section 1).

Loading turns input into rows for the store: micros, days and codes. Every fault is collected with its path.
"""
