"""Facade methods for what a user has of their own: sessions, preferences and saved views of console pages."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any, overload

from k2k_core.api.arguments import validated
from k2k_core.domain.answers.accounts import (
    Preferences,
    SavedView,
    SavedViews,
    SessionsEnded,
    SessionUser,
    StartedSession,
    UserSession,
    UserSessions,
    ViewDropped,
)
from k2k_core.services import administration
from k2k_core.services.lists.page_request import page_request

if TYPE_CHECKING:
    from k2k_core.services.context import ServiceContext


@validated
class Accounts:
    """Sessions, preferences and saved views of a user."""

    context: ServiceContext

    def start_session(self, email: str, address: str = "", agent: str = "") -> StartedSession:
        """Begin a session of a user whom `authenticate` has just answered; `token` is answered once, and K2K stores its
        digest alone. For the host. Raises `NotFound` for an unknown or an inactive user."""
        return administration.sessions.start_session(self.context, email, address, agent)

    def session_user(self, token: str, address: str = "", agent: str | None = None) -> SessionUser | None:
        """The user of a session; None for an unknown token, and once the session has ended: by `end_sessions`, with
        another password or other roles, with `set_active`, after 12 hours without use, or 30 days after it began. For
        the host. A use from another address with another browser (`agent`, apart from its version) than the last one
        ends the session: raises `SessionMoved`."""
        return administration.sessions.session_user(self.context, token, address, agent)

    @overload
    def sessions(self, email: str) -> list[UserSession]: ...

    @overload
    def sessions(
        self,
        email: str,
        q: str | None = None,
        sort: str | None = None,
        cursor: str | None = None,
        *,
        limit: int,
        count: bool = False,
        fields: Sequence[str] | None = None,
    ) -> UserSessions: ...

    def sessions(
        self,
        email: str,
        q: str | None = None,
        sort: str | None = None,
        cursor: str | None = None,
        limit: int | None = None,
        count: bool = False,
        fields: Sequence[str] | None = None,
    ) -> list[UserSession] | UserSessions:
        """The sessions of a user that have not ended, the newest first. For the user, an admin of the company, and
        operators. With `limit` or another argument of pages a page; `q` searches addresses and browsers; sorts:
        `made_at`, `seen_at`, `expires_at`."""
        request = page_request(limit, q=q, sort=sort, cursor=cursor, count=count, fields=fields)
        if request is None:
            return administration.sessions.sessions(self.context, email)
        return administration.sessions.page_of_sessions(self.context, email, request)

    def end_sessions(
        self, email: str, session: str | None = None, but: str | None = None, key: str | None = None
    ) -> SessionsEnded:
        """End one session of a user, or all of them, or all `but` one. An ended session stops at its next request. For
        the user, an admin of the company, and operators. Raises `NotFound` for a session that is not there."""
        return administration.sessions.end_sessions(self.context, email, session, but, key)

    def preferences(self, email: str) -> Preferences:
        """A user's own preferences: language, theme, density, and whether single letters are keys."""
        return administration.preferences.preferences(self.context, email)

    def set_preferences(self, email: str, values: Mapping[str, Any], key: str | None = None) -> Preferences:
        """Choose some of one's own preferences: `locale`, `theme` (`system`, `light`, `dark`), `density` (`compact`,
        `normal`, `roomy`), `single_keys`. None restores the default. Raises `Invalid` with every fault."""
        return administration.preferences.set_preferences(self.context, email, values, key)

    @overload
    def views(self, email: str, page_name: str | None = None) -> list[SavedView]: ...

    @overload
    def views(
        self,
        email: str,
        page_name: str | None = None,
        q: str | None = None,
        sort: str | None = None,
        cursor: str | None = None,
        *,
        limit: int,
        count: bool = False,
        fields: Sequence[str] | None = None,
    ) -> SavedViews: ...

    def views(
        self,
        email: str,
        page_name: str | None = None,
        q: str | None = None,
        sort: str | None = None,
        cursor: str | None = None,
        limit: int | None = None,
        count: bool = False,
        fields: Sequence[str] | None = None,
    ) -> list[SavedView] | SavedViews:
        """The views of a page, or of all pages, that a user sees: their own, and those for everybody of the company, by
        page and name. With `limit` or another argument of pages a page of them; `q` searches pages, names and owners;
        sorts: `page_name`, `name`."""
        request = page_request(limit, q=q, sort=sort, cursor=cursor, count=count, fields=fields)
        if request is None:
            return administration.saved_views.views(self.context, email, page_name)
        asked = replace(request, filters={"page_name": page_name})
        return administration.saved_views.page_of_views(self.context, email, asked)

    def save_view(
        self, email: str, page_name: str, name: str, query: str, everybody: bool = False, key: str | None = None
    ) -> SavedView:
        """Save the query of a page's address under a name, for oneself or for everybody of the company. One's own view
        of that page and name is replaced. Raises `Invalid` with every fault, `Conflict` beyond 200 views."""
        values = {"page_name": page_name, "name": name, "query": query, "everybody": everybody}
        return administration.saved_views.save_view(self.context, email, values, key)

    def drop_view(self, email: str, view: str, key: str | None = None) -> ViewDropped:
        """Delete a view of one's own, or as an admin one for everybody. Raises `NotFound`, `NotAllowed`."""
        return administration.saved_views.drop_view(self.context, email, view, key)
