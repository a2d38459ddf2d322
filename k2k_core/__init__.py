"""K2K connects two companies of the flower trade that each run their own ERP.

`k2k_core.K2K` is the facade for a host ERP, `k2k_core.hooks` the interface for a plugin author.
"""

from typing import TYPE_CHECKING

from k2k_core.lazy_imports import submodules_of

__all__ = ["K2K", "__version__"]

__version__ = "0.1.0"

if TYPE_CHECKING:
    from k2k_core import bootstrap as bootstrap
    from k2k_core.api import K2K
else:
    _submodule = submodules_of(__name__)

    def __getattr__(name: str) -> object:
        """`K2K` and the modules, imported on first use (`k2k_core.lazy_imports`): a program that needs only
        `k2k_core.domain` loads nothing more."""
        return _submodule("api").K2K if name == "K2K" else _submodule(name)
