"""Connections between a vendor and a buyer company, and the requirements before they become active."""
