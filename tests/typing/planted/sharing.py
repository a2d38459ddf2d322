"""Type errors about sharing and visibility."""

from __future__ import annotations

from k2k_core import K2K


def use(*values: object) -> None:
    """Takes anything."""


def mistakes(k2k: K2K) -> None:
    lot = k2k.visible("BLOOM", "C-100")[0]
    use(lot["visable"])  # error: TypedDict "VisibleLot" has no key "visable"
    use(lot["details"][0]["coed"])  # error: TypedDict "DenialDetail" has no key "coed"
    use(lot["reasons"]["too_old"])  # error: No overload variant of "__getitem__" of "list"
    use(lot["aging"] > 3)  # error: Unsupported operand types for
    use(k2k.share("ANDES", "BLOOM")[0]["visible"])  # error: TypedDict "SharedLot" has no key "visible"
    use(k2k.hidden("BLOOM", "C-100")["shown"])  # error: TypedDict "HiddenReport" has no key "shown"
    use(k2k.held_back("ANDES", "BLOOM")["by_reason"][0]["count"] + "1")  # error: Unsupported operand types for +
    use(k2k.share("ANDES", "BLOOM", limit=9)["items"][0]["reason"])  # error: has no key "reason"
    use(k2k.visible("BLOOM", "C-100", limit=9)["items"][0]["seen"])  # error: has no key "seen"


def mistakes_about_hidden_lots(k2k: K2K) -> None:
    rows = k2k.hidden("BLOOM", "C-100", limit=9)["items"]
    use(rows[0]["because"])  # error: TypedDict "HiddenLot" has no key "because"
    use(rows[0]["details"][0]["caused_on"])  # error: TypedDict "HiddenDetail" has no key "caused_on"
    use(k2k.shared_with("ANDES")["items"][0]["buyer"])  # error: TypedDict "LotByBuyer" has no key "buyer"
