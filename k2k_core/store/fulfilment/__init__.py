"""Boxes and their claims, allocations, air waybills, departures, received lots and landed costs."""
