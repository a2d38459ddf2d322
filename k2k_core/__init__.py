"""K2K connects two companies of the flower trade that each run their own ERP.

`k2k_core.K2K` is the door for a host ERP, `k2k_core.hooks` the door for a plugin author.
"""

__version__ = "0.1.0"
