"""Tables of products, box types, price lists, lots and boxes."""

from __future__ import annotations

from peewee import SQL

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


class Category(Table):
    """A product category of a company."""

    ownership = OWNED
    changes_facts = True
    searched = ("code", "name")

    id = IdField()
    company_id = BigIntegerField()
    code = TextField()
    name = TextField()
    local_after = IntegerField(null=True)
    version = BigIntegerField(default=1, constraints=[SQL("DEFAULT 1")])
    archived = BooleanField(default=False, constraints=[SQL("DEFAULT FALSE")])
    search = TextField(default="", constraints=[SQL("DEFAULT ''")])

    class Meta:
        table_name = "category"
        indexes = (
            (("company_id", "code"), True),
            (("company_id", "id"), True),
            (("company_id", "name", "code"), False),
        )
        constraints = [of_company()]


class Product(Table):
    """A product of a company."""

    ownership = OWNED
    changes_facts = True
    searched = ("code", "description", "variety", "color", "grade")

    id = IdField()
    company_id = BigIntegerField()
    code = TextField()
    description = TextField()
    category_id = BigIntegerField()
    variety = TextField(null=True)
    color = TextField(null=True)
    grade = TextField(null=True)
    local_after = IntegerField(null=True)
    version = BigIntegerField(default=1, constraints=[SQL("DEFAULT 1")])
    archived = BooleanField(default=False, constraints=[SQL("DEFAULT FALSE")])
    search = TextField(default="", constraints=[SQL("DEFAULT ''")])

    class Meta:
        table_name = "product"
        indexes = (
            (("company_id", "code"), True),
            (("company_id", "id"), True),
            (("company_id", "description", "code"), True),  # as its code is: SQLite sorts nothing behind a unique key
            (("category_id", "code"), False),
        )
        constraints = [of_company(), belongs("company_id, category_id", "category")]


class BoxType(Table):
    """A box type; `fbe` is its full-box equivalent in micros."""

    ownership = OWNED
    changes_facts = True
    searched = ("code", "name")

    id = IdField()
    company_id = BigIntegerField()
    code = TextField()
    name = TextField()
    fbe = MicrosField()
    version = BigIntegerField(default=1, constraints=[SQL("DEFAULT 1")])
    archived = BooleanField(default=False, constraints=[SQL("DEFAULT FALSE")])
    search = TextField(default="", constraints=[SQL("DEFAULT ''")])

    class Meta:
        table_name = "box_type"
        indexes = (
            (("company_id", "code"), True),
            (("company_id", "id"), True),
            (("company_id", "name", "code"), False),
        )
        constraints = [of_company(), Check("fbe > 0")]


class BoxDimensions(Table):
    """The dimensions in inches (micros) of a box type, or of a product in it."""

    ownership = OWNED
    changes_facts = True

    id = IdField()
    company_id = BigIntegerField()
    box_type_id = BigIntegerField()
    product_id = BigIntegerField(null=True)
    length = MicrosField()
    width = MicrosField()
    height = MicrosField()
    version = BigIntegerField(default=1, constraints=[SQL("DEFAULT 1")])

    class Meta:
        table_name = "box_dimensions"
        indexes = (
            (("company_id", "box_type_id", "product_id"), True),
            (("company_id", "id"), False),
            (("box_type_id", "id"), False),
        )
        constraints = [
            belongs("company_id, box_type_id", "box_type"),
            belongs("company_id, product_id", "product"),
            Check("length > 0 AND width > 0 AND height > 0"),
        ]


class PriceList(Table):
    """A price list; a company has at most one master."""

    ownership = OWNED
    changes_facts = True
    searched = ("code", "name")

    id = IdField()
    company_id = BigIntegerField()
    code = TextField()
    name = TextField()
    type = TextField()
    master = BooleanField(default=False)
    active = BooleanField(default=True)
    everyone = BooleanField(default=False, constraints=[SQL("DEFAULT FALSE")])
    version = BigIntegerField(default=1, constraints=[SQL("DEFAULT 1")])
    archived = BooleanField(default=False, constraints=[SQL("DEFAULT FALSE")])
    search = TextField(default="", constraints=[SQL("DEFAULT ''")])

    class Meta:
        table_name = "price_list"
        indexes = (
            (("company_id", "code"), True),
            (("company_id", "id"), True),
            (("company_id", "name", "code"), False),
        )
        constraints = [of_company(), Check("type IN ('all', 'open_market', 'prebook', 'season')")]


PriceList.add_index(
    PriceList.index(PriceList.company_id, unique=True, name="price_list_one_master", where=SQL("master"))
)


class PriceSeason(Table):
    """A season of a price list, both days inclusive."""

    ownership = OWNED
    changes_facts = True

    id = IdField()
    company_id = BigIntegerField()
    price_list_id = BigIntegerField()
    name = TextField()
    start = DayField()
    end = DayField()

    class Meta:
        table_name = "price_season"
        indexes = ((("company_id", "id"), True), (("price_list_id",), False))
        constraints = [belongs("company_id, price_list_id", "price_list"), Check('start <= "end"')]


class PriceRow(Table):
    """A price of a season: product × optional box type × optional vendor."""

    ownership = OWNED
    changes_facts = True

    id = IdField()
    company_id = BigIntegerField()
    season_id = BigIntegerField()
    product_id = BigIntegerField()
    box_type_id = BigIntegerField(null=True)
    vendor = TextField(null=True)
    price = MicrosField()
    cost = MicrosField(null=True)

    class Meta:
        table_name = "price_row"
        indexes = (
            (("season_id", "product_id"), False),
            (("company_id", "id"), False),
            (("product_id", "id"), False),
            (("company_id", "price", "id"), False),
            (("company_id", "cost", "id"), False),
        )
        constraints = [
            belongs("company_id, season_id", "price_season"),
            belongs("company_id, product_id", "product"),
            belongs("company_id, box_type_id", "box_type"),
        ]


class Lot(Table):
    """A line of a company's inventory.

    `boxes` is how many ever came, `available` how many nobody has bought or holds, `allocated` how many were received
    for lines of prebooks and are not billed (domain section 6), `on_hand` how many are in the house, `short` how many
    are promised and not there. The last four move only together with the ledger row that `ledger_id` names.
    `counted_at` is when the last count that somebody stated was made. `remark` is what buyers read about it while the
    company's rules hold it back. Every change moves `mark`, by a trigger
    (`store.inventory.lot_changes`).

    A lot of boxes that came from a vendor names the AWB that they came on, stores the cost that they came with
    (`landed_cost` and its `components` per unit, `fbe` of a box; micros), and `received_on`, the day of the scan;
    where the vendor lets its real aging be seen that is null, and the arrival date is the vendor's.
    """

    ownership = OWNED
    traded = True
    changes_facts = True
    sequence = "lot_seq"

    id = IdField()
    company_id = BigIntegerField()
    code = TextField()
    inventory_type = TextField()
    product_id = BigIntegerField()
    vendor = TextField(null=True)
    location_id = BigIntegerField(null=True)
    box_type_id = BigIntegerField()
    boxes = IntegerField()
    available = IntegerField(default=0)
    allocated = IntegerField(default=0, constraints=[SQL("DEFAULT 0")])
    ledger_id = BigIntegerField(default=0)
    units_per_box = IntegerField()
    unit_type = TextField()
    stems_per_bunch = IntegerField(null=True)
    unit_cost = MicrosField(null=True)
    awb = TextField(null=True)
    port = TextField(null=True)
    arrival_date = DayField()
    on_hold = BooleanField(default=False)
    solid = BooleanField(default=True)
    sell_fast = BooleanField(default=False)
    web_price = MicrosField(null=True)
    price_a = MicrosField(null=True)
    price_b = MicrosField(null=True)
    price_b_manual = MicrosField(null=True)
    unit_price = MicrosField(null=True)
    va_price = MicrosField(null=True)
    purchase_order_price = MicrosField(null=True)
    last_price = JsonField(null=True)
    archived = BooleanField(default=False)
    mark = BigIntegerField(default=0, constraints=[SQL("DEFAULT 0")])
    awb_id = BigIntegerField(null=True)
    landed_cost = MicrosField(null=True)
    components = JsonField(null=True)
    fbe = MicrosField(null=True)
    received_on = DayField(null=True)
    on_hand = IntegerField(default=0, constraints=[SQL("DEFAULT 0")])
    short = IntegerField(default=0, constraints=[SQL("DEFAULT 0")])
    counted_at = MomentField(null=True)
    version = BigIntegerField(default=1, constraints=[SQL("DEFAULT 1")])
    remark = TextField(null=True)

    class Meta:
        table_name = "lot"
        indexes = (
            (("company_id", "code"), True),
            (("company_id", "id"), True),
            (("company_id", "awb"), False),
            (("company_id", "mark"), False),
            (("product_id", "code"), False),
            (("awb_id",), False),
            (("company_id", "arrival_date", "code"), False),
            (("company_id", "boxes", "code"), False),
            (("company_id", "unit_cost", "code"), False),
            (("company_id", "web_price", "code"), False),
            (("company_id", "price_a", "code"), False),
            (("company_id", "available", "code"), False),
        )
        constraints = [
            of_company(),
            belongs("company_id, product_id", "product"),
            belongs("company_id, box_type_id", "box_type"),
            belongs("company_id, location_id", "location"),
            belongs("awb_id", "awb", "id"),
            Check("available >= 0"),
            Check("allocated >= 0"),
            Check("short >= 0 AND (short = 0 OR available = 0)"),
            Check("boxes >= 0"),
            Check("units_per_box > 0"),
            Check("unit_type IN ('stem', 'bunch')"),
        ]


class LotLedger(Table):
    """Append-only: every change of `available`, `allocated`, `on_hand` and `short`, why, and the numbers after it.

    `stated`: somebody said how many there are; a later statement does not add such a row again. `reference` is the
    caller's own name of an adjustment, which the company never uses again, or of a statement.
    """

    ownership = OWNED

    id = IdField()
    company_id = BigIntegerField()
    lot_id = BigIntegerField()
    delta = IntegerField()
    available_after = IntegerField()
    allocated_delta = IntegerField(default=0, constraints=[SQL("DEFAULT 0")])
    allocated_after = IntegerField(default=0, constraints=[SQL("DEFAULT 0")])
    reason = TextField()
    line_id = BigIntegerField(null=True)
    at = MomentField()
    on_hand_delta = IntegerField(default=0, constraints=[SQL("DEFAULT 0")])
    on_hand_after = IntegerField(default=0, constraints=[SQL("DEFAULT 0")])
    short_delta = IntegerField(default=0, constraints=[SQL("DEFAULT 0")])
    short_after = IntegerField(default=0, constraints=[SQL("DEFAULT 0")])
    stated = BooleanField(default=False, constraints=[SQL("DEFAULT FALSE")])
    reference = TextField(null=True)

    class Meta:
        table_name = "lot_ledger"
        indexes = ((("lot_id", "id"), False), (("company_id", "id"), False))
        constraints = [
            belongs("company_id, lot_id", "lot"),
            Check("available_after >= 0"),
            Check("allocated_after >= 0"),
            Check("short_after >= 0"),
        ]


LotLedger.add_index(
    LotLedger.index(
        LotLedger.company_id,
        LotLedger.reference,
        unique=True,
        name="lot_ledger_reference",
        where=SQL("reference IS NOT NULL AND NOT stated"),
    )
)


class Box(Table):
    """A physical box. Its code is unique in the network and never reused; its company is the one whose lot it is in.

    A box that is `received` in a lot of its buyer is allocated to the order line `line_id` (domain section 6).
    `missing` is why its buyer reports that it never came; null while nobody does.
    """

    ownership = OWNED
    traded = True

    id = IdField()
    company_id = BigIntegerField()
    lot_id = BigIntegerField()
    code = TextField(unique=True)
    position = IntegerField()
    state = TextField(default="in_stock")
    line_id = BigIntegerField(null=True)
    printed = IntegerField(default=0)
    missing = TextField(null=True)

    class Meta:
        table_name = "box"
        indexes = (
            (("lot_id", "position"), False),
            (("line_id",), False),
            (("company_id", "id"), False),
            (("company_id", "code"), False),
        )
        constraints = [
            belongs("company_id, lot_id", "lot"),
            Check("state IN ('in_stock', 'staged', 'received', 'billed', 'withdrawn')"),
        ]


Box.add_index(Box.index(Box.id, name="box_missing", where=SQL("missing IS NOT NULL")))


class BoxClaim(Table):
    """Which order line holds a box. A box has at most one open claim. Its companies are those of the line and its code
    is that of the box, so that lists of one company's boxes are read by an index."""

    ownership = SHARED

    id = IdField()
    box_id = BigIntegerField()
    line_id = BigIntegerField()
    open = BooleanField(default=True)
    buyer_id = BigIntegerField(null=True)
    vendor_id = BigIntegerField(null=True)
    box_code = TextField(default="", constraints=[SQL("DEFAULT ''")])

    class Meta:
        table_name = "box_claim"
        indexes = (
            (("line_id",), False),
            (("buyer_id", "box_id"), False),
            (("vendor_id", "box_id"), False),
            (("buyer_id", "box_code", "box_id"), False),
            (("vendor_id", "box_code", "box_id"), False),
        )
        constraints = [
            belongs("box_id", "box", "id"),
            belongs("line_id", "order_line", "id"),
            of_company("buyer_id"),
            of_company("vendor_id"),
        ]


BoxClaim.add_index(BoxClaim.index(BoxClaim.buyer_id, BoxClaim.id, name="box_claim_staging", where=SQL("open")))
BoxClaim.add_index(BoxClaim.index(BoxClaim.box_id, unique=True, name="box_claim_one_open", where=SQL("open")))
