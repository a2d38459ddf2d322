"""Purchase orders: planned, transferred to a connected vendor, accepted, filled or rejected."""

from typing import TYPE_CHECKING

from k2k_core.lazy_imports import submodules_of

if TYPE_CHECKING:
    from k2k_core.services.procurement import filling as filling
    from k2k_core.services.procurement import preconditions as preconditions
    from k2k_core.services.procurement import purchase_orders as purchase_orders
    from k2k_core.services.procurement import requests as requests
    from k2k_core.services.procurement import transfers as transfers
else:
    __getattr__ = submodules_of(__name__)
