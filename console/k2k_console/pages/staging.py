"""Staging area: the boxes that vendors have confirmed and that have not been received, by AWB (domain section 6)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from k2k_console.frame import local_day, today
from k2k_console.label_files import FORMATS, label_file
from k2k_console.translations import later, text
from k2k_console.vocabulary import Action, Call, Download, Field, Outcome, Page, Panel, Refusal
from k2k_core.domain.box_codes import SAFE, WORDS
from k2k_core.domain.orders import APPROVED, PURCHASE_ORDER

if TYPE_CHECKING:
    from k2k_core.api import K2K

MOST_AWBS = 100
MOST_BOXES = 1_000


def staged(k2k: K2K, company: str, arguments: Mapping[str, str]) -> Mapping[str, Any]:
    """The AWBs with boxes in the staging area, with these boxes; of one AWB with `awb` in the address."""
    only = {"awb": arguments["awb"]} if arguments.get("awb") else {}
    awbs = k2k.staged_awbs(company, only, sort="arrival_date", limit=MOST_AWBS, count=True)
    boxes = k2k.staging(company, filters=only, limit=MOST_BOXES, count=True)
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
        "more": (boxes["count"] or 0) - len(boxes["items"]),
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


def printed(call: Call) -> Download:
    """The labels of the chosen boxes again: a label that was printed before says R."""
    return label_file(call.k2k, call.company, call.keys, str(call.values.get("format") or "pdf"))


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
REPRINT = Action(
    "label_files",
    later("Reprint labels"),
    "box_codes",
    "",
    many=(later("Print %(count)d label"), later("Print %(count)d labels")),
    name="reprint",
    icon="printer",
    about=later("A label that was printed before says R."),
    fields=(Field("format", later("Format"), kind="choice", choices=FORMATS, needed=True),),
    bulk=True,
    file=True,
    call=printed,
)

STAGING = Page("staging", (Panel("staged", staged, "k2k/staging.html", (RECEIVE, REPRINT)),))
