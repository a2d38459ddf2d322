"""Refuses set-ups that can never work, whichever way they are written (domain sections 3 and 4).

A file is checked as it is. A change is checked together with everything else that its transaction changes, just before
the commit: of several changes made together only the result counts. What was impossible before does not prevent other
changes.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from k2k_core.domain.parties import NO_SHIPPING, Carrier
from k2k_core.domain.setup_consistency import impossible_ages, impossible_service, impossible_week
from k2k_core.errors import Fault
from k2k_core.messages import Message
from k2k_core.schemas.record import Values, record_fault, refuse
from k2k_core.store.database.session import Session
from k2k_core.store.master_data import companies, parties

SETTINGS = ("min_age", "max_age", "cut_offs")
"""The company's own settings that are checked."""

CUSTOMER = frozenset(("company", "min_age", "max_age", "days_of_service"))
"""The fields of a customer that are checked."""

Changed = Mapping[tuple[str, str], str]
"""Collection and code of what was changed → its path; the settings are the collection `settings` without a code."""


class Inconsistency(NamedTuple):
    """One inconsistency: its place, the problem, and the advice. `carriers` are those whose cut-offs cause it."""

    collection: str
    code: str
    field: str
    message: str
    carriers: tuple[str, ...] = ()


def file_faults(company: Values) -> list[Fault]:
    """The inconsistencies of a company in a file, by paths below the company."""
    customers = [row for row in _rows(company, "customers") if "code" in row]
    carriers = {row["code"]: row for row in _rows(company, "carriers") if "code" in row}
    settings = {name: company.get("settings", {}).get(name) for name in SETTINGS}
    found = inconsistencies(settings, customers, {code: row.get("cut_offs") or {} for code, row in carriers.items()})
    places = {
        (name, row["code"]): f"{name}[{place}]"
        for name in ("customers", "carriers")
        for place, row in enumerate(_rows(company, name))
        if "code" in row
    }
    return _faults(found, {("settings", ""): "settings", **places})


def refuse_impossible(session: Session, company_id: int, changed: Changed) -> None:
    """At the end of this unit of work, raise `Invalid` for what these changes have made impossible."""
    session.before_commit(lambda: require_possible(session, company_id, changed))


def require_possible(session: Session, company_id: int, changed: Changed) -> None:
    """The same check at once."""
    settings = companies.own_settings(session, company_id, SETTINGS)
    known = parties.carriers(session, [company_id])[company_id]
    carriers = {code: carrier.cut_offs for code, carrier in known.items()}
    closed = any(NO_SHIPPING in week.values() for week in (settings.get("cut_offs") or {}, *carriers.values()))
    # A vendor may have a thousand customers: they matter when they are changed, or when a day is closed to them.
    matter = closed or any(collection == "customers" for collection, _ in changed)
    found = parties.customers(session, [company_id])[company_id].values() if matter else ()
    customers = [{name: getattr(customer, name) for name in ("code", *CUSTOMER)} for customer in found]
    refuse(_faults(inconsistencies(settings, customers, carriers), changed), "The change is not valid: {first}")


def inconsistencies(
    settings: Mapping[str, Any], customers: Sequence[Mapping[str, Any]], carriers: Mapping[str, Mapping[str, str]]
) -> Iterator[Inconsistency]:
    """Every inconsistency in one company's own set-up."""
    cut_offs = settings.get("cut_offs") or {}
    if words := impossible_ages(settings.get("min_age"), settings.get("max_age")):
        yield Inconsistency("settings", "", "min_age", words)
    closed = impossible_week(cut_offs)
    if closed:
        yield Inconsistency("settings", "", "cut_offs", closed)
    for code, week in carriers.items():
        if words := impossible_week(week):
            yield Inconsistency("carriers", code, "cut_offs", words)
    known = {code: Carrier(code, code, week) for code, week in carriers.items()}
    for customer in customers:
        if words := impossible_ages(customer.get("min_age"), customer.get("max_age")):
            yield Inconsistency("customers", customer["code"], "min_age", words)
        service = customer.get("days_of_service") or {}
        words = None if closed or customer.get("company") is None else impossible_service(service, cut_offs, known)
        if words:
            used = tuple(dict.fromkeys(service.values()))
            yield Inconsistency("customers", customer["code"], "days_of_service", words, used)


def _faults(found: Iterator[Inconsistency], changed: Changed) -> list[Fault]:
    """The faults of what was changed: of the record itself, else of the cut-offs that cause it."""
    faults = []
    for one in found:
        hangs_on = [("carriers", carrier) for carrier in one.carriers] + [("settings", "")]
        culprits = [place for place in hangs_on if place in changed]
        if (one.collection, one.code) in changed:
            faults.append(record_fault(_path(changed[one.collection, one.code], one.field), one.message))
        elif one.field == "days_of_service" and culprits:
            path = _path(changed[culprits[0]], "cut_offs")
            words = Message("customer {customer} would never be served: {why}", customer=one.code, why=one.message)
            faults.append(record_fault(path, words))
    return faults


def _path(place: str, field: str) -> str:
    return f"{place}.{field}" if place else field


def _rows(company: Values, name: str) -> list[Values]:
    rows = company.get(name)
    return [row if isinstance(row, dict) else {} for row in rows] if isinstance(rows, list) else []
