"""Tables of the real costs of AWBs, and of the costs that billed boxes were billed with."""

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
    """Append-only: the real costs of a company's AWB after each change (micros, null for the estimate), by whom and
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
    """Boxes of a line that were billed with other costs than those of the sale: landed cost and components per unit in
    micros, as they were at that moment."""

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
