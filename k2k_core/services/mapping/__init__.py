"""A buyer's mappings of its vendors' products, box types and carriers."""

from typing import TYPE_CHECKING

from k2k_core.lazy_imports import submodules_of

if TYPE_CHECKING:
    from k2k_core.services.mapping import code_mapping as code_mapping
    from k2k_core.services.mapping import product_mapping as product_mapping
else:
    __getattr__ = submodules_of(__name__)
