"""Background jobs: submitted, listed, cancelled, run by workers."""

from typing import TYPE_CHECKING

from k2k_core.lazy_imports import submodules_of

if TYPE_CHECKING:
    from k2k_core.services.jobs import jobs as jobs
    from k2k_core.services.jobs import runner as runner
else:
    __getattr__ = submodules_of(__name__)
