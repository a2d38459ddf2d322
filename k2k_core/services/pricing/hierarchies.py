"""Use cases: the orders of price steps of a company (pricing section 4): which count, and the company's own, which take
precedence over the default ones."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from typing import Any

from k2k_core.domain.answers.setup import Hierarchies, HierarchiesInForce, StepOrder
from k2k_core.domain.roles import COMPANY_SETUP, READING
from k2k_core.runtime import read_hierarchies
from k2k_core.runtime.hierarchy import Row
from k2k_core.runtime.registry import Registry
from k2k_core.services.administration.plugin_records import Entry, entries_of_steps
from k2k_core.services.context import ServiceContext
from k2k_core.services.journal import Change, audit, emit_setup_changed
from k2k_core.store.database.session import Session
from k2k_core.store.master_data import companies

OWN = "company."
"""How the places of a company's own rows begin."""


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
    return {
        "inventory_type": row.inventory_type,
        "customer_type": row.customer_type,
        "ship_via": row.ship_via,
        "channel": row.channel,
        "settings": list(row.settings),
        "steps": [{"step": name, "plugin": plugin} for name, plugin in zip(row.steps, plugins, strict=True)],
        "own": row.place.startswith(OWN),
    }


def planned_hierarchies(
    context: ServiceContext, company: str, rows: Mapping[str, Any]
) -> Callable[[Session], Hierarchies]:
    """The replacement of a company's own rows, written as in `hierarchies.toml`, as the work of a transaction; an empty
    mapping restores the default. Raises `Invalid` with every fault and its path."""
    context.actor.require(COMPANY_SETUP, company)
    own = read_hierarchies({}, rows)
    steps = {name for row in (*own.rows, *own.adjustments) for name in row.steps}
    entries = _entries_of(context, company, steps) if steps else {}

    def work(session: Session) -> Hierarchies:
        company_id, _ = companies.found(session, company)
        relied_on = {**companies.plugin_record(session, company_id), **entries}
        old = companies.change(session, company_id, {"hierarchies": dict(rows), "plugin_record": relied_on})
        audit(
            session, context.actor, company_id, "hierarchies.changed", company, Change(old["hierarchies"], dict(rows))
        )
        emit_setup_changed(session, company_id, company)
        return {"company": company, "hierarchies": dict(rows)}

    return work


def _entries_of(context: ServiceContext, company: str, steps: Collection[str]) -> dict[str, Entry]:
    """The records of the plugins that contribute these steps, as they are here; without those on record already, which
    stay as they are."""
    with context.store.reading() as session:
        found = context.snapshots.by_code(session, [company]).get(company)
    if found is None:
        return {}
    entries = entries_of_steps(context.plugins.registry(found.company), steps)
    return {name: entry for name, entry in entries.items() if name not in found.company.plugin_record}
