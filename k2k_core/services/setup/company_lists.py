"""Use cases: lists of companies, their connections and drafts, and their audit."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from typing import Any

from k2k_core.clock import moment_text
from k2k_core.domain import parsing
from k2k_core.domain.answers import companies as shapes
from k2k_core.domain.answers.setup import Company
from k2k_core.domain.code_words import DRAFT_STATES
from k2k_core.domain.connection_states import STATES
from k2k_core.domain.roles import COMPANY_SETUP, READING, SEEING_COSTS, Actor
from k2k_core.domain.sharing import SIDES
from k2k_core.errors import NotAllowed
from k2k_core.services.connections.connections import person_of_step
from k2k_core.services.context import ServiceContext
from k2k_core.services.lists import filters as of
from k2k_core.services.lists.page_request import PageRequest
from k2k_core.services.lists.pages import PagedList, Rows, page
from k2k_core.services.setup import draft_conflicts
from k2k_core.services.setup.undo import is_undoable
from k2k_core.store.database.session import Session
from k2k_core.store.lists import network
from k2k_core.store.master_data import companies as stored


def companies(context: ServiceContext, request: PageRequest) -> dict[str, Any]:
    """A page of the companies of the network, for the host and for operators; `NotAllowed` for anybody else."""
    if not (context.actor.host or context.actor.operator):
        raise NotAllowed("The companies of the network are listed for whoever runs it.", action=READING)
    readers = {"code": of.codes, "currency": of.word, "timezone": of.word}
    with context.store.whole_network.reading() as session:
        listed = PagedList("companies", network.COMPANIES, shapes.ListedCompany, lambda rows: rows, readers)
        return page(context, session, None, listed, request)


def company(context: ServiceContext, code: str) -> Company:
    """One company: code, name, currency, time zone and language."""
    context.actor.require(READING, code)
    with context.store.reading() as session:
        found = context.snapshots.get(session, code).company
        return {
            "code": found.code,
            "name": found.name,
            "currency": found.currency,
            "timezone": found.timezone,
            "locale": found.locale,
        }


def connections(context: ServiceContext, code: str, request: PageRequest) -> dict[str, Any]:
    """A page of a company's connections, in whatever state, oldest first."""
    context.actor.require(READING, code)
    readers = {
        "role": lambda value: parsing.choice(value, SIDES),
        "partner": of.word,
        "state": lambda value: parsing.choice(value, STATES),
    }
    with context.store.reading() as session:
        company_id, _ = stored.found(session, code)
        listing = network.connections_of(company_id)
        listed = PagedList(
            "connections",
            listing,
            shapes.ListedConnection,
            lambda rows: _with_history(context.actor, session, rows),
            readers,
        )
        return page(context, session, company_id, listed, request)


def drafts(context: ServiceContext, code: str, request: PageRequest) -> dict[str, Any]:
    """A page of the drafts of changes of a company, oldest first; open ones with the fields that were changed since."""
    context.actor.require(SEEING_COSTS, code)
    readers = {"state": lambda value: parsing.choice(value, DRAFT_STATES), "person": of.word}
    with context.store.reading() as session:
        company_id = stored.id_of(session, code)

        def as_rows(rows: Rows) -> Rows:
            return draft_conflicts.with_conflicts(session, company_id, code, _with_moments(rows))

        listed = PagedList("drafts", network.DRAFTS, shapes.ListedDraft, as_rows, readers)
        return page(context, session, company_id, listed, request)


def audit(context: ServiceContext, code: str, request: PageRequest) -> dict[str, Any]:
    """A page of the audit of a company: who changed what, from which value to which, oldest first; `sort` `-id` begins
    with the latest."""
    context.actor.require(COMPANY_SETUP, code)
    words = {"person": of.word, "action": of.word, "subject": of.word}
    readers = {**words, "since": parsing.moment, "until": parsing.moment}
    listed = PagedList("audit", network.AUDIT, shapes.AuditEntry, _as_audit, readers)
    with context.store.reading() as session:
        return page(context, session, stored.id_of(session, code), listed, request)


def _with_moments(rows: Rows) -> Rows:
    return [{**row, "at": _moment(row["at"])} for row in rows]


def _as_audit(rows: Rows) -> Rows:
    undoable = [is_undoable(row["action"], row["before"], row["after"]) for row in rows]
    return [{**row, "undoable": one} for row, one in zip(_with_moments(rows), undoable, strict=True)]


def _moment(at: dt.datetime) -> str:
    return moment_text(at)


def _with_history(actor: Actor, session: Session, rows: Rows) -> Rows:
    steps: dict[tuple[int, int], Rows] = defaultdict(list)
    for vendor, buyer, state, by, at, person in network.steps_of(
        session, [(one["vendor_id"], one["buyer_id"]) for one in rows]
    ):
        steps[vendor, buyer].append(
            {"state": state, "by": by, "at": _moment(at), "person": person_of_step(actor, by, person)}
        )
    return [
        {
            **{name: value for name, value in row.items() if name not in ("vendor_id", "buyer_id")},
            "history": steps[row["vendor_id"], row["buyer_id"]],
        }
        for row in rows
    ]
