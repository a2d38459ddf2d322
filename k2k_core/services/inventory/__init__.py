"""A company's lots and offers, their availability and quantities, and availability files."""

from typing import TYPE_CHECKING

from k2k_core.lazy_imports import submodules_of

if TYPE_CHECKING:
    from k2k_core.services.inventory import availability as availability
    from k2k_core.services.inventory import quantities as quantities
    from k2k_core.services.inventory import quantity_adjustments as quantity_adjustments
    from k2k_core.services.inventory import quantity_statements as quantity_statements
else:
    __getattr__ = submodules_of(__name__)
