"""Ship dates: the planner with its chain of reasons, and checks of calendars and ages."""

from typing import TYPE_CHECKING

from k2k_core.lazy_imports import submodules_of

if TYPE_CHECKING:
    from k2k_core.services.dates import date_checks as date_checks
    from k2k_core.services.dates import service_days as service_days
    from k2k_core.services.dates import ship_dates as ship_dates
else:
    __getattr__ = submodules_of(__name__)
