"""Tables of what is known when boxes arrive: what their AWB really cost, what they were billed with, and the
links that a host ERP attaches."""

from __future__ import annotations

from k2k_core.store.tables.base import (
    OWNED,
    BigIntegerField,
    Check,
    IdField,
    IntegerField,
    JsonField,
    MicrosField,
    MomentField,
    Table,
    TextField,
    belongs,
    of_company,
)


class AwbCost(Table):
    """Append-only: the real amounts of a company's AWB after each typing (micros, null for the estimate), by whom and
    when."""

    ownership = OWNED

    id = IdField()
    company_id = BigIntegerField()
    number = TextField()
    freight = MicrosField(null=True)
    handling = MicrosField(null=True)
    person = TextField()
    at = MomentField()
    awb_id = BigIntegerField(null=True)

    class Meta:
        table_name = "awb_cost"
        indexes = ((("company_id", "number"), False), (("awb_id",), False))
        constraints = [of_company(), belongs("awb_id", "awb", "id")]


class BilledCost(Table):
    """Boxes of a line that were billed with other costs than the line was sold with: landed cost and components per
    unit in micros, as they were at that moment, for good."""

    ownership = OWNED

    id = IdField()
    company_id = BigIntegerField()
    line_id = BigIntegerField()
    boxes = IntegerField()
    landed_cost = MicrosField()
    components = JsonField()
    at = MomentField()

    class Meta:
        table_name = "billed_cost"
        indexes = ((("line_id",), False),)
        constraints = [belongs("company_id, line_id", "order_line", "buyer_id, id"), Check("boxes > 0")]


class Link(Table):
    """An address that a company attached to one of its documents, or to a box on its orders."""

    ownership = OWNED

    id = IdField()
    company_id = BigIntegerField()
    document_id = BigIntegerField(null=True)
    box_id = BigIntegerField(null=True)
    title = TextField()
    url = TextField()
    person = TextField()
    at = MomentField()

    class Meta:
        table_name = "link"
        indexes = ((("company_id", "document_id", "url"), True), (("company_id", "box_id", "url"), True))
        constraints = [
            belongs("company_id, document_id", "document"),
            belongs("box_id", "box", "id"),
            Check("(document_id IS NULL) <> (box_id IS NULL)"),
        ]
