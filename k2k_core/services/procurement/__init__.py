"""Purchase orders: planned, transferred to a connected vendor, accepted, filled or rejected."""
