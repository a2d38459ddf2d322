"""Validation and serialisation of records: one schema per collection of the data dictionary (domain section 1).

Loading turns what came in into rows for the store: micros, days and codes. Every fault is collected with its path.
"""
