"""Staging area: the boxes that vendors have confirmed and that have not been received, by AWB (domain section 6)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from flask_login import current_user

from k2k_console.frame import local_day, today
from k2k_console.pages.labels import PRINT_LABELS, labels_of
from k2k_console.translations import later, text
from k2k_console.vocabulary import Action, Call, Outcome, Page, Panel, Refusal
from k2k_console.vocabulary.actions import key_of_part
from k2k_core.domain.box_codes import SAFE, WORDS
from k2k_core.domain.orders import APPROVED, PURCHASE_ORDER
from k2k_core.domain.roles import PREBOOKS
from k2k_core.errors import K2KError

if TYPE_CHECKING:
    from k2k_core.api import K2K

MOST_AWBS = 100
SHOWN_OF_AWBS = (
    *("awb", "awb_id", "vendor", "vendor_name", "shipped", "expected_on", "goods"),
    *("expected", "scanned", "waiting", "reported"),
)
FIRST_BOXES = 200
"""Of all AWBs together; an AWB of which not every box is shown leads to a page of its own."""

MOST_BOXES = 1_000
"""Of one AWB."""

MOST_LINES = 100
"""So many lines that are not billed are shown, the oldest first."""


def staged(k2k: K2K, company: str, arguments: Mapping[str, str]) -> Mapping[str, Any]:
    """The AWBs with boxes in the staging area, with these boxes; of one AWB with `awb` in the address."""
    only = {"awb": arguments["awb"]} if arguments.get("awb") else {}
    awbs = k2k.staged_awbs(company, only, sort="arrival_date", limit=MOST_AWBS, fields=SHOWN_OF_AWBS)
    boxes = k2k.staging(company, filters=only, limit=MOST_BOXES if only else FIRST_BOXES)
    by_awb: dict[str, list[Mapping[str, Any]]] = {}
    for box in boxes["items"]:
        by_awb.setdefault(box["awb_id"], []).append(box)
    groups: list[dict[str, Any]] = [
        {"awb": awb, "boxes": by_awb.get(awb["awb_id"], []), "names": _names(awb)} for awb in awbs["items"]
    ]
    groups.sort(key=lambda group: group["awb"]["expected_on"] or "9999")
    return {
        "groups": groups,
        "only": arguments.get("awb", ""),
        "next": "" if groups else _next_awb(k2k, company),
    }


def _names(awb: Mapping[str, Any]) -> dict[str, str]:
    """The names of the customers that its boxes are for, by their codes."""
    return {str(one["customer"]): str(one["customer_name"]) for one in awb["goods"] if one.get("customer_name")}


def _next_awb(k2k: K2K, company: str) -> str:
    """The first day on which boxes leave that vendors have not confirmed yet."""
    asked = {"kind": PURCHASE_ORDER, "status": APPROVED, "vendor_ship_date_from": today().isoformat()}
    found = k2k.orders(company, filters=asked, sort="vendor_ship_date", limit=1)["items"]
    return local_day(found[0]["vendor_ship_date"]) if found else ""


def received(call: Call) -> Outcome:
    """Receive the chosen boxes by hand; those that cannot be received are refused one by one."""
    outcomes = call.k2k.receive(call.company, call.keys, key=call.key)
    refused = [
        Refusal(one["box_code"], one["outcome"], text("It was not received."), str(WORDS[one["outcome"]]))
        for one in outcomes
        if one["outcome"] not in SAFE
    ]
    return Outcome([one["box_code"] for one in outcomes if one["outcome"] in SAFE], refused)


REASONS = {
    "credit_hold": later("The customer is on credit hold."),
    "auto_billing_off": later("Automatic billing is off."),
    "other_way": later("They came in a way that automatic billing does not bill."),
}
"""Why boxes were not billed as they came, by the reason that the facade answers."""


def unbilled(k2k: K2K, company: str, _arguments: Mapping[str, str]) -> Mapping[str, Any]:
    """The received lines that wait for an invoice, with why they were not billed as they came, for those who bill."""
    if not current_user.actor.has(PREBOOKS):
        return {"lines": [], "boxes": 0}
    found = k2k.unbilled(company, limit=MOST_LINES)["items"]
    lines = [{**line, "reason": str(REASONS[line["reason"]])} for line in found]
    return {"lines": lines, "boxes": sum(line["boxes"] for line in found)}


def billed(call: Call) -> Outcome:
    """Bill the chosen lines, those of a prebook on one invoice; one that is refused does not affect the others."""
    by_prebook: dict[str, list[str]] = {}
    for line in call.keys:
        by_prebook.setdefault(str(call.k2k.line(call.company, line)["prebook"]), []).append(line)
    done, refused = [], []
    for prebook, lines in by_prebook.items():
        try:
            call.k2k.bill(call.company, prebook, lines, key=key_of_part(call.key, prebook))
        except K2KError as error:
            refused.append(Refusal.of(prebook, error))
        else:
            done += lines
    return Outcome(done, refused)


RECEIVE = Action(
    "receive",
    later("Receive by hand"),
    "box_codes",
    later("%(name)s is received."),
    many=(later("Receive %(count)d box"), later("Receive %(count)d boxes")),
    many_done=(later("%(count)d box is received."), later("%(count)d boxes are received.")),
    icon="check",
    tone="go",
    key="C",
    confirm="count",
    bulk=True,
    call=received,
)
REPRINT = replace(
    PRINT_LABELS,
    label=later("Reprint labels"),
    many=(later("Print %(count)d label"), later("Print %(count)d labels")),
    name="reprint",
    call=lambda call: labels_of(call, call.keys),
)
BILL = Action(
    "bill",
    later("Bill"),
    "lines",
    later("%(name)s is billed."),
    many=(later("Bill %(count)d line"), later("Bill %(count)d lines")),
    many_done=(later("%(count)d line is billed."), later("%(count)d lines are billed.")),
    icon="receipt",
    tone="go",
    confirm="count",
    bulk=True,
    call=billed,
)
RELEASE = Action(
    "release",
    later("Release"),
    "line",
    later("Line %(name)s is released."),
    many=(later("Release %(count)d line"), later("Release %(count)d lines")),
    many_done=(later("%(count)d line is released."), later("%(count)d lines are released.")),
    tone="stop",
    confirm="typed",
    about=later("Its boxes become your free stock, and the customer is told. It cannot be undone."),
    bulk=True,
)

STAGING = Page(
    "staging",
    (
        Panel("staged", staged, "k2k/staging.html", (RECEIVE, REPRINT)),
        Panel("unbilled", unbilled, "k2k/unbilled.html", (BILL, RELEASE)),
    ),
)
