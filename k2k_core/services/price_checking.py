"""Use case: is there anything wrong with our price set-up? Asked on demand, and after every change of it."""

from __future__ import annotations

from functools import partial
from typing import Any

from k2k_core.domain.price_checks import ERROR, Finding, PriceSetUp, price_checks
from k2k_core.domain.roles import READING
from k2k_core.services import price_list_rows
from k2k_core.services.facts import CompanyFacts
from k2k_core.services.office import Office
from k2k_core.settings.catalogue import BY_NAME, PRICING
from k2k_core.store.work import Session


def check_prices(office: Office, company: str) -> list[dict[str, Any]]:
    """Every finding about the company's prices: `{code, severity, place, problem, what_to_do}`, errors first."""
    office.actor.require(READING, company)
    with office.store.reading() as session:
        return [finding.as_dict() for finding in findings(office, session, office.facts.get(session, company))]


def is_looked_over(setting: str) -> bool:
    """Whether a setting is one that the price checks look at."""
    known = BY_NAME.get(setting)
    return known is not None and (known.group == PRICING or setting == "multicurrency")


def findings_of(office: Office, company: str) -> list[Finding]:
    """The findings about a company as it stands; none for a company that is not there."""
    with office.store.reading() as session:
        facts = office.facts.by_code(session, [company]).get(company)
        return [] if facts is None else findings(office, session, facts)


def findings(office: Office, session: Session, facts: CompanyFacts) -> list[Finding]:
    """The findings about one company's facts, which may be a draft; missing steps of hierarchies among them."""
    registry = office.plugins.registry(facts.company)
    settings = facts.company.settings
    set_up = PriceSetUp(
        facts.company,
        list(facts.customers(session).values()),
        list(facts.vendors(session).values()),
        price_list_rows.lists(session, facts).by_code,
        partial(_steps, registry.hierarchies.steps_for, settings),
        [handler.code for handler in registry.ship_vias()],
        facts.company.today(session.now),
    )
    missing = [
        Finding("plugin_step_missing", ERROR, f"hierarchies.{problem.place}", problem.problem, problem.next_step)
        for problem in registry.problems
    ]
    return [*missing, *price_checks(set_up)]


def _steps(steps_for: Any, settings: Any, inventory_type: str, customer_type: str, ship_via: str) -> tuple[str, ...]:
    names: tuple[str, ...] = steps_for(inventory_type, customer_type, ship_via, settings)
    return names
