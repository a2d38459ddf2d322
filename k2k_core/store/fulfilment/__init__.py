"""Boxes and their claims, air waybills, received lots and landed costs."""
