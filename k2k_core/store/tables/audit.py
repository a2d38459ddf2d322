"""Tables of the audit, which is a chain of sealed entries for each company, and of what was deleted by age."""

from __future__ import annotations

from k2k_core.store.tables.base import (
    OWNED,
    SQL,
    BigIntegerField,
    IdField,
    JsonField,
    MomentField,
    Table,
    TextField,
    of_company,
)


class Audit(Table):
    """Who changed what, from which value to which. `hash` is of the entry itself, and written with it; sealing gives it
    its `place` in the company's chain and its `seal` (`domain.audit_chain`). The network's own chain has no company."""

    ownership = OWNED

    id = IdField()
    company_id = BigIntegerField(null=True)
    person = TextField()
    action = TextField()
    subject = TextField()
    before = JsonField(null=True)
    after = JsonField(null=True)
    at = MomentField()
    hash = TextField(default="", constraints=[SQL("DEFAULT ''")])
    place = BigIntegerField(null=True)
    seal = TextField(null=True)

    class Meta:
        table_name = "audit"
        indexes = ((("company_id", "id"), False), (("company_id", "subject", "id"), False))
        constraints = [of_company()]


Audit.add_index(
    SQL('CREATE UNIQUE INDEX "audit_place" ON "audit" (COALESCE(company_id, 0), "place") WHERE place IS NOT NULL')
)
Audit.add_index(SQL('CREATE INDEX "audit_unsealed" ON "audit" ("id") WHERE place IS NULL'))


class AuditHead(Table):
    """The last seal of a company's chain and its place. Of the entries up to `older` the hashes were made by a
    migration at `began_at`: what they were before nobody can tell. `anchored_at` is when an event last said the
    seal."""

    ownership = OWNED

    id = IdField()
    company_id = BigIntegerField(null=True)
    place = BigIntegerField()
    seal = TextField()
    older = BigIntegerField(default=0, constraints=[SQL("DEFAULT 0")])
    began_at = MomentField()
    anchored_at = MomentField()

    class Meta:
        table_name = "audit_head"
        constraints = [of_company()]


AuditHead.add_index(SQL('CREATE UNIQUE INDEX "audit_head_company" ON "audit_head" (COALESCE(company_id, 0))'))


class Retention(Table):
    """From where on rows are there: older ones were deleted by age. `name` is `feed`, by place, of a company, or
    `event`, by id, of the network."""

    ownership = OWNED

    id = IdField()
    company_id = BigIntegerField(null=True)
    name = TextField()
    first = BigIntegerField()

    class Meta:
        table_name = "retention"
        constraints = [of_company()]


Retention.add_index(
    SQL('CREATE UNIQUE INDEX "retention_company_name" ON "retention" (COALESCE(company_id, 0), "name")')
)

__all__ = ["Audit", "AuditHead", "Retention"]
