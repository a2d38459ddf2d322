"""Lots, the stock ledger, and which lots changed between two snapshots."""
