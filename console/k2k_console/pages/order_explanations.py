"""Why a line of an order has its price and its state, and why the order leaves on its day (domain sections 4 and 5)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from k2k_console.frame import local_day, local_moment
from k2k_console.pages.catalog.price_words import STEPS, fields_of_steps
from k2k_console.pages.document_lines import LINE_STATES, via
from k2k_console.pages.packs import unit_of
from k2k_console.translations import later, text
from k2k_console.vocabulary import Chain, Drawer, Reason, StepsTable
from k2k_core.domain.orders import IN_CART, SALES_ORDER
from k2k_core.errors import NotFound

if TYPE_CHECKING:
    from k2k_core.api import K2K

MOST_ENTRIES = 100


def price_of(k2k: K2K, company: str, line: str) -> Mapping[str, Any]:
    """How the company's own price of a line came about, when it was ordered."""
    found: Any = k2k.line(company, line)
    explanation = found.get("explanation")
    currency = str(_order(k2k, company, found).get("currency", ""))
    steps = StepsTable.of(explanation, STEPS, fields_of_steps(), currency) if explanation else None
    used = next((one.value for one in steps.steps if one.used), None) if steps else None
    follows = bool(used and found.get("price")) and Decimal(str(used)) != Decimal(found["price"])
    return {"line": found, "currency": currency, "steps": steps, "follows": follows, "units": unit_of}


def _order(k2k: K2K, company: str, line: Mapping[str, Any]) -> Mapping[str, Any]:
    return _document(k2k, company, str(line["sales_order"]))


def _document(k2k: K2K, company: str, number: str) -> Mapping[str, Any]:
    found = k2k.orders(company, number=number, kind=SALES_ORDER, limit=1)["items"]
    if not found:
        raise NotFound(text("There is nothing of that name that you can see."))
    return found[0]


def ship_date_of(k2k: K2K, company: str, number: str) -> Mapping[str, Any]:
    """From the order to the day on which it leaves."""
    order = _document(k2k, company, number)
    leaves, arrives = order["vendor_ship_date"], order["ship_date"]
    reasons = [
        Reason(text("Ordered %(moment)s", moment=local_moment(order["created_at"])), sub=str(order["buyer_name"]))
    ]
    if arrives:
        reasons.append(Reason(text("The buyer ships it on %(day)s", day=local_day(arrives))))
    if leaves and arrives and leaves != arrives:
        days = (dt.date.fromisoformat(arrives) - dt.date.fromisoformat(leaves)).days
        words = text("%(days)d day on its way", days=days) if days == 1 else text("%(days)d days on its way", days=days)
        reasons.append(
            Reason(words, sub=text("Transit days, and days on which the buyer or its carrier takes nothing."))
        )
    if order["expires_at"]:
        moment = local_moment(order["expires_at"])
        reasons.append(Reason(text("The first of its waiting lines ends %(moment)s", moment=moment), "warn"))
    if order["overdue"]:
        reasons.append(Reason(text("It should have left, and is not confirmed"), "bad"))
    ways = " · ".join(part for part in (via(order), str(order["carrier"] or "")) if part)
    reasons.append(Reason(text("Leaves %(day)s", day=local_day(leaves)), sub=ways))
    return {"chain": Chain(reasons)}


def state_of(k2k: K2K, company: str, line: str) -> Mapping[str, Any]:
    """What happened to a line until now, and what it waits for."""
    found: Any = k2k.line(company, line)
    entries = k2k.timeline(company, str(found["sales_order"]), sort="-id", limit=MOST_ENTRIES)["items"]
    reasons = [
        Reason(
            str(one["said"]), sub=" · ".join(part for part in (local_moment(one["at"]), one.get("by") or "") if part)
        )
        for one in reversed(entries)
        if one["line"] == found["line"]
    ]
    now = LINE_STATES.get(found["state"])
    waits = text("It waits until %(moment)s.", moment=local_moment(found["expires_at"])) if found["expires_at"] else ""
    if found["state"] == IN_CART:
        waits = " ".join(part for part in (text("The buyer has not checked it out yet."), waits) if part)
    missing = _missing_of(k2k, company, found["line"])
    reasons += [Reason(text("%(code)s is reported missing", code=code), "bad", sub=why) for code, why in missing]
    return {
        "line": found,
        "chain": Chain([*reasons, Reason(str(now or found["state"]), now.tone if now else "", sub=waits)]),
    }


def _missing_of(k2k: K2K, company: str, line: str) -> list[tuple[str, str]]:
    found = k2k.boxes(company, {"line": line, "missing": True}, limit=MOST_ENTRIES)["items"]
    return [(one["box_code"], str(one["missing"] or "")) for one in found]


LINE_PRICE = Drawer("price", later("Why this price?"), price_of, "k2k/line_price.html")
ORDER_DATE = Drawer("leaves", later("Why does it leave then?"), ship_date_of, "k2k/order_chain.html")
LINE_STATE = Drawer("state", later("Why is it in this state?"), state_of, "k2k/order_chain.html")
