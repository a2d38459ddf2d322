"""Use case: the plugins of one company: how they were called in this process and since when, what a quarantine leaves
without a price, and the company's settings of each with their last changes."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, cast

from k2k_core.clock import moment_text
from k2k_core.domain.answers.administration import CompanyPlugin, PluginField
from k2k_core.domain.plugin_states import QUARANTINED
from k2k_core.domain.roles import COMPANY_SETUP
from k2k_core.runtime.plugin import SettingField
from k2k_core.runtime.report import PluginReport
from k2k_core.services.administration.secret_settings import mask
from k2k_core.services.company_snapshot import CompanySnapshot
from k2k_core.services.context import ServiceContext
from k2k_core.services.overview.unpriced import failed_lots
from k2k_core.store.database.session import Session
from k2k_core.store.events import audit_trail

CHANGED = "plugin.changed"


def company_plugins(context: ServiceContext, company: str) -> list[CompanyPlugin]:
    """Every plugin, as it serves a company."""
    context.actor.require(COMPANY_SETUP, company)
    with context.store.reading() as session:
        snapshot = context.snapshots.get(session, company)
        reports = context.plugins.report_of(snapshot.company)
        stopped = any(one.state == QUARANTINED for one in reports)
        failed = failed_lots(context, session, company) if stopped else {}
        return [_shown(session, snapshot, one, len(failed.get(one.name, ()))) for one in reports]


def _shown(session: Session, company: CompanySnapshot, report: PluginReport, unpriced: int) -> CompanyPlugin:
    health = report.as_dict()
    contributions = [
        {name: value for name, value in one.items() if name != "quarantined_for"} for one in health["contributions"]
    ]
    since = [one.since for one in report.contributions if one.since is not None]
    own = company.company.plugin_settings.get(report.name, {})
    found: dict[str, Any] = {name: value for name, value in health.items() if name != "broken_for"}
    found |= {
        "contributions": contributions,
        "since": moment_text(min(since)) if since else None,
        "lots_without_price": unpriced,
        "settings": [_field(session, company, report.name, one, own) for one in report.fields],
    }
    return cast(CompanyPlugin, found)


def _field(
    session: Session, company: CompanySnapshot, plugin: str, declared: SettingField, own: Mapping[str, object]
) -> PluginField:
    last = audit_trail.last_change(session, company.id, plugin, [CHANGED], declared.name)
    return {
        "name": declared.name,
        "type": declared.type,
        "required": declared.required,
        "default": mask(declared.default) if declared.secret else declared.default,
        "meaning": declared.meaning,
        "secret": declared.secret,
        "own": mask(own.get(declared.name)) if declared.secret else own.get(declared.name),
        "is_own": declared.name in own,
        "changed_by": None if last is None else last.person,
        "changed_at": None if last is None else moment_text(last.at),
    }
