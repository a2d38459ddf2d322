"""Checks of ages, days and calendars: values that are valid one by one and together leave nothing to sell.

What is certainly impossible is refused when it is saved (`domain.setup_consistency`). Here are the cases that depend on
a second company, a carrier or another record. Findings have the form of price checks; an `error` hides everything that
it names.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from k2k_core.domain.freshness import shared_ages
from k2k_core.domain.parties import Carrier, Company, Customer, Vendor
from k2k_core.domain.price_checks import ERROR, WARNING, Finding
from k2k_core.domain.sharing import OLDEST_SHARED
from k2k_core.messages import Message, joined


@dataclass(frozen=True, slots=True)
class Route:
    """A vendor, a customer and a ship via for which no date is possible in any week, with the planner's last
    reasons."""

    vendor: str
    customer: str
    ship_via: str
    reasons: Sequence[str]


@dataclass(frozen=True, slots=True)
class DateSetUp:
    """The set-up that is checked."""

    company: Company
    customers: Sequence[Customer]
    vendors: Sequence[Vendor]
    carriers: Mapping[str, Carrier]
    dead_routes: Sequence[Route]


def date_checks(set_up: DateSetUp) -> list[Finding]:
    """Every finding, errors first, by place."""
    found = [finding for check in _CHECKS for finding in check(set_up)]
    return sorted(found, key=lambda finding: (finding.severity, finding.place, finding.code))


def _ages(set_up: DateSetUp) -> Iterator[Finding]:
    """Age limits of which one is the customer's and the other the company's, or the network's."""
    settings = set_up.company.settings
    for customer in set_up.customers:
        if customer.company is None:
            continue
        youngest, limit = shared_ages(customer.min_age, customer.max_age, settings)
        if youngest > limit:
            problem = Message(
                "boxes are shared from {youngest} {youngest:day|days} on and until {limit}: {customer} sees none of"
                " them",
                youngest=youngest,
                limit=limit,
                customer=customer.code,
            )
            what = Message(
                "Lower the minimum age, or raise the maximum; nothing over {most} days is shared.",
                most=OLDEST_SHARED,
            )
            yield Finding("ages_never_meet", ERROR, f"customers.{customer.code}.min_age", problem, what)


def _carriers(set_up: DateSetUp) -> Iterator[Finding]:
    """A carrier named in the days of service that does not exist: it counts as one without cut-offs."""
    if not set_up.carriers:
        return
    for customer in set_up.customers:
        unknown = sorted({code for code in customer.days_of_service.values() if code and code not in set_up.carriers})
        if unknown:
            problem = Message(
                "{unknown} is none of the carriers of {company}: no cut-off of it counts",
                unknown=unknown,
                company=set_up.company.code,
            )
            place = f"customers.{customer.code}.days_of_service"
            yield Finding(
                "unknown_carrier", WARNING, place, problem, Message("Add the carrier, or name one that there is.")
            )


def _twice(set_up: DateSetUp) -> Iterator[Finding]:
    """A connected company that is named by two records: only one of them counts."""
    for kind, records in (("customers", set_up.customers), ("vendors", set_up.vendors)):
        named = Counter(record.company for record in records if record.company is not None)
        for company, times in sorted(named.items()):
            if times > 1:
                codes = ", ".join(record.code for record in records if record.company == company)
                problem = Message(
                    "{codes} are all the company {company}: what one of them says does not count",
                    codes=codes,
                    company=company,
                )
                yield Finding(
                    "company_stands_twice", WARNING, kind, problem, Message("Keep `company` in one of the records.")
                )


def _routes(set_up: DateSetUp) -> Iterator[Finding]:
    for route in set_up.dead_routes:
        place = f"customers.{route.customer}.days_of_service"
        problem = Message(
            "no date is possible in any week for boxes of {vendor} via {ship_via}",
            vendor=route.vendor,
            ship_via=route.ship_via,
        )
        what = Message(
            "Compare the days of service, transit days and days in advance: {reasons}.",
            reasons=joined(route.reasons),
        )
        yield Finding("no_ship_date", WARNING, place, problem, what)


_CHECKS: tuple[Callable[[DateSetUp], Iterator[Finding]], ...] = (_ages, _carriers, _twice, _routes)
