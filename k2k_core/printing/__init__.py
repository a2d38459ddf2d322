"""Prints invoices as PDF. Draws what it is given and knows no company, price or table."""
