"""Sharing: which lots of a vendor a buyer sees, and every rule that holds a lot back."""
