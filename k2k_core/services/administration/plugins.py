"""Use cases: the state of plugins, and a company's settings of one, which are tried before they are stored.

The plugin is loaded with the new settings outside every transaction; if that breaks it, or any other plugin of the
company, the change is refused, so that a wrong font is not discovered only when labels are printed.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any, NamedTuple

from k2k_core.domain.answers.administration import ContributionHealth, PluginHealth, PluginSettings, PluginTrial
from k2k_core.domain.parties import Company
from k2k_core.domain.roles import COMPANY_SETUP, READING
from k2k_core.errors import Fault, Invalid, NotFound, joined_faults
from k2k_core.messages import Message, joined
from k2k_core.services.administration import secret_settings
from k2k_core.services.administration.plugin_records import Entry, changed_record
from k2k_core.services.context import ServiceContext
from k2k_core.services.journal import Change, audit, emit_setup_changed
from k2k_core.store.database.session import Session
from k2k_core.store.fields import canonical_json
from k2k_core.store.master_data import companies
from k2k_core.store.master_data.plugin_secrets import readable


def plugins(context: ServiceContext) -> list[PluginHealth]:
    """The state of each plugin, as its reader may see it: the host and operators over all companies that were served
    so far, a person of a company for that company alone. What went wrong, in the words of a plugin, is for those who
    set plugins up: it may name prices. A customer sees none of it."""
    company = context.actor.company
    if company is None:
        registries_of_now(context)
        return [one.as_dict() for one in context.plugins.report()]
    context.actor.require(READING, company)
    with context.store.reading() as session:
        snapshot = context.snapshots.get(session, company)
    found = [one.as_dict() for one in context.plugins.report_of(snapshot.company)]
    return found if context.actor.has(COMPANY_SETUP) else [_without_words(one) for one in found]


def registries_of_now(context: ServiceContext) -> None:
    """Bring the registries of all companies that were served so far up to date, and load those of companies for which
    something is in quarantine."""
    with context.store.reading() as session:
        codes = {*context.plugins.served(), *companies.with_quarantines(session)}
        known = context.snapshots.by_code(session, sorted(codes))
    for snapshot in known.values():
        context.plugins.registry(snapshot.company)


def _without_words(plugin: PluginHealth) -> PluginHealth:
    contributions: list[ContributionHealth] = [
        {**one, "last_problem": "", "quarantines": [{**each, "problem": ""} for each in one["quarantines"]]}
        for one in plugin["contributions"]
    ]
    return {**plugin, "contributions": contributions, "problem": "", "next_step": ""}


class PlannedSettings(NamedTuple):
    """New settings of a plugin, permitted: its request, for a key, and its work in a transaction, with the record of
    the plugin that they make."""

    request: Mapping[str, object]
    work: Callable[[Session, Entry | None], PluginSettings]


def planned_settings(
    context: ServiceContext, company: str, plugin: str, settings: Mapping[str, Any]
) -> PlannedSettings:
    """Replace a company's own settings of a plugin; an empty mapping restores the plugin's defaults."""
    context.actor.require(COMPANY_SETUP, company)
    wanted = _plain(settings)

    def work(session: Session, entry: Entry | None) -> PluginSettings:
        company_id, _ = companies.found(session, company)
        companies.lock(session, [company_id])
        stored = companies.plugin_settings(session, company_id)
        kept = secret_settings.stored(context, session.encryption, plugin, wanted)
        given = {name: own for name, own in stored.items() if name != plugin} | ({plugin: kept} if kept else {})
        relied_on = changed_record(session, company_id, plugin, entry)
        companies.change(session, company_id, {"plugin_settings": given, "plugin_record": relied_on})
        before = readable(session, stored.get(plugin, {}))
        changed = Change(*secret_settings.audited(context, plugin, before, wanted))
        audit(session, context.actor, company_id, "plugin.changed", plugin, changed)
        emit_setup_changed(session, company_id, company)
        return {"company": company, "plugin": plugin, "settings": secret_settings.shown(context, plugin, wanted)}

    return PlannedSettings({"plugin": plugin, "settings": wanted}, work)


def accepted_entry(context: ServiceContext, company: str, plugin: str, settings: Mapping[str, Any]) -> Entry | None:
    """Try the settings; the record of the plugin with them, None if the company no longer relies on it. Raises
    `NotFound` for a plugin that is not installed, `Invalid` for settings that it does not accept, or that would break
    another one."""
    known = _company(context, company, plugin)
    failing = {one.plugin: one for one in context.plugins.registry(known).failing}.get(plugin)
    entry = known.plugin_record.get(plugin)
    if failing is not None and failing.code not in WITH_OTHER_SETTINGS:
        if settings or (entry or {}).get("bundled"):
            raise Invalid(failing.problem).at("settings")
        return None
    stopped = _stopped(context, known, plugin, settings)
    if stopped:
        words = [Message("{path}: {problem}", path=name, problem=why) for name, why in stopped.items()]
        raise Invalid(joined(words)).at("settings")
    if not settings and entry is None:
        return None
    recorded = context.plugins.recorded(company, {**known.plugin_settings, plugin: settings})
    # A healthy plugin may contribute nothing with these settings; what a failing one would contribute is not known.
    return recorded.get(plugin, None if failing is None else entry)


WITH_OTHER_SETTINGS = frozenset(("plugin_broken",))
"""Failures of a plugin that other settings may end."""


def try_plugin(context: ServiceContext, company: str, plugin: str, settings: Mapping[str, Any]) -> PluginTrial:
    """What `set_plugin` would say to these settings; nothing is stored. Raises `NotFound`, `Invalid` for what is no
    JSON."""
    context.actor.require(COMPANY_SETUP, company)
    wanted = _plain(secret_settings.given(context, company, plugin, settings))
    known = _company(context, company, plugin)
    stopped = _stopped(context, known, plugin, wanted)
    return {
        "company": company,
        "plugin": plugin,
        "settings": secret_settings.shown(context, plugin, wanted),
        "own": secret_settings.shown(context, plugin, known.plugin_settings.get(plugin, {})),
        "accepted": not stopped,
        "problems": [{"plugin": name, "problem": why} for name, why in sorted(stopped.items())],
    }


def _company(context: ServiceContext, company: str, plugin: str) -> Company:
    with context.store.reading() as session:
        snapshot = context.snapshots.get(session, company)
    relied_on = plugin in snapshot.company.plugin_record or plugin in snapshot.company.plugin_settings
    if not relied_on and plugin not in {one.name for one in context.plugins.report()}:
        raise NotFound("There is no plugin {plugin} in this installation.", plugin=plugin, kind="plugin")
    return snapshot.company


def _stopped(context: ServiceContext, company: Company, plugin: str, wanted: Mapping[str, Any]) -> Mapping[str, str]:
    """The plugins that the settings would break, by name, with the problem of each."""
    return context.plugins.stopped_by(company, plugin, wanted)


def _floats(value: object, path: str) -> Iterator[str]:
    """The path to every float of settings."""
    if isinstance(value, float):
        yield path
    elif isinstance(value, Mapping):
        for name, inner in value.items():
            yield from _floats(inner, f"{path}.{name}")
    elif isinstance(value, list | tuple):
        for place, inner in enumerate(value):
            yield from _floats(inner, f"{path}[{place}]")


def _plain(settings: Mapping[str, Any]) -> dict[str, Any]:
    """The settings as JSON without floats. Raises `Invalid`."""
    if not isinstance(settings, Mapping):
        raise Invalid("The settings of a plugin are names with values.")
    inexact = Message("a float is not exact: write the number as a text, such as '0.02'")
    faults: list[Fault] = [{"path": path, "message": inexact} for path in _floats(settings, "settings")]
    if faults:
        raise Invalid("The settings of a plugin hold no floats: {problems}", faults, problems=joined_faults(faults))
    try:
        canonical_json(dict(settings))
    except (TypeError, ValueError) as error:
        raise Invalid("The settings of a plugin are plain JSON: {error}", error=error).at("settings") from error
    return dict(settings)
