"""Type errors about imports of rows."""

from __future__ import annotations

from k2k_core import K2K


def use(*values: object) -> None:
    """Takes anything."""


def mistakes(k2k: K2K) -> None:
    answer = k2k.import_rows("BLOOM", "lots", rows=[], dry_run=True)
    use(answer["changes"])  # error: TypedDict "RowsImported" has no key "changes"
    use(answer["counts"]["same"])  # error: TypedDict "PutCounts" has no key "same"
    use(answer["records"] + "1")  # error: Unsupported operand types for +
    use(answer["rows"][0]["old"])  # error: TypedDict "ImportedRow" has no key "old"
    use(answer["rows"][0]["faults"][0]["path"])  # error: TypedDict "CellFault" has no key "path"
    use(answer["rows"][0]["row"] + "1")  # error: Unsupported operand types for +
    k2k.import_rows("BLOOM", "lots", 5)  # error: Argument 3 to "import_rows" of "Setup" has incompatible type
    use(k2k.export_rows("BLOOM", "lots") + "x")  # error: Unsupported operand types for +
