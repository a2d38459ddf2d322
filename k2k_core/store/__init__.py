"""One network's database, its tables and the only doors to them (architecture section 3)."""
