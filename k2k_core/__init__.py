"""K2K connects two companies of the flower trade that each run their own ERP.

`k2k_core.K2K` is the facade for a host ERP, `k2k_core.hooks` the interface for a plugin author.
"""

from typing import TYPE_CHECKING

__all__ = ["K2K", "__version__"]

__version__ = "0.1.0"

if TYPE_CHECKING:
    from k2k_core.api import K2K
else:

    def __getattr__(name: str) -> object:
        """`K2K`, imported on first use, so that a program that needs only `k2k_core.domain` loads nothing more."""
        if name != "K2K":
            raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
        from k2k_core.api import K2K

        return K2K
