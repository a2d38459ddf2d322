"""Type errors about boxes, scanning and AWBs."""

from __future__ import annotations

from k2k_core import K2K


def use(*values: object) -> None:
    """Takes anything."""


def mistakes(k2k: K2K) -> None:
    done = k2k.confirm("ANDES", "S-1001K")
    use(done["boxes"])  # error: TypedDict "Confirmation" has no key "boxes"
    use(done["awb"].upper())  # error: has no attribute "upper"
    use(done["dropped"][0]["box"])  # error: TypedDict "DroppedLine" has no key "box"
    awb = k2k.ship("ANDES", "AWB-1")
    use(awb["freight"] + awb["handling"])  # error: Unsupported left operand type for +
    use(awb["shiped"])  # error: TypedDict "Awb" has no key "shiped"
    use(k2k.staging("BLOOM")[0]["box"])  # error: TypedDict "StagedBox" has no key "box"
    use(k2k.scan("BLOOM", ["B1"])[0]["result"])  # error: TypedDict "ScannedBox" has no key "result"
    use(k2k.labels("ANDES", awb="AWB-1")[0]["format"])  # error: TypedDict "PrintedLabel" has no key "format"
    use(k2k.awbs("BLOOM")["items"][0]["box_codes"])  # error: TypedDict "ListedAwb" has no key "box_codes"
    use(k2k.staging("BLOOM", limit=9)["items"][0]["code"])  # error: TypedDict "ListedStagedBox" has no key "code"
    use(k2k.boxes("BLOOM")["items"][0]["code"])  # error: TypedDict "ListedBox" has no key "code"


def mistakes_about_scans(k2k: K2K) -> None:
    box = k2k.scan("BLOOM", ["B1"])[0]
    use(box["awb"])  # error: TypedDict "ScannedBox" has no key "awb"
    use(k2k.scans("BLOOM")["items"][0]["result"])  # error: TypedDict "ListedScan" has no key "result"
    use(k2k.staged_awbs("BLOOM")["items"][0]["boxes"])  # error: TypedDict "StagedAwb" has no key "boxes"
