"""Use cases: what-if drafts, which show what changes would do to every price before they are applied or dropped.

A draft is made by the code that applies it, in a transaction that is always rolled back; what remains is a snapshot of
the set-up after it, and the whole catalog is priced from both for every customer. So a draft and its application cannot
disagree, and readers never see a draft.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from fractions import Fraction
from typing import Any, Literal, NamedTuple, cast

from k2k_core.domain.answers.setup import (
    Changed,
    DraftApplied,
    DraftDropped,
    Hierarchies,
    PricesCompared,
    RecordsPut,
    WhatIf,
)
from k2k_core.domain.price_movements import MovementCounts
from k2k_core.domain.roles import PRICES, SEEING_COSTS
from k2k_core.errors import Conflict, Invalid, NotFound
from k2k_core.services.company_snapshot import CompanySnapshot
from k2k_core.services.context import ServiceContext
from k2k_core.services.idempotency import IdempotentCommand
from k2k_core.services.journal import Change as AuditedChange
from k2k_core.services.journal import audit, emit
from k2k_core.services.pricing import hierarchies
from k2k_core.services.pricing.price_checks import findings
from k2k_core.services.setup import changes as changing
from k2k_core.services.setup import draft_conflicts, drafting, puts
from k2k_core.services.setup.checked_writes import (
    ALL,
    AS_USUAL,
    Combine,
    WriteOptions,
    orders_of,
    shadowed,
    with_findings,
    written,
)
from k2k_core.services.setup.hidden_vendor_names import checking_names, with_names
from k2k_core.services.setup.price_comparison import PriceComparison, change_text, floor_of, given_floor, shown
from k2k_core.store.database.session import Session
from k2k_core.store.fields import Json
from k2k_core.store.master_data import companies, drafts

Made = Changed | RecordsPut | Hierarchies
"""What a change of a draft answers when it is made."""

Work = Callable[[Session], Made]


def all_of(works: Sequence[Work]) -> Callable[[Session], list[Made]]:
    """Several changes as one piece of work."""
    return lambda session: [work(session) for work in works]


Change = Mapping[str, Any]
MovedCounts = Literal["lines", "moved", "up", "down", "gained_price", "lost_price"]
Progress = Callable[[int, int], None]
"""Customers done, and their number."""


class WhatIfRequest(NamedTuple):
    """The changes that are tried, a percentage of margin below which lines are listed, and a ship via for all
    customers."""

    changes: Sequence[Change]
    margin_floor: object = None
    ship_via: str | None = None


def what_if(
    context: ServiceContext,
    company: str,
    request: WhatIfRequest,
    key: str | None = None,
    progress: Progress | None = None,
    *,
    store: bool = True,
) -> WhatIf:
    """Return what `changes` would do to every price of every customer, and store them as a draft unless `store` is off.

    Each change is written as for `set` (`{"settings": {...}}`, `{"customer": "C-100", "values": {...}}`), as for `put`
    (`{"collection": "price_lists", "rows": [...]}`), or `{"hierarchies": {...}}`. `margin_floor` is a percentage, by
    default the company's: lines whose price would leave less over the landed cost are listed. `ship_via` is each
    customer's own by default. Raises `Invalid` with every fault of a change.
    """
    context.actor.require(SEEING_COSTS, company)
    floor = given_floor(request.margin_floor)
    changes = [_plain(change) for change in request.changes]
    command = IdempotentCommand(context, company, "what_if", key, {**request._asdict(), "changes": changes})
    answered: WhatIf | None = command.replayed() if store else None
    if answered is not None:
        return answered
    works = planned_changes(context, company, changes)
    if not works:
        raise Invalid("Name at least one change.").at("changes")
    made, drafted = _drafted(context, company, changes, works)
    floor = floor_of(drafted) if floor is None else floor
    answer = _compared(context, company, drafted, floor, request.ship_via, progress)
    if not store:
        return cast(WhatIf, {"company": company, **answer})

    def work(session: Session) -> WhatIf:
        number = drafts.add_draft(session, drafted.id, changes, context.actor.email)
        _tell(session, drafted.id, number, drafts.OPEN)
        counts: dict[str, Json] = {name: answer[name] for name in COUNTS}
        change = AuditedChange({**made.before}, {**made.after, draft_conflicts.PRICES: counts})
        audit(session, context.actor, drafted.id, draft_conflicts.MADE, number, change)
        return {"company": company, "draft": number, **answer}

    return command.transact(work)


COUNTS: tuple[MovedCounts, ...] = ("lines", "moved", "up", "down", "gained_price", "lost_price")
"""What the audit says of a draft that was made."""


def _drafted(
    context: ServiceContext, company: str, changes: Sequence[Change], works: Sequence[Work]
) -> tuple[draft_conflicts.Made, CompanySnapshot]:
    """The values that changes would replace and theirs, and the company as it would be."""

    def work(session: Session) -> draft_conflicts.Made:
        company_id, _ = companies.found(session, company)
        wanted = draft_conflicts.wanted_by(company, changes)
        before = draft_conflicts.present(session, company_id, wanted)
        all_of(works)(session)
        return draft_conflicts.Made(before, draft_conflicts.present(session, company_id, wanted))

    draft = drafting.drafted(context, company, work)
    return draft.answer, draft.company


def apply_draft(
    context: ServiceContext,
    company: str,
    draft: str,
    key: str | None = None,
    options: WriteOptions = AS_USUAL,
    expected: Mapping[str, Any] | None = None,
) -> DraftApplied:
    """Make all changes of a draft, in one transaction, and return what they cause in the set-up as it is now.
    `expected` are values of fields by subject (`{"settings": {"k2k_gpm": "31"}}`) that have moved since, as the caller
    knows.

    Raises `Conflict` when it was applied or dropped before, with the `fields` that were changed since it was made, and
    with the `findings` when it is held and one is an error.
    """
    context.actor.require(PRICES, company)
    request = {"draft": draft, **({} if expected is None else {"expected": expected})}
    command = IdempotentCommand(context, company, "apply_draft", key, request)
    answered: DraftApplied | None = command.replayed()
    if answered is not None:
        return {**answered, "findings": answered.get("findings", [])}
    row = open_draft(context, company, draft)
    works = planned_changes(context, company, row["changes"])

    def work(session: Session) -> dict[str, Any]:
        if not drafts.close_draft(session, row["id"], drafts.APPLIED):
            raise Conflict("Draft {draft} was applied or dropped at the same time.", draft=draft)
        draft_conflicts.require_unmoved(session, row["company_id"], company, row, expected)
        made = [{"findings": [], **change(session)} for change in works]
        _tell(session, row["company_id"], draft, drafts.APPLIED)
        audit(session, context.actor, row["company_id"], "draft.applied", draft)
        return {"draft": draft, "state": drafts.APPLIED, "changes": made}

    combine: Combine[dict[str, Any], DraftApplied] = with_findings(options)
    checked = checking_names(company, work, row["changes"])
    return written(command, company, checked, with_names(combine), ALL, options)


def drop_draft(context: ServiceContext, company: str, draft: str, key: str | None = None) -> DraftDropped:
    """Drop a draft. Raises `Conflict` when it was applied or dropped before."""
    context.actor.require(PRICES, company)
    command = IdempotentCommand(context, company, "drop_draft", key, {"draft": draft})
    answered: DraftDropped | None = command.replayed()
    if answered is not None:
        return answered
    row = open_draft(context, company, draft)

    def work(session: Session) -> DraftDropped:
        if not drafts.close_draft(session, row["id"], drafts.DROPPED):
            raise Conflict("Draft {draft} was applied or dropped at the same time.", draft=draft)
        _tell(session, row["company_id"], draft, drafts.DROPPED)
        audit(session, context.actor, row["company_id"], "draft.dropped", draft)
        return {"draft": draft, "state": drafts.DROPPED}

    return command.transact(work)


def _tell(session: Session, company_id: int, draft: str, state: str) -> None:
    """A draft is there once, and is closed once."""
    told = {"id": draft, "version": 1 if state == drafts.OPEN else 2, "draft": draft, "state": state}
    emit(session, "draft.changed", told, [company_id], None)


def planned_changes(context: ServiceContext, company: str, changes: Sequence[Change]) -> list[Work]:
    """The changes of a draft, parsed and permitted."""
    return [_planned(context, company, number, change) for number, change in enumerate(changes)]


def _planned(context: ServiceContext, company: str, number: int, change: Change) -> Work:
    """One change as the work of a transaction; its faults have its place in the draft."""
    if not isinstance(change, Mapping):
        raise Invalid("changes[{number}] is not a mapping.", number=number)
    try:
        if "hierarchies" in change:
            return hierarchies.planned_hierarchies(context, company, lambda _own: change["hierarchies"])
        if "collection" in change:
            return puts.planned_put(context, company, change["collection"], change.get("rows"))
        return changing.planned(context, company, **change)
    except TypeError:
        names = sorted(map(str, change))
        raise Invalid("changes[{number}] has keys that no change has: {names}.", number=number, names=names).at(
            f"changes[{number}]"
        ) from None


def _plain(change: Change) -> Any:
    """A change in the form in which it is stored: days and exact numbers as text."""
    return json.loads(json.dumps(change, default=str))


def _compared(
    context: ServiceContext,
    company: str,
    drafted: CompanySnapshot,
    floor: Fraction | None,
    ship_via: str | None,
    progress: Progress | None,
) -> PricesCompared:
    counts = MovementCounts()
    with context.store.reading() as session:
        snapshot = context.snapshots.get(session, company)
        comparison = PriceComparison(context, session, snapshot, drafted, ship_via)
        customers = comparison.customers
        for done, customer in enumerate(customers, 1):
            counts.add(comparison.lines(customer, margins=floor is not None), floor)
            if progress is not None:
                progress(done, len(customers))
        now = {finding.as_dict()["place"] + finding.code for finding in findings(context, session, snapshot)}
        new_findings = [one for one in findings(context, session, drafted) if one.place + one.code not in now]
    before, after = (orders_of(context, one.company) for one in (snapshot, drafted))
    new_findings += shadowed(context, snapshot.id, before, after)
    currency = drafted.company.currency
    return {
        "customers": len(customers),
        "lines": counts.lines,
        "moved": counts.moved,
        "up": counts.up,
        "down": counts.down,
        "gained_price": counts.gained_price,
        "lost_price": counts.lost_price,
        "unchanged": counts.unchanged,
        "without_price": counts.without_price,
        "least_change": change_text(counts.least),
        "greatest_change": change_text(counts.greatest),
        "margin_floor": None if floor is None else change_text(floor),
        "under_margin_floor": counts.under_floor if floor is not None else None,
        "moved_under_margin_floor": counts.moved_under_floor if floor is not None else None,
        "largest": [shown(move, currency) for move in counts.largest],
        "lost": [shown(move, currency) for move in counts.lost],
        "under": [shown(move, currency) for move in counts.under],
        "findings": [one.as_dict() for one in new_findings],
    }


def open_draft(context: ServiceContext, company: str, number: str) -> dict[str, Any]:
    """A draft that is open. Raises `NotFound`, `Conflict` for one that was applied or dropped."""
    with context.store.reading() as session:
        found = drafts.find_draft(session, context.snapshots.get(session, company).id, number)
    if found is None:
        raise NotFound("There is no draft {draft} in {company}.", draft=number, company=company, kind="draft")
    if found["state"] != drafts.OPEN:
        raise Conflict("Draft {draft} was {state:words} already.", draft=number, state=found["state"])
    return found
