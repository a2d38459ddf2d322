"""Sharing: which lots of a vendor a buyer sees, and every rule that holds a lot back."""

from typing import TYPE_CHECKING

from k2k_core.lazy_imports import submodules_of

if TYPE_CHECKING:
    from k2k_core.services.sharing import connection_preview as connection_preview
    from k2k_core.services.sharing import offer_list as offer_list
    from k2k_core.services.sharing import shared_with as shared_with
    from k2k_core.services.sharing import sharing as sharing
else:
    __getattr__ = submodules_of(__name__)
