"""Table of what people scanned."""

from __future__ import annotations

from k2k_core.store.tables.base import (
    OWNED,
    BigIntegerField,
    Check,
    IdField,
    MomentField,
    Table,
    TextField,
    of_company,
)


class ScanEntry(Table):
    """A code that a person of a company scanned, or received by hand (`how`), and its outcome. `line_id` is the
    company's order line of the box, if the code is one of its boxes; `invoice` the number with which it was billed."""

    ownership = OWNED

    id = IdField()
    company_id = BigIntegerField()
    person = TextField()
    how = TextField()
    box_code = TextField()
    outcome = TextField()
    line_id = BigIntegerField(null=True)
    invoice = TextField(null=True)
    at = MomentField()

    class Meta:
        table_name = "scan_entry"
        indexes = (
            (("company_id", "id"), True),
            (("company_id", "person", "id"), False),
            (("company_id", "box_code", "id"), False),
        )
        constraints = [of_company(), Check("how IN ('scan', 'confirm')")]


__all__ = ["ScanEntry"]
