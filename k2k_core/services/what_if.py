"""Use case: what would this change do to our prices? A draft is looked at before it is applied or dropped.

The draft is made by the code that applies it, in a transaction that is always undone; what remains is a copy of the
facts as they would be, and the whole catalog is priced from both for every customer. So a draft and its application
cannot disagree, and nothing that anybody reads is touched.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from fractions import Fraction
from typing import Any

from k2k_core.domain import wire
from k2k_core.domain.money import MICRO, minor_scale
from k2k_core.domain.movements import Move, Tally
from k2k_core.domain.parties import CHOICE, WAREHOUSE, Customer
from k2k_core.domain.roles import PRICES
from k2k_core.errors import Conflict, Invalid, NotFound
from k2k_core.services import changes as changing
from k2k_core.services import connections, price_list_rows, price_orders, setup
from k2k_core.services.facts import CompanyFacts
from k2k_core.services.journal import audit
from k2k_core.services.market import Market
from k2k_core.services.office import Office
from k2k_core.services.price_checking import findings
from k2k_core.services.prices import price_text
from k2k_core.services.pricing import Pricer
from k2k_core.store import drafts, parties
from k2k_core.store.work import Session

Change = Mapping[str, Any]
Progress = Callable[[int, int], None]
"""Customers done, customers in all."""


def what_if(
    office: Office,
    company: str,
    changes: Sequence[Change],
    margin_floor: object = None,
    ship_via: str | None = None,
    progress: Progress | None = None,
) -> dict[str, Any]:
    """Keep a draft of `changes` and say what it would do to every price of every customer.

    Each change is written as for `set` (`{"settings": {...}}`, `{"customer": "C-100", "values": {...}}`), as for `put`
    (`{"collection": "price_lists", "rows": [...]}`), or `{"hierarchies": {...}}`. `margin_floor` is a percentage: lines
    whose price would leave less over the landed cost are named. `ship_via` is each customer's own unless it is given.
    Raises `Invalid` with every fault of a change.
    """
    office.actor.require(PRICES, company)
    floor = None if margin_floor is None else Fraction(wire.margin(margin_floor), 100 * MICRO)
    changes = [_plain(change) for change in changes]
    works = [_planned(office, company, number, change) for number, change in enumerate(changes)]
    if not works:
        raise Invalid("Name at least one change.")
    drafted = _drafted(office, company, works)
    number = office.store.transact(
        lambda session: drafts.add_draft(session, drafted.id, changes, office.actor.email)
    )
    answer = _compared(office, company, drafted, floor, ship_via, progress)
    return {"company": company, "draft": number, **answer}


def apply_draft(office: Office, company: str, draft: str) -> dict[str, Any]:
    """Make all changes of a draft, in one transaction; `Conflict` when it was applied or dropped before."""
    office.actor.require(PRICES, company)
    row = _open_draft(office, company, draft)
    works = [_planned(office, company, number, change) for number, change in enumerate(row["changes"])]

    def work(session: Session) -> list[dict[str, Any]]:
        if not drafts.close_draft(session, row["id"], drafts.APPLIED):
            raise Conflict(f"Draft {draft} was applied or dropped at the same time.")
        changing.hold_lots_of(session, company, row["changes"])
        made = [change(session) for change in works]
        audit(session, office.actor, row["company_id"], "draft.applied", draft)
        return made

    made = office.store.transact(work)
    connections.recheck(office, company)
    return {"draft": draft, "state": drafts.APPLIED, "changes": made}


def drop_draft(office: Office, company: str, draft: str) -> dict[str, Any]:
    """Forget a draft; `Conflict` when it was applied or dropped before."""
    office.actor.require(PRICES, company)
    row = _open_draft(office, company, draft)

    def work(session: Session) -> None:
        if not drafts.close_draft(session, row["id"], drafts.DROPPED):
            raise Conflict(f"Draft {draft} was applied or dropped at the same time.")
        audit(session, office.actor, row["company_id"], "draft.dropped", draft)

    office.store.transact(work)
    return {"draft": draft, "state": drafts.DROPPED}


def _planned(office: Office, company: str, number: int, change: Change) -> changing.Work:
    """One change as the work of a transaction; its faults are named under its place in the draft."""
    if not isinstance(change, Mapping):
        raise Invalid(f"changes[{number}] is not a mapping.")
    try:
        if "hierarchies" in change:
            return price_orders.planned_hierarchies(office, company, change["hierarchies"])
        if "collection" in change:
            return setup.planned_put(office, company, change["collection"], change.get("rows"))
        return changing.planned(office, company, **change)
    except TypeError:
        names = ", ".join(sorted(change))
        raise Invalid(f"changes[{number}] has keys that no change has: {names}.") from None


def _plain(change: Change) -> Any:
    """A change as it is kept: days and exact numbers as text, which every reader of changes takes."""
    return json.loads(json.dumps(change, default=str))


class _Undone(Exception):
    """Ends the transaction of a draft."""


def _drafted(office: Office, company: str, works: Sequence[changing.Work]) -> CompanyFacts:
    """The company's facts as they would be, read whole inside a transaction that is then undone."""
    found: list[CompanyFacts] = []

    def work(session: Session) -> None:
        now = office.facts.get(session, company)
        for change in works:
            change(session)
        drafted = parties.companies(session, [now.id], office.settings.company)[now.id]
        found.append(_whole(session, CompanyFacts(drafted, now.lot_seq, draft=True)))
        raise _Undone

    with suppress(_Undone):
        office.store.transact(work)
    return found[-1]


def _whole(session: Session, facts: CompanyFacts) -> CompanyFacts:
    """Facts with every part read, so that nothing of them has to be read again."""
    for read in (
        facts.customers,
        facts.vendors,
        facts.carriers,
        facts.products,
        facts.box_types,
        facts.dimensions,
        facts.locations_by_id,
        facts.category_codes,
    ):
        read(session)
    price_list_rows.lists(session, facts)
    return facts


def _compared(
    office: Office,
    company: str,
    drafted: CompanyFacts,
    floor: Fraction | None,
    ship_via: str | None,
    progress: Progress | None,
) -> dict[str, Any]:
    tally = Tally()
    with office.store.reading() as session:
        facts = office.facts.get(session, company)
        customers = sorted(drafted.customers(session).values(), key=lambda customer: customer.code)
        present = facts.customers(session)
        sides = _Side(office, session, facts), _Side(office, session, drafted)
        for done, customer in enumerate(customers, 1):
            via = ship_via or (WAREHOUSE if customer.ship_via == CHOICE else customer.ship_via)
            old = sides[0].prices(present.get(customer.code, customer), via)
            new = sides[1].prices(customer, via)
            margins = sides[1].margins(customer, via, new) if floor is not None else [None] * len(new)
            moves = map(Move, [customer.code] * len(new), sides[1].refs, old, new, margins)
            tally.add(moves, floor)
            if progress is not None:
                progress(done, len(customers))
        now = {finding.as_dict()["place"] + finding.code for finding in findings(office, session, facts)}
        told = [one for one in findings(office, session, drafted) if one.place + one.code not in now]
    currency = drafted.company.currency
    return {
        "customers": len(customers),
        "lines": tally.lines,
        "moved": tally.moved,
        "up": tally.up,
        "down": tally.down,
        "gained_price": tally.gained_price,
        "lost_price": tally.lost_price,
        "under_margin_floor": tally.under_floor if floor is not None else None,
        "largest": [_shown(move, currency) for move in tally.largest],
        "lost": [_shown(move, currency) for move in tally.lost],
        "under": [_shown(move, currency) for move in tally.under],
        "findings": [one.as_dict() for one in told],
    }


class _Side:
    """The catalog of a company as it is, or as it would be: read once, priced for one customer after another."""

    def __init__(self, office: Office, session: Session, facts: CompanyFacts) -> None:
        self._office, self._session, self._facts = office, session, facts
        anybody = next(iter(facts.customers(session).values()), None)
        if anybody is None:
            raise NotFound(f"{facts.code} has no customers whose prices could move.", kind="customer")
        market = Market(office, session, facts, anybody)
        self._lots = [article.lot for article in market.articles.values()]
        self._costs = market.unit_costs
        self.refs = list(market.articles)

    def prices(self, customer: Customer, ship_via: str) -> list[int | None]:
        """What each lot costs a customer, in minor units."""
        return [quote.price for quote in self._pricer(customer, ship_via).quotes(self._lots, self._costs)]

    def margins(self, customer: Customer, ship_via: str, prices: Sequence[int | None]) -> list[Fraction | None]:
        """What each price leaves over the landed cost, as a part of the price."""
        scale = minor_scale(self._facts.company.currency)
        landed = self._pricer(customer, ship_via).landed_costs(self._lots, self._costs)
        return [
            None if price is None or cost is None else 1 - cost.as_fraction() * scale / price
            for price, cost in zip(prices, landed, strict=True)
        ]

    def _pricer(self, customer: Customer, ship_via: str) -> Pricer:
        return Pricer(self._office, self._session, self._facts, customer, ship_via)


def _open_draft(office: Office, company: str, number: str) -> dict[str, Any]:
    with office.store.reading() as session:
        found = drafts.find_draft(session, office.facts.get(session, company).id, number)
    if found is None:
        raise NotFound(f"There is no draft {number} in {company}.", kind="draft")
    if found["state"] != drafts.OPEN:
        raise Conflict(f"Draft {number} was {found['state']} already.")
    return found


def _shown(move: Move, currency: str) -> dict[str, Any]:
    change = move.change
    return {
        "customer": move.customer,
        "lot": move.lot,
        "before": price_text(move.before, currency),
        "after": price_text(move.after, currency),
        "change_percent": None if change is None else _percent(change),
        "margin_percent": None if move.margin is None else _percent(move.margin),
    }


def _percent(part: Fraction) -> str:
    """A part as a percentage with one decimal."""
    tenths = round(part * 1000)
    sign = "-" if tenths < 0 else ""
    return f"{sign}{abs(tenths) // 10}.{abs(tenths) % 10}"
