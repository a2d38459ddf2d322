"""Catalogs in columns: what depends on lots and buyer is kept once; another customer or date then costs arithmetic."""
