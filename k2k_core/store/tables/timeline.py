"""Tables of what happened to documents, and of who wants to be told when they no longer wait."""

from __future__ import annotations

from k2k_core.store.tables.base import (
    OWNED,
    BigIntegerField,
    Check,
    IdField,
    JsonField,
    MomentField,
    Table,
    TextField,
    belongs,
    of_company,
)


class TimelineEntry(Table):
    """An event about a document, an order line or an AWB (`kind`, `row_id`), as one company may know it, for as long
    as the document is there. `person` acted for the company `acted_for`, if anybody did."""

    ownership = OWNED

    id = IdField()
    company_id = BigIntegerField()
    kind = TextField()
    row_id = BigIntegerField()
    event = TextField()
    facts = JsonField()
    person = TextField(null=True)
    acted_for = TextField(null=True)
    at = MomentField()

    class Meta:
        table_name = "timeline_entry"
        indexes = ((("company_id", "kind", "row_id", "id"), False),)
        constraints = [of_company(), Check("kind IN ('document', 'order_line', 'awb')")]


class Watch(Table):
    """A person who is told, once, when no line of a document waits in a cart or for its approval any more."""

    ownership = OWNED
    traded = True

    id = IdField()
    company_id = BigIntegerField()
    document_id = BigIntegerField()
    email = TextField()
    at = MomentField()

    class Meta:
        table_name = "watch"
        indexes = ((("document_id", "email"), True), (("company_id", "id"), False))
        constraints = [belongs("company_id, document_id", "document")]


__all__ = ["TimelineEntry", "Watch"]
