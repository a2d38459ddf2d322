"""Use cases: the orders of price steps of a company (pricing section 4): which count, and the company's own, which take
precedence over the default ones."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from k2k_core.domain.answers.setup import Hierarchies, HierarchiesInForce, StepOrder
from k2k_core.domain.roles import COMPANY_SETUP, READING
from k2k_core.runtime.hierarchy import Hierarchies as Orders
from k2k_core.runtime.hierarchy import Row
from k2k_core.runtime.registry import Registry
from k2k_core.services.administration.plugin_records import entries_of_steps
from k2k_core.services.context import ServiceContext
from k2k_core.services.journal import Change, audit, emit_setup_changed
from k2k_core.services.pricing.typed_orders import OWN, require_known
from k2k_core.store.database.session import Session
from k2k_core.store.master_data import companies

Own = Mapping[str, Any]
"""What a company has set itself, written as in `hierarchies.toml`."""


def hierarchies(context: ServiceContext, company: str) -> HierarchiesInForce:
    """The orders that count for a company: for a line the first one whose conditions all hold. Its own stand first."""
    context.actor.require(READING, company)
    with context.store.reading() as session:
        found = context.snapshots.get(session, company).company
    registry = context.plugins.registry(found)
    orders = registry.hierarchies
    return {
        "company": company,
        "own": dict(found.hierarchies),
        "hierarchy": [_order(registry, row) for row in orders.rows],
        "adjustments": [_order(registry, row, adjustments=True) for row in orders.adjustments],
    }


def _order(registry: Registry, row: Row, *, adjustments: bool = False) -> StepOrder:
    plugins = registry.plugins_of(row, adjustments=adjustments)
    inserted = {one.step for one in row.inserted}
    return {
        "inventory_type": row.inventory_type,
        "customer_type": row.customer_type,
        "ship_via": row.ship_via,
        "channel": row.channel,
        "settings": list(row.settings),
        "steps": [
            {"step": name, "plugin": plugin, "inserted": name in inserted}
            for name, plugin in zip(row.steps, plugins, strict=True)
        ],
        "own": row.place.startswith(OWN),
    }


def planned_hierarchies(
    context: ServiceContext, company: str, change: Callable[[Own], Own]
) -> Callable[[Session], Hierarchies]:
    """The change of what a company has set itself as the work of a transaction; an empty mapping restores the default.
    The work raises `Invalid` with every fault and its path."""
    context.actor.require(COMPANY_SETUP, company)
    with context.store.reading() as session:
        registry = context.plugins.registry(context.snapshots.get(session, company).company)

    def work(session: Session) -> Hierarchies:
        company_id, _ = companies.found(session, company)
        companies.lock(session, [company_id])
        rows = dict(change(companies.fields(session, company_id, ["hierarchies"])["hierarchies"] or {}))
        orders = context.plugins.orders(rows)
        require_known(registry, orders)
        on_record = companies.plugin_record(session, company_id)
        relied_on = {**entries_of_steps(registry, _own_names(orders)), **on_record}
        old = companies.change(session, company_id, {"hierarchies": rows, "plugin_record": relied_on})
        audit(session, context.actor, company_id, "hierarchies.changed", company, Change(old["hierarchies"], rows))
        emit_setup_changed(session, company_id, company)
        return {"company": company, "hierarchies": rows}

    return work


def _own_names(orders: Orders) -> set[str]:
    """The steps and adjustments that a company has set itself."""
    rows = [row for row in (*orders.rows, *orders.adjustments) if row.place.startswith(OWN)]
    return {name for row in rows for name in row.steps} | {one.step for one in orders.insertions}
