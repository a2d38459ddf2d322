"""Table of the keys of programs and of the tokens of final customers."""

from __future__ import annotations

from k2k_core.store.tables.base import (
    OWNED,
    BigIntegerField,
    IdField,
    JsonField,
    MomentField,
    Table,
    TextField,
    of_company,
)


class ApiKey(Table):
    """A key, of a company or of the network, or the token of a `customer`. Of its secrets only digests are stored: the
    present one, and after a rotation the one before."""

    ownership = OWNED

    id = IdField()
    company_id = BigIntegerField(null=True)
    key_id = TextField(unique=True)
    name = TextField()
    customer = TextField(null=True)
    scopes = JsonField()
    digest = TextField()
    old_digest = TextField(null=True)
    old_until = MomentField(null=True)
    made_by = TextField()
    made_at = MomentField()
    expires_at = MomentField(null=True)
    revoked_at = MomentField(null=True)
    last_used_at = MomentField(null=True)
    last_address = TextField()

    class Meta:
        table_name = "api_key"
        indexes = ((("company_id", "id"), False), (("expires_at",), False))
        constraints = [of_company()]


__all__ = ["ApiKey"]
