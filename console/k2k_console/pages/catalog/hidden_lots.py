"""Hidden lots: which rules hide lots from a customer, whose they are, and when they end (domain section 3)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from flask import request

from k2k_console.formats import clock_time
from k2k_console.frame import local_day, local_now
from k2k_console.pages.catalog.catalog_query import CatalogQuery, asked, dated
from k2k_console.pages.catalog.goods import goods_of, is_own
from k2k_console.pages.catalog.rule_words import failing, passing, setting_field, setting_words
from k2k_console.pages.packs import unit_of
from k2k_console.translations import later, later_of, text
from k2k_console.vocabulary import Chain, Drawer, Page, Panel, Reason
from k2k_core.errors import NotFound

if TYPE_CHECKING:
    from k2k_core.api import K2K

BUYER, VENDOR = "buyer", "vendor"
EXAMPLES = 3
"""So many lots are named that a rule hides."""

OTHERS = 3
"""So many lots of the same goods are named that the customer sees."""


def hidden(k2k: K2K, company: str, given: Mapping[str, str]) -> Mapping[str, Any]:
    """How many lots the customer sees, and how many each rule hides; `whose` narrows it to one side."""
    query = dated(k2k, company, asked(k2k, company, given))
    if not query.customer:
        return {"query": None}
    found = k2k.hidden(company, query.customer, query.ship_date, query.ship_via)
    whose = given.get("whose", "")
    return {
        "query": query,
        "visible": found["visible"],
        "hidden": found["hidden"],
        "visible_on": found["visible_on"],
        "sides": [
            ("", later_of("lots", "All"), found["hidden"]),
            (BUYER, later("Ours"), found["by_side"]["buyer"]),
            (VENDOR, later("Vendors’"), found["by_side"]["vendor"]),
        ],
        "checked": clock_time(local_now().time()),
        "whose": whose if whose in (BUYER, VENDOR) else "",
        "rules": rules_of(found["by_reason"], whose, company),
        "lots": lambda lot: query.address("hidden_lots", why=f"lot:{lot}", **({"whose": whose} if whose else {})),
    }


def rules_of(counts: Sequence[Mapping[str, Any]], whose: str, company: str) -> list[dict[str, Any]]:
    """The rows of the table: what each rule is, whose, how many lots it hides and when it ends."""
    return [
        {
            "label": failing(one["code"]),
            "code": one["code"],
            "whose": _whose(one, company),
            "count": one["count"],
            "alone": one["alone"],
            "ends": ends(one),
            "examples": _named(one["examples"][:EXAMPLES]),
        }
        for one in counts
        if whose not in (BUYER, VENDOR) or one["side"] == whose
    ]


def _named(lots: Sequence[str]) -> list[tuple[str, str]]:
    """Lots with what they are called beside whose they are: those of one company without its code."""
    one_company = len({lot.rpartition("/")[0] for lot in lots}) == 1
    return [(lot, lot.rpartition("/")[2] if one_company else lot) for lot in lots]


def _whose(one: Mapping[str, Any], company: str) -> str:
    owner = one.get("owner")
    if owner == company:
        return text("yours")
    if owner:
        return text("%(owner)s’s", owner=owner)
    if one["side"] == BUYER:
        return text("yours")
    vendors = dict.fromkeys(lot.partition("/")[0] for lot in one["examples"] if not is_own(lot, company))
    return ", ".join(text("%(owner)s’s", owner=vendor) for vendor in vendors) or text("vendor’s")


def ends(one: Mapping[str, Any]) -> str:
    """When time alone ends a denial, or for which ship dates the lots can be ordered; nothing where neither is so."""
    if one.get("cured_on"):
        return text("on %(day)s", day=local_day(one["cured_on"]))
    span = one.get("ship_dates")
    if span and span["from"]:
        return orderable(span)
    return ""


def orderable(span: Mapping[str, Any]) -> str:
    """The ship dates for which something can be ordered, in words."""
    start, end = local_day(span["from"]), local_day(span["until"])
    if not end:
        return text("ship dates from %(start)s", start=start)
    return text("ship dates %(start)s to %(end)s", start=start, end=end)


def lot_of(k2k: K2K, company: str, lot: str) -> Mapping[str, Any]:
    """Why a customer does not see a lot, when that ends, what it passes, and what can be done."""
    query = dated(k2k, company, asked(k2k, company, request.args))
    if not query.customer:
        raise NotFound(text("There is nothing of that name that you can see."))
    found = k2k.visible(company, query.customer, [lot], query.ship_date, query.ship_via)[0]
    own = is_own(lot, company)
    goods = goods_of(k2k, company, lot)
    return {
        "lot": lot,
        "k2k": not own,
        "units": unit_of,
        "goods": goods,
        "query": query,
        "checked": clock_time(local_now().time()),
        "for_whom": query.customer_name,
        "seen": found["visible"],
        "verdict": _verdict(found, lot),
        "when": when(found),
        "stops": Chain([reason_of(one, company, lot, query.customer) for one in found["details"]], end=False),
        "passes": passing(found["reasons"], own=own),
        "others": _others(k2k, company, query, lot, str(goods["description"])),
        "catalog": query.address(q=""),
    }


def _verdict(found: Mapping[str, Any], lot: str) -> str:
    sides = {one["side"] for one in found["details"]}
    if found["visible"]:
        return text("This customer sees it")
    if sides == {BUYER}:
        return text("Hidden by a rule of yours")
    if sides == {VENDOR}:
        return text("Hidden, and not by a rule of yours")
    return text("Hidden by rules of yours and of %(vendor)s", vendor=lot.partition("/")[0])


def when(found: Mapping[str, Any]) -> list[str]:
    """What time does: when it shows the lot, when it hides it, and which ship dates can be ordered."""
    said = []
    if found.get("visible_on"):
        said.append(text("Time alone shows it on %(day)s", day=local_day(found["visible_on"])))
    if found.get("hidden_on"):
        said.append(text("Time hides it on %(day)s", day=local_day(found["hidden_on"])))
    span = found.get("ship_dates")
    if span and span["from"]:
        said.append(text("It can be ordered for %(dates)s", dates=orderable(span)))
    return said


def reason_of(one: Mapping[str, Any], company: str, lot: str, customer: str = "") -> Reason:
    """A rule that stops a lot: the setting and its owner where it is the reader's own, else only that the other side
    holds it back."""
    code = str(one["code"])
    if "owner" not in one:
        by = text("Held back by the buyer") if one["side"] == BUYER else text("Held back by the vendor")
        return Reason(by, "bad", code, failing(code))
    setting = one.get("setting") or ""
    sub = str(one["reason"]).removesuffix(f" ({setting})")
    if one.get("cured_on"):
        sub = f"{sub} · {text('ends on %(day)s', day=local_day(one['cured_on']))}"
    mine = one["owner"] == company
    whose = text("yours") if mine else str(one["owner"])
    label = text("%(setting)s, %(owner)s", setting=setting_words(setting), owner=whose) if setting else whose
    link = setting_field(code, lot, company, customer) if mine else ""
    if not link:
        return Reason(failing(code), "bad", code, f"{sub} ({label})")
    return Reason(failing(code), "bad", code, sub, link, label)


def _others(k2k: K2K, company: str, query: CatalogQuery, lot: str, description: str) -> list[Mapping[str, Any]]:
    """Lines of the same goods that the customer sees."""
    if description == lot:
        return []
    found = k2k.catalog(
        company,
        query.customer,
        query.ship_date,
        query.ship_via,
        query.location,
        description,
        channel=query.channel,
        limit=OTHERS,
    )
    return [{**line, "address": query.address(q=line["lots"][0])} for line in found["lines"] if lot not in line["lots"]]


LOT = Drawer("lot", later("Why is this lot hidden?"), lot_of, "k2k/hidden_lot.html")
HIDDEN_LOTS = Page("hidden_lots", (Panel("hidden", hidden, "k2k/hidden_lots.html"), LOT))
