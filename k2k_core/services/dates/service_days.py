"""Use case: the week of a company (`service_days`): its cut-offs and those of its carriers, and the days on which its
customers are served (domain section 4)."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import Any, cast

from k2k_core.domain.answers.service_days import (
    CarrierCutOff,
    ServedCustomer,
    ServiceDay,
    ServiceDays,
    WeekdayCutOffs,
)
from k2k_core.domain.dates import effective_cut_offs
from k2k_core.domain.freshness import shared_ages, sold_ages
from k2k_core.domain.parties import NO_SHIPPING, WEEKDAYS, Carrier
from k2k_core.domain.roles import READING
from k2k_core.domain.settings import CompanySettings
from k2k_core.services.company_snapshot import CompanySnapshot
from k2k_core.services.context import ServiceContext
from k2k_core.services.lists import filters as of
from k2k_core.services.lists.page_request import PageRequest
from k2k_core.services.lists.pages import PagedList, Rows, page
from k2k_core.store.lists.served_customers import served_customers

Carriers = Mapping[str, Carrier]

FILTERS = {"customer": of.codes, "company": of.word, "connected": of.switch}


def service_days(context: ServiceContext, company: str, request: PageRequest) -> ServiceDays:
    """The week, and a page of the customers that are not archived, by code. Only the company's own people see it: what
    a partner has set is never part of an answer."""
    context.actor.require(READING, company)
    with context.store.reading() as session:
        own = context.snapshots.get(session, company)
        carriers = own.carriers(session)
        as_rows = partial(_served, own.company.settings, carriers)
        listed = PagedList("service_days", served_customers(own.id), ServedCustomer, as_rows, FILTERS)
        customers = page(context, session, own.id, listed, request)
    return cast(ServiceDays, {**_week(own, carriers), **customers})


def _week(own: CompanySnapshot, carriers: Carriers) -> dict[str, Any]:
    settings = own.company.settings
    return {
        "timezone": own.company.timezone,
        "ship_days_offset": settings.ship_days_offset,
        "min_age": settings.min_age,
        "max_age": settings.max_age,
        "ages_per_customer": settings.apply_aging_restrictions_per_customer,
        "week": [_weekday(settings.cut_offs, carriers, day) for day in WEEKDAYS],
    }


def _weekday(cut_offs: Mapping[str, str], carriers: Carriers, day: str) -> WeekdayCutOffs:
    every = [_of_carrier(cut_offs, carriers, code, day) for code in sorted(carriers)]
    return {"weekday": day, "cut_off": cut_offs.get(day), "carriers": every}


def _of_carrier(cut_offs: Mapping[str, str], carriers: Carriers, code: str, day: str) -> CarrierCutOff:
    return {
        "carrier": code,
        "carrier_name": carriers[code].name,
        "cut_off": carriers[code].cut_offs.get(day),
        "effective": effective_cut_offs(cut_offs, {day: code}, carriers).get(day),
    }


def _served(settings: CompanySettings, carriers: Carriers, rows: Rows) -> Rows:
    return [_customer(settings, carriers, row) for row in rows]


def _customer(settings: CompanySettings, carriers: Carriers, row: Mapping[str, Any]) -> dict[str, Any]:
    service = row["days_of_service"]
    effective = effective_cut_offs(settings.cut_offs, service, carriers)
    ages = sold_ages if row["company"] is None else shared_ages
    youngest, oldest = ages(row["min_age"], row["max_age"], settings)
    return {
        "customer": row["code"],
        "customer_name": row["name"],
        "company": row["company"],
        "connection": row["connection"],
        "every_day": not service,
        "days": [_day(service, effective.get(day), day) for day in WEEKDAYS],
        "min_age": youngest,
        "max_age": oldest,
    }


def _day(service: Mapping[str, str], cut_off: str | None, day: str) -> ServiceDay:
    served = not service or day in service
    return {
        "weekday": day,
        "served": served,
        "carrier": service.get(day) or None,
        "cut_off": cut_off,
        "ships": served and cut_off != NO_SHIPPING,
    }
