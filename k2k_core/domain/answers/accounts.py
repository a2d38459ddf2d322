"""What a user has of their own: sessions, preferences and saved views."""

from typing import TypedDict

from .field_types import Code, Moment
from .pages import Page


class Preferences(TypedDict):
    """How the console looks and behaves for a user: the language, `theme` (`system`, `light`, `dark`), `density`
    (`compact`, `normal`, `roomy`), and whether single letters are keys."""

    email: str
    locale: str
    theme: str
    density: str
    single_keys: bool


class UserSession(TypedDict):
    """A log-in that has not ended: when it was made and last used, when it ends unless it is used before, and the
    network address and the program (`agent`) that used it last."""

    session: Code
    made_at: Moment
    seen_at: Moment
    expires_at: Moment
    address: str
    agent: str


class UserSessions(Page):
    """A page of the sessions of a user."""

    items: list[UserSession]


class StartedSession(UserSession):
    """A new session with its `token`, which is shown here once."""

    token: str


class SessionUser(TypedDict):
    """The user of a session, with their present roles; `company` is None for an operator of the network."""

    session: Code
    email: str
    name: str
    company: Code | None
    roles: list[str]
    preferences: Preferences


class SessionsEnded(TypedDict):
    """How many sessions of a user were ended."""

    email: str
    ended: int


class SavedView(TypedDict):
    """A page of the console with a query of its address, under a name; `everybody` of the company sees it, and its
    `owner` alone, or an admin, deletes it. `mine` is whether the owner is the user that was asked for."""

    view: Code
    page_name: str
    name: str
    query: str
    everybody: bool
    owner: str
    mine: bool


class SavedViews(Page):
    """A page of the views that a user sees."""

    items: list[SavedView]


class ViewDropped(TypedDict):
    """A view that was deleted."""

    view: Code
    page_name: str
    name: str
