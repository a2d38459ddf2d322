"""One network's database, its tables, and the functions that read and write them (architecture section 3)."""
