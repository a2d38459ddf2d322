"""Type errors about purchase orders."""

from __future__ import annotations

from k2k_core import K2K


def use(*values: object) -> None:
    """Takes anything."""


def mistakes(k2k: K2K) -> None:
    sent = k2k.transfer("BLOOM", "P-1001")
    use(sent["order"])  # error: TypedDict "Transferred" has no key "order"
    use(sent["vendor_document"] + 1)  # error: Unsupported operand types for +
    use(sent.purchase_order)  # error: "Transferred" has no attribute "purchase_order"
    use(k2k.accept_order("ANDES", "P-1001")["sent"])  # error: TypedDict "Document" has no key "sent"
    use(k2k.reject("ANDES", "P-1001", reason=404))  # error: Argument "reason" to "reject"
    use(k2k.purchase_order("BLOOM", "ANDES", [])["total"] / 2)  # error: Unsupported operand types for /
    use(k2k.fill("ANDES", "P-1001", lines="L1"))  # error: Argument "lines" to "fill"
    use(k2k.requests("ANDES")["items"][0]["lots"])  # error: TypedDict "BuyerRequest" has no key "lots"
    (lot, *_) = k2k.request("ANDES", "B-1001")["lines"][0]["lots"]
    use(lot["prices"])  # error: TypedDict "SuitableLot" has no key "prices"
