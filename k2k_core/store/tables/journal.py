"""Tables of events, feeds, notifications, drafts, idempotency keys and counters."""

from __future__ import annotations

from k2k_core.domain.languages import FALLBACK
from k2k_core.store.tables.base import (
    OWNED,
    SQL,
    SYSTEM,
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


class Event(Table):
    """The outbox: what happened, written in the transaction in which it happened."""

    ownership = SYSTEM

    id = IdField()
    type = TextField()
    data = JsonField()
    at = MomentField()

    class Meta:
        table_name = "event"


class Feed(Table):
    """One company's view of the events, numbered in the order of commits: the resumable feed."""

    ownership = OWNED

    id = IdField()
    company_id = BigIntegerField()
    seq = BigIntegerField()
    event_id = BigIntegerField()

    class Meta:
        table_name = "feed"
        indexes = ((("company_id", "seq"), True),)
        constraints = [of_company()]


class RowChange(Table):
    """A row that a unit of work has changed, noted by a trigger until the unit writes its events: the table is empty
    but for what is under way. `unit` is PostgreSQL's number of the transaction, `kind` the table, `name` that of a
    setting."""

    ownership = SYSTEM

    id = IdField()
    unit = BigIntegerField()
    kind = TextField()
    company_id = BigIntegerField()
    row_id = BigIntegerField()
    name = TextField(default="", constraints=[SQL("DEFAULT ''")])

    class Meta:
        table_name = "row_change"
        indexes = ((("unit",), False),)


class Notification(Table):
    """A message to one address. `company_id` is the company of its recipient."""

    ownership = OWNED
    searched = ("to", "subject")

    id = IdField()
    company_id = BigIntegerField()
    to = TextField()
    event = TextField()
    subject = TextField()
    body = TextField()
    locale = TextField(default=FALLBACK)
    at = MomentField()
    sent_at = MomentField(null=True)
    search = TextField(default="", constraints=[SQL("DEFAULT ''")])

    class Meta:
        table_name = "notification"
        indexes = ((("company_id", "event"), False), (("company_id", "id"), True))
        constraints = [of_company()]


class Idempotency(Table):
    """The first answer to a command with a key, stored in the transaction of its work."""

    ownership = OWNED

    id = IdField()
    company_id = BigIntegerField()
    operation = TextField()
    key = TextField()
    fingerprint = TextField()
    answer = JsonField(null=True)
    at = MomentField()

    class Meta:
        table_name = "idempotency"
        indexes = ((("company_id", "operation", "key"), True),)
        constraints = [of_company()]


class NetworkIdempotency(Table):
    """The same for a command that belongs to no company."""

    ownership = SYSTEM

    id = IdField()
    operation = TextField()
    key = TextField()
    fingerprint = TextField()
    answer = JsonField(null=True)
    at = MomentField()

    class Meta:
        table_name = "network_idempotency"
        indexes = ((("operation", "key"), True),)


class Draft(Table):
    """Changes of a company's set-up that are reviewed before they are applied."""

    ownership = OWNED

    id = IdField()
    company_id = BigIntegerField()
    number = TextField()
    changes = JsonField()
    state = TextField(default="open")
    person = TextField()
    at = MomentField()

    class Meta:
        table_name = "draft"
        indexes = ((("company_id", "number"), True), (("company_id", "id"), False))
        constraints = [of_company(), Check("state IN ('open', 'applied', 'dropped')")]


class Counter(Table):
    """The last number given for a kind of document of a company."""

    ownership = OWNED
    traded = True

    id = IdField()
    company_id = BigIntegerField()
    name = TextField()
    value = BigIntegerField()

    class Meta:
        table_name = "counter"
        indexes = ((("company_id", "name"), True),)
        constraints = [of_company()]


__all__ = [
    "Counter",
    "Draft",
    "Event",
    "Feed",
    "Idempotency",
    "NetworkIdempotency",
    "Notification",
    "RowChange",
    "belongs",
]
