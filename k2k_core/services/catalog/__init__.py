"""The catalog of a customer: visible lots, priced and grouped, and why others are hidden."""

from typing import TYPE_CHECKING

from k2k_core.lazy_imports import submodules_of

if TYPE_CHECKING:
    from k2k_core.services.catalog import available_items as available_items
    from k2k_core.services.catalog import catalog as catalog
    from k2k_core.services.catalog import catalog_keys as catalog_keys
    from k2k_core.services.catalog import hidden_lots as hidden_lots
    from k2k_core.services.catalog import prices as prices
    from k2k_core.services.catalog import visibility as visibility
    from k2k_core.services.catalog import visibility_report as visibility_report
else:
    __getattr__ = submodules_of(__name__)
