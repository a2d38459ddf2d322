"""What waits for the people of a company, and the history of its documents."""

from typing import TYPE_CHECKING

from k2k_core.lazy_imports import submodules_of

if TYPE_CHECKING:
    from k2k_core.services.overview import company_plugins as company_plugins
    from k2k_core.services.overview import margins as margins
    from k2k_core.services.overview import partners as partners
    from k2k_core.services.overview import work as work
else:
    __getattr__ = submodules_of(__name__)
