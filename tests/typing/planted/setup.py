"""Type errors about changes and drafts."""

from __future__ import annotations

from k2k_core import K2K


def use(*values: object) -> None:
    """Takes anything."""


def mistakes(k2k: K2K) -> None:
    changed = k2k.set("BLOOM", settings={"k2k_gpm": 40})
    use(changed["setting"])  # error: TypedDict "Changed" has no key "setting"
    use(k2k.put("BLOOM", "lots", [])["records"] + "1")  # error: Unsupported operand types for +
    use(k2k.add_company({"code": "NEW"})["time_zone"])  # error: TypedDict "CompanyAdded" has no key "time_zone"
    draft = k2k.what_if("BLOOM", [])
    use(draft["number"])  # error: TypedDict "WhatIf" has no key "number"
    use(draft["largest"][0]["change"])  # error: TypedDict "PriceMove" has no key "change"
    use(k2k.draft_moves("BLOOM", draft["draft"])["items"][0]["change"])  # error: TypedDict "PriceMove" has no key
    use(draft["largest"][0]["after"] - draft["largest"][0]["before"])  # error: Unsupported left operand type for -
    use(k2k.apply_draft("BLOOM", draft["draft"])["change"])  # error: TypedDict "DraftApplied" has no key "change"
    use(k2k.set_hierarchies("BLOOM", {})["rows"])  # error: TypedDict "HierarchiesChanged" has no key "rows"
    priced = k2k.suggest_prices("BLOOM", ["L1"])
    use(priced["counts"]["changed"])  # error: TypedDict "SuggestionCounts" has no key "changed"
    use(priced["results"][0]["price"])  # error: TypedDict "SuggestedPrice" has no key "price"
    k2k.suggest_prices("BLOOM", 5)  # error: Argument 2 to "suggest_prices" of "Setup" has incompatible type
