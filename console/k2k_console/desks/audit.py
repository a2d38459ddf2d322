"""Desk: the audit, newest first. Entries are never deleted; a change can be undone."""

from __future__ import annotations

import re
from typing import Any

from flask import flash, redirect, request
from peewee import JOIN

from k2k_console.audit_words import changes
from k2k_console.base import Answer, Column, Desk, Record, expose
from k2k_console.desks.undo import moved_on, taken_back
from k2k_console.facade_access import network
from k2k_console.overview.latest_changes import deed
from k2k_console.translations import later, text
from k2k_core.domain.roles import COMPANY_SETUP
from k2k_core.errors import Conflict, NotFound
from k2k_core.store.fields import canonical_json
from k2k_core.store.tables import Audit, Company


class AuditTrail(Desk):
    """The audit of a company; for operators that of the network."""

    blurb = later("Who changed what, from what to what. The newest stands first.")
    columns = (
        Column("at", later("When"), Audit.at),
        Column("company", later("Company"), Company.code),
        Column("person", later("Who"), Audit.person, searched=True),
        Column("action", later("Action"), Audit.action, searched=True),
        Column("subject", later("What"), Audit.subject, searched=True),
        Column("before", later("From")),
        Column("after", later("To")),
    )
    list_template = "k2k/audit.html"

    def select_rows(self) -> Any:
        """Every entry, also those of the network that belong to no company."""
        columns = (Audit.id, Audit.company_id, Audit.at, Audit.person, Audit.action, Audit.subject)
        query = Audit.select(*columns, Audit.before, Audit.after, Company.code.alias("company"))
        return query.join(Company, JOIN.LEFT_OUTER, on=(Company.id == Audit.company_id))

    def scoped(self, query: Any) -> Any:
        """Those who do not set the company up see what they did themselves."""
        found = super().scoped(query)
        whole = self.actor.operator or self.actor.has(COMPANY_SETUP)
        return found if whole else found.where(Audit.person == self.actor.email)

    def default_order(self) -> tuple[Any, ...]:
        """The newest first."""
        return (Audit.id.desc(),)

    def record_id(self, record: Record) -> str:
        """Entries have no page of their own."""
        return ""

    def cell(self, record: Record, name: str) -> Any:
        """Moments in UTC; values as text."""
        value = record[name]
        if name == "at":
            return f"{value:%Y-%m-%d %H:%M:%S}"
        return value

    def exported(self, record: Record, name: str) -> object:
        """Values as JSON."""
        if name in ("before", "after"):
            return "" if record[name] is None else canonical_json(record[name])
        return record[name].isoformat() if name == "at" else record[name]

    def changes(self, record: Record) -> list[tuple[str, str, str]]:
        """What an entry changed."""
        return changes(record["before"], record["after"])

    def deed(self, record: Record) -> str:
        """What was done, and to what, in words."""
        return deed(record)

    def may_undo(self, record: Record) -> bool:
        """Whether the page offers to undo an entry; the facade decides."""
        return taken_back(record) is not None and (not self.actor.operator or record["action"] == "company.changed")

    @expose("/undo/", methods=("POST",))
    def undo_view(self) -> Answer:
        """Undo one change, unless the same was changed again since. That is a change like any other."""
        wanted = request.form.get("entry", "")
        number = int(wanted) if re.fullmatch(r"[0-9]{1,18}", wanted) else 0
        with network().reading() as session:
            found = session.dicts(self.scoped(self.select_rows()).where(Audit.id == number))
            asked = taken_back(found[0]) if found else None
            if asked is None:
                raise NotFound(text("There is nothing of that name that you can see."))
            if moved_on(session, found[0]):
                raise Conflict(text("This was changed again since, so it is not undone."))
        network().as_person().set(company=found[0]["company"], **asked)
        flash(text("Undone."), "success")
        return redirect(self.get_url(".index_view"))
