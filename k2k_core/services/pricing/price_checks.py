"""Use case: findings about a company's price set-up, on demand and after every change of it."""

from __future__ import annotations

from functools import partial
from typing import Any

from k2k_core.domain.answers.findings import SetupFinding
from k2k_core.domain.margin_floor import floor_checks
from k2k_core.domain.order_charges import charge_terms
from k2k_core.domain.price_checks import ERROR, WARNING, Finding, PriceSetUp, price_checks
from k2k_core.domain.pricing import CHANNELS
from k2k_core.domain.roles import SEEING_COSTS
from k2k_core.messages import Message
from k2k_core.runtime.plugin import process_name
from k2k_core.runtime.plugin_records import acceptance
from k2k_core.runtime.registry import Registry
from k2k_core.services.company_snapshot import CompanySnapshot, vendors_of
from k2k_core.services.context import ServiceContext
from k2k_core.services.pricing import price_lists
from k2k_core.settings.catalogue import BY_NAME, PRICING
from k2k_core.store.database.session import Session


def check_prices(context: ServiceContext, company: str) -> list[SetupFinding]:
    """Every finding about the company's prices: `{code, severity, place, problem, what_to_do}`, errors first."""
    context.actor.require(SEEING_COSTS, company)
    with context.store.reading() as session:
        return [finding.as_dict() for finding in findings(context, session, context.snapshots.get(session, company))]


def affects_prices(setting: str) -> bool:
    """Whether the price checks depend on a setting."""
    known = BY_NAME.get(setting)
    return known is not None and (known.group == PRICING or setting == "multicurrency")


def findings_of(context: ServiceContext, company: str) -> list[Finding]:
    """The findings about the current state of a company; none for an unknown company."""
    with context.store.reading() as session:
        snapshot = context.snapshots.by_code(session, [company]).get(company)
        return [] if snapshot is None else findings(context, session, snapshot)


def findings(context: ServiceContext, session: Session, company: CompanySnapshot) -> list[Finding]:
    """The findings about one company's snapshot, which may be a draft; missing steps of hierarchies among them."""
    registry = context.plugins.registry(company.company)
    settings = company.company.settings
    set_up = PriceSetUp(
        company.company,
        list(company.customers(session).values()),
        list(company.vendors(session).values()),
        price_lists.lists(session, company).by_code,
        partial(_steps, registry.hierarchies.steps_for, settings),
        [handler.code for handler in registry.ship_vias()],
        company.company.today(session.now),
        _charges_beside(context, session, company),
        [vendor.code for connection, vendor in vendors_of(session, context.snapshots, company) if connection.active],
    )
    missing = [
        Finding("plugin_step_missing", ERROR, f"hierarchies.{problem.place}", problem.problem, problem.next_step)
        for problem in registry.problems
    ]
    return [*_of_plugins(registry), *missing, *price_checks(set_up), *floor_checks(set_up)]


def _of_plugins(registry: Registry) -> list[Finding]:
    """Plugins that the company relies on and that fail in this process, stand in for another version, or are on no
    record."""
    facts = {"company": registry.company, "process": process_name()}
    failing = [
        Finding(
            one.code,
            ERROR,
            f"plugins.{one.plugin}",
            Message(
                "{company} relies on it, and in process {process} {problem}: its rules hold lots back, its steps give "
                "no price",
                problem=one.problem,
                **facts,
            ),
            one.next_step,
        )
        for one in registry.failing
    ]
    others = [
        Finding(
            "plugin_version",
            WARNING,
            f"plugins.{plugin.name}",
            Message(
                "process {process} has version {version}, {recorded} is on record for {company}; they are compatible",
                version=plugin.version,
                recorded=recorded,
                **facts,
            ),
            acceptance(plugin),
        )
        for plugin, recorded in registry.other_versions()
    ]
    unrecorded = [
        Finding(
            "plugin_not_recorded",
            WARNING,
            f"plugins.{plugin.name}",
            Message(
                "its rules judge the lots of {company} in process {process}, and in no process that lacks it: it is on "
                "no record",
                **facts,
            ),
            acceptance(plugin),
        )
        for plugin in registry.unrecorded_rules()
    ]
    return [*failing, *_in_quarantine(registry), *others, *unrecorded]


def _in_quarantine(registry: Registry) -> list[Finding]:
    """What is in quarantine, with the process in which that began: it fails as if its plugin were missing."""
    return [
        Finding(
            "plugin_quarantined",
            ERROR,
            f"plugins.{offer.plugin.name}",
            Message(
                "{contribution} of {company} fails: since a call in process {process} it is {state}",
                contribution=offer.words,
                state=quarantine.state,
                company=registry.company,
                process=quarantine.process,
            ),
            Message("Once its owner has fixed it, lift the quarantine."),
        )
        for offer, quarantine in registry.quarantined()
    ]


def _charges_beside(context: ServiceContext, session: Session, company: CompanySnapshot) -> dict[str, list[str]]:
    """The separate charges of connected vendors to the company today: names by the code of the vendor record."""
    found: dict[str, list[str]] = {}
    for connection, vendor in vendors_of(session, context.snapshots, company):
        record = company.vendor_for(session, vendor.code)
        terms = charge_terms(vendor.customer_for(session, company.code), vendor.company.settings)
        if connection.active and record is not None and (names := terms.names()):
            found[record.code] = names
    return found


def _steps(steps_for: Any, settings: Any, inventory_type: str, customer_type: str, ship_via: str) -> tuple[str, ...]:
    """The steps of a hierarchy, in whichever sales channel."""
    return tuple(
        name for channel in CHANNELS for name in steps_for(inventory_type, customer_type, ship_via, settings, channel)
    )
