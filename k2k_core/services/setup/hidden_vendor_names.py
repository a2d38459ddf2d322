"""Use case: findings about descriptions of products and names of categories that name a hidden vendor, on demand and
when they are written (domain section 6)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Mapping, Sequence
from typing import Any, Generic, NamedTuple, TypeVar

from k2k_core.domain.answers.findings import SetupFinding
from k2k_core.domain.name_checks import HiddenName, ReadText, name_checks
from k2k_core.domain.price_checks import Finding
from k2k_core.domain.roles import READING
from k2k_core.services.context import ServiceContext
from k2k_core.services.setup.checked_writes import Combine, new_findings
from k2k_core.store.database.session import Session
from k2k_core.store.master_data import companies, connections, products

T = TypeVar("T")
R = TypeVar("R")

KINDS: Mapping[str, str] = {"products": "product", "categories": "category"}
"""Collections with a text that customers read, and how a change names one of their records."""

Codes = Mapping[str, Collection[str]]
"""Codes of records by collection."""


class Checked(NamedTuple, Generic[T]):
    """What a write answers, and the findings that it causes."""

    answer: T
    findings: list[SetupFinding]


def check_names(context: ServiceContext, company: str) -> list[SetupFinding]:
    """Every text of the company that names a hidden vendor: `{code, severity, place, problem, what_to_do}`."""
    context.actor.require(READING, company)
    with context.store.reading() as session:
        company_id, _ = companies.found(session, company)
        return [finding.as_dict() for finding in _findings(session, company_id)]


def checking_names(
    company: str, work: Callable[[Session], T], changes: Sequence[Mapping[str, Any]] | None = None
) -> Callable[[Session], Checked[T]]:
    """The work of a write, with the findings about the texts that it writes. `changes` are those of `set` and `put`;
    without them all texts of the company are compared."""
    codes = None if changes is None else _written(company, changes)

    def checked(session: Session) -> Checked[T]:
        if codes is not None and not codes:
            return Checked(work(session), [])
        company_id, _ = companies.found(session, company)
        before = _findings(session, company_id, codes)
        answer = work(session)
        return Checked(answer, new_findings(before, _findings(session, company_id, codes)))

    return checked


def with_names(combine: Combine[T, R]) -> Combine[Checked[T], R]:
    """Adds the findings about texts to those of the other checks."""
    return lambda checked, found: combine(checked.answer, [*found, *checked.findings])


def _findings(session: Session, company_id: int, codes: Codes | None = None) -> list[Finding]:
    """The findings about some texts, or about all; nothing else is read where no vendor is hidden."""
    hidden = [HiddenName(*row) for row in connections.hidden_names(session, company_id)]
    if not hidden:
        return []
    found = [
        ReadText(f"{collection}.{code}.{field}", text)
        for collection, field in products.TEXTS.items()
        if codes is None or collection in codes
        for code, text in products.texts(session, company_id, collection, None if codes is None else codes[collection])
    ]
    return name_checks(found, hidden)


def _written(company: str, changes: Sequence[Mapping[str, Any]]) -> dict[str, set[str]]:
    """The records with texts that some changes write."""
    found: dict[str, set[str]] = defaultdict(set)
    for change in changes:
        for collection, kind in KINDS.items():
            if change.get(kind) is not None:
                found[collection].add(str(change[kind]).removeprefix(f"{company}/"))
        rows = change.get("rows")
        if change.get("collection") in KINDS and isinstance(rows, Sequence):
            found[str(change["collection"])].update(str(row.get("code")) for row in rows if isinstance(row, Mapping))
    return dict(found)
