"""Checks of the migrated database of every_order.yaml: every document shows what it showed before, except where the
rule has changed."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterator
from decimal import Decimal
from typing import Any

from k2k_core.api import K2K
from k2k_core.store.tables import ALL, Lot
from tests.store.migrations.old_databases import EVERY_ORDER

ANSWERS: dict[str, Any] = EVERY_ORDER["answers"]
CLOCK = dt.datetime.fromisoformat(EVERY_ORDER["clock"])
"""When the program of version 7 did its last step, in UTC."""

ALLOCATED = {
    "received": (0, 3),
    "part_received": (0, 1),
    "bought_since": (0, 1),
    "shared_number": (0, 1),
    "direct": (0, 2),
    "part_billed": (0, 1),
    "held": (0, 2),
    "without_prebook": (2, 0),
}
"""The lots of received boxes by the orders that they came with: how many are free, and how many allocated."""

LACKING = {"bought_since": 2}
"""Orders of whose boxes others have bought so many since."""

NOT_BILLED = set(ANSWERS["part_billed_boxes"]["box_codes"]) - {ANSWERS["part_billed_boxes"]["box_codes"][1]}
"""The boxes of the line of which one box alone was billed."""

PAPERWORK = Decimal("5.00")
"""What the vendor charges this buyer per order."""

GREEN = ("staged", "received", "billed")


def line_of(name: str) -> str:
    """The id of the line of an order of the scenario."""
    return str(ANSWERS[name]["lines"][0]["line"])


def faults(net: K2K) -> list[str]:
    """What is not as it must be, in words."""
    found = [] if net.context.store.migrated() else ["the migration is not complete"]
    for company, documents in EVERY_ORDER["documents"].items():
        for number, old in documents.items():
            shown = json.loads(json.dumps(net.show(company, number)))
            found += _differences(_by_the_rules_of_today(company, old), shown, f"{company} {number}")
    found += [f"{name}: {lot}" for name, lot in lots(net).items() if lot != ALLOCATED[name]]
    named = {fault["subject"] for fault in net.verify()}
    lacking = {f"line {line_of(name)}" for name in LACKING}
    return found + [f"verify: {subject}" for subject in sorted(named ^ lacking)]


def lots(net: K2K) -> dict[str, tuple[int, int]]:
    """How many boxes are free, and how many allocated, of the buyer's lots that `ALLOCATED` speaks of."""
    with net.context.store.whole_network.reading() as session:
        numbers = {
            code: (free, allocated)
            for code, free, allocated in session.rows(Lot.select(Lot.code, Lot.available, Lot.allocated))
        }
    return {name: numbers[f"{_vendor_lot(name)}-{line_of(name)}"] for name in ALLOCATED}


def _vendor_lot(name: str) -> str:
    return str(ANSWERS[name]["lines"][0]["lot"]).partition("/")[2]


def rows(net: K2K) -> dict[str, list[Any]]:
    """Everything that is stored, by table."""
    with net.context.store.whole_network.reading() as session:
        return {table._meta.table_name: sorted(map(repr, session.rows(table.select()))) for table in ALL}


def _by_the_rules_of_today(company: str, old: dict[str, Any]) -> dict[str, Any]:
    """A document with what the rules have changed: a vendor charges its K2K orders (domain section 5), every invoice of
    them is marked and names the boxes that it bills alone, what was checked out stays green, a vendor's invoice is the
    buyer's until it is billed, and moments end with Z."""
    old = json.loads(json.dumps(old).replace('+00:00"', 'Z"'))
    new = {**old, "lines": [{**line, **_green(old, line)} for line in old["lines"]]}
    if old["kind"] == "invoice":
        new["k2k"] = True
        if old["vendor"] is None:
            new["lines"] = [
                {**line, "box_codes": [code for code in line["box_codes"] if code not in NOT_BILLED]}
                for line in new["lines"]
            ]
        if old["vendor"] == company and all(line["state"] != "billed" for line in old["lines"]):
            new["customer"] = old["buyer"]
    elif _is_charged(company, old):
        new["charges"] = [{"name": "Paperwork", "amount": str(PAPERWORK)}]
        new["total"] = str(Decimal(old["total"]) + PAPERWORK)
    return new


def _green(document: dict[str, Any], line: dict[str, Any]) -> dict[str, str]:
    invoices = document["kind"] in ("invoice", "invoice_order")
    return {"color": "green"} if line["state"] in GREEN and not invoices else {}


def _is_charged(company: str, document: dict[str, Any]) -> bool:
    """Whether it is an order of this buyer that reached the vendor and of which something is left."""
    theirs = company == "ANDES" and document["buyer"] == "BLOOM"
    ours = company == "BLOOM" and document["kind"] == "purchase_order" and document["vendor"] == "ANDES"
    left = any(line["state"] not in ("cancelled", "dropped") for line in document["lines"])
    reached = document["transfer"] != "none" or any(line["lot"] for line in document["lines"])
    return left and (theirs or (ours and reached))


def _differences(old: Any, new: Any, where: str) -> Iterator[str]:
    """Where an answer differs from an older one; what the older one did not tell may be anything."""
    if isinstance(old, dict) and isinstance(new, dict):
        for key, value in old.items():
            yield from _differences(value, new.get(key, "(nothing)"), f"{where}.{key}")
    elif isinstance(old, list) and isinstance(new, list) and len(old) == len(new):
        for number, (one, other) in enumerate(zip(old, new, strict=True)):
            yield from _differences(one, other, f"{where}.{number}")
    elif old != new:
        yield f"{where} was {old} and is {new}"
