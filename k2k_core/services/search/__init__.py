"""Search over everything of a company."""

from typing import TYPE_CHECKING

from k2k_core.lazy_imports import submodules_of

if TYPE_CHECKING:
    from k2k_core.services.search import search as search
else:
    __getattr__ = submodules_of(__name__)
