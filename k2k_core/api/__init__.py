"""The facade for host ERPs: `K2K`, one method for each thing that can be asked or done."""

from k2k_core.api.facade import K2K

__all__ = ["K2K"]
