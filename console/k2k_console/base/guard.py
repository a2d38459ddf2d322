"""The checks of every page, and the base of a page that is no list of records."""

from __future__ import annotations

from typing import Any, ClassVar

from flask import redirect, request, url_for
from flask_admin import BaseView, expose
from flask_login import current_user
from werkzeug.wrappers import Response

from k2k_console import menu
from k2k_console.page_addresses import this_address
from k2k_core.domain.roles import COMPANY_SETUP, READING, Actor
from k2k_core.errors import NotAllowed

Answer = str | tuple[str, int] | Response


class Guarded:
    """The checks of every page: somebody is logged in, and their roles include what they do."""

    reads: ClassVar[str] = READING
    writes: ClassVar[str] = COMPANY_SETUP
    blurb: ClassVar[str] = ""
    endpoint = ""
    """Its name in the menu; set where it is registered."""

    @property
    def actor(self) -> Actor:
        """The user of this request."""
        actor: Actor = current_user.actor
        return actor

    def is_accessible(self) -> bool:
        """Whether the menu shows this desk."""
        return bool(current_user.is_authenticated) and self.may_read()

    def may_read(self) -> bool:
        """Whether the user may open this page: as the menu says, else whoever may read."""
        item = menu.item(self.endpoint)
        if item is not None:
            return menu.may_look(self.actor, item)
        return self.actor.operator or allows(self.actor, self.reads, self.actor.company or "")

    def may_write(self, company: str) -> bool:
        """Whether the user may change what this desk has of a company."""
        item = menu.item(self.endpoint)
        changes = item is None or menu.may_change(self.actor, item)
        return changes and allows(self.actor, self.writes, company)

    def _require_write(self, company: str) -> None:
        self.actor.require(self.writes, company)
        if not self.may_write(company):
            menu.refuse(self.actor, self.endpoint, changing=True)

    def _handle_view(self, name: str, **kwargs: Any) -> Response | None:
        if not current_user.is_authenticated:
            target = this_address() if request.method == "GET" else None
            return redirect(url_for("account.log_in", next=target))
        if not self.may_read():
            menu.refuse(self.actor, self.endpoint)
        return None

    def _run_view(self, view: Any, *args: Any, **kwargs: Any) -> Any:
        # The original runs a view that raised a TypeError a second time.
        return view(self, *args, **kwargs)


def allows(actor: Actor, action: str, company: str) -> bool:
    """Whether a person may do an action for a company."""
    try:
        actor.require(action, company)
    except NotAllowed:
        return False
    return True


class Page(Guarded, BaseView):
    """A page that is no list of records."""


__all__ = ["Answer", "Guarded", "Page", "allows", "expose"]
