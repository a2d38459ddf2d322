"""The facade for a host ERP: `K2K`, with one method for each query and command."""

from k2k_core.api.facade import K2K
from k2k_core.api.types import Day, Moment

__all__ = ["K2K", "Day", "Moment"]
