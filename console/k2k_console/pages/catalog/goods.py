"""The goods of a lot, as the company offers them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from k2k_core.errors import K2KError

if TYPE_CHECKING:
    from k2k_core.api import K2K

FIELDS = ("description", "box_type", "units_per_box", "unit_type", "available", "inventory_type")


def is_own(lot: str, company: str) -> bool:
    """Whether a lot is the company's own stock: its own lots have no company before their code."""
    return "/" not in lot or lot.startswith(f"{company}/")


def goods_of(k2k: K2K, company: str, lot: str) -> Mapping[str, Any]:
    """A lot, `COMPANY/LOT`, as the company offers it; of one that a vendor holds back nothing is known but its code."""
    try:
        found: Any = _own(k2k, company, lot) if is_own(lot, company) else k2k.offer(company, lot)
    except K2KError:
        return {"description": lot}
    return {name: found.get(name) for name in FIELDS} | {"description": found.get("description") or lot}


def _own(k2k: K2K, company: str, code: str) -> Mapping[str, Any]:
    lot: Any = k2k.record(company, "lots", code.rpartition("/")[2])
    product: Any = k2k.record(company, "products", lot["product"])
    return {**lot, "description": product["description"]}
