"""Use cases: views of console pages, queries of their addresses that users save under names."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, cast

from k2k_core.domain import parsing
from k2k_core.domain.answers.accounts import SavedView, SavedViews, ViewDropped
from k2k_core.errors import Conflict, Fault, NotAllowed, NotFound
from k2k_core.messages import Message
from k2k_core.schemas.record import record_fault, refuse
from k2k_core.services.administration.own_accounts import manages, own_account, owner_of
from k2k_core.services.context import ServiceContext
from k2k_core.services.idempotency import IdempotentCommand
from k2k_core.services.journal import Change, audit
from k2k_core.services.lists import filters as of
from k2k_core.services.lists.page_request import PageRequest
from k2k_core.services.lists.pages import PagedList, Rows, page
from k2k_core.store.database.session import Session
from k2k_core.store.lists.accounts import views_of
from k2k_core.store.master_data import saved_views as rows

MOST_VIEWS = 200
"""Of one user, on all pages."""

LONGEST_NAME, LONGEST_QUERY = 80, 2_000
PAGE = re.compile(r"[a-z0-9](?:[a-z0-9_/-]{0,58}[a-z0-9])?")


def views(context: ServiceContext, email: str, page_name: str | None = None) -> list[SavedView]:
    """The views that a user sees, of one page or of all: their own and those for everybody of the company, by name."""
    account = own_account(context, email)
    owner = rows.Owner(account.company_id, account.person_id)
    with context.store.reading() as session:
        session.show(account.company_id)
        return [_view(one, email) for one in rows.views(session, owner, page_name)]


def page_of_views(context: ServiceContext, email: str, request: PageRequest) -> SavedViews:
    """The same, page by page."""
    account = own_account(context, email)

    def as_rows(found: Rows) -> Rows:
        return [dict(_view(rows.View(**one), email)) for one in found]

    with context.store.reading() as session:
        session.show(account.company_id)
        listing = views_of(account.company_id, account.person_id)
        readers = {"page_name": of.word}
        listed = PagedList("views", listing, SavedView, as_rows, readers, about=str(account.person_id))
        return cast(SavedViews, page(context, session, account.company_id, listed, request))


def save_view(context: ServiceContext, email: str, values: Mapping[str, Any], key: str | None = None) -> SavedView:
    """Save `query` of a page (`page_name`) under a `name`, for oneself or for `everybody` of the company; a view of
    one's own with that name is replaced. Raises `Invalid` with every fault, `Conflict` beyond 200 views."""
    account = own_account(context, email)
    refuse(list(_view_faults(values)), "The view is not valid: {first}")
    stored = {**values, "name": values["name"].strip(), "query": values["query"].removeprefix("?")}
    command = IdempotentCommand(context, account.company, "save_view", key, {"email": email, **values})

    def work(session: Session) -> SavedView:
        owner = owner_of(session, email)
        view_id = rows.save(session, owner, stored, MOST_VIEWS)
        if view_id is None:
            raise Conflict("{email} has {most} views: delete one first.", email=email, most=MOST_VIEWS)
        audit(session, context.actor, owner.company_id, "view.saved", stored["name"], Change(after=stored))
        return _view(rows.View(view_id, **stored, owner=email), email)

    return command.transact(work)


def drop_view(context: ServiceContext, email: str, view: str, key: str | None = None) -> ViewDropped:
    """Delete a view: one's own, or, for an admin of the company, one for everybody. Raises `NotFound`, and `NotAllowed`
    for a view of somebody else."""
    account = own_account(context, email)
    command = IdempotentCommand(context, account.company, "drop_view", key, {"email": email, "view": view})

    def work(session: Session) -> ViewDropped:
        owner = owner_of(session, email)
        found = rows.view(session, owner, parsing.row_id(view))
        if found is None:
            raise NotFound("There is no view {view}.", view=view, kind="view")
        if found.owner != email and not manages(context, account.company):
            raise NotAllowed("{owner} or an admin deletes this view.", owner=found.owner)
        rows.drop(session, found.id)
        change = Change(before={"page_name": found.page_name, "query": found.query, "owner": found.owner})
        audit(session, context.actor, owner.company_id, "view.deleted", found.name, change)
        return {"view": str(found.id), "page_name": found.page_name, "name": found.name}

    return command.transact(work)


def _view_faults(values: Mapping[str, Any]) -> list[Fault]:
    faults: list[Fault] = []
    name, query = values["name"].strip(), values["query"]
    if not PAGE.fullmatch(values["page_name"]):
        faults.append(record_fault("page_name", "is not the name of a page: small letters, digits, - and _"))
    if not (name and name.isprintable() and len(name) <= LONGEST_NAME):
        faults.append(record_fault("name", Message("1 to {most} characters", most=LONGEST_NAME)))
    if len(query) > LONGEST_QUERY or not query.isprintable() or not query.isascii() or {*query} & set(' #<>"\\'):
        problem = Message("is not the query of an address, of at most {most} characters", most=LONGEST_QUERY)
        faults.append(record_fault("query", problem))
    return faults


def _view(view: rows.View, email: str) -> SavedView:
    return {
        "view": str(view.id),
        "page_name": view.page_name,
        "name": view.name,
        "query": view.query,
        "everybody": view.everybody,
        "owner": view.owner,
        "mine": view.owner == email,
    }
