"""Fulfilment, from the confirmation to the receipt: air waybills, labels, shipping, staging, scans, billing, voids,
releases."""
