"""Type errors about stock."""

from __future__ import annotations

from k2k_core import K2K


def use(*values: object) -> None:
    """Takes anything."""


def mistakes(k2k: K2K, content: bytes) -> None:
    left = k2k.availability(["ANDES/L1"])[0]
    use(left["avail"])  # error: TypedDict "LotAvailability" has no key "avail"
    use(left["available"] + "1")  # error: Unsupported operand types for +
    upload = k2k.import_availability("ANDES", content)
    use(upload["count"])  # error: TypedDict "AvailabilityUpload" has no key "count"
    use(upload["counts"]["removed"])  # error: TypedDict "UploadCounts" has no key "removed"
    use(upload["lots"][0]["before"]["boxes"])  # error: Value of type "LotBoxes | None" is not indexable
    use(upload["faults"][0]["line"])  # error: TypedDict "FileFault" has no key "line"
    use(upload["lots"][0]["after"]["boxes"].strip())  # error: "int" has no attribute "strip"
