"""Tables of what a user has of their own: console sessions, preferences and saved views."""

from __future__ import annotations

from k2k_core.store.tables.base import (
    OWNED,
    SQL,
    BigIntegerField,
    BooleanField,
    IdField,
    MomentField,
    Table,
    TextField,
    of_company,
)


class UserSession(Table):
    """A log-in that has not ended. Of its token only the digest is stored; a session that ends is deleted,
    but for one that was used elsewhere: that one is over at its last use."""

    ownership = OWNED

    id = IdField()
    company_id = BigIntegerField(null=True)
    person_id = BigIntegerField()
    token_digest = TextField(unique=True)
    made_at = MomentField()
    seen_at = MomentField()
    expires_at = MomentField()
    address = TextField()
    agent = TextField()

    class Meta:
        table_name = "user_session"
        indexes = ((("person_id", "id"), False), (("expires_at",), False))
        constraints = [of_company(), SQL("FOREIGN KEY (person_id) REFERENCES person (id)")]


class Preference(Table):
    """How the console looks and behaves for one user; null is the default."""

    ownership = OWNED

    id = IdField()
    company_id = BigIntegerField(null=True)
    person_id = BigIntegerField(unique=True)
    theme = TextField(null=True)
    density = TextField(null=True)
    single_keys = BooleanField(null=True)

    class Meta:
        table_name = "preference"
        constraints = [of_company(), SQL("FOREIGN KEY (person_id) REFERENCES person (id)")]


class SavedView(Table):
    """The query of a page of the console under a name, for its owner or for everybody of the company."""

    ownership = OWNED

    id = IdField()
    company_id = BigIntegerField(null=True)
    person_id = BigIntegerField()
    page_name = TextField()
    name = TextField()
    query = TextField()
    everybody = BooleanField(default=False)

    class Meta:
        table_name = "saved_view"
        indexes = ((("person_id", "page_name", "name"), True), (("company_id", "everybody"), False))
        constraints = [of_company(), SQL("FOREIGN KEY (person_id) REFERENCES person (id)")]


__all__ = ["Preference", "SavedView", "UserSession"]
