"""Tables of companies, settings, users, locations, customers, vendors, carriers and connections."""

from __future__ import annotations

from k2k_core.domain.languages import FALLBACK
from k2k_core.store.tables.base import (
    OWNED,
    SHARED,
    SQL,
    SYSTEM,
    BigIntegerField,
    BooleanField,
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


class Company(Table):
    """A company of the network. Its sequences rise with every change of a fact that a price or an offer depends on."""

    ownership = SYSTEM
    searched = ("code", "name")

    id = IdField()
    code = TextField(unique=True)
    name = TextField()
    currency = TextField()
    timezone = TextField()
    locale = TextField(default=FALLBACK)
    hierarchies = JsonField(null=True)
    plugin_settings = JsonField(null=True)
    plugin_record = JsonField(null=True)
    quarantines = JsonField(null=True)
    change_seq = BigIntegerField(default=0)
    lot_seq = BigIntegerField(default=0)
    version = BigIntegerField(default=1, constraints=[SQL("DEFAULT 1")])
    settings_version = BigIntegerField(default=1, constraints=[SQL("DEFAULT 1")])
    search = TextField(default="", constraints=[SQL("DEFAULT ''")])

    class Meta:
        table_name = "company"
        indexes = ((("name", "code"), False),)


class Setting(Table):
    """A company's own value of one setting."""

    ownership = OWNED
    changes_facts = True

    id = IdField()
    company_id = BigIntegerField()
    name = TextField()
    value = JsonField(null=True)

    class Meta:
        table_name = "setting"
        indexes = ((("company_id", "name"), True),)
        constraints = [of_company()]


class Location(Table):
    """A location of a company."""

    ownership = OWNED
    changes_facts = True
    searched = ("code", "name")

    id = IdField()
    company_id = BigIntegerField()
    code = TextField()
    name = TextField()
    k2k_gpm = MicrosField(null=True)
    connected = BooleanField(default=True)
    version = BigIntegerField(default=1, constraints=[SQL("DEFAULT 1")])
    archived = BooleanField(default=False, constraints=[SQL("DEFAULT FALSE")])
    search = TextField(default="", constraints=[SQL("DEFAULT ''")])

    class Meta:
        table_name = "location"
        indexes = (
            (("company_id", "code"), True),
            (("company_id", "id"), True),
            (("company_id", "name", "code"), False),
        )
        constraints = [of_company(), Check("k2k_gpm IS NULL OR (k2k_gpm >= 0 AND k2k_gpm < 100000000)")]


class User(Table):
    """A user who can log in: of one company, or a network operator (no company)."""

    ownership = OWNED
    searched = ("email", "name")

    id = IdField()
    company_id = BigIntegerField(null=True)
    email = TextField(unique=True)
    name = TextField()
    roles = JsonField(default=list)
    locale = TextField(default=FALLBACK)
    password_hash = TextField(null=True)
    active = BooleanField(default=True)
    version = BigIntegerField(default=1, constraints=[SQL("DEFAULT 1")])
    search = TextField(default="", constraints=[SQL("DEFAULT ''")])

    class Meta:
        table_name = "person"
        indexes = ((("company_id", "email"), False), (("company_id", "name", "email"), False))
        constraints = [of_company()]


class Customer(Table):
    """A customer of a company. Markups are `{"percent": micros}` or `{"amount": micros}`; unset is null."""

    ownership = OWNED
    changes_facts = True
    searched = ("code", "name", "email")

    id = IdField()
    company_id = BigIntegerField()
    code = TextField()
    name = TextField()
    email = TextField(default="")
    type = TextField()
    landed_cost_as_price = BooleanField(default=False)
    ecommerce_markup = JsonField(null=True)
    price_b_markup = JsonField(null=True)
    sell_fast_markup = JsonField(null=True)
    price_lists = JsonField(default=list)
    ship_via = TextField(default="warehouse")
    show_fob_price = BooleanField(default=False)
    charge_fuel_surcharge = BooleanField(default=False)
    outbound_cube_rate = MicrosField(null=True)
    min_age = IntegerField(null=True)
    max_age = IntegerField(null=True)
    days_of_service = JsonField(default=dict)
    salesperson_email = TextField(default="")
    ship_to = JsonField(default=dict)
    location = TextField(null=True)
    credit_hold = BooleanField(default=False)
    additional_charges = JsonField(default=list)
    send_invoice_to = JsonField(default=list)
    send_checkout_notification_to = JsonField(default=list)
    company = TextField(null=True)
    archived = BooleanField(default=False)
    show_vendor = BooleanField(null=True)
    locale = TextField(null=True)
    version = BigIntegerField(default=1, constraints=[SQL("DEFAULT 1")])
    search = TextField(default="", constraints=[SQL("DEFAULT ''")])

    class Meta:
        table_name = "customer"
        indexes = (
            (("company_id", "code"), True),
            (("company_id", "id"), True),
            (("company_id", "name", "code"), False),
            (("company_id", "company"), False),
        )
        constraints = [
            of_company(),
            Check("type IN ('A', 'B')"),
        ]


class Vendor(Table):
    """A vendor of a company; `company` names the connected vendor company."""

    ownership = OWNED
    changes_facts = True
    searched = ("code", "name")

    id = IdField()
    company_id = BigIntegerField()
    code = TextField()
    name = TextField()
    company = TextField(null=True)
    currency = TextField()
    exchange_rate = MicrosField(null=True)
    port = TextField(null=True)
    transit_days = IntegerField(null=True)
    version = BigIntegerField(default=1, constraints=[SQL("DEFAULT 1")])
    archived = BooleanField(default=False, constraints=[SQL("DEFAULT FALSE")])
    search = TextField(default="", constraints=[SQL("DEFAULT ''")])

    class Meta:
        table_name = "vendor"
        indexes = (
            (("company_id", "code"), True),
            (("company_id", "id"), True),
            (("company_id", "name", "code"), False),
            (("company_id", "company"), False),
        )
        constraints = [of_company(), Check("exchange_rate IS NULL OR exchange_rate > 0"), Check("transit_days >= 0")]


class Carrier(Table):
    """A carrier and its cut-offs per weekday."""

    ownership = OWNED
    changes_facts = True
    searched = ("code", "name")

    id = IdField()
    company_id = BigIntegerField()
    code = TextField()
    name = TextField()
    cut_offs = JsonField(default=dict)
    version = BigIntegerField(default=1, constraints=[SQL("DEFAULT 1")])
    archived = BooleanField(default=False, constraints=[SQL("DEFAULT FALSE")])
    search = TextField(default="", constraints=[SQL("DEFAULT ''")])

    class Meta:
        table_name = "carrier"
        indexes = ((("company_id", "code"), True), (("company_id", "name", "code"), False))
        constraints = [of_company()]


class Connection(Table):
    """Vendor → buyer, one row for each pair."""

    ownership = SHARED
    changes_facts = True
    owner_column = "vendor_id"

    id = IdField()
    vendor_id = BigIntegerField()
    buyer_id = BigIntegerField()
    state = TextField()
    hide_vendor = BooleanField(default=False)
    bill_to_final_customer = BooleanField(default=False)
    share_future_sales = BooleanField(default=False)
    version = BigIntegerField(default=1, constraints=[SQL("DEFAULT 1")])

    class Meta:
        table_name = "connection"
        indexes = ((("vendor_id", "buyer_id"), True), (("buyer_id",), False))
        constraints = [
            of_company("vendor_id"),
            of_company("buyer_id"),
            Check("state IN ('proposed', 'accepted', 'active', 'suspended', 'ended')"),
        ]


class ConnectionStep(Table):
    """Which company changed the state of a connection, and when."""

    ownership = SHARED

    id = IdField()
    vendor_id = BigIntegerField()
    buyer_id = BigIntegerField()
    state = TextField()
    by_company_id = BigIntegerField()
    by_person = TextField(default="")
    at = MomentField()

    class Meta:
        table_name = "connection_step"
        constraints = [belongs("vendor_id, buyer_id", "connection", "vendor_id, buyer_id")]
