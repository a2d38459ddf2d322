"""Checks of a company's price set-up for probable mistakes.

A check finds values that are valid one by one and wrong together. Each finding has a code, a place and advice; an
`error` makes prices wrong or impossible, a `warning` is probably not intended.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction

from k2k_core.domain.answers.findings import SetupFinding
from k2k_core.domain.items import INVENTORY_TYPES
from k2k_core.domain.money import MICRO, Exact
from k2k_core.domain.parties import Company, Customer, Markup, Vendor
from k2k_core.domain.price_lists import PriceList, Season, groups_for, works_for
from k2k_core.messages import Message, message_facts

ERROR, WARNING = "error", "warning"

StepsFor = Callable[[str, str, str], Sequence[str]]
"""Inventory type, customer type and ship via → the names of the steps of the company's hierarchy."""


@dataclass(frozen=True, slots=True)
class Finding:
    """One finding. `place` is written like a path: `customers.C-100.ecommerce_markup`."""

    code: str
    severity: str
    place: str
    problem: str
    what_to_do: str

    def as_dict(self) -> SetupFinding:
        """The finding as an answer of the facade."""
        return {
            "code": self.code,
            "severity": self.severity,
            "place": self.place,
            "problem": self.problem,
            "facts": message_facts(self.problem),
            "what_to_do": self.what_to_do,
        }


@dataclass(frozen=True, slots=True)
class PriceSetUp:
    """The set-up that is checked. `ship_vias` are the codes of the company's ship vias; `charges_beside` are the names
    of the separate charges of connected vendors, by the code of the vendor record; `buys` are the vendors of its active
    connections."""

    company: Company
    customers: Sequence[Customer]
    vendors: Sequence[Vendor]
    lists: Mapping[str, PriceList]
    steps_for: StepsFor
    ship_vias: Sequence[str]
    today: dt.date
    charges_beside: Mapping[str, Sequence[str]] = field(default_factory=dict)
    buys: Sequence[str] = ()


def price_checks(set_up: PriceSetUp) -> list[Finding]:
    """Every finding, errors first, by place."""
    found = [finding for check in _CHECKS for finding in check(set_up)]
    return sorted(found, key=lambda finding: (finding.severity, finding.place, finding.code))


def _margins(set_up: PriceSetUp) -> Iterator[Finding]:
    settings = set_up.company.settings
    places = {"settings.gpm": settings.gpm, "settings.k2k_gpm": settings.k2k_gpm}
    places |= {f"locations.{code}.k2k_gpm": place.k2k_gpm for code, place in set_up.company.locations.items()}
    for place, gpm in places.items():
        if gpm is not None and not 0 <= gpm < 100 * MICRO:
            problem = Message("{gpm} % is no margin: a GPM is from 0 to below 100", gpm=Exact.micros(gpm))
            yield Finding("gpm_out_of_range", ERROR, place, problem, Message("Type the margin, not the markup."))


def _no_margin(set_up: PriceSetUp) -> Iterator[Finding]:
    """A company that buys through K2K without a margin has no price for K2K boxes (pricing section 2)."""
    settings = set_up.company.settings
    places = set_up.company.locations.values()
    if set_up.buys and settings.gpm is None and settings.k2k_gpm is None and all(one.k2k_gpm is None for one in places):
        problem = Message(
            "no GPM is set, and boxes of {vendors} have no price but a typed one without it", vendors=list(set_up.buys)
        )
        hint = Message("Set the K2K GPM, or the ordinary one.")
        yield Finding("no_gpm", WARNING, "settings.k2k_gpm", problem, hint)


MOST_TIMES = 2
"""The factor by which a change of a margin may move prices without a finding."""


def price_jumps(before: Company, after: Company) -> Iterator[Finding]:
    """Margins whose change moves every price made with them by more than a factor of `MOST_TIMES`."""
    old, new = _margins_of(before), _margins_of(after)
    for place in sorted(old.keys() & new.keys()):
        was, now = old[place], new[place]
        if was is None or now is None or not (0 <= was < _WHOLE and 0 <= now < _WHOLE):
            continue
        times = Fraction(_WHOLE - was, _WHOLE - now)
        if times > MOST_TIMES or times < Fraction(1, MOST_TIMES):
            shown = Exact.micros(round(times * 100) * MICRO // 100)
            problem = Message(
                "from {was} % to {now} % prices become {times} {times:time|times} what they were",
                was=Exact.micros(was),
                now=Exact.micros(now),
                times=shown,
            )
            hint = Message("Try it with what-if first, or correct the margin.")
            yield Finding("price_jump", WARNING, place, problem, hint)


_WHOLE = 100 * MICRO


def _margins_of(company: Company) -> dict[str, int | None]:
    """The margins in force at each place where one is set."""
    settings = company.settings
    found = {"settings.gpm": settings.gpm, "settings.k2k_gpm": settings.k2k_gpm}
    return found | {f"locations.{code}.k2k_gpm": place.k2k_gpm for code, place in company.locations.items()}


def _markups(set_up: PriceSetUp) -> Iterator[Finding]:
    """A percentage of −100 or less makes every price zero or negative."""
    for customer in set_up.customers:
        for name in ("price_b_markup", "sell_fast_markup", "ecommerce_markup"):
            markup: Markup | None = getattr(customer, name)
            if markup is not None and markup.kind == "percent" and markup.value <= -100 * MICRO:
                place = f"customers.{customer.code}.{name}"
                problem = Message(
                    "{markup} makes every price of {customer} not positive: it has no price at all",
                    markup=markup,
                    customer=customer.code,
                )
                yield Finding("markup_never_positive", ERROR, place, problem, Message("Use a percentage above -100."))


def _masters(set_up: PriceSetUp) -> Iterator[Finding]:
    masters = sorted(code for code, price_list in set_up.lists.items() if price_list.master)
    if len(masters) > 1:
        problem = Message("{masters} are all the master", masters=masters)
        yield Finding("two_masters", ERROR, "price_lists", problem, Message("Keep `master` on one list."))


def _seasons(set_up: PriceSetUp) -> Iterator[Finding]:
    for code, price_list in sorted(set_up.lists.items()):
        for one, other in _overlapping(price_list.seasons):
            place = f"price_lists.{code}.seasons.{other.name}"
            problem = Message(
                "{one} and {other} overlap from {start} to {end}",
                one=one.name,
                other=other.name,
                start=other.start,
                end=min(one.end, other.end),
            )
            what = Message(
                "From {start} on {other} wins; end {one} the day before if that is meant.",
                start=other.start,
                other=other.name,
                one=one.name,
            )
            yield Finding("overlapping_seasons", WARNING, place, problem, what)
        if price_list.active and price_list.seasons and all(s.end < set_up.today for s in price_list.seasons):
            problem = Message("every season of {code} is over", code=code)
            what = Message("Add a season, or switch the list off.")
            yield Finding("list_is_over", WARNING, f"price_lists.{code}", problem, what)


def _overlapping(seasons: Iterable[Season]) -> Iterator[tuple[Season, Season]]:
    ordered = sorted(seasons, key=lambda season: (season.start, season.end))
    for number, one in enumerate(ordered):
        for other in ordered[number + 1 :]:
            if other.start <= one.end:
                yield one, other


def _rates(set_up: PriceSetUp) -> Iterator[Finding]:
    company = set_up.company
    for vendor in set_up.vendors:
        if vendor.currency == company.currency:
            continue
        if not company.settings.multicurrency and vendor.company is not None:
            place = f"vendors.{vendor.code}.currency"
            problem = Message(
                "{vendor} sells in {theirs}, and its prices are taken for {ours}",
                vendor=vendor.code,
                theirs=vendor.currency,
                ours=company.currency,
            )
            yield Finding("currency_ignored", ERROR, place, problem, Message("Turn multicurrency on, and type a rate."))
        elif company.settings.multicurrency and vendor.exchange_rate is None:
            place = f"vendors.{vendor.code}.exchange_rate"
            problem = Message(
                "{vendor} sells in {theirs}, {company} in {ours}: no rate is set",
                vendor=vendor.code,
                theirs=vendor.currency,
                company=company.code,
                ours=company.currency,
            )
            what = Message(
                "Type how many {ours} one {theirs} is; until then nothing of it is shared.",
                ours=company.currency,
                theirs=vendor.currency,
            )
            yield Finding("missing_exchange_rate", ERROR, place, problem, what)


def _charges_beside_cost(set_up: PriceSetUp) -> Iterator[Finding]:
    """What a vendor charges separately is part of the orders, but of no landed cost (domain section 5)."""
    for code, names in sorted(set_up.charges_beside.items()):
        problem = Message(
            "{code} charges {names} beside its prices: no landed cost, and no price from one, has it in",
            code=code,
            names=names,
        )
        what = Message("Let the margin cover it, or ask the vendor to show FOB prices.")
        yield Finding("charges_beside_cost", WARNING, f"vendors.{code}", problem, what)


def _unused_lists(set_up: PriceSetUp) -> Iterator[Finding]:
    """A list that is assigned to nobody, or that no hierarchy of its customers uses."""
    for code, price_list in sorted(set_up.lists.items()):
        if not price_list.active or price_list.master:
            continue
        everyone = price_list.everyone
        holders = [customer for customer in set_up.customers if everyone or code in customer.price_lists]
        place = f"price_lists.{code}"
        if not holders and not everyone:
            what = Message("Assign it to customers, mark it for everyone, or make it the master.")
            yield Finding(
                "list_of_nobody", WARNING, place, Message("{code} is assigned to no customer", code=code), what
            )
        elif holders and not any(_can_use(set_up, customer, price_list) for customer in holders):
            names = ", ".join(customer.code for customer in holders[:5])
            problem = Message(
                "no hierarchy of its customers ({names}) asks a list of type {type}", names=names, type=price_list.type
            )
            what = Message("Change the list's type, the customers' type, or the hierarchy.")
            yield Finding("list_never_used", WARNING, place, problem, what)


def _can_use(set_up: PriceSetUp, customer: Customer, price_list: PriceList) -> bool:
    return any(
        price_list.type in group and "price_list" in set_up.steps_for(inventory_type, customer.type, ship_via)
        for inventory_type in INVENTORY_TYPES
        if works_for(inventory_type, customer.type)
        for group in groups_for(inventory_type)
        for ship_via in set_up.ship_vias
    )


_CHECKS: tuple[Callable[[PriceSetUp], Iterator[Finding]], ...] = (
    _margins,
    _no_margin,
    _markups,
    _masters,
    _seasons,
    _rates,
    _charges_beside_cost,
    _unused_lists,
)
