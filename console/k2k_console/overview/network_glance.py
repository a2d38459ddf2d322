"""The network at a glance: its companies, connections, latest changes, the state of the plugins and of the audit."""

from __future__ import annotations

from typing import Any

from peewee import fn

from k2k_console.facade_access import network
from k2k_console.frame import page_of
from k2k_console.overview.latest_changes import deed
from k2k_console.plugin_report import plugin_lines
from k2k_console.translations import later
from k2k_core.domain.roles import Actor
from k2k_core.store.database.session import Session
from k2k_core.store.tables import Audit, Company, Connection, Customer, Location, Lot

LATEST = 5
STATES = {
    "proposed": later("proposed"),
    "accepted": later("accepted"),
    "active": later("active"),
    "suspended": later("suspended"),
    "ended": later("ended"),
    "ok": later("Working"),
    "broken": later("broken"),
    "quarantined": later("quarantined"),
    "missing": later("missing"),
    "incompatible": later("incompatible"),
    "slow": later("slow"),
}
"""States of connections and of plugins, in words."""

MOST_COMPANIES = 50


def glance(actor: Actor) -> dict[str, Any]:
    """The companies, the connections, the latest entries of the audit, the plugins, and whether the audit is sealed."""
    with network().reading() as session:
        found = {
            "companies": _companies(session),
            "connections": _connections(session),
            "latest": _latest(session),
        }
    return {
        **found,
        "linked": bool(page_of("companies")),
        "states": STATES,
        "audit": network().k2k.audit_health(),
        "plugins": plugin_lines(network().k2k, actor.company),
    }


def _companies(session: Session) -> list[dict[str, Any]]:
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
    return session.dicts(query.order_by(Company.code).limit(MOST_COMPANIES))


def _connections(session: Session) -> list[dict[str, Any]]:
    vendor, buyer = Company.alias("vendor"), Company.alias("buyer")
    query = Connection.select(Connection.state, vendor.code.alias("vendor"), buyer.code.alias("buyer"))
    query = query.join(vendor, on=(vendor.id == Connection.vendor_id)).switch(Connection)
    query = query.join(buyer, on=(buyer.id == Connection.buyer_id))
    return session.dicts(query.order_by(vendor.code, buyer.code).limit(MOST_COMPANIES))


def _latest(session: Session) -> list[dict[str, Any]]:
    query = Audit.select(Audit.at, Audit.person, Audit.action, Audit.subject, Audit.before, Audit.after)
    rows = session.dicts(query.order_by(Audit.id.desc()).limit(LATEST))
    return [{"at": row["at"], "person": row["person"], "deed": deed(row)} for row in rows]
