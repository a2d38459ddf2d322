"""Type errors about imports of price lists."""

from __future__ import annotations

from k2k_core import K2K


def use(*values: object) -> None:
    """Takes anything."""


def mistakes(k2k: K2K, content: bytes) -> None:
    done = k2k.import_price_lists("BLOOM", content)
    use(done["count"])  # error: TypedDict "PriceListImport" has no key "count"
    use(done["counts"]["prices"])  # error: TypedDict "PriceListCounts" has no key "prices"
    use(done["counts"]["rows"]["added"] + "1")  # error: Unsupported operand types for +
    use(done["faults"][0]["cell"])  # error: TypedDict "FileFault" has no key "cell"
    for change in done["changes"]:
        use(change["season"])  # error: TypedDict "ListChanged" has no key "season"
        if change["what"] == "row" and change["after"] is not None:
            use(change["after"]["price"] * 2 - 1)  # error: Unsupported operand types for -
        if change["what"] == "season":
            use(change["after"]["until"])  # error: TypedDict "SeasonDays" has no key "until"
