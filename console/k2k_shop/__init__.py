"""A sample web shop of one company, for its logged-in customers: the example of a host.

It knows K2K by its facade alone, `k2k_core.K2K`, and by the errors that this raises. A host copies it, gives it a look
and customers of its own, and registers the blueprint of `k2k_shop.pages` (docs/web-shop.md).
"""
