"""Tables of webhook endpoints, deliveries, and the queue of deliveries about each document."""

from __future__ import annotations

from k2k_core.store.tables.base import (
    OWNED,
    BigIntegerField,
    Check,
    IdField,
    IntegerField,
    JsonField,
    MomentField,
    Table,
    TextField,
    belongs,
    of_company,
)


class Endpoint(Table):
    """A webhook endpoint. `place` is the last place of the company's feed that was taken out for it.

    `failures` are attempts in a row that failed; an endpoint that fails too often is paused until `rests_until`.
    """

    ownership = OWNED

    id = IdField()
    company_id = BigIntegerField()
    code = TextField()
    url = TextField()
    events = JsonField(default=list)
    state = TextField(default="active")
    why = TextField(default="")
    secret = TextField()
    old_secret = TextField(null=True)
    old_secret_until = MomentField(null=True)
    place = BigIntegerField(default=0)
    failures = IntegerField(default=0)
    rests_until = MomentField(null=True)
    at = MomentField()

    class Meta:
        table_name = "endpoint"
        indexes = ((("company_id", "code"), True), (("company_id", "id"), True), (("company_id", "at", "code"), False))
        constraints = [of_company(), Check("state IN ('active', 'disabled')")]


class Delivery(Table):
    """One event for one endpoint, or one notification for its address.

    `next_at` is the moment from which it may be leased: the end of a pause, or of its present lease.
    """

    ownership = OWNED

    id = IdField()
    company_id = BigIntegerField()
    endpoint_id = BigIntegerField(null=True)
    notification_id = BigIntegerField(null=True)
    event_id = BigIntegerField(null=True)
    seq = BigIntegerField(default=0)
    message_id = TextField(unique=True)
    state = TextField(default="waiting")
    attempts = IntegerField(default=0)
    next_at = MomentField()
    lease = TextField(null=True)
    leased_until = MomentField(null=True)
    error = TextField(default="")
    since = MomentField()
    done_at = MomentField(null=True)

    class Meta:
        table_name = "delivery"
        indexes = (
            (("company_id", "id"), True),
            (("endpoint_id", "seq"), True),
            (("notification_id",), True),
            (("state", "endpoint_id", "next_at"), False),
        )
        constraints = [
            of_company(),
            belongs("company_id, endpoint_id", "endpoint"),
            belongs("company_id, notification_id", "notification"),
            Check("state IN ('waiting', 'delivered', 'dead')"),
            Check("(endpoint_id IS NULL) <> (notification_id IS NULL)"),
            Check("attempts >= 0"),
        ]


class DeliveryTurn(Table):
    """A waiting delivery is in the queue of each document that it is about; it may be sent when it is the first in all
    of them.
    """

    ownership = OWNED

    id = IdField()
    company_id = BigIntegerField()
    endpoint_id = BigIntegerField()
    delivery_id = BigIntegerField()
    document = TextField()
    seq = BigIntegerField()

    class Meta:
        table_name = "delivery_turn"
        indexes = ((("endpoint_id", "document", "seq"), False), (("delivery_id",), False))
        constraints = [of_company(), belongs("company_id, delivery_id", "delivery")]
