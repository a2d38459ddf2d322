"""Lots, their boxes and quantities, the stock ledger, AWB costs, and which lots changed between two snapshots."""
