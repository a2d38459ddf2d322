"""Prices with their explanations: hierarchies, price lists, vendors' prices, AWB costs, checks."""
