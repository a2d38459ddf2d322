"""Type errors about connections and their offers."""

from __future__ import annotations

from k2k_core import K2K


def use(*values: object) -> None:
    """Takes anything."""


def mistakes(k2k: K2K) -> None:
    connection = k2k.propose("ANDES", "BLOOM", by="BLOOM")
    use(connection["status"])  # error: TypedDict "Connection" has no key "status"
    use(connection["history"][0]["who"])  # error: TypedDict "ConnectionStep" has no key "who"
    use(k2k.readiness("ANDES", "BLOOM")[0]["missing"])  # error: TypedDict "OpenRequirement" has no key "missing"
    offer = k2k.map("BLOOM", "ANDES/L1")
    use(offer["product"])  # error: TypedDict "OfferMapped" has no key "product"
    use(offer["va_price"] + 1)  # error: Unsupported operand types for +
    use(offer["available"] + "1")  # error: Unsupported operand types for +
    use(k2k.code_names("BLOOM", "ANDES")["boxes"])  # error: TypedDict "CodeNames" has no key "boxes"
    use(k2k.map_carrier("BLOOM", "ANDES", "TRUCK", None)["name"])  # error: TypedDict "CodeMapped" has no key "name"
    use(k2k.offers("BLOOM")["items"][0]["price"])  # error: TypedDict "ListedOffer" has no key "price"
    use(k2k.offer("BLOOM", "ANDES/L1")["available"] + "1")  # error: Unsupported operand types for +
    use(k2k.preview("ANDES", "BLOOM")["items"][0]["cost"])  # error: TypedDict "PreviewedLot" has no key "cost"
    use(k2k.remind("ANDES", "BLOOM", "box_types")["people"])  # error: TypedDict "Reminded" has no key "people"


def mistakes_about_offer_prices(k2k: K2K) -> None:
    use(k2k.offer("BLOOM", "ANDES/L1")["prices"][0]["via"])  # error: TypedDict "OfferPrice" has no key "via"
    use(k2k.add_product_from("BLOOM", "ANDES/L1")["code"])  # error: TypedDict "ProductAdded" has no key "code"
