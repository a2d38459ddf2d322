"""Use case: findings about ages, days and calendars that a company would have after some changes (`check_dates`)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from k2k_core.domain.answers.findings import SetupFinding
from k2k_core.domain.roles import READING
from k2k_core.services.context import ServiceContext
from k2k_core.services.dates import date_checks
from k2k_core.services.setup.drafting import drafted
from k2k_core.services.setup.what_if import all_of, planned_changes


def check_changed_dates(
    context: ServiceContext, company: str, changes: Sequence[Mapping[str, Any]]
) -> list[SetupFinding]:
    """The findings of `date_checks.check_dates` after the changes, which are written like those of a what-if draft and
    need the roles that making them needs. Raises `Invalid` with every fault of one."""
    context.actor.require(READING, company)
    draft = drafted(context, company, all_of(planned_changes(context, company, changes)))
    with context.store.reading() as session:
        session.show(draft.company.id)
        found = date_checks.findings(context, session, draft.company)
    return [finding.as_dict() for finding in found]
