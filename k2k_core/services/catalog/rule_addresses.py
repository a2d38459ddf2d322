"""Where the value is set that makes a rule hold a lot back: the subject and the field, as `last_change` takes them."""

from __future__ import annotations

from k2k_core.domain.answers.sharing import RuleAddress
from k2k_core.domain.items import Lot
from k2k_core.messages import Message
from k2k_core.settings.catalogue import BY_NAME

_OF_LOT = ("on_hold", "solid", "inventory_type", "arrival_date")
_OF_CUSTOMER = ("ship_via", "days_of_service", "min_age", "max_age")


def address_of(setting: str, lot: Lot, customer: str | None) -> RuleAddress | None:
    """The address of a setting that a denial names, for a lot and, on the buyer's side, its customer; None where the
    setting has none of its own. It is one of the company whose setting it is."""
    named = setting.facts.get("customer") if isinstance(setting, Message) else None
    if named is not None:
        return {"subject": f"customers/{named}", "field": str(setting).partition(" ")[0]}
    code = lot.ref.rpartition("/")[2]
    if setting in _OF_LOT:
        return {"subject": f"lots/{code}", "field": setting}
    if setting == "connected":
        return None if lot.location is None else {"subject": f"locations/{lot.location}", "field": setting}
    if setting == "box_dimensions":
        return {"subject": f"box_dimensions/{lot.box_type}", "field": "length"}
    if setting == "local_after":
        return {"subject": f"products/{lot.product.code}", "field": setting}
    if setting in BY_NAME:
        return {"subject": "settings", "field": setting}
    if setting in _OF_CUSTOMER and customer is not None:
        return {"subject": f"customers/{customer}", "field": setting}
    return None
