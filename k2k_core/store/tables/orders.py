"""Tables of carts, documents, the order line between two companies, AWBs, invoices and attached links."""

from __future__ import annotations

from peewee import SQL

from k2k_core.domain.orders import CART_STATES, DOCUMENT_KINDS, LINE_STATES, TRANSFER_STATES
from k2k_core.store.tables.base import (
    OWNED,
    SHARED,
    BigIntegerField,
    BooleanField,
    Check,
    DayField,
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


def one_of(column: str, values: tuple[str, ...]) -> SQL:
    """A column that holds one of a few values."""
    return SQL(f"CHECK ({column} IN ({', '.join(repr(value) for value in values)}))")


class Cart(Table):
    """A final customer's cart. Its header is fixed by the first line; it is open until `expires_at`."""

    ownership = OWNED

    id = IdField()
    company_id = BigIntegerField()
    number = TextField()
    customer_id = BigIntegerField()
    ship_date = DayField()
    ship_via = TextField()
    location = TextField(null=True)
    carrier = TextField(default="")
    state = TextField(default="open")
    opened_at = MomentField()
    expires_at = MomentField()

    class Meta:
        table_name = "cart"
        indexes = (
            (("company_id", "number"), True),
            (("company_id", "id"), True),
            (("state", "expires_at"), False),
            (("customer_id", "id"), False),
            (("company_id", "expires_at", "id"), False),
            (("company_id", "ship_date", "id"), False),
        )
        constraints = [belongs("company_id, customer_id", "customer"), one_of("state", CART_STATES)]


class Awb(Table):
    """An air waybill, identified by number, vendor and buyer together; that of a company's own supply has no vendor
    company. Real costs in micros; null means the estimate. `staged_lines` is how many of its order lines are staged:
    triggers count them, so that an index has the AWBs of a staging area alone (`migrations.staged_lines`)."""

    ownership = SHARED
    searched = ("number",)

    id = IdField()
    vendor_id = BigIntegerField(null=True)
    buyer_id = BigIntegerField()
    number = TextField()
    ship_date = DayField(null=True)
    ship_via = TextField(default="warehouse")
    arrival_date = DayField(null=True)
    freight = MicrosField(null=True)
    handling = MicrosField(null=True)
    shipped_at = MomentField(null=True)
    version = BigIntegerField(default=1, constraints=[SQL("DEFAULT 1")])
    search = TextField(default="", constraints=[SQL("DEFAULT ''")])
    staged_lines = IntegerField(default=0, constraints=[SQL("DEFAULT 0")])

    class Meta:
        table_name = "awb"
        indexes = (
            (("buyer_id", "number"), False),
            (("vendor_id", "number"), False),
            (("buyer_id", "id"), False),
            (("vendor_id", "id"), False),
            (("buyer_id", "ship_date", "id"), False),
            (("vendor_id", "ship_date", "id"), False),
            (("buyer_id", "arrival_date", "id"), False),
            (("vendor_id", "arrival_date", "id"), False),
        )
        constraints = [of_company("vendor_id"), of_company("buyer_id")]


Awb.add_index(Awb.index(Awb.vendor_id, Awb.buyer_id, Awb.number, unique=True, name="awb_vendor_buyer_number"))
Awb.add_index(
    Awb.index(Awb.buyer_id, Awb.number, unique=True, name="awb_own_supply_number", where=SQL("vendor_id IS NULL"))
)
for _name, _columns in (
    ("awb_staged", (Awb.buyer_id, Awb.id)),
    ("awb_staged_number", (Awb.buyer_id, Awb.number, Awb.id)),
    ("awb_staged_ship_date", (Awb.buyer_id, Awb.ship_date, Awb.id)),
    ("awb_staged_arrival_date", (Awb.buyer_id, Awb.arrival_date, Awb.id)),
):
    Awb.add_index(Awb.index(*_columns, name=_name, where=SQL("staged_lines > 0")))


class Document(Table):
    """A document of one company: prebook, purchase order, sales order, invoice order or invoice.

    `charge_terms` are the terms of its charges as they were agreed: null until its first line is checked out or
    approved (domain section 5). `parties` are names and addresses as of its opening.
    """

    ownership = OWNED
    party_columns = ("vendor_id", "buyer_id")
    searched = ("reference_number",)

    id = IdField()
    company_id = BigIntegerField()
    kind = TextField()
    number = TextField()
    former_number = TextField(default="")
    status = TextField()
    k2k = BooleanField(default=False)
    vendor_id = BigIntegerField(null=True)
    buyer_id = BigIntegerField(null=True)
    customer_id = BigIntegerField(null=True)
    cart_id = BigIntegerField(null=True)
    ship_date = DayField(null=True)
    vendor_ship_date = DayField(null=True)
    ship_via = TextField(default="warehouse")
    ship_to = JsonField(default=dict)
    carrier = TextField(default="")
    sales_type = TextField(default="prebook")
    transfer = TextField(default="none")
    awb_id = BigIntegerField(null=True)
    reference_number = TextField(default="")
    currency = TextField()
    created_at = MomentField()
    ends_at = MomentField(null=True)
    reason = TextField(default="")
    charge_terms = JsonField(null=True)
    parties = JsonField(null=True)
    version = BigIntegerField(default=1, constraints=[SQL("DEFAULT 1")])
    search = TextField(default="", constraints=[SQL("DEFAULT ''")])

    class Meta:
        table_name = "document"
        indexes = (
            (("company_id", "kind", "number"), True),
            (("company_id", "id"), True),
            (("cart_id",), False),
            (("awb_id",), False),
            (("ends_at",), False),
            (("company_id", "number"), False),
            (("company_id", "status", "id"), False),
            (("company_id", "reference_number"), False),
            (("company_id", "ship_date", "id"), False),
            (("company_id", "vendor_ship_date", "id"), False),
        )
        constraints = [
            of_company(),
            of_company("vendor_id"),
            of_company("buyer_id"),
            belongs("company_id, customer_id", "customer"),
            belongs("awb_id", "awb", "id"),
            one_of("kind", DOCUMENT_KINDS),
            one_of("transfer", TRANSFER_STATES),
        ]


Document.add_index(
    Document.index(Document.buyer_id, Document.id, name="document_sold_to", where=SQL("kind = 'sales_order'"))
)
Document.add_index(
    Document.index(Document.vendor_id, Document.id, name="document_ordered_from", where=SQL("kind = 'purchase_order'"))
)
Document.add_index(
    Document.index(
        Document.vendor_id, Document.number, name="document_ordered_number", where=SQL("kind = 'purchase_order'")
    )
)
Document.add_index(
    Document.index(
        Document.vendor_id,
        Document.transfer,
        Document.id,
        name="document_transferred",
        where=SQL("kind = 'purchase_order'"),
    )
)
Document.add_index(
    Document.index(
        Document.company_id, Document.former_number, name="document_former_number", where=SQL("former_number <> ''")
    )
)
_REQUESTED = SQL("kind = 'prebook' OR former_number <> ''")
"""Documents with a vendor that may be of a buyer's request (`store.lists.requests`)."""

for _name, _days in (
    ("document_requested", ()),
    ("document_requested_ship_date", (Document.ship_date,)),
    ("document_requested_vendor_ship_date", (Document.vendor_ship_date,)),
):
    Document.add_index(Document.index(Document.vendor_id, *_days, Document.id, name=_name, where=_REQUESTED))


class OrderLine(Table):
    """The exchange itself: one row that belongs to the buyer's prebook and purchase order and the vendor's sales order.

    `price` is what the buyer's customer pays, in the buyer's currency; `cost` what the buyer pays the vendor, in the
    vendor's. Both are frozen with their explanations when the line is made, and so are the `charges` on each box that
    stand apart from the price and the `vendor_charges` that stand apart from the cost (micros, by name), the box with
    its full-box equivalent and `dimensions` (length, width, height; all micros), and what the vendor calls it.
    `released` is how many of its `boxes` the buyer's customer gave up; `goods` names those whose hidden vendors have
    the numbers that its explanation holds.
    """

    ownership = SHARED

    id = IdField()
    buyer_id = BigIntegerField()
    vendor_id = BigIntegerField(null=True)
    lot_company_id = BigIntegerField(null=True)
    lot_id = BigIntegerField(null=True)
    cart_id = BigIntegerField(null=True)
    prebook_id = BigIntegerField(null=True)
    purchase_order_id = BigIntegerField(null=True)
    sales_order_id = BigIntegerField(null=True)
    invoice_order_id = BigIntegerField(null=True)
    customer_id = BigIntegerField(null=True)
    product_id = BigIntegerField(null=True)
    vendor_product_id = BigIntegerField(null=True)
    description = TextField()
    inventory_type = TextField()
    box_type = TextField()
    boxes = IntegerField()
    released = IntegerField(default=0, constraints=[SQL("DEFAULT 0")])
    units_per_box = IntegerField()
    unit_type = TextField()
    stems_per_bunch = IntegerField(null=True)
    price = MicrosField(null=True)
    cost = MicrosField(null=True)
    landed_cost = MicrosField(null=True)
    components = JsonField(default=dict)
    charges = JsonField(default=dict)
    state = TextField()
    mark_code = TextField(default="")
    expires_at = MomentField(null=True)
    notice_at = MomentField(null=True)
    overdue_at = MomentField(null=True)
    awb_id = BigIntegerField(null=True)
    reason = TextField(default="")
    explanation = JsonField(null=True)
    vendor_explanation = JsonField(null=True)
    created_at = MomentField()
    vendor_description = TextField(null=True)
    vendor_box_type = TextField(null=True)
    fbe = MicrosField(null=True)
    dimensions = JsonField(null=True)
    vendor_charges = JsonField(null=True)
    version = BigIntegerField(default=1, constraints=[SQL("DEFAULT 1")])
    goods = TextField(null=True)

    class Meta:
        table_name = "order_line"
        indexes = (
            (("buyer_id", "id"), True),
            (("vendor_id", "id"), False),
            (("cart_id",), False),
            (("prebook_id",), False),
            (("purchase_order_id",), False),
            (("sales_order_id", "purchase_order_id"), False),
            (("invoice_order_id",), False),
            (("lot_id",), False),
            (("awb_id",), False),
            (("state", "expires_at"), False),
            (("notice_at",), False),
        )
        constraints = [
            of_company("buyer_id"),
            of_company("vendor_id"),
            belongs("lot_company_id, lot_id", "lot"),
            belongs("buyer_id, customer_id", "customer"),
            belongs("buyer_id, cart_id", "cart"),
            belongs("buyer_id, prebook_id", "document"),
            belongs("buyer_id, purchase_order_id", "document"),
            belongs("vendor_id, sales_order_id", "document"),
            belongs("buyer_id, invoice_order_id", "document"),
            belongs("buyer_id, product_id", "product"),
            belongs("awb_id", "awb", "id"),
            Check("boxes > 0"),
            Check("released >= 0 AND released <= boxes"),
            one_of("state", LINE_STATES),
        ]


OrderLine.add_index(
    OrderLine.index(
        OrderLine.customer_id,
        OrderLine.goods,
        OrderLine.id,
        name="order_line_goods_in_cart",
        where=SQL("state = 'in_cart'"),
    )
)
OrderLine.add_index(
    OrderLine.index(
        OrderLine.vendor_id,
        OrderLine.sales_order_id,
        name="order_line_unconfirmed",
        where=SQL("state = 'checked_out'"),
    )
)
OrderLine.add_index(
    OrderLine.index(OrderLine.buyer_id, OrderLine.id, name="order_line_received", where=SQL("state = 'received'"))
)


class InvoiceLine(Table):
    """A line of an invoice: `price` per unit and `total` half up, both micros. A charge has no order line;
    what was credited since is a line below zero with its reason."""

    ownership = OWNED

    id = IdField()
    company_id = BigIntegerField()
    invoice_id = BigIntegerField()
    line_id = BigIntegerField(null=True)
    description = TextField()
    boxes = IntegerField(default=0)
    units = IntegerField(default=0)
    price = MicrosField()
    total = MicrosField()
    reason = TextField(default="", constraints=[SQL("DEFAULT ''")])

    class Meta:
        table_name = "invoice_line"
        indexes = ((("invoice_id",), False), (("line_id",), False))
        constraints = [
            belongs("company_id, invoice_id", "document"),
            belongs("line_id", "order_line", "id"),
        ]


class Link(Table):
    """A web address that a company attached to one of its documents, or to a box on its orders."""

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
