"""Connections between a vendor and a buyer company, and what they still need to become active."""
