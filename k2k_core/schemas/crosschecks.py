"""Checks between records: references that must exist, codes that must differ (domain section 1).

They check what could be read, so that every fault of a file is reported at once.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from k2k_core.domain.items import STANDARD_BOXES
from k2k_core.errors import Fault
from k2k_core.messages import Message, joined_by_and
from k2k_core.schemas.record import Values, record_fault

KEYS: dict[str, tuple[str, ...]] = {"users": ("email",), "box_dimensions": ("box_type", "product")}
"""What identifies a record of a collection: its code, unless another field is named here."""

REFERENCES = (
    ("products", "category", "categories"),
    ("box_dimensions", "box_type", "box_types"),
    ("box_dimensions", "product", "products"),
    ("customers", "location", "locations"),
    ("customers", "company", "companies"),
    ("vendors", "company", "companies"),
    ("lots", "product", "products"),
    ("lots", "box_type", "box_types"),
    ("lots", "location", "locations"),
)
"""Collection, field, and the collection whose codes it may name."""

Known = Mapping[str, set[str]]
"""What exists already: collection → codes; `companies` → codes of all companies."""


def network_faults(network: Values, known_companies: Iterable[str] = ()) -> list[Fault]:
    """Every fault between the records of a network."""
    companies = _records(network, "companies")
    codes = {company["code"] for company in companies if "code" in company} | set(known_companies)
    found = list(_duplicates(companies, "companies", ("code",)))
    for number, company in enumerate(companies):
        prefix = f"companies[{number}]."
        found += [{**each, "path": prefix + each["path"]} for each in company_faults(company, {"companies": codes})]
    found += _vendor_currencies(companies)
    found += _twice(_addresses(companies), Message("has an account already"))
    found += _twice(_box_codes(companies), Message("is the code of another box"))
    return found + list(_connection_faults(_records(network, "connections"), codes))


def company_faults(company: Values, known: Known) -> list[Fault]:
    """Every fault between the records of one company, given what it has already."""
    codes = {name: _codes(_records(company, name)) | set(known.get(name, ())) for name in _CODED}
    codes["box_types"] |= set(STANDARD_BOXES)
    codes["companies"] = set(known.get("companies", ()))
    found: list[Fault] = []
    for name, rows in company.items():
        if isinstance(rows, list):
            found += _duplicates(rows, name, KEYS.get(name, ("code",)))
    for name, field, target in REFERENCES:
        for number, row in enumerate(_records(company, name)):
            found += _unknown(f"{name}[{number}].{field}", row.get(field), codes[target], target)
    for number, customer in enumerate(_records(company, "customers")):
        for place, listed in enumerate(customer.get("price_lists", ())):
            path = f"customers[{number}].price_lists[{place}]"
            found += _unknown(path, listed, codes["price_lists"], "price_lists")
    return found + list(_price_list_faults(_records(company, "price_lists"), codes))


_CODED = ("locations", "categories", "products", "box_types", "price_lists")


def _price_list_faults(price_lists: list[Values], codes: Mapping[str, set[str]]) -> Iterator[Fault]:
    masters = [number for number, price_list in enumerate(price_lists) if price_list.get("master")]
    for number in masters[1:]:
        yield record_fault(f"price_lists[{number}].master", Message("a company has at most one master price list"))
    for number, price_list in enumerate(price_lists):
        for place, season in enumerate(price_list.get("seasons", ())):
            for line, row in enumerate(season.get("rows", ())):
                path = f"price_lists[{number}].seasons[{place}].rows[{line}]"
                yield from _unknown(f"{path}.product", row.get("product"), codes["products"], "products")
                yield from _unknown(f"{path}.box_type", row.get("box_type"), codes["box_types"], "box_types")


def _vendor_currencies(companies: list[Values]) -> Iterator[Fault]:
    """A vendor record that is a company of the file has that company's currency (domain section 1)."""
    currencies = {company.get("code"): company.get("currency") for company in companies}
    for number, company in enumerate(companies):
        for place, vendor in enumerate(_records(company, "vendors")):
            theirs, given = currencies.get(vendor.get("company")), vendor.get("currency")
            if vendor.get("company") is not None and None not in (theirs, given) and theirs != given:
                path = f"companies[{number}].vendors[{place}].currency"
                yield record_fault(
                    path,
                    Message(
                        "{company} sells in {theirs}: its vendor record cannot be in {given}",
                        company=vendor["company"],
                        theirs=theirs,
                        given=given,
                    ),
                )


def _connection_faults(connections: list[Values], companies: set[str]) -> Iterator[Fault]:
    yield from _duplicates(connections, "connections", ("vendor", "buyer"))
    for number, connection in enumerate(connections):
        for side in ("vendor", "buyer"):
            yield from _unknown(f"connections[{number}].{side}", connection.get(side), companies, "companies")
        if connection.get("vendor") is not None and connection.get("vendor") == connection.get("buyer"):
            yield record_fault(f"connections[{number}].buyer", Message("a company does not connect to itself"))


def _duplicates(rows: list[Any], path: str, keys: tuple[str, ...]) -> Iterator[Fault]:
    named = []
    for number, row in enumerate(rows):
        if isinstance(row, Mapping) and row.get(keys[0]) is not None:
            key = tuple(row.get(name) for name in keys)
            named.append((key, f"{path}[{number}].{keys[0]}"))
    yield from _twice(named, Message("stands here twice: {fields} must differ", fields=joined_by_and(keys)))


def _twice(named: Iterable[tuple[Any, str]], message: str) -> Iterator[Fault]:
    seen: set[Any] = set()
    for key, path in named:
        if key in seen:
            shown = ", ".join(str(part) for part in key if part is not None) if isinstance(key, tuple) else key
            yield record_fault(path, Message("{value} {problem}", value=shown, problem=message))
        seen.add(key)


def _addresses(companies: list[Values]) -> Iterator[tuple[str, str]]:
    for number, company in enumerate(companies):
        seen: set[str] = set()
        for place, user in enumerate(_records(company, "users")):
            email = user.get("email")
            if email is not None and email not in seen:
                seen.add(email)
                yield email, f"companies[{number}].users[{place}].email"


def _box_codes(companies: list[Values]) -> Iterator[tuple[str, str]]:
    for number, company in enumerate(companies):
        for place, lot in enumerate(_records(company, "lots")):
            for position, code in enumerate(lot.get("box_codes", ())):
                yield code, f"companies[{number}].lots[{place}].box_codes[{position}]"


def _unknown(path: str, code: object, known: set[str], collection: str) -> Iterator[Fault]:
    if code is not None and code not in known:
        what = (
            Message("company of the network")
            if collection == "companies"
            else Message("of its {collection}", collection=collection.replace("_", " "))
        )
        yield record_fault(
            path,
            Message("{code} is no {what}", code=code, what=what)
            if collection == "companies"
            else Message("{code} is none {what}", code=code, what=what),
        )


def _codes(rows: list[Values]) -> set[str]:
    return {row["code"] for row in rows if "code" in row}


def _records(values: Values, name: str) -> list[Values]:
    """The rows that could be read; the others are faults already. Places do not change, so that paths are right."""
    rows = values.get(name)
    return [row if isinstance(row, dict) else {} for row in rows] if isinstance(rows, list) else []
