"""Prices with their explanations: hierarchies, price lists, vendors' prices, AWB costs, checks."""

from typing import TYPE_CHECKING

from k2k_core.lazy_imports import submodules_of

if TYPE_CHECKING:
    from k2k_core.services.pricing import hierarchies as hierarchies
    from k2k_core.services.pricing import price_checks as price_checks
    from k2k_core.services.pricing import price_list_files as price_list_files
else:
    __getattr__ = submodules_of(__name__)
