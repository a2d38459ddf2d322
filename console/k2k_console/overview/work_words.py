"""What waits for somebody, in words: a title for each kind of work and a sentence of its facts."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from k2k_console.formats import boxes, number
from k2k_console.frame import local_day
from k2k_console.translations import later, text

TITLES: Mapping[str, tuple[str, str]] = {
    "carts": (later("Cart runs out of time"), later("Carts run out of time")),
    "to_approve": (later("Order waits for your approval"), later("Orders wait for your approval")),
    "overdue": (later("Order is overdue"), later("Orders are overdue")),
    "to_confirm": (later("Order waits for your confirmation"), later("Orders wait for your confirmation")),
    "to_accept": (later("Request of a buyer waits for your answer"), later("Requests of buyers wait for your answer")),
    "to_fill": (later("Accepted request has to be filled"), later("Accepted requests have to be filled")),
    "missing": (later("Box is reported missing"), later("Boxes are reported missing")),
    "overdue_at_vendors": (later("Order is overdue at its vendor"), later("Orders are overdue at their vendors")),
    "to_receive": (later("AWB in the staging area"), later("AWBs in the staging area")),
    "to_bill": (later("Prebook received and not billed"), later("Prebooks received and not billed")),
    "dead_deliveries": (later("Delivery to a webhook was given up"), later("Deliveries to webhooks were given up")),
    "quarantine": (later("Contribution in quarantine"), later("Contributions in quarantine")),
    "to_accept_connections": (later("Company asks to be connected"), later("Companies ask to be connected")),
    "not_ready": (later("Connection is not ready yet"), later("Connections are not ready yet")),
    "unmapped_offers": (later("Lot without a product of yours"), later("Lots without a product of yours")),
}
"""Kind of work → its title for one and for several."""

NAMED = 3
"""So many of what waits are named; of the others only how many there are."""

NOT_BILLED = {
    "credit_hold": later("on credit hold"),
    "auto_billing_off": later("automatic billing is off"),
    "other_way": later("came in a way that is not billed by itself"),
}


def title(kind: str, count: int) -> str:
    """What waits, after its count; a kind without words says its code."""
    one, many = TITLES.get(kind, (kind, kind))
    return str(one if count == 1 else many)


def sentence(item: Mapping[str, Any]) -> str:
    """The facts of what waits: which, for whom, how many boxes, or what it keeps from working."""
    said = _SENTENCES.get(item["kind"])
    return said(item["facts"]) if said is not None else ""


def _joined(names: Sequence[str]) -> str:
    """The first names, and how many more there are."""
    listed = ", ".join(names[:NAMED])
    rest = len(names) - NAMED
    return text("%(names)s and %(count)s more", names=listed, count=number(rest)) if rest > 0 else listed


def _order(one: Mapping[str, Any]) -> str:
    whom = one.get("customer_name") or one.get("partner")
    return f"{one['number']} ({whom})" if whom else str(one["number"])


def _orders(facts: Mapping[str, Any]) -> str:
    named = facts.get("orders") or facts.get("carts") or []
    return text("%(boxes)s: %(orders)s", boxes=boxes(facts["boxes"]), orders=_joined([_order(one) for one in named]))


def _carts(facts: Mapping[str, Any]) -> str:
    return text("%(orders)s. Then they go back to their vendors", orders=_orders(facts))


def _missing(facts: Mapping[str, Any]) -> str:
    return text("The buyer did not find %(boxes)s that you have shipped", boxes=boxes(facts["boxes"]))


def _to_receive(facts: Mapping[str, Any]) -> str:
    return text("%(boxes)s to scan: %(awbs)s", boxes=boxes(facts["boxes"]), awbs=_joined([*map(_awb, facts["awbs"])]))


def _awb(one: Mapping[str, Any]) -> str:
    scanned = text("%(scanned)s of %(all)s scanned", scanned=number(one["scanned"]), all=number(one["expected"]))
    due = f", {local_day(one['arrival_date'])}" if one["arrival_date"] else ""
    return f"{one['awb']} ({scanned}{due})"


def _to_bill(facts: Mapping[str, Any]) -> str:
    rows = [f"{_order(one)}, {NOT_BILLED.get(one['reason'], one['reason'])}" for one in facts["orders"]]
    return text("%(boxes)s: %(orders)s", boxes=boxes(facts["boxes"]), orders=_joined(rows))


def _dead(_facts: Mapping[str, Any]) -> str:
    return text("Whoever listens there has not heard of it. They can be sent again")


def _quarantine(facts: Mapping[str, Any]) -> str:
    names, lots = _joined(facts["contributions"]), int(facts["lots_without_price"])
    if lots:
        return text("%(names)s kept failing. Lots without a price: %(lots)s", names=names, lots=number(lots))
    return text("%(names)s kept failing. It is left out", names=names)


def _connections(facts: Mapping[str, Any]) -> str:
    return _joined([str(one).replace(":", " → ") for one in facts["connections"]])


def _unmapped(facts: Mapping[str, Any]) -> str:
    said = text("Customers cannot see them")
    if facts["exact"]:
        exact = text("with exactly the words of a product of yours: %(count)s", count=number(facts["exact"]))
        said = f"{said}; {exact}"
    more = text("there are more")
    return f"{said}; {more}" if facts["more"] else said


_SENTENCES: Mapping[str, Callable[[Mapping[str, Any]], str]] = {
    "carts": _carts,
    "missing": _missing,
    "to_receive": _to_receive,
    "to_bill": _to_bill,
    "dead_deliveries": _dead,
    "quarantine": _quarantine,
    "to_accept_connections": _connections,
    "not_ready": _connections,
    "unmapped_offers": _unmapped,
    **dict.fromkeys(("to_approve", "overdue", "to_confirm", "to_accept", "to_fill", "overdue_at_vendors"), _orders),
}
