"""Master_data."""
