"""Tables of what a buyer decides about its vendors' lots: offers, and mappings of products and codes."""

from __future__ import annotations

from peewee import SQL

from k2k_core.store.tables.base import (
    OWNED,
    SHARED,
    BigIntegerField,
    BooleanField,
    Check,
    IdField,
    MicrosField,
    Table,
    TextField,
    belongs,
    of_company,
)


class Offer(Table):
    """A buyer's decision about one vendor lot: its product there, whether it is confirmed, an entered price. Null is
    undecided."""

    ownership = SHARED
    changes_facts = True
    owner_column = "buyer_id"
    sequence = "lot_seq"

    id = IdField()
    buyer_id = BigIntegerField()
    vendor_id = BigIntegerField()
    lot_id = BigIntegerField()
    product_id = BigIntegerField(null=True)
    confirmed = BooleanField(null=True)
    va_price = MicrosField(null=True)
    version = BigIntegerField(default=1, constraints=[SQL("DEFAULT 1")])

    class Meta:
        table_name = "offer"
        indexes = ((("buyer_id", "lot_id"), True), (("lot_id",), False))
        constraints = [belongs("vendor_id, lot_id", "lot"), belongs("buyer_id, product_id", "product")]


class ProductMapping(Table):
    """An earlier mapping: a vendor's product is this product of the buyer."""

    ownership = SHARED
    changes_facts = True
    owner_column = "buyer_id"
    sequence = "lot_seq"

    id = IdField()
    buyer_id = BigIntegerField()
    vendor_id = BigIntegerField()
    vendor_product_id = BigIntegerField()
    product_id = BigIntegerField()

    class Meta:
        table_name = "product_mapping"
        indexes = ((("buyer_id", "vendor_product_id"), True),)
        constraints = [
            belongs("vendor_id, vendor_product_id", "product"),
            belongs("buyer_id, product_id", "product"),
        ]


class MappingVersion(Table):
    """How often a buyer's mapping of a vendor's product has changed: a part of the versions of its offers."""

    ownership = OWNED
    owner_column = "buyer_id"

    id = IdField()
    buyer_id = BigIntegerField()
    vendor_product_id = BigIntegerField()
    version = BigIntegerField(default=1, constraints=[SQL("DEFAULT 1")])

    class Meta:
        table_name = "mapping_version"
        indexes = ((("buyer_id", "vendor_product_id"), True),)
        constraints = [of_company("buyer_id")]


class CodeMapping(Table):
    """A buyer's own code for a vendor's box type or carrier, where it differs from the vendor's."""

    ownership = SHARED
    changes_facts = True
    owner_column = "buyer_id"

    id = IdField()
    buyer_id = BigIntegerField()
    vendor_id = BigIntegerField()
    kind = TextField()
    vendor_code = TextField()
    code = TextField()
    version = BigIntegerField(default=1, constraints=[SQL("DEFAULT 1")])

    class Meta:
        table_name = "code_mapping"
        indexes = ((("buyer_id", "vendor_id", "kind", "vendor_code"), True),)
        constraints = [
            of_company("buyer_id"),
            of_company("vendor_id"),
            Check("kind IN ('box_type', 'carrier')"),
        ]
