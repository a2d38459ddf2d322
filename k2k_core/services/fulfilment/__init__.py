"""Fulfilment, from the confirmation to the receipt: air waybills, labels, shipping, staging, scans, billing, voids,
releases."""

from typing import TYPE_CHECKING

from k2k_core.lazy_imports import submodules_of

if TYPE_CHECKING:
    from k2k_core.services.fulfilment import air_waybills as air_waybills
    from k2k_core.services.fulfilment import billing as billing
    from k2k_core.services.fulfilment import confirmation as confirmation
    from k2k_core.services.fulfilment import confirmation_rows as confirmation_rows
    from k2k_core.services.fulfilment import fulfilment_lists as fulfilment_lists
    from k2k_core.services.fulfilment import labels as labels
    from k2k_core.services.fulfilment import missing_boxes as missing_boxes
    from k2k_core.services.fulfilment import order_reference as order_reference
    from k2k_core.services.fulfilment import releasing as releasing
    from k2k_core.services.fulfilment import scan_lists as scan_lists
    from k2k_core.services.fulfilment import scanning as scanning
    from k2k_core.services.fulfilment import shipping as shipping
    from k2k_core.services.fulfilment import staging as staging
    from k2k_core.services.fulfilment import voiding as voiding
else:
    __getattr__ = submodules_of(__name__)
