"""Use case: what a company sets for a plugin, such as a font for its labels. Tried out before it is kept.

The plugin is loaded with the new settings outside every transaction; what stops it then, or any other plugin of the
company, refuses the change, so that nobody finds out at the printer.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from k2k_core.domain.roles import COMPANY_SETUP
from k2k_core.errors import Invalid, NotFound
from k2k_core.services import offers_changed
from k2k_core.services.journal import audit
from k2k_core.services.office import Office
from k2k_core.store import companies
from k2k_core.store.fields import canonical_json
from k2k_core.store.work import Session


def set_plugin(office: Office, company: str, plugin: str, settings: Mapping[str, Any]) -> dict[str, Any]:
    """Replace a company's own settings of a plugin; an empty mapping goes back to the plugin's defaults.

    Raises `NotFound` for a plugin that is not installed, `Invalid` for settings that it does not take.
    """
    office.actor.require(COMPANY_SETUP, company)
    wanted = _plain(settings)
    with office.store.reading() as session:
        facts = office.facts.get(session, company)
    if plugin not in {one.name for one in office.plugins.report()}:
        raise NotFound(f"There is no plugin {plugin} in this installation.", kind="plugin")
    stopped = office.plugins.stopped_by(facts.company, plugin, wanted)
    if stopped:
        raise Invalid("; ".join(f"{name}: {problem}" for name, problem in stopped.items()))

    def work(session: Session) -> dict[str, Any]:
        company_id, _ = companies.found(session, company)
        companies.lock(session, [company_id])
        kept = companies.plugin_settings(session, company_id)
        given = {name: own for name, own in kept.items() if name != plugin} | ({plugin: wanted} if wanted else {})
        companies.change(session, company_id, {"plugin_settings": given})
        audit(session, office.actor, company_id, "plugin.changed", plugin, kept.get(plugin, {}), wanted)
        offers_changed.tell_all(session, company_id, company)
        return {"company": company, "plugin": plugin, "settings": wanted}

    return office.store.transact(work)


def _plain(settings: Mapping[str, Any]) -> dict[str, Any]:
    """The settings as JSON without floats. Raises `Invalid`."""
    if not isinstance(settings, Mapping):
        raise Invalid("The settings of a plugin are names with values.")
    try:
        canonical_json(dict(settings))
    except (TypeError, ValueError) as error:
        raise Invalid(f"The settings of a plugin are plain JSON: {error}") from error
    return dict(settings)
