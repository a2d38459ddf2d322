"""Who may ask about a user's own sessions, preferences and views: the user, and for some of it whoever manages the
people of the company."""

from __future__ import annotations

from k2k_core.domain.roles import PEOPLE
from k2k_core.errors import NotAllowed, NotFound
from k2k_core.services.context import ServiceContext
from k2k_core.store.database.session import Session
from k2k_core.store.master_data import users as accounts
from k2k_core.store.master_data.saved_views import Owner
from k2k_core.store.master_data.users import Account


def own_account(context: ServiceContext, email: str, *, managed: bool = False) -> Account:
    """The account of the user who acts, or for the host any account; `managed` accounts also for an admin of the
    company and for operators. Raises `NotFound` for one of another company, `NotAllowed` for a colleague's."""
    found = account_here(context, email)
    if not is_own(context, found) and not (managed and manages(context, found.company)):
        raise NotAllowed("This is for {email} alone.", email=email)
    return found


def account_here(context: ServiceContext, email: str) -> Account:
    """The account with an address, of the actor's company if that has one. Raises `NotFound`."""
    with context.store.reading() as session:
        found = accounts.account(session, email)
    own = context.actor.company
    if found is None or (own is not None and found.company != own):
        raise nobody(email)
    return found


def is_own(context: ServiceContext, account: Account) -> bool:
    """Whether the account is that of the user who acts; the host acts for everybody."""
    actor = context.actor
    return actor.host or (actor.customer is None and (actor.email, actor.company) == (account.email, account.company))


def manages(context: ServiceContext, company: str | None) -> bool:
    """Whether the actor manages the people of a company, or with None the operators of the network."""
    actor = context.actor
    if actor.host or actor.operator:
        return True
    return company is not None and actor.customer is None and actor.company == company and actor.has(PEOPLE)


def owner_of(session: Session, email: str) -> Owner:
    """The ids of a user, in a transaction. Raises `NotFound` for one who is gone."""
    found = accounts.account(session, email)
    if found is None:
        raise nobody(email)
    return Owner(found.company_id, found.person_id)


def nobody(email: str) -> NotFound:
    """The error for an address without an account here."""
    return NotFound("There is no person {email} here.", email=email, kind="user")
