"""Answers of contributions for the fixtures of plugin authors, each with its explanation. What fails is an
`AssertionError` with the words that an admin would read: owner, place and problem."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from k2k_core.domain.explanation import PriceRecorder, StepTaken
from k2k_core.domain.items import Lot
from k2k_core.domain.labels import Label, LabelRequest
from k2k_core.domain.money import price_text
from k2k_core.domain.parties import Customer, ShipTo
from k2k_core.domain.pricing import FAILED, NOT_REACHED, PriceTerms, price_lines
from k2k_core.domain.sharing import BUYER, RULE_FAILED, VENDOR, EligibilityRequest
from k2k_core.errors import K2KError
from k2k_core.hooks import ShipViaHandler
from k2k_core.runtime import Registry
from k2k_core.testing import factories


class PricedLots(list[str | None]):
    """Prices of lots as texts, None for no price; `explanations` says of each lot which step gave what, and why.
    pytest shows them where prices differ from those expected."""

    def __init__(self, prices: Sequence[str | None], explanations: Sequence[str]) -> None:
        super().__init__(prices)
        self.explanations = tuple(explanations)


def prices(registry: Registry, lots: Sequence[Lot], terms: Mapping[str, Any]) -> PricedLots:
    """The price of each lot for a customer. `terms` as `factories.price_terms`. Raises `AssertionError` for a step or
    an adjustment that failed."""
    asked = factories.price_terms(**terms)
    settings = asked.company.settings
    line = (asked.inventory_type, asked.customer.type, asked.ship_via, settings)
    steps = registry.price_steps(*line)
    requests = [factories.price_request(lot=one, terms=asked) for one in lots]
    recorder = PriceRecorder(steps)
    quotes = price_lines(requests, steps, registry.adjustments(*line), recorder)
    for number, lot in enumerate(lots):
        failed = [one.reason for one in recorder.steps(number) if one.outcome == FAILED]
        failed += [one.reason for one in recorder.adjustments(number) if one.outcome == FAILED]
        if failed:
            raise AssertionError(f"{lot.ref} has no price: {failed[0]}{_of_another_type(registry, asked)}")
    currency = asked.company.currency
    said = [f"{lot.ref}: {_said(recorder.steps(number))}" for number, lot in enumerate(lots)]
    return PricedLots([price_text(one.price, currency) for one in quotes], said)


def _of_another_type(registry: Registry, asked: PriceTerms) -> str:
    """What to do where the registry has orders of steps, and none for the inventory type that was asked for."""
    types = sorted({row.inventory_type for row in registry.hierarchies.rows if row.inventory_type})
    if not types or asked.inventory_type in types:
        return ""
    return f". The registry has steps for {', '.join(types)}: pass inventory_type={types[0]!r} to k2k_price, too"


def _said(steps: Sequence[StepTaken]) -> str:
    """What each step answered, up to the one that gave the price."""
    reached = [step for step in steps if step.outcome != NOT_REACHED]
    return "; ".join(f"{one.step} {one.value or one.outcome} ({one.reason})" for one in reached)


def denials(registry: Registry, requests: Sequence[EligibilityRequest]) -> list[dict[str, str]]:
    """For each request the rules that deny it, code to reason. Raises `AssertionError` for a rule that failed."""
    answers: list[dict[str, str]] = []
    for request in requests:
        side = VENDOR if request.share is not None else BUYER
        rules = registry.rules(side, request.lot.inventory_type)
        if not rules:
            raise AssertionError(f"no plugin has a rule of the {side}'s side for {request.lot.inventory_type}")
        found = [denial for rule in rules if (denial := rule.check_batch([request])[0]) is not None]
        if failed := [denial.reason for denial in found if denial.code == RULE_FAILED]:
            raise AssertionError(f"{request.lot.ref} is held back: {failed[0]}")
        answers.append({denial.code: denial.reason for denial in found})
    return answers


def label(registry: Registry, request: LabelRequest, form: str) -> Label:
    """The label of a box in a format. Raises `AssertionError` where there is none, with the reason."""
    try:
        return registry.renderer(form, request.inventory_type).render(request)
    except K2KError as error:
        raise AssertionError(f"box {request.box_code} has no label as {form}: {error}") from error


def journey(registry: Registry, code: str, customer: Customer, inventory_type: str) -> ShipTo | None:
    """Where the boxes of a customer go by a ship via; None for the buyer company itself. Raises `AssertionError` where
    the customer may not have it, or where it failed, with the reason."""
    try:
        handler = registry.ship_via(code)
        if not handler.allows(customer, inventory_type):
            raise AssertionError(f"{code} is not for {customer.code} and {inventory_type}{_why_not(registry, code)}")
        return handler.ship_to(customer)
    except K2KError as error:
        raise AssertionError(f"{code} leads {customer.code} nowhere: {error}") from error


def _why_not(registry: Registry, code: str) -> str:
    """The failure behind a refusal: a ship via that fails is not offered."""
    offers = [one for one in registry.offers if isinstance(one.contribution, ShipViaHandler) and one.name == code]
    problems = [registry.statistics_of(one).last_problem for one in offers]
    return "".join(f": {problem}" for problem in problems if problem)
