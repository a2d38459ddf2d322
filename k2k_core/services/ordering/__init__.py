"""Carts, prebooks, check-out and expiry: how order lines and their documents come to be."""
