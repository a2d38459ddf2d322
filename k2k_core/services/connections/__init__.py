"""Connections between a vendor and a buyer company, and the requirements before they become active."""

from typing import TYPE_CHECKING

from k2k_core.lazy_imports import submodules_of

if TYPE_CHECKING:
    from k2k_core.services.connections import connections as connections
    from k2k_core.services.connections import readiness as readiness
    from k2k_core.services.connections import reminders as reminders
else:
    __getattr__ = submodules_of(__name__)
