"""Desk: the overview of companies, connections and the state of the plugins."""

from __future__ import annotations

from typing import Any

from flask import redirect, url_for
from flask_login import current_user
from peewee import fn

from k2k_console import menu
from k2k_console.base import Answer, Page, expose
from k2k_console.facade_access import network
from k2k_console.frame import sides
from k2k_console.plugin_report import plugin_lines
from k2k_console.translations import later
from k2k_core.domain.answers.documents import Document
from k2k_core.domain.orders import PURCHASE_ORDER, SALES_ORDER
from k2k_core.domain.roles import COMPANY_SETUP, WAREHOUSE, Actor
from k2k_core.store.database.session import Session
from k2k_core.store.tables import Audit, Company, Connection, Customer, Location, Lot

LATEST = 5
STATES = {
    "proposed": later("proposed"),
    "accepted": later("accepted"),
    "active": later("active"),
    "suspended": later("suspended"),
    "ended": later("ended"),
    "ok": later("OK"),
    "broken": later("broken"),
    "quarantined": later("quarantined"),
}
"""States of connections and of plugins, in words."""

MOST_COMPANIES = 50


class Overview(Page):
    """The overview, on one page."""

    blurb = later("Companies, connections and plugins at a glance.")

    @expose("/")
    def index_view(self) -> Answer:
        """The overview of the user's company, or of the network for an operator; the warehouse scans
        or prints labels instead."""
        actor = self.actor
        if actor.roles == {WAREHOUSE}:
            buys = menu.BUYS in sides(str(actor.company))
            return redirect(url_for("scan.index_view" if buys else "awbs.index_view"))
        own = None if actor.operator else int(current_user.company_id)
        overdue = _overdue(actor)
        with network().reading() as session:
            found = {
                "companies": _companies(session, own),
                "connections": _connections(session, own),
                "latest": _latest(session, own) if _may_see_audit(actor) else None,
            }
        plugins = plugin_lines(network().k2k, actor.company)
        answer: str = self.render(
            "k2k/overview.html",
            **found,
            linked=_opens(actor, "companies"),
            states=STATES,
            overdue=overdue,
            plugins=plugins,
        )
        return answer


def _opens(actor: Actor, page: str) -> bool:
    item = menu.item(page)
    return item is not None and menu.may_look(actor, item)


def _overdue(actor: Actor) -> list[Document]:
    """The company's orders that should have left and that their vendor has not confirmed, oldest first."""
    if actor.company is None:
        return []
    orders = network().k2k.on_behalf_of(actor).orders(actor.company, "overdue")
    late = (one for one in orders if one["overdue"])  # customers may bear the word in their names
    return [one for one in late if one["kind"] in (PURCHASE_ORDER, SALES_ORDER)][:MOST_COMPANIES]


def _companies(session: Session, own: int | None) -> list[dict[str, Any]]:
    def count(table: Any) -> Any:
        return table.select(fn.COUNT(table.id)).where(table.company_id == Company.id)

    query = Company.select(
        Company.code,
        Company.name,
        Company.currency,
        Company.timezone,
        count(Location).alias("locations"),
        count(Customer).alias("customers"),
        count(Lot).alias("lots"),
    )
    query = query if own is None else query.where(Company.id == own)
    return session.dicts(query.order_by(Company.code).limit(MOST_COMPANIES))


def _connections(session: Session, own: int | None) -> list[dict[str, Any]]:
    vendor, buyer = Company.alias("vendor"), Company.alias("buyer")
    query = Connection.select(Connection.state, vendor.code.alias("vendor"), buyer.code.alias("buyer"))
    query = query.join(vendor, on=(vendor.id == Connection.vendor_id)).switch(Connection)
    query = query.join(buyer, on=(buyer.id == Connection.buyer_id))
    if own is not None:
        query = query.where((Connection.vendor_id == own) | (Connection.buyer_id == own))
    return session.dicts(query.order_by(vendor.code, buyer.code).limit(MOST_COMPANIES))


def _latest(session: Session, own: int | None) -> list[dict[str, Any]]:
    query = Audit.select(Audit.at, Audit.person, Audit.action, Audit.subject)
    query = query if own is None else query.where(Audit.company_id == own)
    return session.dicts(query.order_by(Audit.id.desc()).limit(LATEST))


def _may_see_audit(actor: Actor) -> bool:
    return actor.operator or actor.has(COMPANY_SETUP)
