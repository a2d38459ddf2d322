"""Table of the work that is done in the background."""

from __future__ import annotations

from k2k_core.domain.languages import FALLBACK
from k2k_core.store.fields import FileField
from k2k_core.store.tables.base import (
    OWNED,
    BigIntegerField,
    BooleanField,
    Check,
    IdField,
    IntegerField,
    JsonField,
    MomentField,
    Table,
    TextField,
    of_company,
)


class Job(Table):
    """A method that is called in the background, for the person `actor`, and what came of it.

    Whoever runs it has it on lease until `leased_until`; then somebody else may take it. `run_key` is the idempotency
    key of the method, so that what was done is not done again. `company_id` is null for work of the whole network.
    """

    ownership = OWNED

    id = IdField()
    company_id = BigIntegerField(null=True)
    kind = TextField()
    arguments = JsonField()
    content = FileField(null=True)
    run_key = TextField()
    actor = JsonField()
    person = TextField()
    locale = TextField(default=FALLBACK)
    state = TextField(default="waiting")
    attempts = IntegerField(default=0)
    lease = TextField(null=True)
    leased_until = MomentField(null=True)
    cancelling = BooleanField(default=False)
    done = IntegerField(default=0)
    of = IntegerField(null=True)
    error = JsonField(null=True)
    result = JsonField(null=True)
    file = FileField(null=True)
    at = MomentField()
    ended_at = MomentField(null=True)

    class Meta:
        table_name = "job"
        indexes = (
            (("company_id", "id"), True),
            (("state", "id"), False),
            (("ended_at",), False),
            (("company_id", "ended_at", "id"), False),
        )
        constraints = [
            of_company(),
            Check("state IN ('waiting', 'running', 'done', 'failed', 'cancelled')"),
            Check("(state IN ('done', 'failed', 'cancelled')) = (ended_at IS NOT NULL)"),
            Check("(state = 'running') = (lease IS NOT NULL)"),
            Check("attempts >= 0"),
        ]


__all__ = ["Job"]
