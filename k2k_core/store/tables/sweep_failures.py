"""Table of carts and orders that a sweep cannot end."""

from __future__ import annotations

from k2k_core.store.tables.base import (
    OWNED,
    BigIntegerField,
    Check,
    IdField,
    IntegerField,
    MomentField,
    Table,
    TextField,
    of_company,
)


class SweepFailure(Table):
    """A cart or an order of which due work failed, in a row since it last succeeded: `work` says which, `code` how it
    failed the last time. It is tried again from `retry_at` on."""

    ownership = OWNED

    id = IdField()
    company_id = BigIntegerField()
    work = TextField()
    number = TextField()
    code = TextField()
    attempts = IntegerField()
    since = MomentField()
    last_at = MomentField()
    retry_at = MomentField()

    class Meta:
        table_name = "sweep_failure"
        indexes = ((("company_id", "work", "number"), True),)
        constraints = [of_company(), Check("attempts > 0")]


__all__ = ["SweepFailure"]
