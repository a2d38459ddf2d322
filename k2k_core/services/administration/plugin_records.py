"""Use cases: the record of the plugins that a company relies on (architecture section 2, fail closed).

It is changed by whoever changes the set-up: with a plugin's settings, with a hierarchy that has its steps, with a
company that is added, by `k2k migrate` for bundled plugins and by an admin who accepts one; never by a process that
starts.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from k2k_core.domain.answers.administration import PluginAccepted
from k2k_core.domain.parties import Company
from k2k_core.domain.roles import COMPANY_SETUP
from k2k_core.errors import Invalid, NotFound
from k2k_core.runtime.registry import Registry
from k2k_core.services.context import ServiceContext
from k2k_core.services.idempotency import IdempotentCommand
from k2k_core.services.journal import Change, audit, emit_setup_changed
from k2k_core.store.database.session import Session
from k2k_core.store.master_data import companies

Entry = Mapping[str, Any]
"""What the record says of one plugin: its version, its mark, its contributions."""


def accept_plugin(context: ServiceContext, company: str, plugin: str, key: str | None = None) -> PluginAccepted:
    """Put a plugin on a company's record as it is installed here: its version, its compatible mark, its contributions.
    Processes with another mark, or without it, then treat what it contributes as failed.

    Raises `NotFound` for a plugin that is not installed, `Invalid` for one that is broken.
    """
    context.actor.require(COMPANY_SETUP, company)
    command = IdempotentCommand(context, company, "accept_plugin", key, {"plugin": plugin})
    answered: PluginAccepted | None = command.replayed()
    if answered is not None:
        return answered
    with context.store.reading() as session:
        snapshot = context.snapshots.get(session, company)
    entry = _installed_entry(context, snapshot.company, plugin)

    def work(session: Session) -> PluginAccepted:
        before = companies.plugin_record(session, snapshot.id).get(plugin)
        write_record(session, snapshot.id, plugin, entry)
        audit(session, context.actor, snapshot.id, "plugin.accepted", plugin, Change(_brief(before), _brief(entry)))
        emit_setup_changed(session, snapshot.id, company)
        return {
            "company": company,
            "plugin": plugin,
            "version": str(entry["version"]),
            "compatible": str(entry["mark"]),
            "contributions": [name for _, name, *_ in entry["contributions"]],
        }

    return command.transact(work)


def _installed_entry(context: ServiceContext, company: Company, plugin: str) -> Entry:
    """The record of a plugin as it is here. Raises `NotFound`, `Invalid`."""
    found = {one.name: one for one in context.plugins.report()}.get(plugin)
    if found is None:
        raise NotFound("There is no plugin {plugin} in this installation.", plugin=plugin, kind="plugin")
    registry = context.plugins.registry(company)
    entry = registry.recorded().get(plugin)
    if entry is None:
        problems = [broken.problem for broken in registry.broken if broken.name == plugin]
        raise Invalid("{plugin} contributes nothing here: {problem}", plugin=plugin, problem="; ".join(problems))
    return entry


def _brief(entry: Entry | None) -> dict[str, Any]:
    return {} if entry is None else {"version": entry["version"], "compatible": entry["mark"]}


def changed_record(session: Session, company_id: int, plugin: str, entry: Entry | None) -> dict[str, Any]:
    """The record of a company with another entry of a plugin; without one where it is None."""
    present = companies.plugin_record(session, company_id)
    others = {name: one for name, one in present.items() if name != plugin}
    return others if entry is None else {**others, plugin: dict(entry)}


def write_record(session: Session, company_id: int, plugin: str, entry: Entry) -> None:
    """Put a plugin on a company's record."""
    companies.lock(session, [company_id])
    companies.change(session, company_id, {"plugin_record": changed_record(session, company_id, plugin, entry)})


def entries_of_steps(registry: Registry, steps: Iterable[str]) -> dict[str, Entry]:
    """The records of the plugins that contribute some steps to a company, bundled ones aside."""
    wanted = set(steps)
    return {
        name: entry
        for name, entry in registry.recorded().items()
        if not entry["bundled"]
        and any(kind in ("step", "adjustment") and step in wanted for kind, step, *_ in entry["contributions"])
    }


def record_bundled(context: ServiceContext) -> int:
    """Put the bundled plugins of this installation on the record of every company, after a migration; returns how many
    records it has changed."""
    with context.store.whole_network.reading() as session:
        known = list(context.snapshots.all(session).values())
    wanted = {one.id: context.plugins.bundled_record(one.company.plugin_record) for one in known}
    changed = {one.id: wanted[one.id] for one in known if wanted[one.id] != dict(one.company.plugin_record)}

    def work(session: Session) -> None:
        companies.lock(session, sorted(changed))
        for company_id, relied_on in sorted(changed.items()):
            companies.change(session, company_id, {"plugin_record": relied_on})

    if changed:
        context.store.whole_network.transact(work)
    return len(changed)
