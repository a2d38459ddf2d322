"""Prices with their explanations: hierarchies, price lists, landed costs, checks."""
