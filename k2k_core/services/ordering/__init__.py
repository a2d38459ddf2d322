"""Ordering: carts, prebooks, check-out, approval, and the end of orders whose time is over."""
