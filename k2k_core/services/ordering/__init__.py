"""Ordering: carts, prebooks, check-out, approval, and the end of orders whose time is over."""

from typing import TYPE_CHECKING

from k2k_core.lazy_imports import submodules_of

if TYPE_CHECKING:
    from k2k_core.services.ordering import approvals as approvals
    from k2k_core.services.ordering import cart_list as cart_list
    from k2k_core.services.ordering import cart_planning as cart_planning
    from k2k_core.services.ordering import carts as carts
    from k2k_core.services.ordering import checkout as checkout
    from k2k_core.services.ordering import expiry_sweep as expiry_sweep
    from k2k_core.services.ordering import invoice_order_delivery as invoice_order_delivery
    from k2k_core.services.ordering import prebooks as prebooks
else:
    __getattr__ = submodules_of(__name__)
