"""Use cases: the last change of a field, and undoing a change, from the audit.

A change is undone by a change that restores its values, on condition that they still are what the change made of them:
later changes of others are kept, and named.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from k2k_core.clock import moment_text
from k2k_core.domain import parsing
from k2k_core.domain.answers.setup import Changed, FieldChange
from k2k_core.domain.roles import PRICES, READING, SEEING_COSTS
from k2k_core.errors import Conflict, NotFound
from k2k_core.services.context import ServiceContext
from k2k_core.services.setup.changes import COLLECTION_OF, FIELD_ACTIONS, FIXED, ChangeRequest, change
from k2k_core.services.setup.checked_writes import AS_USUAL, WriteOptions
from k2k_core.services.setup.puts import SINGULAR
from k2k_core.settings.catalogue import BY_NAME
from k2k_core.store.events import audit_trail
from k2k_core.store.events.audit_trail import AuditRow
from k2k_core.store.master_data import companies

OFFERS, MAP = "offers", "map"
"""An offer is named by its vendor's lot, and every change of it is a `map`."""


def last_change(context: ServiceContext, company: str, subject: str, field: str) -> FieldChange | None:
    """The last change of a field of a subject: `settings`, `company`, a record as `customers/C-100`, or an offer as
    `offers/ANDES/L1`; None if the audit has none. A code alone means every record with that code.

    Raises `NotAllowed` for a price or margin without the role to see costs.
    """
    setting = BY_NAME.get(field)
    priced = FIELD_ACTIONS.get(field) == PRICES or (setting is not None and setting.action == PRICES)
    context.actor.require(READING, company)
    if priced and not context.actor.operator:
        context.actor.require(SEEING_COSTS, company)
    name, actions = audited(company, subject)
    with context.store.reading() as session:
        company_id = companies.id_of(session, company)
        row = audit_trail.last_change(session, company_id, name, actions, field)
    return None if row is None else _shown(row, field)


def undo(
    context: ServiceContext,
    company: str,
    audit_id: int,
    key: str | None = None,
    options: WriteOptions = AS_USUAL,
) -> Changed:
    """Undo a change of settings, of a company's own values or of a record, by its entry in the audit; returns what was
    changed by that.

    Raises `NotFound` for an entry that the company does not have, `Conflict` for one that is no such change, and with
    the `fields` that were changed again since: then nothing is undone. The roles are those of the fields.
    """
    context.actor.require(READING, company)
    number = parsing.argument("audit_id", parsing.whole, audit_id, 1, parsing.LARGEST_VERSION)
    with context.store.reading() as session:
        company_id, _ = companies.found(session, company)
        row = audit_trail.entry(session, company_id, number)
    if row is None:
        raise NotFound("There is no such entry in the audit of {company}.", company=company)
    values = moved_values(row.before, row.after)
    if not is_undoable(row.action, row.before, row.after):
        raise Conflict("Entry {entry} of the audit cannot be undone: it is {action}.", entry=row.id, action=row.action)
    expected = {name: after for name, (_, after) in values.items()}
    before = {name: old for name, (old, _) in values.items()}
    kind = row.action.partition(".")[0]
    asked: dict[str, Any] = {kind: row.subject} if kind in COLLECTION_OF else {}
    asked["settings" if kind == "settings" else "values"] = before
    request = ChangeRequest(**asked, expected=expected)
    return change(context, company, request, key, options, operation="undo")


def is_undoable(action: str, before: Any, after: Any) -> bool:
    """Whether an entry of the audit is a change of values that `undo` can restore."""
    kind, _, verb = action.partition(".")
    if verb != "changed" or kind not in ("settings", "company", *COLLECTION_OF):
        return False
    fixed = FIXED.get(COLLECTION_OF.get(kind, ""), ())
    values = moved_values(before, after)
    return bool(values) and not set(values) & set(fixed)


def moved_values(before: Any, after: Any) -> dict[str, tuple[Any, Any]]:
    """The fields that an entry has changed, with their values before and after."""
    if not isinstance(before, Mapping) or not isinstance(after, Mapping):
        return {}
    return {name: (before.get(name), value) for name, value in after.items() if before.get(name) != value}


def audited(company: str, subject: str) -> tuple[str, list[str]]:
    """The audit's name of a subject, and the actions of its changes."""
    if subject in ("settings", "company"):
        return company, [f"{subject}.changed"]
    collection, _, code = subject.partition("/")
    if collection in SINGULAR and code:
        return code.removeprefix(f"{company}/"), [f"{SINGULAR[collection]}.changed"]
    if collection == OFFERS and code:
        return code, [MAP]
    return subject, [f"{one}.changed" for one in SINGULAR.values()]


def _shown(row: AuditRow, field: str) -> FieldChange:
    before = row.before if isinstance(row.before, dict) else {}
    after = row.after if isinstance(row.after, dict) else {}
    return {
        "audit": row.id,
        "field": field,
        "before": before.get(field),
        "after": after.get(field),
        "who": row.person,
        "when": moment_text(row.at),
        "undoable": is_undoable(row.action, row.before, row.after),
    }
