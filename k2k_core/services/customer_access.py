"""What a final customer reaches through its own door: its own carts and orders. Another customer's are as unknown to
it as those that do not exist (domain section 7)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from k2k_core.domain.roles import READING, Actor
from k2k_core.errors import NotAllowed, NotFound
from k2k_core.services.company_snapshot import CompanySnapshot
from k2k_core.store.database.session import Session
from k2k_core.store.orders.documents import is_sold_to
from k2k_core.store.orders.rows import DocumentRow


def own_filters(actor: Actor, company: str, filters: Mapping[str, Any]) -> Mapping[str, Any]:
    """The filters of a list that a customer reads its own part of. Raises `NotAllowed` for another customer's part and
    for whoever may not read in this company."""
    if actor.customer is None:
        actor.require(READING, company)
        return filters
    actor.require(READING, company, filters.get("customer") or actor.customer)
    return {**filters, "customer": actor.customer}


def require_no_words(actor: Actor, words: str | None) -> None:
    """Raise `NotAllowed` for a customer that searches documents by words: these find vendors' names too, which it may
    not know."""
    if actor.customer is not None and words and words.strip():
        raise NotAllowed("A customer's orders are found by their numbers, not by words.", action=READING)


def are_own(actor: Actor, session: Session, company: CompanySnapshot, customers: Iterable[int | None]) -> bool:
    """Whether everything that belongs to some customers (ids) is this actor's, who is none of them but for a
    customer."""
    if actor.customer is None:
        return True
    own = company.customer(session, actor.customer).id
    return all(one == own for one in customers)


def require_own_document(actor: Actor, session: Session, company: CompanySnapshot, document: DocumentRow) -> None:
    """Raise `NotFound` for a customer unless the company sells this document's goods to it."""
    if actor.customer is None:
        return
    if not is_sold_to(document, company.id, company.customer(session, actor.customer).id):
        raise NotFound("There is no {what} {number}.", what="document", number=document["number"])
