"""The set-up of companies: records, settings, hierarchies, consistency checks, what-if drafts, undo."""

from typing import TYPE_CHECKING

from k2k_core.lazy_imports import submodules_of

if TYPE_CHECKING:
    from k2k_core.services.setup import archiving as archiving
    from k2k_core.services.setup import changed_dates as changed_dates
    from k2k_core.services.setup import changes as changes
    from k2k_core.services.setup import checked_writes as checked_writes
    from k2k_core.services.setup import company_lists as company_lists
    from k2k_core.services.setup import draft_moves as draft_moves
    from k2k_core.services.setup import file_imports as file_imports
    from k2k_core.services.setup import hidden_vendor_names as hidden_vendor_names
    from k2k_core.services.setup import hierarchy_changes as hierarchy_changes
    from k2k_core.services.setup import network_loading as network_loading
    from k2k_core.services.setup import offered_products as offered_products
    from k2k_core.services.setup import partner_writes as partner_writes
    from k2k_core.services.setup import price_suggestions as price_suggestions
    from k2k_core.services.setup import puts as puts
    from k2k_core.services.setup import record_lists as record_lists
    from k2k_core.services.setup import row_files as row_files
    from k2k_core.services.setup import row_imports as row_imports
    from k2k_core.services.setup import setting_lists as setting_lists
    from k2k_core.services.setup import undo as undo
    from k2k_core.services.setup import what_if as what_if
else:
    __getattr__ = submodules_of(__name__)
