"""A buyer's mappings of its vendors' products, box types and carriers."""
